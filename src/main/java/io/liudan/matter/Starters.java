package io.liudan.matter;

import io.liudan.identity.Actor;
import java.util.Arrays;
import java.util.List;

/** People as a manifest names them, by roles and desks. */
final class Starters {

    /** Before the code of a desk, or before the beginning of one with a star behind it. */
    static final String DESK = "desk:";

    private static final String ANY = "*";

    private Starters() {}

    /** Realm roles that a manifest may name. */
    static List<String> roles() {
        return Arrays.stream(Actor.Role.values()).map(Actor.Role::realmName).toList();
    }

    static boolean among(List<String> people, Actor actor) {
        return people.stream()
                .anyMatch(one -> one.startsWith(DESK)
                        ? actor.desks().stream().anyMatch(desk -> matches(one.substring(DESK.length()), desk))
                        : actor.roles().stream()
                                .anyMatch(role -> role.realmName().equals(one)));
    }

    private static boolean matches(String pattern, String desk) {
        return pattern.endsWith(ANY)
                ? desk.startsWith(pattern.substring(0, pattern.length() - ANY.length()))
                : desk.equals(pattern);
    }
}
