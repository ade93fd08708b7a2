package io.liudan.deadline;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Every step that a desk takes or took, with its limit and the cards it got. Kept beside the engine's tasks, which end and leave
 * no such trace; written in the transaction that begins or ends the task.
 */
@Repository
@Transactional(propagation = Propagation.MANDATORY)
public class Steps {

    private final JdbcClient jdbc;
    private final WorkingCalendar calendar;
    private final Clock clock;
    private final ZoneId zone;

    Steps(JdbcClient jdbc, WorkingCalendar calendar, Clock clock, @Value("${liudan.calendar.zone}") ZoneId zone) {
        this.jdbc = jdbc;
        this.calendar = calendar;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * A step as its desk takes it.
     *
     * @param taskId the engine's task
     * @param step   the task's key in the model, for example {@code verify}
     */
    public record Step(String taskId, String requestCode, String step, String desk, Instant startedAt, Instant dueAt) {
    }

    /** A card that is to be given now. */
    public record Reached(Step step, Card card) {
    }

    /** Begins a step; one whose business key is no request's code leaves no trace. */
    public void begin(Step step, String name, Limit limit) {
        List<Limit.Mark> marks = step.dueAt() == null || limit == null ? List.of() : limit.marks(calendar, step.startedAt(), step.dueAt());
        jdbc.sql("""
                insert into step (task_id, request_code, step, name, desk, category, started_at, due_at, provisional, cards, card_at)
                select :task, code, :step, :name, :desk, category, :start::timestamptz, :due::timestamptz, :provisional,
                    string_to_array(:cards, ','), string_to_array(:at, ',')::timestamptz[] from service_request where code = :code""")
                .param("task", step.taskId()).param("code", step.requestCode()).param("step", step.step()).param("name", name).param("desk", step.desk())
                .param("start", time(step.startedAt()))
                .param("due", step.dueAt() == null ? null : time(step.dueAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("provisional", provisional(step.dueAt(), marks)).param("cards", cards(marks)).param("at", instants(marks)).update();
    }

    public void end(String taskId) {
        jdbc.sql("update step set ended_at = ? where task_id = ? and ended_at is null").params(time(clock.instant()), taskId).update();
    }

    /** The limit moved: cards already given stay, the others come by the new due date. */
    public void moved(String taskId, Instant due, Limit limit) {
        Step step = jdbc.sql("select * from step where task_id = ?").param(taskId).query(Steps::step).single();
        List<Card> given = jdbc.sql("select card from card where task_id = ?").param(taskId).query(String.class).list().stream().map(Card::valueOf).toList();
        List<Limit.Mark> marks = limit.marks(calendar, step.startedAt(), due).stream().filter(mark -> !given.contains(mark.card())).toList();
        jdbc.sql("""
                update step set due_at = :due, provisional = :provisional, given = 0,
                    cards = string_to_array(:cards, ','), card_at = string_to_array(:at, ',')::timestamptz[] where task_id = :task""")
                .param("due", time(due)).param("provisional", provisional(due, marks)).param("cards", cards(marks)).param("at", instants(marks)).param("task", taskId).update();
    }

    /** When the next card of any open step of a request is to be given. */
    public Optional<Instant> next(String requestCode) {
        return jdbc.sql("select min(card_at[given + 1]) from step where request_code = ? and ended_at is null").param(requestCode)
                .query((row, n) -> Optional.ofNullable(row.getTimestamp(1)).map(Timestamp::toInstant)).single();
    }

    /** The earliest card that is to be given by now; empty when none is. Locks the step, so that it isn't given twice. */
    public Optional<Reached> reached(String requestCode) {
        return jdbc.sql("""
                select *, cards[given + 1] as next from step where request_code = ? and ended_at is null and card_at[given + 1] <= ?
                order by card_at[given + 1], cards[given + 1] limit 1 for update""").params(requestCode, time(clock.instant()))
                .query((row, n) -> new Reached(step(row, n), Card.valueOf(row.getString("next")))).optional();
    }

    /** Gives a card and tells these desks; the same card is given to a step once. */
    public void give(Reached reached, Collection<String> told) {
        Step step = reached.step();
        jdbc.sql("update step set given = given + 1 where task_id = ?").param(step.taskId()).update();
        long id = jdbc.sql("insert into card (task_id, card, request_code, step, desk, due_at, given_at) values (?, ?, ?, ?, ?, ?, ?) returning id")
                .params(step.taskId(), reached.card().name(), step.requestCode(), step.step(), step.desk(), time(step.dueAt()), time(clock.instant()))
                .query(Long.class).single();
        told.stream().distinct().forEach(desk -> jdbc.sql("insert into card_notice (desk, card_id) values (?, ?)").params(desk, id).update());
    }

    /** The gravest card of each of these open tasks; tasks without one are absent. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Map<String, Card> gravest(Collection<String> taskIds) {
        return taskIds.isEmpty() ? Map.of() : jdbc.sql("select task_id, card from card where task_id in (:ids)").param("ids", taskIds)
                .query((row, n) -> Map.entry(row.getString(1), Card.valueOf(row.getString(2)))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a.compareTo(b) > 0 ? a : b));
    }

    /** A date in a year whose holidays aren't known counts Monday to Friday, until the year's table is there. */
    private boolean provisional(Instant due, List<Limit.Mark> marks) {
        Instant last = marks.isEmpty() ? due : marks.getLast().at();
        return last != null && !calendar.knows(last.atZone(zone).toLocalDate());
    }

    private static String cards(List<Limit.Mark> marks) {
        return marks.stream().map(mark -> mark.card().name()).collect(Collectors.joining(","));
    }

    private static String instants(List<Limit.Mark> marks) {
        return marks.stream().map(mark -> mark.at().toString()).collect(Collectors.joining(","));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Step step(ResultSet row, int n) throws SQLException {
        Timestamp due = row.getTimestamp("due_at");
        return new Step(row.getString("task_id"), row.getString("request_code"), row.getString("step"), row.getString("desk"),
                row.getTimestamp("started_at").toInstant(), due == null ? null : due.toInstant());
    }
}
