package io.liudan.matter;

import io.liudan.problem.Nearest;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model says of a field: extension property {@code field.NAME} of a user task, or of the process for all its
 * tasks, with a value like {@code 办理情况: LONG_TEXT}, {@code 延期天数: NUMBER 1..10} or {@code 紧急程度: WORD NORMAL=一般,
 * URGENT=紧急}.
 *
 * @param label what people read beside it
 * @param range of a number, {@code null} for any whole number
 * @param words what people read for its values, by value, in the model's order; empty where values stand for themselves
 */
public record FieldDeclaration(String label, FieldType type, Range range, Map<String, String> words) {

    public static final String PREFIX = "field.";

    private static final Pattern VALUE = Pattern.compile("([^:：]+)[:：]\\s*(\\w+)\\b\\s*(.*)", Pattern.DOTALL);
    private static final String NUMBER = "(-?\\d{1,9}(?:\\.\\d{1,4})?)";
    private static final Pattern RANGE = Pattern.compile(NUMBER + "\\s*\\.\\.\\s*" + NUMBER + "(.*)", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,39}");
    private static final int LONGEST_LABEL = 40;

    /**
     * Both ends belong to it; as many digits after the point as the ends have.
     *
     * @param low not above {@code high}
     */
    public record Range(BigDecimal low, BigDecimal high) {

        public static Range of(long low, long high) {
            return new Range(BigDecimal.valueOf(low), BigDecimal.valueOf(high));
        }

        public boolean holds(BigDecimal number) {
            return number.compareTo(low) >= 0 && number.compareTo(high) <= 0;
        }

        public boolean within(Range other) {
            return other.holds(low) && other.holds(high);
        }

        public int decimals() {
            return Math.max(0, Math.max(low.scale(), high.scale()));
        }
    }

    /** A declaration that can't be read, with a sentence in Chinese and English. */
    public static class Unreadable extends IllegalArgumentException {

        Unreadable(String sentence) {
            super(sentence);
        }
    }

    /** @throws Unreadable when the value says no field */
    public static FieldDeclaration read(String value) {
        Matcher parts = VALUE.matcher(value.strip());
        if (!parts.matches() || parts.group(1).isBlank()) {
            throw new Unreadable("写成“名称: 类型” is written as 'label: TYPE', for example 办理情况: LONG_TEXT");
        }
        String label = parts.group(1).strip();
        if (label.length() > LONGEST_LABEL) {
            throw new Unreadable("名称太长，最多 " + LONGEST_LABEL + " 个字 its label is too long");
        }
        FieldType type = Arrays.stream(FieldType.values())
                .filter(FieldType::ofDecisions)
                .filter(one -> one.name().equals(parts.group(2)))
                .findFirst()
                .orElseThrow(() -> new Unreadable("没有这种类型 there is no type '" + parts.group(2) + "'"
                        + Nearest.hint(parts.group(2).toUpperCase(Locale.ROOT), FieldType.namesOfDecisions())
                        + "，可用 there are: " + String.join(", ", FieldType.namesOfDecisions())));
        return of(label, type, parts.group(3).strip());
    }

    private static FieldDeclaration of(String label, FieldType type, String rest) {
        Matcher ends = RANGE.matcher(rest);
        boolean ranged = type == FieldType.NUMBER && ends.matches();
        if (type != FieldType.NUMBER && type != FieldType.WORD && !rest.isEmpty()) {
            throw new Unreadable(type + " 后面不应有内容 has nothing behind it: '" + rest + "'");
        }
        Map<String, String> words = words(ranged ? ends.group(3).strip().replaceFirst("^[,，]\\s*", "") : rest);
        if (type == FieldType.NUMBER && !ranged && !rest.isEmpty() && words.isEmpty()) {
            throw new Unreadable("写成 write NUMBER 1..10 或 or NUMBER 1=差, 2=好: '" + rest + "'");
        }
        return of(
                label,
                type,
                ranged ? new Range(new BigDecimal(ends.group(1)), new BigDecimal(ends.group(2))) : null,
                words);
    }

    /**
     * @param range as a model writes it, {@code 1..10}; {@code null} for none
     * @throws Unreadable when it is no range
     */
    static Range range(String range) {
        Matcher ends = range == null ? null : RANGE.matcher(range.strip());
        if (ends != null && (!ends.matches() || !ends.group(3).isBlank())) {
            throw new Unreadable("范围写成 a range is written as 1..10: '" + range + "'");
        }
        return ends == null ? null : new Range(new BigDecimal(ends.group(1)), new BigDecimal(ends.group(2)));
    }

    /**
     * @param range of a number, {@code null} for any
     * @param words by value; empty where values stand for themselves
     * @throws Unreadable when the type takes no such
     */
    static FieldDeclaration of(String label, FieldType type, Range range, Map<String, String> words) {
        return switch (type) {
            case NUMBER -> number(label, range, words);
            case WORD -> word(label, words);
            default -> {
                if (range != null || !words.isEmpty()) {
                    throw new Unreadable(type + " 没有范围和选项 has neither range nor words");
                }
                yield new FieldDeclaration(label, type, null, Map.of());
            }
        };
    }

    private static FieldDeclaration word(String label, Map<String, String> words) {
        words.keySet().stream()
                .filter(code -> !CODE.matcher(code).matches())
                .findFirst()
                .ifPresent(code -> {
                    throw new Unreadable(
                            "选项代码只能用字母、数字和下划线 a value has letters, digits and underscores: '" + code + "'");
                });
        if (words.isEmpty()) {
            throw new Unreadable("没有选项 has no values: 写成 write WORD YES=可以, NO=不可以");
        }
        return new FieldDeclaration(label, FieldType.WORD, null, words);
    }

    private static FieldDeclaration number(String label, Range given, Map<String, String> words) {
        words.keySet().stream()
                .filter(number -> !number.matches("0|-?[1-9]\\d{0,8}"))
                .findFirst()
                .ifPresent(number -> {
                    throw new Unreadable("写成 NUMBER 1..10 或 or NUMBER 1=差, 2=好 is no whole number: '" + number + "'");
                });
        if (given == null && words.isEmpty()) {
            return new FieldDeclaration(label, FieldType.NUMBER, null, Map.of());
        }
        Range range = given != null
                ? given
                : Range.of(
                        words.keySet().stream().mapToLong(Long::parseLong).min().orElseThrow(),
                        words.keySet().stream().mapToLong(Long::parseLong).max().orElseThrow());
        if (range.low().compareTo(range.high()) > 0) {
            throw new Unreadable("范围前大后小 the range ends before it begins: " + range.low() + ".." + range.high());
        }
        if (range.decimals() > 0 && !words.isEmpty()) {
            throw new Unreadable("有小数的范围不能列选项 a range with decimals has no words");
        }
        words.keySet().stream()
                .filter(number -> !range.holds(new BigDecimal(number)))
                .findFirst()
                .ifPresent(number -> {
                    throw new Unreadable("不在范围内 is out of the range: " + number);
                });
        return new FieldDeclaration(label, FieldType.NUMBER, range, words);
    }

    private static Map<String, String> words(String text) {
        Map<String, String> words = new LinkedHashMap<>();
        for (String part : text.isBlank() ? new String[0] : text.split("[,，]")) {
            String[] pair = part.split("=", 2);
            if (pair.length < 2 || pair[0].isBlank() || pair[1].isBlank()) {
                throw new Unreadable("选项写成“代码=文字” a value is written as CODE=word: '" + part.strip() + "'");
            }
            if (words.put(pair[0].strip(), pair[1].strip()) != null) {
                throw new Unreadable("选项写了两次 a value stands there twice: " + pair[0].strip());
            }
        }
        return Collections.unmodifiableMap(words);
    }
}
