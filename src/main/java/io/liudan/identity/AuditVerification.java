package io.liudan.identity;

import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reckons the chain of the audit log anew and names what was changed, removed or put elsewhere. As a command it asks no
 * hub, only the database ({@code LIUDAN_DATABASE_URL}, {@code _USER}, {@code _PASSWORD}; a user who may read is
 * enough), and compares with heads that were written down before, so that it also finds a chain that was made anew or
 * cut off at its end: {@code ./mvnw -q -Paudit -Dheads=<number>:<hash>,…}.
 */
public final class AuditVerification {

    /** An entry without a place in the chain for longer than this is taken for one whose seal was removed. */
    static final Duration UNCHAINED = Duration.ofMinutes(5);

    private static final int TOLD = 100;
    private static final int CANNOT = 2;

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final List<String> broken = new ArrayList<>();
    private long number;
    private byte[] hash;
    private long checked;

    /** @param hash in hexadecimal digits */
    record Head(long number, String hash) {}

    /**
     * What a verification found.
     *
     * @param checked so many entries
     * @param broken what is wrong, in the order of the chain; the first hundred
     */
    record Verdict(boolean whole, long checked, Head head, List<String> broken) {}

    /** @param jdbc reads in batches, which needs a transaction around {@link #run} */
    AuditVerification(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    Verdict run() {
        AuditChain.Link begin = AuditChain.begin(jdbc);
        number = begin.number();
        hash = begin.hash();
        jdbc.query(
                "select s.number, s.hash, s.entry, " + AuditChain.ENTRY
                        + " from audit.seal s left join audit.entry e on e.id = s.entry order by s.number",
                this::next);
        jdbc.queryForList(
                        "select e.id from audit.entry e left join audit.seal s on s.entry = e.id where s.entry is null and e.at < ? order by e.id limit "
                                + TOLD,
                        Long.class,
                        clock.instant().minus(UNCHAINED).atOffset(ZoneOffset.UTC))
                .forEach(id -> broken("entry " + id + " has no place in the chain"));
        return new Verdict(
                broken.isEmpty(), checked, new Head(number, HexFormat.of().formatHex(hash)), List.copyOf(broken));
    }

    /** Whether the chain still has a link that was written down before, as it was. */
    void compare(Head known) {
        List<byte[]> kept = jdbc.queryForList(
                "select hash from audit.seal where number = ? union all select hash from audit.cut where number = ?",
                byte[].class,
                known.number(),
                known.number());
        long cut = AuditChain.begin(jdbc).number();
        if (kept.isEmpty() && cut > known.number()) {
            broken("link " + known.number() + " is older than the cut at " + cut
                    + " and can't be compared: write down a later one");
        } else if (kept.isEmpty()) {
            broken("link " + known.number() + ", which was written down, is missing");
        } else if (kept.stream().anyMatch(one -> !HexFormat.of().formatHex(one).equals(known.hash()))) {
            broken("link " + known.number() + " isn't the one that was written down: the chain was made anew");
        }
    }

    private void next(ResultSet row) throws SQLException {
        long own = row.getLong("number");
        if (own != number + 1) {
            broken("the links " + (number + 1) + " to " + (own - 1) + " are missing");
        }
        byte[] kept = row.getBytes("hash");
        row.getLong("id");
        if (row.wasNull()) {
            broken("entry " + row.getLong("entry") + " of link " + own + " is missing");
        } else if (own == number + 1 && !MessageDigest.isEqual(AuditChain.hash(hash, AuditChain.entry(row, 0)), kept)) {
            broken("entry " + row.getLong("entry") + " of link " + own + " was changed or moved");
        }
        // One fault isn't told a second time by all that follow it.
        number = own;
        hash = kept;
        checked++;
    }

    private void broken(String what) {
        if (broken.size() < TOLD) {
            broken.add(what);
        }
    }

    /** Ends with 0 when the log is whole, 1 when it isn't, 2 when that can't be found out. */
    public static void main(String[] args) {
        try {
            Verdict verdict = verify(
                    setting("LIUDAN_DATABASE_URL", "jdbc:postgresql://localhost:5432/liudan"),
                    setting("LIUDAN_DATABASE_USER", "liudan"),
                    setting("LIUDAN_DATABASE_PASSWORD", "liudan"),
                    heads(System.getProperty("audit.heads", "")));
            verdict.broken().forEach(what -> System.out.println("BROKEN  " + what));
            System.out.printf(
                    "%s  %d entries; the chain ends with %d:%s%n",
                    verdict.whole() ? "WHOLE" : "NOT WHOLE",
                    verdict.checked(),
                    verdict.head().number(),
                    verdict.head().hash());
            System.exit(verdict.whole() ? 0 : 1);
        } catch (RuntimeException e) {
            System.err.println("The audit log can't be verified: " + e.getMessage());
            System.exit(CANNOT);
        }
    }

    static Verdict verify(String url, String user, String password, List<Head> known) {
        DriverManagerDataSource database = new DriverManagerDataSource(url, user, password);
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.setFetchSize(AuditChain.BATCH);
        AuditVerification verification = new AuditVerification(jdbc, Clock.systemUTC());
        return new TransactionTemplate(new JdbcTransactionManager(database)).execute(status -> {
            known.forEach(verification::compare);
            return verification.run();
        });
    }

    /** @throws IllegalArgumentException for what is no {@code number:hash} */
    static List<Head> heads(String text) {
        List<Head> heads = new ArrayList<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",")) {
            if (!part.strip().matches("\\d{1,18}:[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "'" + part.strip() + "' is no head: its number, a colon and 64 hexadecimal digits");
            }
            heads.add(new Head(
                    Long.parseLong(part.strip().split(":")[0]), part.strip().split(":")[1]));
        }
        return heads;
    }

    private static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
