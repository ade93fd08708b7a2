package io.liudan.process;

import io.liudan.deadline.Limit;
import io.liudan.deadline.Span;
import io.liudan.deadline.WorkingCalendar;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The limits of the decision table {@code deadlines}: by step, category, urgency and the day on which the step begins.
 */
@Component
class Limits {

    private static final String TABLE = "deadlines";

    private final DecisionTables tables;
    private final Clock clock;
    private final ZoneId zone;

    Limits(DecisionTables tables, Clock clock, @Value("${liudan.calendar.zone}") ZoneId zone) {
        this.tables = tables;
        this.clock = clock;
        this.zone = zone;
    }

    /** @throws IllegalStateException when the table has no rule for the step */
    Limit of(VariableScope scope, String step) {
        return find(scope.getVariable("category"), scope.getVariable(FieldType.KEPT.get("urgency")), step)
                .orElseThrow(() ->
                        new IllegalStateException("The decision table " + TABLE + " has no rule for the step " + step));
    }

    /** For a step that begins now. */
    Optional<Limit> find(Object category, Object urgency, String step) {
        return find(category, urgency, step, clock.instant());
    }

    Optional<Limit> find(Object category, Object urgency, String step, Instant beginning) {
        Map<String, Object> inputs = new HashMap<>();
        inputs.put("step", step);
        inputs.put("category", category);
        inputs.put("urgency", urgency);
        // The table reads its dates in the zone of the machine, and means days of the city.
        inputs.put(
                "day",
                Date.from(LocalDate.ofInstant(beginning, zone)
                        .atStartOfDay(ZoneId.systemDefault())
                        .toInstant()));
        return tables.evaluate(TABLE, inputs)
                .map(rule -> new Limit(
                        new Span(((Number) rule.get("amount")).longValue(), WorkingCalendar.Unit.valueOf((String)
                                rule.get("unit"))),
                        rule.get("reminder") == null ? null : ((Number) rule.get("reminder")).intValue(),
                        span(rule, "yellow"),
                        span(rule, "red"),
                        span(rule, "level1"),
                        span(rule, "level2")));
    }

    private static Span span(Map<String, Object> rule, String column) {
        return rule.get(column) == null ? null : Span.parse((String) rule.get(column));
    }
}
