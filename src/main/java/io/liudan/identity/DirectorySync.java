package io.liudan.identity;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps the local directory like the realm: every few seconds by Keycloak's admin events, and every hour by a
 * comparison of everybody, which finds what no event told, such as what another agency's directory did. One node does
 * it for all.
 */
@Component
class DirectorySync {

    private static final Logger LOG = LoggerFactory.getLogger(DirectorySync.class);
    private static final long LOCK = 0x6469726563746f72L;
    /** Events of one transaction may be written a little after their time. */
    private static final long OVERLAP = 2_000;

    private static final int ADOPTED_AT_ONCE = 100;
    private static final String EVENT_TIME = "select event_time from directory_state";

    private final JdbcClient jdbc;
    private final Realm realm;
    private final People people;
    private final Standing standing;
    private final TransactionTemplate transaction;
    private final MeterRegistry meters;
    private boolean failing;

    /**
     * What the events told, and how those stand whom they told of.
     *
     * @param after time of the last event that was taken before, in milliseconds; {@code until} of the last of these
     * @param told by the realm's id; empty for somebody who is gone
     * @param unknown by username, of whom only a token told so far
     * @param ended who was signed out, by the realm's id, and when
     * @param desksToo whether something happened to a desk or a role itself
     */
    record News(
            long after,
            long until,
            Map<String, Optional<Realm.Member>> told,
            Map<String, Optional<Realm.Member>> unknown,
            Map<String, Instant> ended,
            boolean desksToo) {}

    /** How many people the directory had otherwise than the realm. */
    record Drift(int added, int changed, int removed) {

        int all() {
            return added + changed + removed;
        }
    }

    DirectorySync(
            JdbcClient jdbc,
            Realm realm,
            People people,
            Standing standing,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.realm = realm;
        this.people = people;
        this.standing = standing;
        this.transaction = new TransactionTemplate(transactions);
        this.meters = meters;
    }

    @Scheduled(fixedDelayString = "${liudan.identity.events-interval:10s}", initialDelayString = "PT10S")
    void follow() {
        quietly(this::takeEvents);
    }

    @Scheduled(
            fixedDelayString = "${liudan.identity.comparison-interval:1h}",
            initialDelayString = "${liudan.identity.first-comparison:30s}")
    void compareAll() {
        quietly(this::compare);
    }

    private void quietly(Runnable step) {
        try {
            step.run();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("The realm's people can't be read: {}", e.getClass().getSimpleName());
            }
            failing = true;
        }
    }

    void takeEvents() {
        News news = ask();
        boolean taken = take(news);
        standing.refresh();
        if (taken && news.desksToo()) {
            compare();
        }
    }

    /** Keycloak is asked first and outside of any transaction: it may be slow, and others need the connection. */
    News ask() {
        long before = jdbc.sql(EVENT_TIME).query(Long.class).single();
        // At the very first time the comparison tells all.
        Realm.News news = realm.since(
                before == 0
                        ? Instant.now().toEpochMilli() - Duration.ofMinutes(1).toMillis()
                        : before - OVERLAP);
        Map<String, Optional<Realm.Member>> told = new HashMap<>();
        news.subjects().forEach(subject -> told.put(subject, realm.find(subject)));
        Map<String, Optional<Realm.Member>> unknown = new HashMap<>();
        people.toldByTokens(ADOPTED_AT_ONCE).forEach(username -> unknown.put(username, realm.named(username)));
        return new News(before, news.until(), told, unknown, news.ended(), news.desksToo() && before != 0);
    }

    /**
     * @return false if another node is at it, or has taken later news meanwhile: what these say may be over, and is
     *     told again
     */
    boolean take(News news) {
        return alone(() -> {
                    if (jdbc.sql(EVENT_TIME).query(Long.class).single() != news.after()) {
                        return false;
                    }
                    news.told().forEach((subject, member) -> take(subject, member, people.bySubject(subject)));
                    news.unknown()
                            .forEach((username, member) ->
                                    member.ifPresentOrElse(people::put, () -> people.removeToldByToken(username)));
                    news.ended().forEach(this::ended);
                    jdbc.sql("update directory_state set event_time = greatest(event_time, ?)")
                            .param(news.until())
                            .update();
                    return true;
                })
                .orElse(false);
    }

    /** @return empty if another node is at it */
    Optional<Drift> compare() {
        OffsetDateTime asked = Instant.now().atOffset(ZoneOffset.UTC);
        Map<String, Realm.Member> actual = realm.staff();
        Map<String, People.Person> known = people.all();
        // What differs is asked for one by one: only so it is known as tokens have it.
        Map<String, Optional<Realm.Member>> different = new HashMap<>();
        actual.values().stream()
                .filter(member -> differs(member, known.get(member.subject())))
                .forEach(member -> different.put(member.subject(), realm.find(member.subject())));
        known.keySet().stream()
                .filter(subject -> !actual.containsKey(subject))
                .forEach(subject -> different.put(
                        subject,
                        realm.find(subject).filter(member -> !member.desks().isEmpty() || member.staff())));
        Optional<Drift> drift = alone(() -> {
            // Of whom an event told while the realm was asked, the event is right.
            jdbc.sql("select subject from directory_change where at >= ?")
                    .param(asked)
                    .query(String.class)
                    .list()
                    .forEach(different::remove);
            different.forEach((subject, member) -> take(subject, member, Optional.ofNullable(known.get(subject))));
            int added = (int) different.keySet().stream()
                    .filter(subject -> !known.containsKey(subject))
                    .count();
            int removed =
                    (int) different.values().stream().filter(Optional::isEmpty).count();
            Drift found = new Drift(added, different.size() - added - removed, removed);
            Instant now = Instant.now();
            jdbc.sql("update directory_state set compared_at = ?, added = ?, changed = ?, removed = ?")
                    .params(now.atOffset(ZoneOffset.UTC), found.added(), found.changed(), found.removed())
                    .update();
            jdbc.sql("delete from directory_change where greatest(at, ended_at) < ?")
                    .param(now.minus(Standing.LONGEST_SESSION).atOffset(ZoneOffset.UTC))
                    .update();
            return found;
        });
        drift.filter(found -> found.all() > 0).ifPresent(found -> {
            LOG.info(
                    "The directory differed from the realm: {} people were missing, {} were otherwise, {} are gone",
                    found.added(),
                    found.changed(),
                    found.removed());
            meters.counter("liudan.directory.drift").increment(found.all());
        });
        standing.refresh();
        return drift;
    }

    private static boolean differs(Realm.Member member, People.Person person) {
        return person == null
                || !person.desks().equals(member.desks())
                || !person.name().equals(member.name())
                || !Realm.ofStaff(person.roles()).equals(Realm.ofStaff(member.roles()));
    }

    /** Whoever has got or lost something reads it out of the directory until their next token. */
    private void take(String subject, Optional<Realm.Member> member, Optional<People.Person> before) {
        if (member.isEmpty()) {
            people.remove(subject);
            change(subject, Instant.now(), true, Set.of(), Set.of());
        } else if (before.isEmpty()
                || !before.get().roles().equals(member.get().roles())
                || differs(member.get(), before.get())) {
            people.put(member.get());
            change(
                    subject,
                    Instant.now(),
                    false,
                    member.get().roles(),
                    member.get().desks());
        }
    }

    /** The time of roles and desks is before all tokens, so that these say what they say. */
    private void ended(String subject, Instant at) {
        jdbc.sql("""
                insert into directory_change (subject, at, gone, roles, desks, ended_at) values (?, timestamptz 'epoch', false, '{}', '{}', ?)
                on conflict (subject) do update set ended_at = greatest(directory_change.ended_at, excluded.ended_at)""").params(subject, at.atOffset(ZoneOffset.UTC)).update();
    }

    private void change(String subject, Instant at, boolean gone, Set<Actor.Role> roles, Set<String> desks) {
        jdbc.sql("""
                insert into directory_change (subject, at, gone, roles, desks) values (?, ?, ?, ?, ?)
                on conflict (subject) do update set at = excluded.at, gone = excluded.gone, roles = excluded.roles, desks = excluded.desks
                    where directory_change.at = timestamptz 'epoch' or (directory_change.gone, directory_change.roles, directory_change.desks) is distinct from (excluded.gone, excluded.roles, excluded.desks)""")
                .params(
                        subject,
                        at.atOffset(ZoneOffset.UTC),
                        gone,
                        People.texts(roles),
                        desks.stream().sorted().toArray(String[]::new))
                .update();
    }

    /** Empty if another node is at it. */
    private <T> Optional<T> alone(Supplier<T> step) {
        return transaction.execute(status -> jdbc.sql("select pg_try_advisory_xact_lock(?)")
                        .param(LOCK)
                        .query(Boolean.class)
                        .single()
                ? Optional.ofNullable(step.get())
                : Optional.<T>empty());
    }
}
