/**
 * Orders to departments (办理单) for a matter of any kind: one for each department of joint handling in each round, and
 * the feed of what becomes of them.
 */
@ApplicationModule(allowedDependencies = {"directory", "identity", "matter", "problem"})
package io.liudan.workorder;

import org.springframework.modulith.ApplicationModule;
