package io.liudan.deadline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * How the due date of a step came about: kept with the step, so that it can be counted again when the calendar or the
 * table of limits has changed.
 *
 * @param step the name of the limit in the table
 * @param limit the step's limit, as the table had it when the step began
 * @param from since when it is counted
 * @param restMinutes what a pause had left of the limit, in natural or office time as the limit itself; {@code null}
 *     for all of it
 * @param extensionDays working days that were granted on top
 */
public record Term(String step, Limit limit, Instant from, Long restMinutes, int extensionDays) {

    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    /** Reads what {@link #write} wrote. */
    public static Term parse(String text) {
        try {
            return JSON.readValue(text, Term.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String write() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Instant due(WorkingCalendar calendar) {
        Instant due = restMinutes == null
                ? limit.due(calendar, from)
                : limit.natural()
                        ? from.plus(Duration.ofMinutes(restMinutes))
                        : calendar.addWorkingTime(from, Duration.ofMinutes(restMinutes));
        return extensionDays == 0 ? due : calendar.add(due, extensionDays, WorkingCalendar.Unit.WORKING_DAYS);
    }

    public Term extended(int workingDays) {
        return new Term(step, limit, from, restMinutes, extensionDays + workingDays);
    }

    /** The same step under another limit; what a pause had left stays as long as the limit's length is the same. */
    public Term under(Limit other) {
        return new Term(step, other, from, limit.span().equals(other.span()) ? restMinutes : null, extensionDays);
    }
}
