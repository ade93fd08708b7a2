package io.liudan.process.rules;

import io.liudan.directory.Category;
import io.liudan.directory.CityDirectory;
import io.liudan.problem.Nearest;
import io.liudan.process.limits.Limits;
import io.liudan.process.limits.Routing;
import io.liudan.process.scope.HubFields;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What the hub itself asks of the tables that it reads: what they are given, and what their rows have to say. */
@Component
class HubTables {

    private static final Map<String, Set<String>> INPUTS =
            Map.of(Routing.TABLE, Set.of("category"), Limits.TABLE, Set.of("step", "category", "urgency", "day"));
    private static final Map<String, List<String>> OUTPUTS = Map.of(
            Routing.TABLE,
            List.of("lead", "supporting", "urgency", "emergency"),
            Limits.TABLE,
            List.of("amount", "unit"));
    private static final List<String> SPANS = List.of("yellow", "red", "level1", "level2");

    private final CityDirectory city;

    HubTables(CityDirectory city) {
        this.city = city;
    }

    boolean is(String table) {
        return Limits.is(table) || Routing.is(table);
    }

    /** By the kind of table, whichever kind of matter it is of. */
    private static String role(String table) {
        return Limits.is(table) ? Limits.TABLE : Routing.is(table) ? Routing.TABLE : table;
    }

    Set<String> inputs(String table) {
        return INPUTS.get(role(table));
    }

    List<String> outputs(String table) {
        return OUTPUTS.getOrDefault(role(table), List.of());
    }

    /** The input whose every word has to be answered, whatever the others are: a step without a limit can't begin. */
    Optional<String> answered(String table) {
        return Limits.is(table) ? Optional.of("step") : Optional.empty();
    }

    /** A word in a row's condition that no request will ever have. */
    Optional<String> unknownWord(String table, String input, List<String> words) {
        if (!is(table)) {
            return Optional.empty();
        }
        return switch (input) {
            case "category" ->
                words.stream()
                        .filter(word -> city.category(word).isEmpty())
                        .findFirst()
                        .map(word -> "没有这个事项 there is no category '" + word + "'"
                                + Nearest.hint(
                                        word,
                                        city.categories().stream()
                                                .map(Category::code)
                                                .toList()));
            case "urgency" ->
                words.stream()
                        .filter(word -> !HubFields.URGENCIES.contains(word))
                        .findFirst()
                        .map(word -> "没有这种紧急程度 there is no urgency '" + word + "'; there are: "
                                + String.join(
                                        ", ",
                                        HubFields.URGENCIES.stream().sorted().toList()));
            default -> Optional.empty();
        };
    }

    /**
     * The faults of what a row says, by the name of the output.
     *
     * @param says without what can't be read
     */
    Map<String, String> faults(String table, Map<String, Object> says) {
        Map<String, String> faults = new LinkedHashMap<>();
        if (Limits.is(table)) {
            limit(says, faults);
        } else if (Routing.is(table)) {
            route(says, faults);
        }
        return faults;
    }

    private static void limit(Map<String, Object> says, Map<String, String> faults) {
        if (says.containsKey("amount") && !(says.get("amount") instanceof Number amount && amount.longValue() > 0)) {
            faults.put("amount", "时限应大于零 a limit is more than nothing: " + says.get("amount"));
        }
        if (says.get("reminder") instanceof Number percent && (percent.intValue() < 1 || percent.intValue() > 99)) {
            faults.put("reminder", "提醒应在 1 到 99 之间 a reminder is between 1 and 99 percent: " + percent);
        }
        for (String span : SPANS) {
            if (says.get(span) != null) {
                check(span, () -> Limits.span(says, span), says.get(span), faults);
            }
        }
        if (says.containsKey("unit")) {
            check("unit", () -> Limits.unit(says), says.get("unit"), faults);
        }
    }

    private static void check(String column, Runnable read, Object cell, Map<String, String> faults) {
        try {
            read.run();
        } catch (RuntimeException e) {
            faults.put(column, "不认识的时间单位 is no unit of time: " + cell + "; " + Limits.UNITS);
        }
    }

    private void route(Map<String, Object> says, Map<String, String> faults) {
        department("lead", says.get("lead"), faults);
        Arrays.stream(String.valueOf(says.get("supporting") == null ? "" : says.get("supporting"))
                        .split(","))
                .map(String::strip)
                .filter(code -> !code.isEmpty())
                .forEach(code -> department("supporting", code, faults));
        Object urgency = says.get("urgency");
        if (urgency != null && !HubFields.URGENCIES.contains(urgency)) {
            faults.put(
                    "urgency",
                    "没有这种紧急程度 there is no urgency '" + urgency + "'; there are: "
                            + String.join(
                                    ", ", HubFields.URGENCIES.stream().sorted().toList()));
        }
    }

    private void department(String column, Object code, Map<String, String> faults) {
        if (code != null && city.department(code.toString()).isEmpty()) {
            faults.put(
                    column,
                    "没有这个部门 there is no department '" + code + "'"
                            + Nearest.hint(
                                    code.toString(),
                                    city.units().stream()
                                            .map(unit -> unit.code())
                                            .filter(unit ->
                                                    city.department(unit).isPresent())
                                            .toList()));
        }
    }
}
