package io.liudan.identity;

import java.sql.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

    public record Person(String username, String name, Set<String> desks) {
    }

    /** Notes an actor who came to a door of the staff; costs nothing while the token says what it said before. */
    public void saw(Actor actor) {
        if (actor.equals(seen.get(actor.username()))) {
            return;
        }
        jdbc.sql("""
                insert into person (username, name, desks, seen_at) values (?, ?, ?, now())
                on conflict (username) do update set name = excluded.name, desks = excluded.desks, seen_at = excluded.seen_at""")
                .params(actor.username(), actor.name(), actor.desks().toArray(String[]::new)).update();
        if (seen.size() > REMEMBERED) {
            seen.clear();
        }
        seen.put(actor.username(), actor);
    }

    /** Exact match. */
    public Optional<Person> find(String username) {
        return jdbc.sql("select username, name, desks from person where username = ?").param(username).query(this::person).optional();
    }

    /** The staff of one desk by name, at most {@code limit} of them. */
    public List<Person> at(String desk, int limit) {
        return jdbc.sql("select username, name, desks from person where desks @> array[?] order by name limit ?").params(desk, limit)
                .query(this::person).list();
    }

    private Person person(java.sql.ResultSet row, int n) throws java.sql.SQLException {
        Array desks = row.getArray("desks");
        return new Person(row.getString("username"), row.getString("name"), Set.copyOf(Arrays.asList((String[]) desks.getArray())));
    }
}
