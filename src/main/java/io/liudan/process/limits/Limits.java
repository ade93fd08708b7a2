package io.liudan.process.limits;

import io.liudan.deadline.Limit;
import io.liudan.deadline.Span;
import io.liudan.deadline.WorkingCalendar;
import io.liudan.process.scope.HubFields;
import io.liudan.process.scope.Matters;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The limits of the decision table {@code KIND-deadlines} of the kind's own folder, else of the table
 * {@code deadlines}: by step, category, urgency and the day on which the step begins.
 */
@Component
public class Limits {

    public static final String TABLE = "deadlines";

    /** Behind the key of a kind, in the key of a table of its own. */
    public static final String OF_KIND = "-" + TABLE;

    /** How spans of time are written, for whoever writes them otherwise. */
    public static final String UNITS = "例如 for example 4 WORKING_HOURS; "
            + Arrays.stream(WorkingCalendar.Unit.values()).map(Enum::name).collect(Collectors.joining(", "));

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
        String kind = Matters.kind(scope);
        return find(kind, scope.getVariable("category"), scope.getVariable(HubFields.KEPT.get("urgency")), step)
                .orElseThrow(() -> new IllegalStateException(
                        "The decision table " + table(kind) + " has no rule for the step " + step));
    }

    /** For a step that begins now. */
    public Optional<Limit> find(String kind, Object category, Object urgency, String step) {
        return find(kind, category, urgency, step, clock.instant());
    }

    public Optional<Limit> find(String kind, Object category, Object urgency, String step, Instant beginning) {
        return tables.evaluate(table(kind), inputs(category, urgency, step, beginning))
                .map(Limits::read);
    }

    /** The key of the table that a kind's limits come from. */
    public String table(String kind) {
        return tables.exists(kind + OF_KIND) ? kind + OF_KIND : TABLE;
    }

    /** Whether a table of this key is one of limits. */
    public static boolean is(String table) {
        return table.equals(TABLE) || table.endsWith(OF_KIND);
    }

    /** What the table is asked. */
    public Map<String, Object> inputs(Object category, Object urgency, String step, Instant beginning) {
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
        return inputs;
    }

    /** What a row says. */
    public static Limit read(Map<String, Object> rule) {
        return new Limit(
                new Span(((Number) rule.get("amount")).longValue(), unit(rule)),
                rule.get("reminder") == null ? null : ((Number) rule.get("reminder")).intValue(),
                span(rule, "yellow"),
                span(rule, "red"),
                span(rule, "level1"),
                span(rule, "level2"));
    }

    public static WorkingCalendar.Unit unit(Map<String, Object> rule) {
        return WorkingCalendar.Unit.valueOf((String) rule.get("unit"));
    }

    public static Span span(Map<String, Object> rule, String column) {
        return rule.get(column) == null ? null : Span.parse((String) rule.get(column));
    }
}
