/**
 * The realm's own steps, which run within Keycloak: residents sign in by phone and one-time code or by WeChat, and
 * people of agencies' own accounts lose their sessions with their agency. The realm keeps neither phone numbers nor
 * WeChat's ids; those are asked of the hub.
 */
@ApplicationModule(allowedDependencies = {})
package io.liudan.keycloak;

import org.springframework.modulith.ApplicationModule;
