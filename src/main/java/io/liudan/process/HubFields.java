package io.liudan.process;

import io.liudan.process.FieldDeclaration.Range;
import io.liudan.request.Rating;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Fields that the hub itself acts on when a decision gives them, whatever a model calls them. */
final class HubFields {

    static final Set<String> URGENCIES = Set.of("NORMAL", "URGENT", "EMERGENCY");

    private static final List<String> RATING = List.of("contacted", "solved", "satisfied");
    private static final int LONGEST_EXTENSION = 365;

    /**
     * Fields that later steps of a process need, with the process variables that keep them; all others leave the engine
     * with the transaction. The names differ so that a value kept by an earlier step can't pass for one that is given
     * now.
     */
    static final Map<String, String> KEPT =
            Map.of("lead", "leadDepartment", "urgency", "urgencyLevel", "days", "extensionDays");

    /**
     * What the hub takes.
     *
     * @param range within which a number has to be, {@code null} for any
     */
    private record Taken(Set<FieldType> types, Range range) {

        Taken(FieldType... types) {
            this(Set.of(types), null);
        }

        Taken(Range range) {
            this(Set.of(FieldType.NUMBER), range);
        }
    }

    private static final Map<String, Taken> TAKEN = Map.of(
            "evidence",
            new Taken(FieldType.ATTACHMENTS),
            "into",
            new Taken(FieldType.MATTER),
            "lead",
            new Taken(FieldType.DEPARTMENT),
            "supporting",
            new Taken(FieldType.DEPARTMENTS),
            "urgency",
            new Taken(FieldType.WORD),
            "days",
            new Taken(Range.of(1, LONGEST_EXTENSION)),
            "contacted",
            new Taken(FieldType.BOOLEAN),
            "solved",
            new Taken(FieldType.BOOLEAN),
            "satisfied",
            new Taken(Range.of(Rating.LOWEST, Rating.HIGHEST)),
            "comment",
            new Taken(FieldType.LONG_TEXT, FieldType.TEXT));

    private HubFields() {}

    /** What is wrong with a declaration of a field that the hub acts on; empty for right ones and all other fields. */
    static Optional<String> fault(String name, FieldDeclaration declared) {
        Taken taken = TAKEN.get(name);
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

    /** What is wrong with a decision that takes down a rating without all of it; empty for any other decision. */
    static Optional<String> incomplete(DecisionSpec spec) {
        List<String> given = spec.fields().stream()
                .filter(DecisionSpec.FieldSpec::required)
                .map(DecisionSpec.FieldSpec::name)
                .toList();
        return spec.fields().stream().noneMatch(field -> field.name().equals("solved")) || given.containsAll(RATING)
                ? Optional.empty()
                : Optional.of("评价须有这些必填字段 a rating has these fields, none left out: " + String.join(", ", RATING));
    }

    /** Of a field that no version of a model declares: its name, and what the hub takes, else a text. */
    static FieldDeclaration undeclared(String name) {
        Taken taken = TAKEN.getOrDefault(name, new Taken(FieldType.LONG_TEXT));
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
