package io.liudan.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who acts through the hub, as Keycloak vouched for at login.
 *
 * @param username the account's name, unique in the realm; the engine's user id
 * @param name the name that colleagues see
 * @param roles realm roles
 * @param desks desk groups, for example {@code dept-cgj}; the engine's candidate groups
 */
public record Actor(String username, String name, Set<Role> roles, Set<String> desks) {

    /** Realm roles that mean something to the hub. */
    public enum Role {
        RESIDENT,
        /** Everybody with a desk; what kind of one, the next four tell. */
        STAFF,
        GRID_WORKER,
        COMMUNITY_OFFICER,
        DISPATCHER,
        CLERK,
        /** Hands on what colleagues have claimed. */
        LEADER,
        SUPERVISOR,
        DESIGNER,
        /** Helps processes on that stand at a step. */
        PROCESS_OPERATOR,
        /** Connects departments' systems and deals with what couldn't be delivered. */
        INTEGRATOR,
        ADMINISTRATOR,
        /** Reads the audit log. */
        AUDITOR,
        /** Keeps the keys that personal data is sealed with. */
        SECURITY_OFFICER,
        /** A department's own system. */
        AGENCY,
        /** A program that reads the hub's meters and nothing else. */
        MONITOR,
        /** The realm itself, which asks who signs in; no role of it, so that nobody is given it. */
        IDENTITY_PROVIDER;

        /** Its name in the realm. */
        public String realmName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Optional<Role> named(String realmName) {
            return Arrays.stream(values())
                    .filter(role -> role.realmName().equals(realmName))
                    .findFirst();
        }
    }

    public boolean is(Role role) {
        return roles.contains(role);
    }

    public boolean worksAt(String desk) {
        return desks.contains(desk);
    }
}
