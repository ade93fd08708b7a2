package io.liudan.deadline;

import io.liudan.matter.MatterCodes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Every step that a desk takes or took, with its limit and the cards it got. Kept beside the engine's tasks, which end
 * and leave no such trace; written in the transaction that begins or ends the task.
 */
@Repository
@Transactional(propagation = Propagation.MANDATORY)
public class Steps {

    private static final String RUNNING = """
            select s.*, r.urgency, r.kind, array(select card from card where card.matter_id = s.matter_id and card.task_id = s.task_id) as got
            from step s join matter_facts r on r.id = s.matter_id
            where s.ended_at is null and s.due_at is not null""";
    private static final String COUNTED = RUNNING + " and s.term is not null";

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
     * @param code the matter's
     * @param step the task's key in the model, for example {@code verify}
     */
    public record Step(String taskId, String code, String step, String desk, Instant startedAt, Instant dueAt) {}

    /**
     * An open step.
     *
     * @param kind the matter's
     * @param term how its due date was counted
     * @param category the matter's category code
     * @param urgency the matter's, as it stands now
     * @param given cards it got
     * @param remaining cards it is to get
     */
    public record Running(
            Step step,
            String kind,
            Term term,
            String category,
            String urgency,
            Set<Card> given,
            List<Limit.Mark> remaining,
            boolean provisional) {}

    /** What a running step would come to under a term: nothing but the same, or another length or other dates. */
    public record Recount(Running running, Term term, Instant due, List<Limit.Mark> marks, boolean provisional) {

        public boolean changes() {
            return !due.equals(running.step.dueAt())
                    || !marks.equals(running.remaining)
                    || provisional != running.provisional
                    || !term.equals(running.term);
        }
    }

    /** A card that is to be given now. */
    public record Reached(Step step, Card card) {}

    /**
     * Begins a step; one whose business key is no matter's code leaves no trace.
     *
     * @param limit whose cards it gets; {@code null} for none
     * @param term how its due date was counted; {@code null} when it wasn't by the hub
     */
    public void begin(Step step, String name, Limit limit, Term term) {
        List<Limit.Mark> marks = step.dueAt() == null || limit == null
                ? List.of()
                : limit.marks(calendar.of(step.desk()), step.startedAt(), step.dueAt());
        jdbc.sql("""
                insert into step (task_id, matter_id, step, name, desk, category, started_at, due_at, provisional, cards, card_at, term)
                select :task, id, :step, :name, :desk, category, :start::timestamptz, :due::timestamptz, :provisional,
                    string_to_array(:cards, ','), string_to_array(:at, ',')::timestamptz[], :term::jsonb from matter_facts where id = :matter""")
                .param("task", step.taskId())
                .param("matter", MatterCodes.number(step.code()))
                .param("step", step.step())
                .param("name", name)
                .param("desk", step.desk())
                .param("start", time(step.startedAt()))
                .param("due", step.dueAt() == null ? null : time(step.dueAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("provisional", provisional(step.dueAt(), marks))
                .param("cards", cards(marks))
                .param("at", instants(marks))
                .param("term", term == null ? null : term.write(), Types.VARCHAR)
                .update();
    }

    public void end(String taskId) {
        jdbc.sql("update step set ended_at = ? where task_id = ? and ended_at is null")
                .params(time(clock.instant()), taskId)
                .update();
    }

    /** The step of a matter that ended last under this key. */
    public Optional<Step> lastEnded(String code, String step) {
        return jdbc.sql(
                        "select * from step where matter_id = ? and step = ? and ended_at is not null order by ended_at desc, started_at desc limit 1")
                .params(MatterCodes.number(code), step)
                .query(Steps::step)
                .optional();
    }

    /** How the due date of a step was counted; empty when it wasn't by the hub. */
    public Optional<Term> term(String taskId) {
        return jdbc.sql("select term from step where task_id = ?")
                .param(taskId)
                .query((row, n) -> Optional.ofNullable(row.getString(1)).map(Term::parse))
                .single();
    }

    /** Open steps whose due date the hub counted. */
    public List<Running> running() {
        return jdbc.sql(COUNTED).query(this::running).list();
    }

    /**
     * Those of them with a provisional date, or a date within these days.
     *
     * @param first {@code null} for provisional dates alone
     */
    public List<Running> running(LocalDate first, LocalDate last) {
        return jdbc.sql(COUNTED + """
                \sand (s.provisional or s.started_at < (:last::date + 1) at time zone :zone
                    and greatest(s.due_at, s.card_at[cardinality(s.card_at)]) >= :first::date at time zone :zone)""")
                .param("first", first, Types.DATE)
                .param("last", last, Types.DATE)
                .param("zone", zone.getId())
                .query(this::running)
                .list();
    }

    /** Those of them whose dates are provisional although the holidays of their years are known by now. */
    public List<Running> provisionalNoMore() {
        return calendar.years().isEmpty()
                ? List.of()
                : jdbc.sql(COUNTED + """
                \sand s.provisional and extract(year from greatest(s.due_at, s.card_at[cardinality(s.card_at)]) at time zone :zone) in (:years)""")
                        .param("zone", zone.getId())
                        .param("years", calendar.years())
                        .query(this::running)
                        .list();
    }

    /**
     * An open step, locked; its term is {@code null} when the hub didn't count it. Empty when it has ended or is never
     * due.
     */
    public Optional<Running> lock(String taskId) {
        return jdbc.sql(RUNNING + " and s.task_id = ? for update of s")
                .param(taskId)
                .query(this::running)
                .optional();
    }

    /** A step's dates by this term and the calendar as it stands; cards already given stay. */
    public Recount recount(Running running, Term term) {
        WorkingCalendar hours = calendar.of(running.step.desk());
        Instant due = term.due(hours);
        List<Limit.Mark> marks = term.limit().marks(hours, running.step.startedAt(), due).stream()
                .filter(mark -> !running.given.contains(mark.card()))
                .toList();
        return new Recount(running, term, due, marks, provisional(due, marks));
    }

    public void move(Recount to) {
        jdbc.sql("""
                update step set due_at = :due, provisional = :provisional, given = 0, term = :term::jsonb,
                    cards = string_to_array(:cards, ','), card_at = string_to_array(:at, ',')::timestamptz[] where task_id = :task""")
                .param("due", time(to.due()))
                .param("provisional", to.provisional())
                .param("term", to.term().write())
                .param("cards", cards(to.marks()))
                .param("at", instants(to.marks()))
                .param("task", to.running().step().taskId())
                .update();
    }

    /** When the next card of any open step of a matter is to be given. */
    public Optional<Instant> next(String code) {
        return jdbc.sql("select min(card_at[given + 1]) from step where matter_id = ? and ended_at is null")
                .param(MatterCodes.number(code))
                .query((row, n) -> Optional.ofNullable(row.getTimestamp(1)).map(Timestamp::toInstant))
                .single();
    }

    /**
     * The earliest card that is to be given by now; empty when none is. Locks the step, so that it isn't given twice.
     */
    public Optional<Reached> reached(String code) {
        return jdbc.sql("""
                select *, cards[given + 1] as next from step where matter_id = ? and ended_at is null and card_at[given + 1] <= ?
                order by card_at[given + 1], cards[given + 1] limit 1 for update""")
                .params(MatterCodes.number(code), time(clock.instant()))
                .query((row, n) -> new Reached(step(row, n), Card.valueOf(row.getString("next"))))
                .optional();
    }

    /** Gives a card and tells these desks; the same card is given to a step once. */
    public void give(Reached reached, Collection<String> told) {
        Step step = reached.step();
        jdbc.sql("update step set given = given + 1 where task_id = ?")
                .param(step.taskId())
                .update();
        long id = jdbc.sql(
                        "insert into card (task_id, card, matter_id, step, desk, due_at, given_at) values (?, ?, ?, ?, ?, ?, ?) returning id")
                .params(
                        step.taskId(),
                        reached.card().name(),
                        MatterCodes.number(step.code()),
                        step.step(),
                        step.desk(),
                        time(step.dueAt()),
                        time(clock.instant()))
                .query(Long.class)
                .single();
        told.stream().distinct().forEach(desk -> jdbc.sql(
                        "insert into card_notice (desk, card_id, matter_id) values (?, ?, ?)")
                .params(desk, id, MatterCodes.number(step.code()))
                .update());
    }

    /**
     * How an open task stands.
     *
     * @param gravest the gravest card it got, {@code null} without one
     * @param provisional whether its due date waits for the holidays of a year
     */
    public record Standing(Card gravest, boolean provisional) {}

    /** How each of these open tasks stands; tasks that leave no trace are absent. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Map<String, Standing> standings(Collection<String> taskIds) {
        return taskIds.isEmpty()
                ? Map.of()
                : jdbc
                        .sql(
                                "select task_id, provisional, array(select card from card where card.matter_id = step.matter_id and card.task_id = step.task_id) as got from step where task_id in (:ids)")
                        .param("ids", taskIds)
                        .query((row, n) -> Map.entry(
                                row.getString("task_id"),
                                new Standing(
                                        cards(row, "got")
                                                .max(Comparator.naturalOrder())
                                                .orElse(null),
                                        row.getBoolean("provisional"))))
                        .list()
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Stream<Card> cards(ResultSet row, String column) throws SQLException {
        return Arrays.stream((String[]) row.getArray(column).getArray()).map(Card::valueOf);
    }

    /** A date in a year whose holidays aren't known counts Monday to Friday, until the year's table is there. */
    private boolean provisional(Instant due, List<Limit.Mark> marks) {
        return due != null
                && Stream.concat(Stream.of(due), marks.stream().map(Limit.Mark::at))
                        .anyMatch(at -> !calendar.knows(at.atZone(zone).toLocalDate()));
    }

    private static String cards(List<Limit.Mark> marks) {
        return marks.stream().map(mark -> mark.card().name()).collect(Collectors.joining(","));
    }

    private static String instants(List<Limit.Mark> marks) {
        return marks.stream().map(mark -> mark.at().toString()).collect(Collectors.joining(","));
    }

    private Running running(ResultSet row, int n) throws SQLException {
        String[] cards = (String[]) row.getArray("cards").getArray();
        Timestamp[] at = (Timestamp[]) row.getArray("card_at").getArray();
        List<Limit.Mark> remaining = IntStream.range(row.getInt("given"), cards.length)
                .mapToObj(i -> new Limit.Mark(Card.valueOf(cards[i]), at[i].toInstant()))
                .toList();
        Set<Card> given = cards(row, "got").collect(Collectors.toSet());
        return new Running(
                step(row, n),
                row.getString("kind"),
                Optional.ofNullable(row.getString("term")).map(Term::parse).orElse(null),
                row.getString("category"),
                row.getString("urgency"),
                given,
                remaining,
                row.getBoolean("provisional"));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Step step(ResultSet row, int n) throws SQLException {
        Timestamp due = row.getTimestamp("due_at");
        return new Step(
                row.getString("task_id"),
                MatterCodes.of(row.getLong("matter_id")),
                row.getString("step"),
                row.getString("desk"),
                row.getTimestamp("started_at").toInstant(),
                due == null ? null : due.toInstant());
    }
}
