package io.liudan.process.rules;

import io.liudan.matter.FieldDeclaration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One decision that a user task offers, as the model declares it in an extension property: name
 * {@code decision.RETURN}, value {@code 退单: reason, note?} (label, colon, fields; a question mark marks what may be
 * absent), and, where the decision isn't always open, name {@code decision.RETURN.when} with an expression as value.
 *
 * @param decision the word that programs send
 * @param label the words that people see
 * @param when expression that tells whether it is open, {@code null} for always
 */
public record DecisionSpec(String decision, String label, List<FieldSpec> fields, String when) {

    public static final String PREFIX = "decision.";
    /** The variable that says which decision was taken. */
    public static final String DECISION = "decision";
    /** Further properties of elements: what a matter that arrives there is, and what its task is marked with. */
    public static final String STATUS = "status";

    public static final String OUTCOME = "outcome";
    public static final String MARK = "mark.";
    /** Steps, separated by commas, whose decision nobody may follow by their own on this step. */
    public static final String APART = "apart";
    /** Where the Tasklist finds the page of a step for which the model names no form of its own. */
    public static final String TASK_PAGE = "embedded:/camunda/assets/hub/task.html";

    private static final String WHEN = ".when";

    /** What a task offers whose model declares no decision: to be done. */
    public static final DecisionSpec DONE = new DecisionSpec("DONE", "完成", List.of(), null);

    /**
     * @param required whether the decision can't be taken without it
     * @param declared what the model says of it, {@code null} when it says nothing
     */
    public record FieldSpec(String name, boolean required, FieldDeclaration declared) {}

    /** The keys of a list with commas. */
    public static Set<String> steps(String list) {
        return list == null
                ? Set.of()
                : Arrays.stream(list.split("[,，]"))
                        .map(String::strip)
                        .filter(step -> !step.isEmpty())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    public boolean declared() {
        return fields.stream().allMatch(field -> field.declared() != null);
    }

    /** The same, where fields of which the model says nothing have what {@code saying} says of their names. */
    public DecisionSpec declared(Function<String, FieldDeclaration> saying) {
        return new DecisionSpec(
                decision,
                label,
                fields.stream()
                        .map(field -> field.declared() != null
                                ? field
                                : new FieldSpec(field.name(), field.required(), saying.apply(field.name())))
                        .toList(),
                when);
    }

    /**
     * The decisions among a user task's extension properties, in their order.
     *
     * @param fields what the task's process says of fields; the task's own properties come before it
     */
    public static List<DecisionSpec> read(Map<String, String> properties, Map<String, FieldDeclaration> fields) {
        Map<String, FieldDeclaration> declared = new HashMap<>(fields);
        declared.putAll(fields(properties));
        List<DecisionSpec> specs = new ArrayList<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !name.endsWith(WHEN)) {
                String decision = name.substring(PREFIX.length());
                specs.add(new DecisionSpec(
                        decision,
                        value.split("[:：]", 2)[0].strip(),
                        fields(asked(value), declared),
                        properties.get(name + WHEN)));
            }
        });
        return List.copyOf(specs);
    }

    /** The same, of a model that is looked at for something else than what it says of fields. */
    public static List<DecisionSpec> read(Map<String, String> properties) {
        return read(properties, Map.of());
    }

    /** By decision, a field that it asks for twice. */
    static Map<String, String> twice(Map<String, String> properties) {
        Map<String, String> found = new HashMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !name.endsWith(WHEN)) {
                List<String> names =
                        asked(value).stream().map(DecisionSpec::bare).toList();
                names.stream()
                        .filter(field -> Collections.frequency(names, field) > 1)
                        .findFirst()
                        .ifPresent(field -> found.put(name.substring(PREFIX.length()), field));
            }
        });
        return found;
    }

    /** What stands behind the label, a question mark behind those that may be left out. */
    private static List<String> asked(String value) {
        String[] parts = value.split("[:：]", 2);
        return Arrays.stream((parts.length > 1 ? parts[1] : "").split("[,，]"))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static String bare(String asked) {
        return asked.endsWith("?") ? asked.substring(0, asked.length() - 1).strip() : asked;
    }

    /** The decision whose condition a property of this name holds; {@code null} for any other property. */
    static String conditioned(String property) {
        return property.startsWith(PREFIX)
                        && property.endsWith(WHEN)
                        && property.length() > PREFIX.length() + WHEN.length()
                ? property.substring(PREFIX.length(), property.length() - WHEN.length())
                : null;
    }

    /** What extension properties say of fields; those that can't be read are told by the rules at deployment. */
    public static Map<String, FieldDeclaration> fields(Map<String, String> properties) {
        Map<String, FieldDeclaration> fields = new HashMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(FieldDeclaration.PREFIX)) {
                try {
                    fields.put(name.substring(FieldDeclaration.PREFIX.length()), FieldDeclaration.read(value));
                } catch (FieldDeclaration.Unreadable told) {
                    // A model deployed before there were declarations may have had a property of this name.
                }
            }
        });
        return Map.copyOf(fields);
    }

    /** Of a field that is asked for twice, the first counts. */
    private static List<FieldSpec> fields(List<String> asked, Map<String, FieldDeclaration> declared) {
        List<FieldSpec> fields = new ArrayList<>();
        for (String one : asked) {
            String name = bare(one);
            if (fields.stream().noneMatch(field -> field.name().equals(name))) {
                fields.add(new FieldSpec(name, !one.endsWith("?"), declared.get(name)));
            }
        }
        return List.copyOf(fields);
    }
}
