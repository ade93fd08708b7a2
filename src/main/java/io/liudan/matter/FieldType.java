package io.liudan.matter;

import io.liudan.directory.CityDirectory;
import io.liudan.problem.Problem.FieldError;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the fields of decisions may hold. Values come from JSON or from a form of the Tasklist, so lists may also be
 * comma-separated text and numbers and truth values may be text.
 */
public enum FieldType {
    /** One line of at most 200 characters. */
    TEXT,
    /** At most 4000 characters. */
    LONG_TEXT,
    /** A whole number, or one with as many decimals as its range. */
    NUMBER,
    /** A day, {@code 2026-12-01}. */
    DATE,
    /** One of the words that the model lists. */
    WORD,
    /** Yes or no. */
    BOOLEAN,
    /** Code of a department. */
    DEPARTMENT,
    /** Codes of departments. */
    DEPARTMENTS,
    /** Username of a person at the task's desk. */
    PERSON,
    /** Ids of uploaded files. */
    ATTACHMENTS,
    /** Code of another matter. */
    MATTER,
    /** Code of a category (service) of the directory. At the beginning only. */
    CATEGORY,
    /** Where it is: a point, a grid's code or a community's. At the beginning only. */
    PLACE,
    /** A name and a phone number. At the beginning only. */
    CONTACT,
    /** An entry of a register of the kind. At the beginning only. */
    ENTRY;

    private static final Set<FieldType> OF_START = EnumSet.of(CATEGORY, PLACE, CONTACT, ENTRY);
    private static final Set<FieldType> FINDABLE =
            EnumSet.of(NUMBER, DATE, WORD, BOOLEAN, DEPARTMENT, DEPARTMENTS, MATTER, ENTRY);
    private static final Set<FieldType> OF_ENTRIES =
            EnumSet.of(TEXT, LONG_TEXT, NUMBER, DATE, WORD, BOOLEAN, DEPARTMENT, PLACE);

    private static final int LINE_LIMIT = 200;
    private static final int TEXT_LIMIT = 4000;
    private static final int LONGEST_NUMBER = 40;
    private static final int DIGITS = 15;
    private static final FieldDeclaration.Range WHOLE = FieldDeclaration.Range.of(-999_999_999, 999_999_999);
    private static final int FIRST_YEAR = 1900;
    private static final int LAST_YEAR = 2200;

    static List<String> names() {
        return Arrays.stream(values()).map(Enum::name).toList();
    }

    /** The names of those that decisions may have. */
    public static List<String> namesOfDecisions() {
        return Arrays.stream(values())
                .filter(FieldType::ofDecisions)
                .map(Enum::name)
                .toList();
    }

    /** Whether a decision may have a field of it. */
    public boolean ofDecisions() {
        return !OF_START.contains(this);
    }

    /** Whether a matter may begin with a field of it: nobody is at work on it yet. */
    boolean ofBeginning() {
        return this != PERSON;
    }

    /** Whether people write what it holds. */
    public boolean isText() {
        return this == TEXT || this == LONG_TEXT;
    }

    /** Whether the engine may know what it holds: nothing that people write, and nobody's name. */
    boolean enters() {
        return FINDABLE.contains(this) && this != ENTRY;
    }

    /** Whether an entry of a register may have a field of it. */
    boolean ofEntries() {
        return OF_ENTRIES.contains(this);
    }

    /** Whether matters may be looked for by what it holds. */
    boolean isFindable() {
        return FINDABLE.contains(this);
    }

    /**
     * What a field is checked against.
     *
     * @param atDesk whether a person works at the task's desk
     */
    public record Surroundings(
            String code, String actor, CityDirectory city, MatterProgress matters, Predicate<String> atDesk) {}

    /**
     * The value in its one right form: text, boolean, number, or a list of texts.
     *
     * @throws Malformed when the value can't be what the field holds
     */
    public static Object normalise(String field, FieldDeclaration declared, Object value, Surroundings around) {
        return switch (declared.type()) {
            case TEXT -> text(field, String.valueOf(value).replaceAll("\\R", " "), LINE_LIMIT);
            case LONG_TEXT -> text(field, value, TEXT_LIMIT);
            case NUMBER -> number(field, value, declared);
            case DATE -> date(field, text(field, value, LINE_LIMIT));
            case WORD -> among(field, text(field, value, LINE_LIMIT), declared);
            case BOOLEAN -> truth(field, value);
            case DEPARTMENT -> department(field, text(field, value, LINE_LIMIT), around);
            case DEPARTMENTS ->
                list(value).stream()
                        .map(code -> department(field, code, around))
                        .distinct()
                        .toList();
            case PERSON -> person(field, text(field, value, LINE_LIMIT), around);
            case ATTACHMENTS -> attachments(field, list(value), around);
            case MATTER -> matter(field, text(field, value, LINE_LIMIT), around);
            case CATEGORY -> category(field, text(field, value, LINE_LIMIT), around);
            case PLACE, CONTACT, ENTRY -> throw new IllegalArgumentException("Is no single value: " + field);
        };
    }

    /** A value is missing when it is absent, blank or an empty list. */
    public static boolean missing(Object value) {
        return value == null
                || value instanceof String text && text.isBlank()
                || value instanceof Collection<?> items && items.isEmpty();
    }

    private static String text(String field, Object value, int limit) {
        String text = String.valueOf(value).strip();
        if (text.length() > limit) {
            throw new Malformed(field, "too-long", limit);
        }
        return text;
    }

    private static String date(String field, String text) {
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= FIRST_YEAR && day.getYear() <= LAST_YEAR) {
                return day.toString();
            }
        } catch (DateTimeParseException e) {
            // told below, like a day of another age
        }
        throw new Malformed(field, "not-a-day");
    }

    private static String person(String field, String username, Surroundings around) {
        if (!around.atDesk().test(username)) {
            throw new Malformed(field, "not-at-this-desk");
        }
        return username;
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
        if (!around.matters().mayServeAsEvidence(around.code(), around.actor(), ids)) {
            throw new Malformed(field, "unknown-attachment", String.join(", ", ids));
        }
        return ids;
    }

    private static String matter(String field, String code, Surroundings around) {
        if (code.equals(around.code())) {
            throw new Malformed(field, "merge-into-itself");
        }
        if (!around.matters().known(code)) {
            throw new Malformed(field, "unknown-request", code);
        }
        return code;
    }

    private static String category(String field, String code, Surroundings around) {
        if (around.city().category(code).isEmpty()) {
            throw new Malformed(field, "unknown-category", code);
        }
        return code;
    }

    private static String department(String field, String code, Surroundings around) {
        if (around.city().department(code).isEmpty()) {
            throw new Malformed(field, "not-a-department", code);
        }
        return code;
    }

    private static String among(String field, String text, FieldDeclaration declared) {
        if (!declared.words().containsKey(text)) {
            throw new Malformed(field, "not-among", choices(declared));
        }
        return text;
    }

    /** A whole number as such, one with decimals as a decimal fraction. */
    private static Number number(String field, Object value, FieldDeclaration declared) {
        try {
            String text = value.toString().strip();
            if (text.length() > LONGEST_NUMBER) {
                throw new Malformed(field, "not-a-number");
            }
            BigDecimal number = new BigDecimal(text).stripTrailingZeros();
            FieldDeclaration.Range range = declared.range() == null ? WHOLE : declared.range();
            if (number.precision() <= DIGITS && range.holds(number)) {
                if (number.scale() > range.decimals()) {
                    throw new Malformed(field, "decimals", range.decimals());
                }
                if (!declared.words().isEmpty() && !declared.words().containsKey(number.toPlainString())) {
                    throw new Malformed(field, "not-among", choices(declared));
                }
                return range.decimals() == 0 ? (Number) number.intValueExact() : (Number) number.doubleValue();
            }
            throw new Malformed(field, "range", range.low(), range.high());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new Malformed(field, "not-a-number");
        }
    }

    private static String choices(FieldDeclaration declared) {
        return declared.words().entrySet().stream()
                .map(word -> word.getKey() + " (" + word.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    private static Boolean truth(String field, Object value) {
        return switch (value.toString().strip().toLowerCase()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Malformed(field, "not-boolean");
        };
    }

    /** One field's fault. */
    public static class Malformed extends RuntimeException {

        private final transient FieldError error;

        Malformed(String field, String reason, Object... args) {
            super(field + " " + reason);
            this.error = new FieldError(field, reason, args);
        }

        public FieldError error() {
            return error;
        }
    }
}
