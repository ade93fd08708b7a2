package io.liudan.process.tasks;

import io.liudan.identity.Actor;
import io.liudan.identity.People;
import io.liudan.identity.People.Person;
import io.liudan.problem.Problem;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.TaskService;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Who is away, and who stands in (代办). What somebody away had claimed goes to the substitute where the substitute works
 * at the task's desk, and else back to the desk, so that nothing waits for a person who isn't there.
 */
@Service
class Absences {

    private static final int PAGE = 200;

    private final JdbcClient jdbc;
    private final People people;
    private final TaskRows read;
    private final TaskService tasks;
    private final Clock clock;

    Absences(JdbcClient jdbc, People people, TaskRows read, TaskService tasks, Clock clock) {
        this.jdbc = jdbc;
        this.people = people;
        this.read = read;
        this.tasks = tasks;
        this.clock = clock;
    }

    /**
     * @param substitute username, absent when the desk as a whole stands in
     * @param mine whether it is the reader who is away
     */
    record Absence(
            String username, String name, String substitute, String substituteName, Instant until, boolean mine) {}

    /** @param registers whether the reader may say that they are away */
    record Colleague(String username, String name, boolean registers) {}

    /** How many claimed tasks went to the substitute and how many back to their desks. */
    record Moved(int toSubstitute, int toDesk) {}

    /** @param username {@code null} for the actor; somebody else by a leader of a common desk only */
    @Transactional
    Moved away(Actor actor, String username, String substitute, Instant until) {
        people.saw(actor);
        Person person = person(actor, username);
        if (until == null || !until.isAfter(clock.instant())) {
            throw Problem.field("until", until == null ? "required" : "not-in-the-future");
        }
        Optional<Person> standIn = Optional.ofNullable(substitute)
                .filter(name -> !name.isBlank())
                .map(name -> people.find(name)
                        .filter(found -> !found.username().equals(person.username())
                                && !Collections.disjoint(found.desks(), person.desks()))
                        .filter(found -> among(List.of(found.username())).isEmpty())
                        .orElseThrow(() -> Problem.field("substitute", "no-substitute", name)));
        jdbc.sql("""
                insert into absence (username, substitute, until) values (?, ?, ?)
                on conflict (username) do update set substitute = excluded.substitute, until = excluded.until""")
                .param(1, person.username())
                .param(2, standIn.map(Person::username).orElse(null), Types.VARCHAR)
                .param(3, until.atOffset(ZoneOffset.UTC))
                .update();
        int handed = 0;
        List<TaskRows.Row> claimed = read.claimedBy(person.username());
        for (TaskRows.Row task : claimed) {
            Optional<Person> next = standIn.filter(found -> found.desks().contains(task.desk()));
            tasks.setAssignee(task.id(), next.map(Person::username).orElse(null));
            handed += next.isPresent() ? 1 : 0;
        }
        return new Moved(handed, claimed.size() - handed);
    }

    /** Somebody is back; what was handed over stays where it is. */
    @Transactional
    void back(Actor actor, String username) {
        jdbc.sql("delete from absence where username = ?")
                .param(person(actor, username).username())
                .update();
    }

    /** Those of the actor's desks who are away now. */
    List<Absence> list(Actor actor) {
        Set<String> colleagues = new HashSet<>(Set.of(actor.username()));
        actor.desks().forEach(desk -> people.at(desk, PAGE).forEach(person -> colleagues.add(person.username())));
        return jdbc.sql("""
                select a.username, p.name, a.substitute, s.name as substitute_name, a.until from absence a join person_facts p on p.username = a.username
                left join person_facts s on s.username = a.substitute where a.username in (:people) and a.until > :now order by a.username""")
                .param("people", colleagues)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .query((row, n) -> new Absence(
                        row.getString("username"),
                        row.getString("name"),
                        row.getString("substitute"),
                        row.getString("substitute_name"),
                        row.getTimestamp("until").toInstant(),
                        row.getString("username").equals(actor.username())))
                .list();
    }

    /** The staff of the actor's desks beside the actor. */
    List<Colleague> colleagues(Actor actor) {
        return actor.desks().stream()
                .flatMap(desk -> people.at(desk, PAGE).stream())
                .filter(person -> !person.username().equals(actor.username()))
                .distinct()
                .map(person -> new Colleague(person.username(), person.name(), actor.is(Actor.Role.LEADER)))
                .sorted(Comparator.comparing(Colleague::name))
                .toList();
    }

    /** Which of these people are away now. */
    Set<String> among(Collection<String> usernames) {
        return usernames.isEmpty()
                ? Set.of()
                : new HashSet<>(jdbc.sql("select username from absence where username in (:people) and until > :now")
                        .param("people", usernames)
                        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                        .query(String.class)
                        .list());
    }

    private Person person(Actor actor, String username) {
        String wanted = username == null || username.isBlank() ? actor.username() : username;
        Optional<Person> found = people.find(wanted);
        if (!wanted.equals(actor.username())
                && !(actor.is(Actor.Role.LEADER)
                        && found.filter(one -> !Collections.disjoint(one.desks(), actor.desks()))
                                .isPresent())) {
            throw Problem.forbidden("leaders-only");
        }
        return found.filter(one -> !one.desks().isEmpty()).orElseThrow(() -> Problem.forbidden("leaders-only"));
    }
}
