package io.liudan.identity;

import java.util.Set;

/**
 * Somebody who acts through the hub, as Keycloak vouched for at login.
 *
 * @param username the account's name, unique in the realm; the engine's user id
 * @param name     the name that colleagues see
 * @param roles    realm roles
 * @param desks    desk groups, for example {@code dept-cgj}; the engine's candidate groups
 */
public record Actor(String username, String name, Set<Role> roles, Set<String> desks) {

    /** Realm roles that mean something to the hub. */
    public enum Role {
        RESIDENT, STAFF, LEADER, SUPERVISOR, DESIGNER, ADMINISTRATOR,
        /** A department's own system. */
        AGENCY,
        /** A program that reads the hub's meters and nothing else. */
        MONITOR
    }

    public boolean is(Role role) {
        return roles.contains(role);
    }

    public boolean worksAt(String desk) {
        return desks.contains(desk);
    }
}
