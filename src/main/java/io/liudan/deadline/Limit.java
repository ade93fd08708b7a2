package io.liudan.deadline;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How long a step may take, and what it gets on the way.
 *
 * @param span from its beginning until it is due
 * @param reminder after how many percent of the limit it is reminded; {@code null} for never
 * @param yellow how long before it is due; {@code null} for never
 * @param red how long after it was due; {@code 0 WORKING_DAYS} is the opening of the next working day
 * @param level1 likewise
 * @param level2 likewise
 */
public record Limit(Span span, Integer reminder, Span yellow, Span red, Span level1, Span level2) {

    /** A card and when it is given. */
    public record Mark(Card card, Instant at) {}

    /** Whether the clock of this limit runs at night and on holidays. */
    public boolean natural() {
        return span.unit().natural();
    }

    public Instant due(WorkingCalendar calendar, Instant start) {
        return calendar.add(start, span.amount(), span.unit());
    }

    /**
     * The cards of a step that began at {@code start} and is due at {@code due}, in their order; what would come before
     * its beginning is left out.
     */
    public List<Mark> marks(WorkingCalendar calendar, Instant start, Instant due) {
        List<Mark> marks = new ArrayList<>();
        if (reminder != null) {
            Instant at = natural()
                    ? start.plus(
                            Duration.between(start, due).multipliedBy(reminder).dividedBy(100))
                    : calendar.addWorkingTime(
                            start,
                            calendar.workingTimeBetween(start, due)
                                    .multipliedBy(reminder)
                                    .dividedBy(100));
            // The engine and the database keep no finer time.
            marks.add(new Mark(Card.REMINDER, at.truncatedTo(ChronoUnit.MILLIS)));
        }
        if (yellow != null) {
            marks.add(new Mark(Card.YELLOW, calendar.before(due, yellow)));
        }
        marks.removeIf(mark -> !mark.at().isAfter(start) || !mark.at().isBefore(due));
        after(marks, Card.RED, red, calendar, due);
        after(marks, Card.LEVEL_1, level1, calendar, due);
        after(marks, Card.LEVEL_2, level2, calendar, due);
        marks.sort(Comparator.comparing(Mark::at).thenComparing(Mark::card));
        return marks;
    }

    private static void after(List<Mark> marks, Card card, Span span, WorkingCalendar calendar, Instant due) {
        if (span != null) {
            marks.add(new Mark(card, calendar.after(due, span)));
        }
    }
}
