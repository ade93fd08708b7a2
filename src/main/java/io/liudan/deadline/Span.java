package io.liudan.deadline;

/**
 * An amount of time in one of the calendar's units, written as {@code 4 WORKING_HOURS}.
 *
 * @param amount zero or more
 */
public record Span(long amount, WorkingCalendar.Unit unit) {

    public Span {
        if (amount < 0) {
            throw new IllegalArgumentException("A span of time isn't negative: " + amount);
        }
    }

    /** @throws IllegalArgumentException when the text isn't a number and a unit */
    public static Span parse(String text) {
        String[] parts = text.strip().split("\\s+");
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "A span of time is a number and a unit, for example 4 WORKING_HOURS: " + text);
        }
        return new Span(Long.parseLong(parts[0]), WorkingCalendar.Unit.valueOf(parts[1]));
    }
}
