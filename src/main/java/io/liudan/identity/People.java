package io.liudan.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * The local directory of staff, as their tokens told: who has signed in, their name and their desks. Asked for names and
 * colleagues in place of Keycloak, which is asked at login only.
 */
@Service
public class People {

    private static final int REMEMBERED = 10_000;

    private final JdbcClient jdbc;
    private final Map<String, Actor> seen = new ConcurrentHashMap<>();

    People(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** As {@link Actor}, when last seen. */
    public record Person(String username, String name, Set<Actor.Role> roles, Set<String> desks) {
    }

    /** Notes an actor who came to a door of the staff; costs nothing while the token says what it said before. Systems are nobody's colleagues. */
    public void saw(Actor actor) {
        if (actor.is(Actor.Role.AGENCY) || actor.is(Actor.Role.MONITOR) || actor.equals(seen.get(actor.username()))) {
            return;
        }
        jdbc.sql("""
                insert into person (username, name, roles, desks, seen_at) values (?, ?, ?, ?, now())
                on conflict (username) do update set name = excluded.name, roles = excluded.roles, desks = excluded.desks, seen_at = excluded.seen_at""")
                .params(actor.username(), actor.name(), actor.roles().stream().map(Enum::name).toArray(String[]::new), actor.desks().toArray(String[]::new)).update();
        if (seen.size() > REMEMBERED) {
            seen.clear();
        }
        seen.put(actor.username(), actor);
    }

    /** Exact match. */
    public Optional<Person> find(String username) {
        return jdbc.sql("select username, name, roles, desks from person where username = ?").param(username).query(this::person).optional();
    }

    /** The staff of one desk by name, at most {@code limit} of them. */
    public List<Person> at(String desk, int limit) {
        return jdbc.sql("select username, name, roles, desks from person where desks @> array[?]::text[] order by name limit ?").params(desk, limit)
                .query(this::person).list();
    }

    private Person person(ResultSet row, int n) throws SQLException {
        return new Person(row.getString("username"), row.getString("name"),
                texts(row, "roles").map(Actor.Role::valueOf).collect(Collectors.toUnmodifiableSet()),
                texts(row, "desks").collect(Collectors.toUnmodifiableSet()));
    }

    private static Stream<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.stream((String[]) row.getArray(column).getArray());
    }
}
