/** From a token to an actor, and what an actor may see and do. */
@ApplicationModule(allowedDependencies = {"directory", "problem"})
package io.liudan.identity;

import org.springframework.modulith.ApplicationModule;
