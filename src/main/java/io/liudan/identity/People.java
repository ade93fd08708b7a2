package io.liudan.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
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
 * The local directory of staff: their names, roles and desks, as the realm has them ({@link DirectorySync}) and as
 * their tokens told since. Asked for names and colleagues in place of Keycloak, which is never asked on a request's
 * way.
 */
@Service
public class People {

    private static final int REMEMBERED = 10_000;
    private static final String PERSON = "select username, name, roles, desks from person ";
    /** Residents are nobody's colleagues, and systems neither. */
    private static final Set<Actor.Role> NO_STAFF =
            Set.of(Actor.Role.RESIDENT, Actor.Role.AGENCY, Actor.Role.MONITOR, Actor.Role.IDENTITY_PROVIDER);

    private final JdbcClient jdbc;
    private final Map<String, Actor> seen = new ConcurrentHashMap<>();

    People(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** As {@link Actor}, when last seen. */
    public record Person(String username, String name, Set<Actor.Role> roles, Set<String> desks) {}

    /** Notes an actor who came to a door of the staff; costs nothing while the token says what it said before. */
    public void saw(Actor actor) {
        if (actor.is(Actor.Role.AGENCY)
                || NO_STAFF.containsAll(actor.roles()) && actor.desks().isEmpty()
                || actor.equals(seen.get(actor.username()))) {
            return;
        }
        jdbc.sql("""
                insert into person (username, name, roles, desks, seen_at) values (?, ?, ?, ?, now())
                on conflict (username) do update set name = excluded.name, roles = excluded.roles, desks = excluded.desks, seen_at = excluded.seen_at""")
                .params(
                        actor.username(),
                        actor.name(),
                        texts(actor.roles()),
                        actor.desks().stream().sorted().toArray(String[]::new))
                .update();
        if (seen.size() > REMEMBERED) {
            seen.clear();
        }
        seen.put(actor.username(), actor);
    }

    /** Exact match. */
    public Optional<Person> find(String username) {
        return jdbc.sql(PERSON + "where username = ?")
                .param(username)
                .query(this::person)
                .optional();
    }

    /** The staff of one desk by name, at most {@code limit} of them. */
    public List<Person> at(String desk, int limit) {
        return jdbc.sql(PERSON + "where desks @> array[?]::text[] order by name limit ?")
                .params(desk, limit)
                .query(this::person)
                .list();
    }

    /** By name or username, at most {@code limit} of them. */
    public List<Person> search(String text, int limit) {
        String like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
        return jdbc.sql(PERSON + "where name ilike :like or username ilike :like order by name limit :limit")
                .param("like", like)
                .param("limit", limit)
                .query(this::person)
                .list();
    }

    /** By the realm's id. */
    Map<String, Person> all() {
        Map<String, Person> all = new HashMap<>();
        jdbc.sql("select subject, username, name, roles, desks from person where subject is not null")
                .query((row, n) -> all.put(row.getString("subject"), person(row, n)))
                .list();
        return all;
    }

    Optional<Person> bySubject(String subject) {
        return jdbc.sql(PERSON + "where subject = ?")
                .param(subject)
                .query(this::person)
                .optional();
    }

    /** As the realm has them. */
    void put(Realm.Member member) {
        if (member.roles().stream().allMatch(NO_STAFF::contains)
                && member.desks().isEmpty()) {
            remove(member.subject());
            removeToldByToken(member.username());
            return;
        }
        jdbc.sql("delete from person where subject = ? and username <> ?")
                .params(member.subject(), member.username())
                .update();
        jdbc.sql("""
                insert into person (subject, username, name, roles, desks, seen_at) values (?, ?, ?, ?, ?, now())
                on conflict (username) do update set subject = excluded.subject, name = excluded.name, roles = excluded.roles, desks = excluded.desks""")
                .params(
                        member.subject(),
                        member.username(),
                        member.name(),
                        texts(member.roles()),
                        member.desks().stream().sorted().toArray(String[]::new))
                .update();
        seen.remove(member.username());
    }

    void remove(String subject) {
        jdbc.sql("delete from person where subject = ? returning username")
                .param(subject)
                .query(String.class)
                .list()
                .forEach(seen::remove);
    }

    /** Of whom only a token told so far, at most {@code limit} of them. */
    List<String> toldByTokens(int limit) {
        return jdbc.sql("select username from person where subject is null limit ?")
                .param(limit)
                .query(String.class)
                .list();
    }

    void removeToldByToken(String username) {
        jdbc.sql("delete from person where subject is null and username = ?")
                .param(username)
                .update();
        seen.remove(username);
    }

    static String[] texts(Set<Actor.Role> roles) {
        return roles.stream().map(Enum::name).sorted().toArray(String[]::new);
    }

    private Person person(ResultSet row, int n) throws SQLException {
        return new Person(
                row.getString("username"),
                row.getString("name"),
                texts(row, "roles").map(Actor.Role::valueOf).collect(Collectors.toUnmodifiableSet()),
                texts(row, "desks").collect(Collectors.toUnmodifiableSet()));
    }

    private static Stream<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.stream((String[]) row.getArray(column).getArray());
    }
}
