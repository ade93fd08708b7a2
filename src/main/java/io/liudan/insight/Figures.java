package io.liudan.insight;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.request.Outcome;
import io.liudan.request.Requests;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Reads what {@link RollUp} has counted: whole months from the months, the rest from the days. */
@Service
class Figures {

    /** The whole city, in the place of a unit's code. */
    static final String CITY = "city";

    private static final List<String> PARTS =
            Arrays.stream(Part.values()).map(Part::name).toList();
    /** Apart, so that each reads nothing but its own stretch of the index. */
    private static final String COUNTED = """
            (select * from %1$s where unit in (:units) and grain = 'M' and %2$s and period >= :firstMonth and period < :endOfMonths
                union all select * from %1$s where unit in (:units) and grain = 'D' and %2$s and period >= :from and period < least(:firstMonth, :to::date + 1)
                union all select * from %1$s where unit in (:units) and grain = 'D' and %2$s and period >= greatest(:endOfMonths, :from::date) and period <= :to) counted""";

    private static final String ONE = "category = :kept";
    private static final String EACH = "category <> '*'";
    private static final String OF_KIND = "kind = :kind";

    /**
     * A unit that closes nothing has a line of its own by what it lets lie. In the area of a unit every late step
     * counts; as a dispatcher or handler it answers for the steps at its own desks.
     */
    private static final String LINES = """
            with late as materialized (
                select matter_id, desk, coalesce(s.category, '') as category from step_facts s join matter_facts m on m.id = s.matter_id and m.kind = '%5$s' where ended_at is null and due_at < :now
            ), placed as materialized (
                select late.matter_id, late.desk, late.category, street_code, community_code from late join matter_facts on id = matter_id
            ), overdue as (
                select unit, part, category, count(distinct matter_id) as late from (
                    select '%1$s' as unit, 'PLACE' as part, category, matter_id from late
                    union all select street_code, 'PLACE', category, matter_id from placed
                    union all select community_code, 'PLACE', category, matter_id from placed
                    union all select desk_unit(desk), case when desk like 'street-%%' then 'DISPATCHER' else 'HANDLER' end, category, matter_id from late) l
                where (:category::text is null or category = :category) and unit in (:units) group by 1, 2, 3
            )
            select unit, part, case when :each then category end as category, sum(closed) as closed, sum(late) as late, %2$s
            from (select unit, part, category, closed, 0 as late, %3$s from {counted}
                union all select unit, part, category, 0, late, %4$s from overdue) f
            group by 1, 2, 3 order by array_position(array[:units], unit), array_position(array[:parts], part), 3""".formatted(
                    CITY,
                    RollUp.counters("sum({}) as {}", RollUp.ALL),
                    RollUp.counters("{}", RollUp.ALL),
                    RollUp.counters("0", RollUp.ALL),
                    Requests.KIND);

    private static final String STEPS = """
            select unit, case when :each then category end as category, step, max(name) as name, sum(ended) as ended, sum(limited) as limited, sum(in_time) as in_time,
                sum(used_seconds) as used, sum(allowed_seconds) as allowed from {counted}
            group by 1, 2, 3 order by array_position(array[:units], unit), 2, sum(ended) desc, step""";

    private final JdbcClient jdbc;
    private final CityDirectory city;
    private final Clock clock;

    Figures(JdbcClient jdbc, CityDirectory city, Clock clock) {
        this.jdbc = jdbc;
        this.city = city;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param units codes, or {@link #CITY}
     * @param from first day by the city's calendar, of closing
     * @param to last day
     * @param category code, or {@code null} for all
     * @param each whether the categories are told apart
     */
    record Question(List<String> units, LocalDate from, LocalDate to, String category, boolean each) {}

    /** A share that can't hide how little it rests on. {@code rate} is absent where the denominator is 0. */
    record Rate(long numerator, long denominator, Double rate) {

        static Rate of(long numerator, long denominator) {
            return new Rate(numerator, denominator, denominator == 0 ? null : (double) numerator / denominator);
        }
    }

    /**
     * One unit in one of its parts.
     *
     * @param category absent where all are added up
     * @param outcomes closed requests by how they ended
     * @param rates by name: response, contact, solution, satisfaction, onTime
     * @param unanswered requests whose resident was asked and gave no rating
     * @param openOverdue open requests with a step past its limit, now
     * @param cards given during the closed requests
     */
    record Line(
            String unit,
            String unitName,
            Part part,
            String category,
            long closed,
            Map<Outcome, Long> outcomes,
            Map<String, Rate> rates,
            long unanswered,
            long openOverdue,
            long returns,
            long extensions,
            long reworks,
            Map<String, Long> cards) {}

    /**
     * A step against its limit, in hours by the clock on the wall.
     *
     * @param meanHours of all
     * @param meanLimitHours of those with a limit; absent when none has one
     */
    record StepLine(
            String unit,
            String unitName,
            String category,
            String step,
            String name,
            long ended,
            Rate inTime,
            double meanHours,
            Double meanLimitHours) {}

    /** @param asOf until when what was closed is counted, and when overdue requests were looked for */
    record Report(LocalDate from, LocalDate to, Instant asOf, List<Line> lines, List<StepLine> steps) {}

    Report read(Question question) {
        List<Line> lines = ask(LINES, "figure", question)
                .param("now", Timestamp.from(clock.instant()))
                .param("parts", PARTS)
                .query(this::line)
                .list();
        List<StepLine> steps =
                ask(STEPS, "figure_step", question).query(this::step).list();
        return new Report(question.from(), question.to(), clock.instant(), lines, steps);
    }

    private JdbcClient.StatementSpec ask(String sql, String table, Question question) {
        boolean each = question.each() && question.category() == null;
        JdbcClient.StatementSpec asked = counted(sql, table, each ? EACH : ONE, question);
        if (!each) {
            asked.param("kept", question.category() == null ? "*" : question.category());
        }
        return asked.param("category", question.category(), Types.VARCHAR).param("each", question.each());
    }

    /** A statement that reads from {@code {counted}} what a table of one kind, {@code :kind}, has of the days. */
    JdbcClient.StatementSpec dated(String sql, String table, Question question) {
        return counted(sql, table, OF_KIND, question);
    }

    private JdbcClient.StatementSpec counted(String sql, String table, String which, Question question) {
        LocalDate firstMonth = question.from().getDayOfMonth() == 1
                ? question.from()
                : question.from().withDayOfMonth(1).plusMonths(1);
        LocalDate endOfMonths = question.to().plusDays(1).withDayOfMonth(1);
        return jdbc.sql(sql.replace("{counted}", COUNTED.formatted(table, which)))
                .param("units", question.units())
                .param("from", Date.valueOf(question.from()))
                .param("to", Date.valueOf(question.to()))
                .param("firstMonth", Date.valueOf(firstMonth))
                .param("endOfMonths", Date.valueOf(endOfMonths.isBefore(firstMonth) ? firstMonth : endOfMonths));
    }

    private Line line(ResultSet row, int n) throws SQLException {
        String unit = row.getString("unit");
        long closed = row.getLong("closed");
        Map<Outcome, Long> outcomes = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, row.getLong(outcome.name().toLowerCase()));
        }
        Map<String, Long> cards = new LinkedHashMap<>();
        for (String card : RollUp.CARDS) {
            cards.put(card.toUpperCase(), row.getLong(card));
        }
        long late = row.getLong("late");
        long answers = row.getLong("answers");
        Map<String, Rate> rates = new LinkedHashMap<>();
        rates.put("response", Rate.of(row.getLong("responded"), row.getLong("due")));
        rates.put("contact", Rate.of(row.getLong("contacted"), answers));
        rates.put("solution", Rate.of(row.getLong("confirmed"), answers));
        rates.put("satisfaction", Rate.of(row.getLong("satisfied"), answers));
        rates.put("onTime", Rate.of(row.getLong("on_time"), closed + late));
        return new Line(
                unit,
                name(unit),
                Part.valueOf(row.getString("part")),
                row.getString("category"),
                closed,
                outcomes,
                rates,
                row.getLong("unanswered"),
                late,
                row.getLong("returns"),
                row.getLong("extensions"),
                row.getLong("reworks"),
                cards);
    }

    StepLine step(ResultSet row, int n) throws SQLException {
        String unit = row.getString("unit");
        long ended = row.getLong("ended");
        long limited = row.getLong("limited");
        return new StepLine(
                unit,
                name(unit),
                row.getString("category"),
                row.getString("step"),
                row.getString("name"),
                ended,
                Rate.of(row.getLong("in_time"), limited),
                row.getLong("used") / 3600.0 / ended,
                limited == 0 ? null : row.getLong("allowed") / 3600.0 / limited);
    }

    /** What people call a unit; {@code null} for the whole city. */
    String name(String unit) {
        return unit.equals(CITY) ? null : city.unit(unit).map(OrgUnit::name).orElseGet(() -> city.deskName(unit));
    }
}
