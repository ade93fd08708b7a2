/** Working time: what "five working days from now" means in this city. */
@ApplicationModule(allowedDependencies = {})
package io.liudan.deadline;

import org.springframework.modulith.ApplicationModule;
