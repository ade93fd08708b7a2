package io.liudan.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps the local directory like the realm: every few seconds by Keycloak's admin events, and every hour by a comparison of everybody, which finds what no event told, such as
 * what another agency's directory did. One node does it for all.
 */
@Component
class DirectorySync {

    private static final Logger LOG = LoggerFactory.getLogger(DirectorySync.class);
    private static final long LOCK = 0x6469726563746f72L;
    /** Events of one transaction may be written a little after their time. */
    private static final long OVERLAP = 2_000;
    private static final int ADOPTED_AT_ONCE = 100;

    private final JdbcClient jdbc;
    private final Realm realm;
    private final People people;
    private final Standing standing;
    private final TransactionTemplate transaction;
    private final MeterRegistry meters;
    private boolean failing;

    /** How many people the directory had otherwise than the realm. */
    record Drift(int added, int changed, int removed) {

        int all() {
            return added + changed + removed;
        }
    }

    DirectorySync(JdbcClient jdbc, Realm realm, People people, Standing standing, PlatformTransactionManager transactions, MeterRegistry meters) {
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

    @Scheduled(fixedDelayString = "${liudan.identity.comparison-interval:1h}", initialDelayString = "PT30S")
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
        transaction.executeWithoutResult(status -> {
            if (!alone()) {
                return;
            }
            long before = jdbc.sql("select event_time from directory_state").query(Long.class).single();
            // At the very first time the comparison tells all.
            Realm.News news = realm.since(before == 0 ? Instant.now().toEpochMilli() - Duration.ofMinutes(1).toMillis() : before - OVERLAP);
            news.subjects().forEach(subject -> refresh(subject, Instant.now()));
            jdbc.sql("update directory_state set event_time = greatest(event_time, ?)").param(news.until()).update();
        });
        standing.refresh();
        adopt();
    }

    Drift compare() {
        Drift drift = transaction.execute(status -> {
            if (!alone()) {
                return null;
            }
            Instant now = Instant.now();
            Map<String, Realm.Member> actual = realm.staff();
            Map<String, People.Person> known = new HashMap<>();
            people.all().forEach(known::put);
            int added = 0;
            int changed = 0;
            for (Realm.Member member : actual.values()) {
                People.Person person = known.remove(member.subject());
                if (person == null) {
                    added++;
                } else if (!person.roles().equals(member.roles()) || !person.desks().equals(member.desks()) || !person.name().equals(member.name())) {
                    changed++;
                } else {
                    continue;
                }
                store(member, person, now);
            }
            Set<String> gone = new HashSet<>(known.keySet());
            gone.forEach(subject -> remove(subject, now));
            jdbc.sql("update directory_state set compared_at = ?, added = ?, changed = ?, removed = ?").params(now.atOffset(ZoneOffset.UTC), added, changed, gone.size()).update();
            jdbc.sql("delete from directory_change where at < ?").param(now.minus(Standing.LONGEST_SESSION).atOffset(ZoneOffset.UTC)).update();
            return new Drift(added, changed, gone.size());
        });
        if (drift != null && drift.all() > 0) {
            LOG.info("The directory differed from the realm: {} people were missing, {} were otherwise, {} are gone", drift.added(), drift.changed(), drift.removed());
            meters.counter("liudan.directory.drift").increment(drift.all());
        }
        standing.refresh();
        return drift;
    }

    /** Of whom a token told before the realm did: they get their id, or go if the realm has let them go by now. */
    private void adopt() {
        for (String username : people.toldByTokens(ADOPTED_AT_ONCE)) {
            realm.named(username).ifPresentOrElse(people::put, () -> people.removeToldByToken(username));
        }
    }

    private void refresh(String subject, Instant at) {
        Optional<Realm.Member> member = realm.find(subject);
        Optional<People.Person> person = people.bySubject(subject);
        if (member.isEmpty()) {
            remove(subject, at);
        } else if (person.isEmpty() || !person.get().roles().equals(member.get().roles()) || !person.get().desks().equals(member.get().desks())
                || !person.get().name().equals(member.get().name())) {
            store(member.get(), person.orElse(null), at);
        }
    }

    /** Whoever has got or lost something reads it out of the directory until the next token; whoever is new has a fresh token anyhow. */
    private void store(Realm.Member member, People.Person before, Instant at) {
        people.put(member);
        if (before != null) {
            change(member.subject(), at, false, member.roles(), member.desks());
        }
    }

    private void remove(String subject, Instant at) {
        people.remove(subject);
        change(subject, at, true, Set.of(), Set.of());
    }

    private void change(String subject, Instant at, boolean gone, Set<Actor.Role> roles, Set<String> desks) {
        jdbc.sql("""
                insert into directory_change (subject, at, gone, roles, desks) values (?, ?, ?, ?, ?)
                on conflict (subject) do update set at = excluded.at, gone = excluded.gone, roles = excluded.roles, desks = excluded.desks
                    where (directory_change.gone, directory_change.roles, directory_change.desks) is distinct from (excluded.gone, excluded.roles, excluded.desks)""")
                .params(subject, at.atOffset(ZoneOffset.UTC), gone, People.texts(roles), desks.stream().sorted().toArray(String[]::new)).update();
    }

    private boolean alone() {
        return jdbc.sql("select pg_try_advisory_xact_lock(?)").param(LOCK).query(Boolean.class).single();
    }
}
