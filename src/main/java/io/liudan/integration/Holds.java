package io.liudan.integration;

import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Departments that operators have paused: nothing is carried to them until somebody resumes it or the time that was
 * given is over. Stands in the database, and so for all nodes and over restarts; each looks again every second.
 */
@Component
class Holds {

    private static final int REASON_LIMIT = 500;

    private final JdbcClient jdbc;
    private final Vault vault;
    private final Clock clock;
    /** Answers the gate without asking the database; {@code null} until it has been asked for the first time. */
    private volatile Map<String, Hold> held;

    Holds(JdbcClient jdbc, Vault vault, Clock clock) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.clock = clock;
    }

    /**
     * @param by who paused it
     * @param until {@code null} for until somebody resumes it
     */
    record Hold(String department, String by, String reason, Instant since, Instant until) {}

    Optional<Hold> of(String department) {
        if (held == null) {
            refresh();
        }
        return Optional.ofNullable(held.get(department))
                .filter(hold -> hold.until() == null || hold.until().isAfter(clock.instant()));
    }

    /** @throws Problem 422 without a reason, or when it is to end in the past */
    void pause(String department, String by, String reason, Instant until) {
        if (reason == null || reason.isBlank()) {
            throw Problem.field("reason", "required");
        }
        if (reason.length() > REASON_LIMIT) {
            throw Problem.field("reason", "too-long", REASON_LIMIT);
        }
        if (until != null && !until.isAfter(clock.instant())) {
            throw Problem.field("until", "in-the-past");
        }
        jdbc.sql("""
                insert into connector_hold (department, held_by, reason, since, until) values (?, ?, ?, ?, ?)
                on conflict (department) do update
                    set held_by = excluded.held_by, reason = excluded.reason, since = excluded.since, until = excluded.until""")
                .param(1, department)
                .param(2, by)
                .param(3, vault.seal(reason.strip(), department))
                .param(4, clock.instant().atOffset(ZoneOffset.UTC))
                .param(5, until == null ? null : until.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
        refresh();
    }

    void resume(String department) {
        jdbc.sql("delete from connector_hold where department = ?")
                .param(department)
                .update();
        refresh();
    }

    @Scheduled(fixedDelay = 1, timeUnit = java.util.concurrent.TimeUnit.SECONDS)
    void refresh() {
        held = jdbc
                .sql("select * from connector_hold")
                .query((row, n) -> new Hold(
                        row.getString("department"),
                        row.getString("held_by"),
                        vault.open(row.getString("reason"), row.getString("department")),
                        row.getTimestamp("since").toInstant(),
                        row.getTimestamp("until") == null
                                ? null
                                : row.getTimestamp("until").toInstant()))
                .list()
                .stream()
                .collect(Collectors.toUnmodifiableMap(Hold::department, Function.identity()));
    }
}
