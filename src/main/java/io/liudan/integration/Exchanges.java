package io.liudan.integration;

import io.liudan.identity.Retention;
import io.liudan.matter.MatterEvents;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * What was exchanged with departments' systems: one record for each attempt to carry something and for each message
 * that came in, without a word of it. Kept for as long as {@code keycloak/privacy.yaml} says of {@code exchanges}.
 */
@Component
class Exchanges {

    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
    private static final int BATCH = 10_000;
    private static final int SAME_MOMENT = 1_000;

    private final JdbcClient jdbc;
    private final Retention retention;
    private final Clock clock;

    Exchanges(JdbcClient jdbc, Retention retention, Clock clock) {
        this.jdbc = jdbc;
        this.retention = retention;
        this.clock = clock;
    }

    enum Outcome {
        /** The department's system has acknowledged it. */
        DELIVERED,
        /** It failed, and is tried again or a dead letter. */
        FAILED,
        /** The other side doesn't want it: the department's system an order, the hub an answer. */
        REFUSED,
        /** The hub has it. */
        TAKEN,
        /** The hub had it already. */
        REPEATED
    }

    /**
     * One exchange.
     *
     * @param wire the route template that carried it, or the channel by which it came: api, sftp, kafka, soap,
     *     exchange-table
     * @param workOrder for example {@code 1000012-1-cgj}; {@code null} for a message that names none
     * @param message key under which it went or came
     * @param attempt 1 for the first
     * @param bytes of the message as JSON
     * @param millis how long it took; {@code null} where nobody waited
     * @param fault what went wrong, as {@link WireFault} or a problem's code has it; {@code null} for nothing
     * @param receipt what the department's system calls the order
     */
    record Entry(
            long id,
            Instant at,
            String department,
            DeadLetters.Direction direction,
            String wire,
            String workOrder,
            String message,
            int attempt,
            int bytes,
            Integer millis,
            Outcome outcome,
            String fault,
            String receipt) {}

    /** @param next cursor of the next page, absent at the end */
    record Page(List<Entry> items, String next) {}

    /**
     * What is looked for; {@code null} for any.
     *
     * @param from the first instant that is shown
     * @param to the first instant that is no longer shown
     */
    record Query(String connector, String workOrder, String receipt, Outcome outcome, Instant from, Instant to) {}

    /** Writes it down; that a record is missing stops no work order. */
    void record(Entry entry) {
        try {
            jdbc.sql("""
                    insert into exchange (at, department, direction, wire, work_order, message, attempt, bytes, millis, outcome, fault, receipt)
                    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                    .param(1, now())
                    .param(2, entry.department())
                    .param(3, entry.direction().name())
                    .param(4, entry.wire())
                    .param(5, entry.workOrder(), Types.VARCHAR)
                    .param(6, entry.message(), Types.VARCHAR)
                    .param(7, entry.attempt())
                    .param(8, entry.bytes())
                    .param(9, entry.millis(), Types.INTEGER)
                    .param(10, entry.outcome().name())
                    .param(11, entry.fault(), Types.VARCHAR)
                    .param(12, entry.receipt(), Types.VARCHAR)
                    .update();
        } catch (DataAccessException e) {
            LOG.warn(
                    "An exchange with {} isn't on record: {}",
                    entry.department(),
                    e.getClass().getName());
        }
    }

    /** The newest first. */
    Page list(Query query, Long before, int limit) {
        StringBuilder where = new StringBuilder("id < :before");
        Map<String, Object> params = new HashMap<>();
        params.put("before", before == null ? Long.MAX_VALUE : before);
        filter(where, params, "department = :department", query.connector());
        filter(where, params, "work_order = :workOrder", query.workOrder());
        filter(where, params, "receipt = :receipt", query.receipt());
        filter(
                where,
                params,
                "outcome = :outcome",
                query.outcome() == null ? null : query.outcome().name());
        // Numbers run with time but for those of the same moment: a time is looked up once, and not in each row.
        filter(
                where,
                params,
                "at >= :from and id >= (select min(id) - " + SAME_MOMENT
                        + " from (select id from exchange where at >= :from order by at limit 1) first)",
                time(query.from()));
        filter(
                where,
                params,
                "at < :to and id <= (select max(id) + " + SAME_MOMENT
                        + " from (select id from exchange where at < :to order by at desc limit 1) last)",
                time(query.to()));
        List<Entry> found = jdbc.sql("select * from exchange where " + where + " order by id desc limit " + (limit + 1))
                .params(params)
                .query(Exchanges::entry)
                .list();
        return found.size() > limit
                ? new Page(
                        new ArrayList<>(found.subList(0, limit)),
                        Long.toString(found.get(limit - 1).id()))
                : new Page(found, null);
    }

    private static void filter(StringBuilder where, Map<String, Object> params, String condition, Object value) {
        if (value != null) {
            where.append(" and ").append(condition);
            params.put(condition.substring(condition.indexOf(':') + 1).replaceFirst("\\W.*", ""), value);
        }
    }

    private static OffsetDateTime time(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** The last attempt to carry a message. */
    java.util.Optional<Entry> lastAttempt(String workOrder, String message) {
        return jdbc.sql(
                        "select * from exchange where work_order = ? and message = ? and direction = 'OUT' order by id desc limit 1")
                .params(workOrder, message)
                .query(Exchanges::entry)
                .optional();
    }

    @Scheduled(fixedDelay = 1, timeUnit = java.util.concurrent.TimeUnit.HOURS)
    void forget() {
        OffsetDateTime until = now().minus(retention.of("exchanges"));
        int gone = BATCH;
        while (gone == BATCH) {
            // Numbers run with time, so that a batch is read from the beginning of the table.
            gone = jdbc.sql(
                            "delete from exchange where id in (select id from (select id, at from exchange order by id limit ?) oldest where at < ?)")
                    .params(BATCH, until)
                    .update();
        }
    }

    /** What a department's system calls the order of a matter that is forgotten is forgotten as well. */
    @EventListener
    void forget(MatterEvents.Forgotten matter) {
        jdbc.sql("update exchange set receipt = null, message = null where work_order >= ? and work_order < ?")
                .params(matter.code() + "-", matter.code() + ".")
                .update();
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private static Entry entry(ResultSet row, int n) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getTimestamp("at").toInstant(),
                row.getString("department"),
                DeadLetters.Direction.valueOf(row.getString("direction")),
                row.getString("wire"),
                row.getString("work_order"),
                row.getString("message"),
                row.getInt("attempt"),
                row.getInt("bytes"),
                (Integer) row.getObject("millis"),
                Outcome.valueOf(row.getString("outcome")),
                row.getString("fault"),
                row.getString("receipt"));
    }
}
