package io.liudan.process.scope;

import io.liudan.matter.FieldDeclaration;
import io.liudan.matter.FieldDeclaration.Range;
import io.liudan.matter.FieldType;
import io.liudan.matter.TakenField;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fields that the hub itself acts on when a decision gives them, whatever a model calls them and whatever kind it is
 * of.
 */
public final class HubFields {

    public static final Set<String> URGENCIES = Set.of("NORMAL", "URGENT", "EMERGENCY");

    private static final int LONGEST_EXTENSION = 365;

    /**
     * Fields that later steps of a process need, with the process variables that keep them; all others leave the engine
     * with the transaction. The names differ so that a value kept by an earlier step can't pass for one that is given
     * now.
     */
    public static final Map<String, String> KEPT =
            Map.of("lead", "leadDepartment", "urgency", "urgencyLevel", "days", "extensionDays");

    private static final Map<String, TakenField> TAKEN = Map.of(
            "evidence",
            TakenField.of(FieldType.ATTACHMENTS),
            "lead",
            TakenField.of(FieldType.DEPARTMENT),
            "supporting",
            TakenField.of(FieldType.DEPARTMENTS),
            "urgency",
            TakenField.of(FieldType.WORD),
            "days",
            TakenField.within(Range.of(1, LONGEST_EXTENSION)));

    private HubFields() {}

    /** What is wrong with a declaration of a field that the hub acts on; empty for right ones and all other fields. */
    public static Optional<String> fault(String name, FieldDeclaration declared, Map<String, TakenField> ofKind) {
        TakenField taken = TAKEN.getOrDefault(name, ofKind.get(name));
        if (taken == null) {
            return Optional.empty();
        }
        if (!taken.types().contains(declared.type())) {
            return Optional.of("系统要用这个字段，类型须为 the hub uses this field, its type is: "
                    + taken.types().stream().map(Enum::name).sorted().collect(Collectors.joining(", ")));
        }
        if (taken.range() != null
                && (declared.range() == null
                        || declared.range().decimals() > 0
                        || !declared.range().within(taken.range()))) {
            return Optional.of("系统要用这个字段，取值须在此范围内 the hub uses this field, its whole numbers are within: "
                    + taken.range().low() + ".." + taken.range().high());
        }
        if (name.equals("urgency") && !URGENCIES.containsAll(declared.words().keySet())) {
            return Optional.of("系统要用这个字段，选项只能是 the hub uses this field, its values are among: "
                    + String.join(", ", URGENCIES.stream().sorted().toList()));
        }
        return Optional.empty();
    }

    /** Of a field that no version of a model declares: its name, and what the hub takes, else a text. */
    public static FieldDeclaration undeclared(String name) {
        TakenField taken = TAKEN.getOrDefault(name, TakenField.of(FieldType.LONG_TEXT));
        Map<String, String> words = name.equals("urgency")
                ? Map.of("NORMAL", "NORMAL", "URGENT", "URGENT", "EMERGENCY", "EMERGENCY")
                : Map.of();
        return new FieldDeclaration(
                name,
                taken.types().size() == 1 ? taken.types().iterator().next() : FieldType.LONG_TEXT,
                taken.range(),
                words);
    }
}
