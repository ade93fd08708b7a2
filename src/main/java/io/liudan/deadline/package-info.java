/** Working time, limits and the cards of steps that wait, and supervision (督办) of requests. */
@ApplicationModule(allowedDependencies = {"directory", "identity", "problem", "request"})
package io.liudan.deadline;

import org.springframework.modulith.ApplicationModule;
