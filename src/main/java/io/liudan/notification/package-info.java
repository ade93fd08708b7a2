/** Texts to people's phones, and the one-time codes by which residents sign in. */
@ApplicationModule(allowedDependencies = {"identity", "problem"})
package io.liudan.notification;

import org.springframework.modulith.ApplicationModule;
