package io.liudan.workorder;

import io.liudan.identity.Vault;
import io.liudan.matter.EventLog;
import io.liudan.matter.MatterCodes;
import io.liudan.matter.MatterEvents;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The work orders (办理单) of a matter, one for each department of joint handling in each round of dispatching, and all
 * that becomes of them, in order: what a department's own system is told. The verbs run in the caller's transaction.
 */
@Service
@Transactional(propagation = Propagation.MANDATORY)
public class DepartmentOrders {

    /** What a connector still has to carry. */
    private static final String WAITING = "WAITING";

    private static final int PROGRESS_NOTES = 200;

    private final JdbcClient jdbc;
    private final EventLog events;
    private final ApplicationEventPublisher publisher;
    private final Vault vault;
    private final ChangeFeed feed;

    DepartmentOrders(
            JdbcClient jdbc, EventLog events, ApplicationEventPublisher publisher, Vault vault, ChangeFeed feed) {
        this.jdbc = jdbc;
        this.events = events;
        this.publisher = publisher;
        this.vault = vault;
        this.feed = feed;
    }

    /**
     * @param code for example {@code 1000012-1-cgj}: the matter, the round, the department
     * @param role LEAD or SUPPORTING
     * @param status ISSUED, ACCEPTED, RETURNED, FINISHED, EXPLAINED or CANCELLED
     * @param version counts up with every change
     */
    public record WorkOrder(
            long id,
            String code,
            String requestCode,
            int round,
            String department,
            String role,
            String status,
            String report,
            int version,
            Instant issuedAt,
            Instant acceptedAt,
            Instant closedAt) {}

    /**
     * One thing that became of a work order.
     *
     * @param kind ISSUED, CANCELLED, URGED, EXTENSION_APPROVED, EXTENSION_REFUSED, PROGRESSED, or the department's
     *     answer
     * @param cursor where a reader goes on after it; {@code null} for one that wasn't read from the feed
     */
    public record Change(long id, String cursor, String kind, Instant at, WorkOrder order) {}

    /**
     * The departments that a dispatch named, as work orders of a new round; unanswered orders of earlier rounds are
     * cancelled.
     */
    public List<String> issue(String code, String lead, Collection<String> supporting) {
        int round = jdbc.sql("select coalesce(max(round), 0) + 1 from work_order where matter_id = ?")
                .param(MatterCodes.number(code))
                .query(Integer.class)
                .single();
        close(code);
        List<String> departments = new ArrayList<>(List.of(lead));
        supporting.stream()
                .filter(department -> !departments.contains(department))
                .forEach(departments::add);
        for (String department : departments) {
            long id = jdbc.sql(
                            "insert into work_order (matter_id, code, round, department, role, status, issued_at) values (?, ?, ?, ?, ?, 'ISSUED', ?) returning id")
                    .params(
                            MatterCodes.number(code),
                            code + "-" + round + "-" + department,
                            round,
                            department,
                            department.equals(lead) ? "LEAD" : "SUPPORTING",
                            events.now())
                    .query(Long.class)
                    .single();
            changed(id, code, department, "ISSUED", true);
        }
        return departments;
    }

    /** Cancels what no department has answered for. */
    public void close(String code) {
        jdbc.sql("""
                update work_order set status = 'CANCELLED', closed_at = ?, version = version + 1
                where matter_id = ? and closed_at is null returning id, department""")
                .params(events.now(), MatterCodes.number(code))
                .query((row, n) -> Map.entry(row.getLong("id"), row.getString("department")))
                .list()
                .forEach(order -> changed(order.getKey(), code, order.getValue(), "CANCELLED", true));
    }

    /**
     * A department's answer to its work order of the current round.
     *
     * @param status ACCEPTED, RETURNED, FINISHED or EXPLAINED
     * @param report what it says, may be {@code null}
     * @param bySystem whether its own system said so, which then need not be told
     */
    public void answer(String code, String department, String status, String report, boolean bySystem) {
        boolean open = status.equals("ACCEPTED");
        jdbc.sql("""
                update work_order set status = :status, report = coalesce(:report, report), version = version + 1,
                    accepted_at = case when :open then :now::timestamptz else accepted_at end,
                    closed_at = case when :open then null else :now::timestamptz end
                where matter_id = :matter and department = :department
                    and round = (select max(round) from work_order where matter_id = :matter) returning id""")
                .param("status", status)
                .param("report", vault.seal(report, code), Types.VARCHAR)
                .param("open", open)
                .param("now", events.now())
                .param("matter", MatterCodes.number(code))
                .param("department", department)
                .query(Long.class)
                .optional()
                .ifPresent(id -> changed(id, code, department, status, !bySystem));
    }

    /** Something that the department is to know of its open order, for example EXTENSION_APPROVED. */
    public void tell(String code, String department, String kind) {
        note(code, department, kind, true);
    }

    /**
     * How far a department's system has come; everybody who may see the matter reads it.
     *
     * @param system username of the department's system
     */
    public void progressed(String code, String department, String system, String text) {
        events.requireRoom(code, "progressed", null, PROGRESS_NOTES);
        note(code, department, "PROGRESSED", false);
        events.append(code, "progressed", system, "dept-" + department, Map.of("text", text));
    }

    private void note(String code, String department, String kind, boolean carry) {
        jdbc.sql(
                        "update work_order set version = version + 1 where matter_id = ? and department = ? and closed_at is null returning id")
                .params(MatterCodes.number(code), department)
                .query(Long.class)
                .optional()
                .ifPresent(id -> changed(id, code, department, kind, carry));
    }

    /** The departments at work learn that somebody is waiting. After the check of whether urging is allowed. */
    @EventListener
    void urged(MatterEvents.Urged urging) {
        jdbc.sql("select department from work_order where matter_id = ? and closed_at is null")
                .param(MatterCodes.number(urging.code()))
                .query(String.class)
                .list()
                .forEach(department -> tell(urging.code(), department, "URGED"));
    }

    /** What no department has answered for has an end with the matter. */
    @EventListener
    void closed(MatterEvents.Closed matter) {
        close(matter.code());
    }

    @EventListener
    void forget(MatterEvents.Forgotten matter) {
        jdbc.sql("update work_order set report = null where matter_id = ?")
                .param(MatterCodes.number(matter.code()))
                .update();
    }

    private void changed(long workOrder, String code, String department, String kind, boolean carry) {
        long id = jdbc.sql(
                        "insert into work_order_change (work_order, matter_id, department, kind, at) values (?, ?, ?, ?, ?) returning id")
                .params(workOrder, MatterCodes.number(code), department, kind, events.now())
                .query(Long.class)
                .single();
        if (carry) {
            publisher.publishEvent(new WorkOrderChanged(code, department, id));
        }
    }

    /**
     * A change is to be carried to the department, after those that still wait.
     *
     * @return whether others wait already, so that somebody is at it
     */
    public boolean enqueue(String code, String department, long change) {
        lockQueue(code, department);
        boolean busy = next(code, department).isPresent();
        jdbc.sql("update work_order_change set delivery = ? where id = ?")
                .params(WAITING, change)
                .update();
        return busy;
    }

    /**
     * The oldest change that waits to be carried; what is enqueued meanwhile waits until this transaction has ended.
     */
    public Optional<Long> dequeue(String code, String department) {
        lockQueue(code, department);
        return next(code, department);
    }

    private Optional<Long> next(String code, String department) {
        return jdbc
                .sql(
                        "select min(id) from work_order_change where matter_id = ? and department = ? and delivery = 'WAITING'")
                .params(MatterCodes.number(code), department)
                .query((row, n) -> (Long) row.getObject(1))
                .list()
                .stream()
                .filter(java.util.Objects::nonNull)
                .findFirst();
    }

    /**
     * Notes how a change was told.
     *
     * @param how DELIVERED, DISCARDED or BY_HAND
     */
    public void told(String code, long change, String how) {
        jdbc.sql("update work_order_change set delivery = ?, told_at = ? where id = ? and matter_id = ?")
                .params(how, events.now(), change, MatterCodes.number(code))
                .update();
    }

    private void lockQueue(String code, String department) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 0))")
                .param("work-order/" + code + "/" + department)
                .query((row, n) -> 0)
                .list();
    }

    /** The departments that supported the lead in the last round, without those that returned their order. */
    public List<String> supporting(String code) {
        return jdbc.sql("""
                select department from work_order where matter_id = :matter and role = 'SUPPORTING' and status <> 'RETURNED'
                    and round = (select max(round) from work_order where matter_id = :matter) order by id""")
                .param("matter", MatterCodes.number(code))
                .query(String.class)
                .list();
    }

    /**
     * How the delivery to a department stands.
     *
     * @param waiting changes that wait to be carried
     * @param oldestWaiting since when the oldest of them waits, {@code null} without one
     * @param lastDelivered {@code null} for never
     */
    public record Delivery(long waiting, Instant oldestWaiting, Instant lastDelivered) {}

    @Transactional(readOnly = true)
    public Delivery delivery(String department) {
        return jdbc.sql("""
                select count(*) as waiting, min(at) as oldest,
                    (select max(told_at) from work_order_change where department = :department and delivery = 'DELIVERED') as last
                from work_order_change where department = :department and delivery = 'WAITING'""")
                .param("department", department)
                .query((row, n) -> new Delivery(row.getLong("waiting"), instant(row, "oldest"), instant(row, "last")))
                .single();
    }

    /** What the department's system calls the order; kept for the phone. */
    @Transactional
    public void receipt(long change, String receipt) {
        jdbc.sql("update work_order_change set receipt = ? where id = ?")
                .params(receipt, change)
                .update();
    }

    @Transactional(readOnly = true)
    public Optional<Change> change(long id) {
        return jdbc.sql(CHANGES + "where c.id = ?")
                .param(id)
                .query((row, n) -> readChange(row, null))
                .optional();
    }

    /** Only the department's own. */
    @Transactional(readOnly = true)
    public Optional<WorkOrder> find(String department, String code) {
        return jdbc.sql("select * from work_order where code = ? and department = ?")
                .params(code, department)
                .query(this::order)
                .optional();
    }

    /** The same, and nobody else changes it until this transaction has ended. */
    public Optional<WorkOrder> locked(String department, String code) {
        return jdbc.sql("select * from work_order where code = ? and department = ? for update")
                .params(code, department)
                .query(this::order)
                .optional();
    }

    /** Matters and departments that something has waited for since before {@code since}; somebody should be at it. */
    @Transactional(readOnly = true)
    public List<Waiting> waitingSince(Instant since) {
        return jdbc.sql(
                        "select distinct matter_id, department from work_order_change where delivery = 'WAITING' and at < ?")
                .param(since.atOffset(ZoneOffset.UTC))
                .query((row, n) -> new Waiting(MatterCodes.of(row.getLong(1)), row.getString(2)))
                .list();
    }

    /** Departments with open orders of which nothing was ever carried: they had no system when the orders came. */
    @Transactional(readOnly = true)
    public List<String> untold() {
        return jdbc.sql("select distinct department from work_order w where closed_at is null and not exists ("
                        + CARRIED + ")")
                .query(String.class)
                .list();
    }

    /** Such orders of a department that has a system now are to be carried to it, as they stand. */
    @Transactional
    public void tellOpen(String department) {
        jdbc.sql("""
                update work_order_change set delivery = 'WAITING' where id in (
                    select (select min(id) from work_order_change where matter_id = w.matter_id and work_order = w.id) from work_order w
                    where department = ? and closed_at is null and not exists (""" + CARRIED + "))").param(department).update();
    }

    private static final String CARRIED =
            "select from work_order_change where matter_id = w.matter_id and work_order = w.id and delivery is not null";

    public record Waiting(String code, String department) {}

    /**
     * A department's orders, the newest first.
     *
     * @param status may be {@code null}
     * @param before orders with a lower id only; {@code null} for the first page
     */
    @Transactional(readOnly = true)
    public List<WorkOrder> list(String department, String status, Long before, int limit) {
        return jdbc.sql(
                        "select * from work_order where department = :department and (:status::text is null or status = :status) and id < :before order by id desc limit :limit")
                .param("department", department)
                .param("status", status, Types.VARCHAR)
                .param("before", before == null ? Long.MAX_VALUE : before)
                .param("limit", limit)
                .query(this::order)
                .list();
    }

    /**
     * What became of a department's orders after a cursor, in the order in which it became visible: nothing will come
     * before it any more.
     *
     * @param cursor as a change before had it; {@code null} for the beginning
     */
    @Transactional
    public List<Change> changes(String department, String cursor, int limit) {
        feed.number(department);
        long epoch = feed.epoch();
        return jdbc.sql(CHANGES + "where c.department = ? and c.feed > ? order by c.feed limit ?")
                .params(department, feed.after(department, cursor), limit)
                .query((row, n) -> readChange(row, epoch + "-" + row.getLong("feed")))
                .list();
    }

    private static final String CHANGES =
            "select c.id as change, c.feed, c.kind, c.at, w.* from work_order_change c join work_order w on w.matter_id = c.matter_id and w.id = c.work_order ";

    private Change readChange(ResultSet row, String cursor) throws SQLException {
        return new Change(
                row.getLong("change"),
                cursor,
                row.getString("kind"),
                row.getTimestamp("at").toInstant(),
                order(row, 0));
    }

    private WorkOrder order(ResultSet row, int n) throws SQLException {
        return new WorkOrder(
                row.getLong("id"),
                row.getString("code"),
                MatterCodes.of(row.getLong("matter_id")),
                row.getInt("round"),
                row.getString("department"),
                row.getString("role"),
                row.getString("status"),
                vault.open(row.getString("report"), MatterCodes.of(row.getLong("matter_id"))),
                row.getInt("version"),
                instant(row, "issued_at"),
                instant(row, "accepted_at"),
                instant(row, "closed_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
