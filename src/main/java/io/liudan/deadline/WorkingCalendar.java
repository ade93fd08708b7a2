package io.liudan.deadline;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts working time: office hours on weekdays that are no statutory holiday, and on weekends that are make-up workdays.
 * Source of the days: the State Council's yearly notices. For a year whose notice isn't known the calendar counts Monday to
 * Friday and says so, in the log and by {@link #knows}.
 */
public class WorkingCalendar {

    private static final Logger LOG = LoggerFactory.getLogger(WorkingCalendar.class);

    /** In what a limit is counted. */
    public enum Unit {
        /** Natural hours: the clock always runs. */
        HOURS,
        /** Natural days of 24 hours. */
        DAYS,
        /** Hours of office time. */
        WORKING_HOURS,
        /** Until the close of business of the n-th working day after today. */
        WORKING_DAYS
    }

    /** One stretch of office hours within a day. */
    record Shift(LocalTime from, LocalTime to) {

        Duration length() {
            return Duration.between(from, to);
        }
    }

    private final ZoneId zone;
    private final List<Shift> shifts;
    private final Map<LocalDate, Boolean> exceptions;
    private final Set<Integer> years;
    private final Set<Integer> missed = ConcurrentHashMap.newKeySet();

    /**
     * @param exceptions days that are off although a weekday would work (false) or on although a weekend would not (true)
     * @param years      the years whose exceptions are known
     */
    WorkingCalendar(ZoneId zone, List<Shift> shifts, Map<LocalDate, Boolean> exceptions, Set<Integer> years) {
        this.zone = zone;
        this.shifts = List.copyOf(shifts);
        this.exceptions = Map.copyOf(exceptions);
        this.years = Set.copyOf(years);
    }

    /** Whether the holidays of this date's year are known. */
    public boolean knows(LocalDate date) {
        return years.contains(date.getYear());
    }

    /** The years whose holidays are known. */
    public Set<Integer> years() {
        return years;
    }

    /** Midnight at the end of the day that an instant falls in, in the city's zone. */
    public Instant endOfDay(Instant instant) {
        return instant.atZone(zone).toLocalDate().plusDays(1).atStartOfDay(zone).toInstant();
    }

    public boolean isWorkingDay(LocalDate date) {
        if (!knows(date) && missed.add(date.getYear())) {
            LOG.warn("The working calendar doesn't know the holidays of {} yet; it counts Monday to Friday", date.getYear());
        }
        Boolean exception = exceptions.get(date);
        return exception != null ? exception
                : date.getDayOfWeek() != DayOfWeek.SATURDAY && date.getDayOfWeek() != DayOfWeek.SUNDAY;
    }

    /** The instant that lies an amount of time after another one. */
    public Instant add(Instant from, long amount, Unit unit) {
        return switch (unit) {
            case HOURS -> from.plus(Duration.ofHours(amount));
            case DAYS -> from.plus(Duration.ofDays(amount));
            case WORKING_HOURS -> addWorkingTime(from, Duration.ofHours(amount));
            case WORKING_DAYS -> closeOfBusiness(from, amount);
        };
    }

    /** The instant by which so much office time has passed. */
    public Instant addWorkingTime(Instant from, Duration amount) {
        ZonedDateTime start = from.atZone(zone);
        Duration left = amount;
        for (LocalDate day = start.toLocalDate(); ; day = day.plusDays(1)) {
            if (!isWorkingDay(day)) {
                continue;
            }
            for (Shift shift : shifts) {
                LocalTime begin = day.equals(start.toLocalDate()) && start.toLocalTime().isAfter(shift.from()) ? start.toLocalTime() : shift.from();
                Duration available = Duration.between(begin, shift.to());
                if (available.compareTo(left) >= 0) {
                    return day.atTime(begin).plus(left).atZone(zone).toInstant();
                }
                left = available.isNegative() ? left : left.minus(available);
            }
        }
    }

    /** Office time between two instants; zero when the second is not after the first. */
    public Duration workingTimeBetween(Instant from, Instant to) {
        ZonedDateTime start = from.atZone(zone);
        ZonedDateTime end = to.atZone(zone);
        Duration sum = Duration.ZERO;
        for (LocalDate day = start.toLocalDate(); !day.isAfter(end.toLocalDate()); day = day.plusDays(1)) {
            if (isWorkingDay(day)) {
                for (Shift shift : shifts) {
                    ZonedDateTime begin = later(day.atTime(shift.from()).atZone(zone), start);
                    ZonedDateTime finish = earlier(day.atTime(shift.to()).atZone(zone), end);
                    sum = begin.isBefore(finish) ? sum.plus(Duration.between(begin, finish)) : sum;
                }
            }
        }
        return sum;
    }

    private Instant closeOfBusiness(Instant from, long days) {
        LocalDate day = from.atZone(zone).toLocalDate();
        for (long left = days; left > 0; ) {
            day = day.plusDays(1);
            left -= isWorkingDay(day) ? 1 : 0;
        }
        return day.atTime(shifts.getLast().to()).atZone(zone).toInstant();
    }

    private static ZonedDateTime later(ZonedDateTime a, ZonedDateTime b) {
        return a.isAfter(b) ? a : b;
    }

    private static ZonedDateTime earlier(ZonedDateTime a, ZonedDateTime b) {
        return a.isBefore(b) ? a : b;
    }
}
