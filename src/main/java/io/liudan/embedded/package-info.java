/**
 * What makes one command enough: PostgreSQL and Keycloak as real processes beside the hub, the demo people, and a clock
 * that can be moved. Nothing of it exists outside the profile {@code embedded}.
 */
@ApplicationModule(allowedDependencies = {"directory", "identity", "notification", "problem", "process"})
package io.liudan.embedded;

import org.springframework.modulith.ApplicationModule;
