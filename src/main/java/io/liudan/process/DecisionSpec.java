package io.liudan.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One decision that a user task offers, as the model declares it in an extension property: name
 * {@code decision.RETURN}, value {@code 退单: reason, note?} (label, colon, fields; a question mark marks what may be
 * absent), and, where the decision isn't always open, name {@code decision.RETURN.when} with an expression as value.
 *
 * @param decision the word that programs send
 * @param label the words that people see
 * @param when expression that tells whether it is open, {@code null} for always
 */
record DecisionSpec(String decision, String label, List<FieldSpec> fields, String when) {

    static final String PREFIX = "decision.";
    private static final String WHEN = ".when";

    /** What a task offers whose model declares no decision: to be done. */
    static final DecisionSpec DONE = new DecisionSpec("DONE", "完成", List.of(), null);

    /** @param required whether the decision can't be taken without it */
    record FieldSpec(String name, boolean required) {

        FieldType type() {
            return FieldType.of(name);
        }
    }

    /** The decisions among an element's extension properties, in their order. */
    static List<DecisionSpec> read(Map<String, String> properties) {
        List<DecisionSpec> specs = new ArrayList<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !name.endsWith(WHEN)) {
                String decision = name.substring(PREFIX.length());
                String[] parts = value.split("[:：]", 2);
                specs.add(new DecisionSpec(
                        decision,
                        parts[0].strip(),
                        fields(parts.length > 1 ? parts[1] : ""),
                        properties.get(name + WHEN)));
            }
        });
        return List.copyOf(specs);
    }

    /** The decision whose condition a property of this name holds; {@code null} for any other property. */
    static String conditioned(String property) {
        return property.startsWith(PREFIX)
                        && property.endsWith(WHEN)
                        && property.length() > PREFIX.length() + WHEN.length()
                ? property.substring(PREFIX.length(), property.length() - WHEN.length())
                : null;
    }

    private static List<FieldSpec> fields(String text) {
        List<FieldSpec> fields = new ArrayList<>();
        for (String part : text.split("[,，]")) {
            String name = part.strip();
            if (!name.isEmpty()) {
                boolean optional = name.endsWith("?");
                fields.add(new FieldSpec(
                        optional ? name.substring(0, name.length() - 1).strip() : name, !optional));
            }
        }
        return List.copyOf(fields);
    }
}
