package io.liudan.deadline;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.problem.Problem;
import io.liudan.problem.Problem.FieldError;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the State Council's notice of a year orders against the weekdays.
 *
 * @param exceptions days that are off although a weekday would work (false) or on although a weekend would not (true)
 */
record CalendarYear(int year, Map<LocalDate, Boolean> exceptions) {

    private static final List<MonthDay> ALWAYS_OFF = List.of(MonthDay.of(1, 1), MonthDay.of(5, 1), MonthDay.of(10, 1));

    CalendarYear {
        exceptions = Map.copyOf(exceptions);
    }

    static boolean weekend(LocalDate date) {
        return date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;
    }

    /**
     * Reads a notice in the format of holiday-cn, {@code {year, days: [{date, isOffDay}]}}.
     *
     * @throws Problem 422 with each field that can't be right
     */
    static CalendarYear read(JsonNode notice) {
        List<FieldError> errors = new ArrayList<>();
        int year = notice.path("year").asInt();
        if (year < 2000 || year > 2100) {
            throw Problem.field("year", "range", "2000", "2100");
        }
        Map<LocalDate, Boolean> days = new TreeMap<>();
        for (int n = 0; n < notice.path("days").size(); n++) {
            day(notice.path("days").path(n), year, "days[" + n + "]", days, errors);
        }
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
        return new CalendarYear(year, days);
    }

    private static void day(
            JsonNode day, int year, String path, Map<LocalDate, Boolean> days, List<FieldError> errors) {
        LocalDate date;
        try {
            date = LocalDate.parse(day.path("date").asText());
        } catch (DateTimeException e) {
            errors.add(new FieldError(path + ".date", "malformed"));
            return;
        }
        // New Year's holiday may begin in the last days of December.
        if (date.isBefore(LocalDate.of(year - 1, 12, 25)) || date.getYear() > year) {
            errors.add(new FieldError(path + ".date", "not-of-the-year", String.valueOf(year)));
        } else if (!day.path("isOffDay").isBoolean()) {
            errors.add(new FieldError(path + ".isOffDay", "not-boolean"));
        } else if (!day.path("isOffDay").asBoolean() && !weekend(date)) {
            errors.add(new FieldError(path + ".date", "not-a-weekend"));
        } else if (days.put(date, !day.path("isOffDay").asBoolean()) != null) {
            errors.add(new FieldError(path + ".date", "twice"));
        }
    }

    /**
     * Looks whether this can be a year's notice: each weekday off beyond the statutory holidays is worked on a weekend,
     * so their difference is what the law grants.
     *
     * @param statutoryDays holidays by law, 13 since 2025
     * @throws Problem 422 with what can't be right
     */
    CalendarYear check(int statutoryDays) {
        List<FieldError> errors = new ArrayList<>();
        ALWAYS_OFF.stream()
                .map(holiday -> holiday.atYear(year))
                .filter(holiday -> !Boolean.FALSE.equals(exceptions.get(holiday)))
                .forEach(holiday -> errors.add(new FieldError("days", "holiday-missing", holiday.toString())));
        long off = exceptions.entrySet().stream()
                .filter(day -> !day.getValue() && !weekend(day.getKey()))
                .count();
        long madeUp = exceptions.values().stream().filter(working -> working).count();
        if (off - madeUp != statutoryDays) {
            errors.add(new FieldError(
                    "days",
                    "statutory-days",
                    String.valueOf(off),
                    String.valueOf(madeUp),
                    String.valueOf(statutoryDays)));
        }
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
        return this;
    }

    /** The days of several years; where two notices speak of one day, the later year's counts. */
    static Map<LocalDate, Boolean> merge(Collection<CalendarYear> years) {
        Map<LocalDate, Boolean> all = new HashMap<>();
        years.stream().sorted(Comparator.comparing(CalendarYear::year)).forEach(one -> all.putAll(one.exceptions));
        return all;
    }

    /** Days of the year on which offices open. */
    int workingDays() {
        return (int) LocalDate.of(year, 1, 1)
                .datesUntil(LocalDate.of(year + 1, 1, 1))
                .filter(day -> exceptions.getOrDefault(day, !weekend(day)))
                .count();
    }
}
