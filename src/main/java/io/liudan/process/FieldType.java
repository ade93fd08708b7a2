package io.liudan.process;

import io.liudan.directory.CityDirectory;
import io.liudan.problem.Problem.FieldError;
import io.liudan.request.RequestProgress;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What the fields of decisions may hold. The vocabulary's names have types of their own; any other name that a designer
 * writes is a text. Values come from JSON or from a form of the Tasklist, so lists may also be comma-separated text and
 * numbers and truth values may be text.
 */
enum FieldType {
    TEXT,
    ATTACHMENTS,
    REQUEST,
    DEPARTMENT,
    DEPARTMENTS,
    URGENCY,
    DAYS,
    BOOLEAN,
    SCORE;

    static final Set<String> URGENCIES = Set.of("NORMAL", "URGENT", "EMERGENCY");
    private static final int TEXT_LIMIT = 4000;
    private static final int LONGEST_EXTENSION = 10;

    private static final Map<String, FieldType> VOCABULARY = Map.of(
            "evidence",
            ATTACHMENTS,
            "into",
            REQUEST,
            "lead",
            DEPARTMENT,
            "supporting",
            DEPARTMENTS,
            "urgency",
            URGENCY,
            "days",
            DAYS,
            "contacted",
            BOOLEAN,
            "solved",
            BOOLEAN,
            "satisfied",
            SCORE);

    /**
     * Fields that later steps of a process need, with the process variables that keep them; all others leave the engine
     * with the transaction. The names differ so that a value kept by an earlier step can't pass for one that is given
     * now.
     */
    static final Map<String, String> KEPT =
            Map.of("lead", "leadDepartment", "urgency", "urgencyLevel", "days", "extensionDays");

    static FieldType of(String name) {
        return VOCABULARY.getOrDefault(name, TEXT);
    }

    /** What a field is checked against. */
    record Surroundings(String requestCode, String actor, CityDirectory city, RequestProgress requests) {}

    /**
     * The value in its one right form: text, boolean, integer, or a list of texts.
     *
     * @throws Malformed when the value can't be what the field holds
     */
    Object normalise(String field, Object value, Surroundings around) {
        return switch (this) {
            case TEXT -> text(field, value);
            case ATTACHMENTS -> attachments(field, list(value), around);
            case REQUEST -> request(field, text(field, value), around);
            case DEPARTMENT -> department(field, text(field, value), around);
            case DEPARTMENTS ->
                list(value).stream()
                        .map(code -> department(field, code, around))
                        .distinct()
                        .toList();
            case URGENCY -> among(field, text(field, value), URGENCIES);
            case DAYS -> number(field, value, 1, LONGEST_EXTENSION);
            case BOOLEAN -> truth(field, value);
            case SCORE -> number(field, value, 1, 5);
        };
    }

    /** A value is missing when it is absent, blank or an empty list. */
    static boolean missing(Object value) {
        return value == null
                || value instanceof String text && text.isBlank()
                || value instanceof Collection<?> items && items.isEmpty();
    }

    private static String text(String field, Object value) {
        String text = String.valueOf(value).strip();
        if (text.length() > TEXT_LIMIT) {
            throw new Malformed(field, "too-long", TEXT_LIMIT);
        }
        return text;
    }

    private static List<String> list(Object value) {
        return value instanceof Collection<?> items
                ? items.stream().map(String::valueOf).toList()
                : Arrays.stream(value.toString().split("[,，]"))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList();
    }

    private static List<String> attachments(String field, List<String> ids, Surroundings around) {
        for (String id : ids) {
            try {
                UUID.fromString(id);
            } catch (IllegalArgumentException e) {
                throw new Malformed(field, "unknown-attachment", id);
            }
        }
        if (!around.requests().mayServeAsEvidence(around.requestCode(), around.actor(), ids)) {
            throw new Malformed(field, "unknown-attachment", String.join(", ", ids));
        }
        return ids;
    }

    private static String request(String field, String code, Surroundings around) {
        if (code.equals(around.requestCode())) {
            throw new Malformed(field, "merge-into-itself");
        }
        if (!around.requests().canTakeIn(code)) {
            throw new Malformed(field, "unknown-request", code);
        }
        return code;
    }

    private static String department(String field, String code, Surroundings around) {
        if (around.city().department(code).isEmpty()) {
            throw new Malformed(field, "not-a-department", code);
        }
        return code;
    }

    private static String among(String field, String text, Set<String> words) {
        if (!words.contains(text)) {
            throw new Malformed(
                    field,
                    "not-among",
                    String.join(", ", words.stream().sorted().toList()));
        }
        return text;
    }

    private static Integer number(String field, Object value, int low, int high) {
        try {
            int number = value instanceof Number n && n.doubleValue() == n.intValue()
                    ? n.intValue()
                    : Integer.parseInt(value.toString().strip());
            if (number >= low && number <= high) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw new Malformed(field, "range", low, high);
    }

    private static Boolean truth(String field, Object value) {
        return switch (value.toString().strip().toLowerCase()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Malformed(field, "not-boolean");
        };
    }

    /** One field's fault. */
    static class Malformed extends RuntimeException {

        private final transient FieldError error;

        Malformed(String field, String reason, Object... args) {
            super(field + " " + reason);
            this.error = new FieldError(field, reason, args);
        }

        FieldError error() {
            return error;
        }
    }
}
