package io.liudan.insight;

import io.liudan.insight.Figures.Question;
import io.liudan.insight.Figures.Rate;
import io.liudan.insight.Figures.StepLine;
import io.liudan.matter.Kind;
import io.liudan.request.Requests;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Figures that every kind has, per unit and step: of requests out of {@link Figures}, of others as counted here. */
@Service
class KindFigures {

    /** Open ones with a step past its limit: in the area of a unit every late step counts, else those at its desks. */
    private static final String OVERDUE = """
            with late as (
                select m.id, desk, street_code, community_code from step_facts s join matter_facts m on m.id = s.matter_id
                where m.kind = :kind and ended_at is null and due_at < :now
            )
            select unit, part, count(distinct id) as late from (
                select 'city' as unit, 'PLACE' as part, id from late
                union all select street_code, 'PLACE', id from late
                union all select community_code, 'PLACE', id from late
                union all select desk_unit(desk), 'HANDLER', id from late) l
            where unit in (:units) group by 1, 2""";

    private static final String PLANS = """
            select unit, register, count(*) as planned, count(*) filter (where due_on >= :today) as kept
            from register_facts, lateral (values ('city'), (street_code), (community_code)) u(unit)
            where kind = :kind and due_on is not null and unit in (:units) group by unit, register""";

    private final JdbcClient jdbc;
    private final Figures figures;
    private final Clock clock;
    private final ZoneId zone;

    KindFigures(JdbcClient jdbc, Figures figures, Clock clock, @Value("${liudan.calendar.zone}") ZoneId zone) {
        this.jdbc = jdbc;
        this.figures = figures;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * One unit in one of its parts.
     *
     * @param outcomes closed matters by how they ended, by code
     * @param onTime closed ones whose steps were all within their limits, of the closed ones and the open overdue ones
     * @param openOverdue open ones with a step past its limit, now
     * @param cards given during the closed ones
     */
    record KindLine(
            String unit,
            String unitName,
            Part part,
            long closed,
            Map<String, Long> outcomes,
            Rate onTime,
            long openOverdue,
            Map<String, Long> cards) {}

    /**
     * How a unit keeps the plan of a list.
     *
     * @param kept entries whose day isn't past, of those with a day, now
     */
    record PlanLine(String unit, String unitName, String register, String registerName, Rate kept) {}

    /**
     * @param asOf until when what was closed is counted, and when overdue matters were looked for
     * @param outcomes what people read for them, by code
     */
    record KindReport(
            String kind,
            String kindName,
            LocalDate from,
            LocalDate to,
            Instant asOf,
            Map<String, String> outcomes,
            List<KindLine> lines,
            List<StepLine> steps,
            List<PlanLine> plans) {}

    KindReport read(Kind kind, Question question) {
        Locale locale = LocaleContextHolder.getLocale();
        Map<String, String> outcomes = new LinkedHashMap<>();
        kind.outcomes().forEach((code, words) -> outcomes.put(code, words.in(locale)));
        Figures.Report ofRequests = kind.key().equals(Requests.KIND) ? figures.read(question) : null;
        return new KindReport(
                kind.key(),
                kind.name().in(locale),
                question.from(),
                question.to(),
                clock.instant(),
                outcomes,
                ofRequests == null
                        ? lines(kind, question)
                        : ofRequests.lines().stream().map(KindFigures::line).toList(),
                ofRequests == null ? steps(kind, question) : ofRequests.steps(),
                plans(kind, question, locale));
    }

    private static KindLine line(Figures.Line line) {
        return new KindLine(
                line.unit(),
                line.unitName(),
                line.part(),
                line.closed(),
                line.outcomes().entrySet().stream()
                        .collect(Collectors.toMap(
                                one -> one.getKey().name(), Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new)),
                line.rates().get("onTime"),
                line.openOverdue(),
                line.cards());
    }

    /** A unit in a part. */
    private record Place(String unit, Part part) {}

    /** What adds up in a place. */
    private static final class Sum {
        private final Map<String, Long> outcomes = new LinkedHashMap<>();
        private final Map<String, Long> cards = new LinkedHashMap<>();
        private long closed;
        private long onTime;
        private long late;

        Sum() {
            RollUp.CARDS.forEach(card -> cards.put(card.toUpperCase(Locale.ROOT), 0L));
        }
    }

    private List<KindLine> lines(Kind kind, Question question) {
        Map<Place, Sum> sums = new LinkedHashMap<>();
        // In the order in which the units were asked for.
        question.units().forEach(unit -> List.of(Part.PLACE, Part.HANDLER)
                .forEach(part -> sums.put(new Place(unit, part), new Sum())));
        figures.dated(
                        "select unit, part, outcome, sum(closed) as closed, sum(on_time) as on_time, "
                                + RollUp.counters("sum({}) as {}", RollUp.CARDS)
                                + " from {counted} group by unit, part, outcome",
                        "kind_figure",
                        question)
                .param("kind", kind.key())
                .query(row -> {
                    Sum sum = sums.get(place(row));
                    sum.closed += row.getLong("closed");
                    sum.onTime += row.getLong("on_time");
                    sum.outcomes.merge(row.getString("outcome"), row.getLong("closed"), Long::sum);
                    for (String card : RollUp.CARDS) {
                        sum.cards.merge(card.toUpperCase(Locale.ROOT), row.getLong(card), Long::sum);
                    }
                });
        jdbc.sql(OVERDUE)
                .param("kind", kind.key())
                .param("now", Timestamp.from(clock.instant()))
                .param("units", question.units())
                .query(row -> {
                    sums.get(place(row)).late = row.getLong("late");
                });
        List<KindLine> lines = new ArrayList<>();
        sums.forEach((place, sum) -> {
            if (sum.closed > 0 || sum.late > 0) {
                lines.add(new KindLine(
                        place.unit(),
                        figures.name(place.unit()),
                        place.part(),
                        sum.closed,
                        sum.outcomes,
                        Rate.of(sum.onTime, sum.closed + sum.late),
                        sum.late,
                        sum.cards));
            }
        });
        return lines;
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(row.getString("unit"), Part.valueOf(row.getString("part")));
    }

    private List<StepLine> steps(Kind kind, Question question) {
        return figures.dated("""
                        select unit, null as category, step, max(name) as name, sum(ended) as ended, sum(limited) as limited, sum(in_time) as in_time,
                            sum(used_seconds) as used, sum(allowed_seconds) as allowed from {counted}
                        group by unit, step order by array_position(array[:units], unit), sum(ended) desc, step""", "kind_figure_step", question)
                .param("kind", kind.key())
                .query(figures::step)
                .list();
    }

    private List<PlanLine> plans(Kind kind, Question question, Locale locale) {
        return jdbc.sql(PLANS)
                .param("kind", kind.key())
                .param("units", question.units())
                .param("today", LocalDate.ofInstant(clock.instant(), zone))
                .query((row, n) -> new PlanLine(
                        row.getString("unit"),
                        figures.name(row.getString("unit")),
                        row.getString("register"),
                        kind.registers().containsKey(row.getString("register"))
                                ? kind.registers()
                                        .get(row.getString("register"))
                                        .name()
                                        .in(locale)
                                : row.getString("register"),
                        Rate.of(row.getLong("kept"), row.getLong("planned"))))
                .list();
    }
}
