/** Working time, limits and the cards of steps that wait, and supervision (督办) of matters. */
@ApplicationModule(allowedDependencies = {"directory", "identity", "matter", "problem"})
package io.liudan.deadline;

import org.springframework.modulith.ApplicationModule;
