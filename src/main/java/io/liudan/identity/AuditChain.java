package io.liudan.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
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
 * Chains the rows of the audit log by SHA-256, a moment after they were written, so that no writer waits for another; and finds where the chain is broken. Whoever
 * changes rows with the rights of a database administrator would have to make the whole chain anew, and its head is known elsewhere: it is logged once a day and stands
 * in every export.
 */
@Component
class AuditChain {

    private static final Logger LOG = LoggerFactory.getLogger(AuditChain.class);
    private static final int BATCH = 1_000;
    private static final long LOCK = 0x61756469744c6f67L;
    private static final long LATE = 1_000;
    private static final long LATEST = 100_000;
    /** Well before an entry without a place counts as a fault ({@link #UNCHAINED}). */
    private static final int ROUNDS = 60;
    /** An entry without a place in the chain for longer than this is taken for one whose seal was removed. */
    static final Duration UNCHAINED = Duration.ofMinutes(5);
    static final String ENTRY = "e.id, e.at, e.actor, e.roles, e.action, e.subject, e.policy, e.address, e.reason";

    private final JdbcClient jdbc;
    private final JdbcTemplate inBatches;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private long rounds;

    /** A row of the audit log as it is kept; {@code reason} is sealed. */
    record Entry(long id, Instant at, String actor, String roles, String action, String subject, String policy, String address, String reason) {
    }

    /** @param hash in hexadecimal digits */
    record Head(long number, String hash) {
    }

    /**
     * What a verification found.
     *
     * @param checked so many entries
     * @param broken  what is wrong, in the order of the chain; the first hundred
     */
    record Verdict(boolean whole, long checked, Head head, List<String> broken) {
    }

    private record Link(long number, byte[] hash, Entry entry) {
    }

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
                select bool_or(has_table_privilege(t, p)) from unnest(array['audit.entry', 'audit.seal', 'audit.cut']) t, unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p""")
                .query(Boolean.class).single();
        if (may) {
            throw new IllegalStateException("The hub's database user may change the audit log. It has to work as the user liudan of db/provision.sql, which is no superuser.");
        }
    }

    @Scheduled(fixedDelayString = "${liudan.privacy.audit-interval:1s}")
    void chain() {
        while (Boolean.TRUE.equals(transaction.execute(status -> chainSome() == BATCH))) {
            // There are more.
        }
    }

    private int chainSome() {
        if (!jdbc.sql("select pg_try_advisory_xact_lock(?)").param(LOCK).query(Boolean.class).single()) {
            return 0;
        }
        Link last = last();
        long number = last.number();
        byte[] hash = last.hash();
        long newest = jdbc.sql("select coalesce(max(entry), 0) from audit.seal").query(Long.class).single();
        // Rows commit out of the order of their numbers: every second the last few are looked at again, now and then more of them.
        long from = newest - (rounds++ % ROUNDS == 0 ? LATEST : LATE);
        List<Entry> fresh = jdbc.sql("select " + ENTRY + " from audit.entry e where e.id > ? and not exists (select from audit.seal s where s.entry = e.id and s.entry > ?) order by e.id limit ?")
                .params(from, from, BATCH).query(AuditChain::entry).list();
        List<Object[]> links = new ArrayList<>();
        for (Entry entry : fresh) {
            hash = hash(hash, entry);
            links.add(new Object[] {++number, entry.id(), hash});
        }
        inBatches.batchUpdate("insert into audit.seal (number, entry, hash) values (?, ?, ?)", links);
        return fresh.size();
    }

    private Link last() {
        return jdbc.sql("select number, hash from audit.seal order by number desc limit 1").query((row, n) -> new Link(row.getLong(1), row.getBytes(2), null)).optional().orElseGet(this::begin);
    }

    /** The first link, or where the administrator cut. */
    private Link begin() {
        return jdbc.sql("select number, hash from audit.cut order by number desc limit 1").query((row, n) -> new Link(row.getLong(1), row.getBytes(2), null)).optional()
                .orElse(new Link(0, new byte[32], null));
    }

    Optional<Head> head() {
        return jdbc.sql("select number, hash from audit.seal order by number desc limit 1").query((row, n) -> new Head(row.getLong(1), HexFormat.of().formatHex(row.getBytes(2)))).optional();
    }

    @Scheduled(initialDelay = 1, fixedDelay = 24, timeUnit = TimeUnit.HOURS)
    void tellHead() {
        head().ifPresent(head -> LOG.info("The audit log ends with entry {} of its chain, {}", head.number(), head.hash()));
    }

    /** Reckons the whole chain anew. */
    Verdict verify() {
        Verification run = new Verification(begin());
        // The driver reads in batches only within a transaction.
        transaction.executeWithoutResult(status -> inBatches.query("select s.number, s.hash, s.entry, " + ENTRY + " from audit.seal s left join audit.entry e on e.id = s.entry order by s.number", run::next));
        jdbc.sql("select e.id from audit.entry e left join audit.seal s on s.entry = e.id where s.entry is null and e.at < ? order by e.id limit 100")
                .param(clock.instant().minus(UNCHAINED).atOffset(ZoneOffset.UTC)).query(Long.class).list().forEach(id -> run.broken("entry " + id + " has no place in the chain"));
        return run.verdict();
    }

    private static final class Verification {

        private static final int TOLD = 100;

        private final List<String> broken = new ArrayList<>();
        private long number;
        private byte[] hash;
        private long checked;

        Verification(Link begin) {
            this.number = begin.number();
            this.hash = begin.hash();
        }

        void next(ResultSet row) throws SQLException {
            long own = row.getLong("number");
            if (own != number + 1) {
                broken("the links " + (number + 1) + " to " + (own - 1) + " are missing");
            }
            byte[] kept = row.getBytes("hash");
            row.getLong("id");
            if (row.wasNull()) {
                broken("entry " + row.getLong("entry") + " of link " + own + " is missing");
            } else if (own == number + 1 && !MessageDigest.isEqual(hash(hash, entry(row, 0)), kept)) {
                broken("entry " + row.getLong("entry") + " of link " + own + " was changed or moved");
            }
            // One fault isn't told a second time by all that follow it.
            number = own;
            hash = kept;
            checked++;
        }

        void broken(String what) {
            if (broken.size() < TOLD) {
                broken.add(what);
            }
        }

        Verdict verdict() {
            return new Verdict(broken.isEmpty(), checked, new Head(number, HexFormat.of().formatHex(hash)), List.copyOf(broken));
        }
    }

    static Entry entry(ResultSet row, int n) throws SQLException {
        return new Entry(row.getLong("id"), row.getTimestamp("at").toInstant(), row.getString("actor"), row.getString("roles"), row.getString("action"), row.getString("subject"),
                row.getString("policy"), row.getString("address"), row.getString("reason"));
    }

    /** Of the hash before and all fields, each with its length before it. */
    private static byte[] hash(byte[] before, Entry entry) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(before);
            digest.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(entry.id()).putLong(ChronoUnit.MICROS.between(Instant.EPOCH, entry.at())).array());
            for (String field : new String[] {entry.actor(), entry.roles(), entry.action(), entry.subject(), entry.policy(), entry.address(), entry.reason()}) {
                byte[] bytes = field == null ? new byte[0] : field.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(field == null ? -1 : bytes.length).array());
                digest.update(bytes);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
