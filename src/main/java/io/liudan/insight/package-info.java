/** What the city can learn from its requests: figures per org unit, category and period. */
@ApplicationModule(allowedDependencies = {"directory", "identity", "matter", "problem", "request"})
package io.liudan.insight;

import org.springframework.modulith.ApplicationModule;
