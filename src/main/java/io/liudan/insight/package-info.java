/** What the city can learn from its requests: figures per org unit, category and period. */
@ApplicationModule(allowedDependencies = {"directory", "identity", "problem", "request"})
package io.liudan.insight;

import org.springframework.modulith.ApplicationModule;
