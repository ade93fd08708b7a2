package io.liudan.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Chains the rows of the audit log by SHA-256, a moment after they were written, so that no writer waits for another;
 * and finds where the chain is broken. Whoever changes rows with the rights of a database administrator would have to
 * make the whole chain anew, and its head is known elsewhere: it is logged once a day and stands in every export.
 */
@Component
class AuditChain {

    private static final Logger LOG = LoggerFactory.getLogger(AuditChain.class);
    static final int BATCH = 1_000;
    static final long LOCK = 0x61756469744c6f67L;
    private static final long LATE = 1_000;
    private static final long LATEST = 100_000;
    /** Well before an entry without a place counts as a fault ({@link AuditVerification#UNCHAINED}). */
    private static final int ROUNDS = 60;

    static final String ENTRY = "e.id, e.at, e.actor, e.roles, e.action, e.subject, e.policy, e.address, e.reason";

    private final JdbcClient jdbc;
    private final JdbcTemplate inBatches;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private long rounds;

    /** A row of the audit log as it is kept; {@code reason} is sealed. */
    record Entry(
            long id,
            Instant at,
            String actor,
            String roles,
            String action,
            String subject,
            String policy,
            String address,
            String reason) {}

    record Link(long number, byte[] hash, Entry entry) {}

    AuditChain(JdbcClient jdbc, DataSource database, PlatformTransactionManager transactions, Clock clock) {
        this.jdbc = jdbc;
        this.inBatches = new JdbcTemplate(database);
        this.inBatches.setFetchSize(BATCH);
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** An audit log that its writer can change proves nothing. */
    @EventListener(ApplicationStartedEvent.class)
    void requireAppendOnly() {
        boolean may = jdbc.sql("""
                select bool_or(has_table_privilege(t, p)) from unnest(array['audit.entry', 'audit.seal', 'audit.cut']) t, unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p""").query(Boolean.class).single();
        if (may) {
            throw new IllegalStateException(
                    "The hub's database user may change the audit log. It has to work as the user liudan of db/provision.sql, which is no superuser.");
        }
    }

    @Scheduled(fixedDelayString = "${liudan.privacy.audit-interval:1s}")
    void chain() {
        while (Boolean.TRUE.equals(transaction.execute(status -> chainSome() == BATCH))) {
            // There are more.
        }
    }

    private int chainSome() {
        if (!jdbc.sql("select pg_try_advisory_xact_lock(?)")
                .param(LOCK)
                .query(Boolean.class)
                .single()) {
            return 0;
        }
        Link last = last();
        long number = last.number();
        byte[] hash = last.hash();
        long newest = jdbc.sql("select coalesce(max(entry), 0) from audit.seal")
                .query(Long.class)
                .single();
        // Rows commit out of the order of their numbers: every second the last few are looked at again, now and then
        // more of them.
        long from = newest - (rounds++ % ROUNDS == 0 ? LATEST : LATE);
        List<Entry> fresh = jdbc.sql(
                        "select " + ENTRY
                                + " from audit.entry e where e.id > ? and not exists (select from audit.seal s where s.entry = e.id and s.entry > ?) order by e.id limit ?")
                .params(from, from, BATCH)
                .query(AuditChain::entry)
                .list();
        List<Object[]> links = new ArrayList<>();
        for (Entry entry : fresh) {
            hash = hash(hash, entry);
            links.add(new Object[] {++number, entry.id(), hash});
        }
        inBatches.batchUpdate("insert into audit.seal (number, entry, hash) values (?, ?, ?)", links);
        return fresh.size();
    }

    private Link last() {
        return jdbc.sql("select number, hash from audit.seal order by number desc limit 1")
                .query((row, n) -> new Link(row.getLong(1), row.getBytes(2), null))
                .optional()
                .orElseGet(() -> begin(inBatches));
    }

    /** The first link, or where the administrator cut. */
    static Link begin(JdbcTemplate jdbc) {
        return jdbc
                .query(
                        "select number, hash from audit.cut order by number desc limit 1",
                        (row, n) -> new Link(row.getLong(1), row.getBytes(2), null))
                .stream()
                .findFirst()
                .orElse(new Link(0, new byte[32], null));
    }

    Optional<AuditVerification.Head> head() {
        return jdbc.sql("select number, hash from audit.seal order by number desc limit 1")
                .query((row, n) -> new AuditVerification.Head(
                        row.getLong(1), HexFormat.of().formatHex(row.getBytes(2))))
                .optional();
    }

    @Scheduled(initialDelay = 1, fixedDelay = 24, timeUnit = TimeUnit.HOURS)
    void tellHead() {
        head().ifPresent(head ->
                LOG.info("The audit log ends with entry {} of its chain, {}", head.number(), head.hash()));
    }

    /** Reckons the whole chain anew. */
    AuditVerification.Verdict verify() {
        return transaction.execute(status -> new AuditVerification(inBatches, clock).run());
    }

    static Entry entry(ResultSet row, int n) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getTimestamp("at").toInstant(),
                row.getString("actor"),
                row.getString("roles"),
                row.getString("action"),
                row.getString("subject"),
                row.getString("policy"),
                row.getString("address"),
                row.getString("reason"));
    }

    /** Of the hash before and all fields, each with its length before it. */
    static byte[] hash(byte[] before, Entry entry) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(before);
            digest.update(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(entry.id())
                    .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, entry.at()))
                    .array());
            for (String field : new String[] {
                entry.actor(),
                entry.roles(),
                entry.action(),
                entry.subject(),
                entry.policy(),
                entry.address(),
                entry.reason()
            }) {
                byte[] bytes = field == null ? new byte[0] : field.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(field == null ? -1 : bytes.length)
                        .array());
                digest.update(bytes);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
