/**
 * Who lives where: residents register, their grid worker confirms; and accounts that a desk keeps for people without a
 * phone.
 */
@ApplicationModule(allowedDependencies = {"directory", "identity", "notification", "problem"})
package io.liudan.household;

import org.springframework.modulith.ApplicationModule;
