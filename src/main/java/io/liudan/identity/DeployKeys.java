package io.liudan.identity;

import io.liudan.problem.Problem;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keys that designers make for their Camunda Modeler, which can't sign in by itself: opaque, kept as a keyed hash for
 * exact match, good for a year at most and for as long as their owner is a designer. They open the doors that
 * {@code keycloak/doors.yaml} lists for them and no other.
 */
@Service
class DeployKeys {

    /** Tells a deploy key from a token. */
    static final String PREFIX = "ldk_";

    static final int LONGEST_DAYS = 365;

    private static final String KIND = "deploy-key";
    private static final int BYTES = 32;
    private static final int MOST = 10;
    private static final int NAME_LIMIT = 80;
    private static final Duration USE_NOTED = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final Vault vault;
    private final People people;
    private final Doors doors;
    private final Audit audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    DeployKeys(JdbcClient jdbc, Vault vault, People people, Doors doors, Audit audit, Clock clock) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.people = people;
        this.doors = doors;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * @param owner username
     * @param name what the owner calls it, for example the machine it is used on
     * @param usedAt to the hour; {@code null} before its first use
     * @param revokedAt {@code null} while it is good
     */
    record Line(
            long id,
            String owner,
            String name,
            Instant createdAt,
            Instant expiresAt,
            Instant usedAt,
            Instant revokedAt) {}

    /**
     * @param key its number
     * @param designer with no desk and no other role
     */
    record Owner(long key, Actor designer) {}

    /** @param key told once and never again */
    record Made(long id, String key, Instant expiresAt) {}

    /**
     * @param days how long it is good, {@code null} for as long as may be
     * @throws Problem 422 naming a field that isn't right, 409 when the designer has so many already
     */
    @Transactional
    public Made make(Actor actor, String name, Integer days) {
        if (name == null || name.isBlank()) {
            throw Problem.field("name", "required");
        }
        if (name.length() > NAME_LIMIT) {
            throw Problem.field("name", "too-long", NAME_LIMIT);
        }
        int good = days == null ? LONGEST_DAYS : days;
        if (good < 1 || good > LONGEST_DAYS) {
            throw Problem.field("days", "range", 1, LONGEST_DAYS);
        }
        people.saw(actor);
        // Calls at once are counted one after the other.
        jdbc.sql("select 1 from person where username = ? for update")
                .param(actor.username())
                .query((row, n) -> 0)
                .list();
        Instant now = clock.instant();
        long alive = jdbc.sql(
                        "select count(*) from deploy_key where owner = ? and revoked_at is null and expires_at > ?")
                .params(actor.username(), now.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
        if (alive >= MOST) {
            throw Problem.conflict("too-many-deploy-keys", MOST);
        }
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Instant until = now.plus(Duration.ofDays(good));
        long id = jdbc.sql("""
                insert into deploy_key (owner, name, key_index, created_at, expires_at) values (?, ?, ?, ?, ?) returning id""")
                .params(
                        actor.username(),
                        name.strip(),
                        vault.index(KIND, key),
                        now.atOffset(ZoneOffset.UTC),
                        until.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
        audit.record("deploy-key.make", String.valueOf(id), "designer");
        return new Made(id, key, until);
    }

    /** The actor's own, the newest first; all for administrators. */
    List<Line> list(Actor actor) {
        return jdbc.sql("select * from deploy_key where ? or owner = ? order by id desc limit 200")
                .params(actor.is(Actor.Role.ADMINISTRATOR), actor.username())
                .query((row, n) -> new Line(
                        row.getLong("id"),
                        row.getString("owner"),
                        row.getString("name"),
                        row.getTimestamp("created_at").toInstant(),
                        row.getTimestamp("expires_at").toInstant(),
                        instant(row.getTimestamp("used_at")),
                        instant(row.getTimestamp("revoked_at"))))
                .list();
    }

    /** @throws Problem 404 when there is no such key of theirs */
    @Transactional
    public void revoke(Actor actor, long id) {
        int revoked = jdbc.sql("""
                update deploy_key set revoked_at = coalesce(revoked_at, ?) where id = ? and (? or owner = ?)""")
                .params(
                        clock.instant().atOffset(ZoneOffset.UTC),
                        id,
                        actor.is(Actor.Role.ADMINISTRATOR),
                        actor.username())
                .update();
        if (revoked == 0) {
            throw Problem.notFound("no-such-deploy-key");
        }
        audit.record("deploy-key.revoke", String.valueOf(id), "designer");
    }

    /** Keys of people who are no designers any more are taken back for good, should they become that again. */
    @Scheduled(fixedDelayString = "PT1M")
    @Transactional
    public void takeBackOfOthers() {
        jdbc.sql("""
                update deploy_key set revoked_at = ? where revoked_at is null
                and not exists (select 1 from person where username = owner and 'DESIGNER' = any(roles)) returning id""")
                .param(clock.instant().atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .list()
                .forEach(id -> audit.record("deploy-key.revoke", String.valueOf(id), "directory"));
    }

    /**
     * The designer whose key this is.
     *
     * @param owner username that came with the key, {@code null} where none did
     * @return empty for a key that isn't good any more or never was, and for one whose owner is no designer now
     */
    Optional<Owner> owner(String key, String owner) {
        Instant now = clock.instant();
        return jdbc.sql(
                        "select id, owner from deploy_key where key_index = ? and revoked_at is null and expires_at > ?")
                .params(vault.index(KIND, key), now.atOffset(ZoneOffset.UTC))
                .query((row, n) -> Map.entry(row.getLong("id"), row.getString("owner")))
                .optional()
                .filter(found -> owner == null || owner.equals(found.getValue()))
                .flatMap(found -> people.find(found.getValue())
                        .filter(person ->
                                person.roles().contains(Actor.Role.DESIGNER) && doors.inOneHand(person.roles()))
                        .map(person -> {
                            used(found.getKey(), now);
                            return new Owner(
                                    found.getKey(),
                                    new Actor(person.username(), person.name(), Set.of(Actor.Role.DESIGNER), Set.of()));
                        }));
    }

    private void used(long id, Instant now) {
        jdbc.sql("update deploy_key set used_at = ? where id = ? and (used_at is null or used_at < ?)")
                .params(now.atOffset(ZoneOffset.UTC), id, now.minus(USE_NOTED).atOffset(ZoneOffset.UTC))
                .update();
    }

    private static Instant instant(Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
