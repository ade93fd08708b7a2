package io.liudan.deadline;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts working time: office hours on weekdays that are no statutory holiday, and on weekends that are make-up
 * workdays. Source of the days: the State Council's yearly notices. For a year whose notice isn't known the calendar
 * counts Monday to Friday and says so, in the log and by {@link #knows}. Office hours are the city's, or by {@link #of}
 * those of a desk. Safe for use by many threads; a year that is imported counts at once.
 */
public class WorkingCalendar {

    private static final Logger LOG = LoggerFactory.getLogger(WorkingCalendar.class);

    /** In what a limit is counted. */
    public enum Unit {
        /** Natural minutes. */
        MINUTES,
        /** Natural hours: the clock always runs. */
        HOURS,
        /** Natural days of 24 hours. */
        DAYS,
        /** Hours of office time. */
        WORKING_HOURS,
        /** Until the close of business of the n-th working day after today. */
        WORKING_DAYS;

        /** Whether the clock runs at night and on holidays. */
        public boolean natural() {
            return this == MINUTES || this == HOURS || this == DAYS;
        }
    }

    private record Days(Map<LocalDate, Boolean> exceptions, Set<Integer> years) {

        static Days of(Collection<CalendarYear> years) {
            return new Days(
                    CalendarYear.merge(years),
                    years.stream().map(CalendarYear::year).collect(Collectors.toUnmodifiableSet()));
        }
    }

    private final ZoneId zone;
    private final OfficeHours hours;
    private final String whose;
    private final AtomicReference<Days> days;
    private final Set<Integer> missed;

    WorkingCalendar(ZoneId zone, OfficeHours hours, Collection<CalendarYear> years) {
        this(zone, hours, null, new AtomicReference<>(Days.of(years)), ConcurrentHashMap.newKeySet());
    }

    private WorkingCalendar(
            ZoneId zone, OfficeHours hours, String whose, AtomicReference<Days> days, Set<Integer> missed) {
        this.zone = zone;
        this.hours = hours;
        this.whose = whose;
        this.days = days;
        this.missed = missed;
    }

    /** The same days with the office hours of a desk; {@code null} for the city's. */
    public WorkingCalendar of(String desk) {
        return new WorkingCalendar(zone, hours, hours.whose(desk), days, missed);
    }

    /** From now on counts by these years, in this calendar and all that were made of it. */
    void replace(Collection<CalendarYear> years) {
        days.set(Days.of(years));
    }

    /** Whether the holidays of this date's year are known. */
    public boolean knows(LocalDate date) {
        return days.get().years.contains(date.getYear());
    }

    /** The years whose holidays are known. */
    public Set<Integer> years() {
        return days.get().years;
    }

    /** Midnight at the end of the day that an instant falls in, in the city's zone. */
    public Instant endOfDay(Instant instant) {
        return instant.atZone(zone).toLocalDate().plusDays(1).atStartOfDay(zone).toInstant();
    }

    public boolean isWorkingDay(LocalDate date) {
        if (!knows(date) && missed.add(date.getYear())) {
            LOG.warn(
                    "The working calendar doesn't know the holidays of {} yet; it counts Monday to Friday",
                    date.getYear());
        }
        return days.get().exceptions.getOrDefault(date, !CalendarYear.weekend(date));
    }

    /** The instant that lies an amount of time after another one. */
    public Instant add(Instant from, long amount, Unit unit) {
        return switch (unit) {
            case MINUTES, HOURS, DAYS -> from.plus(natural(amount, unit));
            case WORKING_HOURS -> addWorkingTime(from, Duration.ofHours(amount));
            case WORKING_DAYS -> close(workingDay(from, amount, 1));
        };
    }

    /**
     * The instant that lies a span before a due date: for working days, the close of business of that many working days
     * earlier.
     */
    public Instant before(Instant due, Span span) {
        return switch (span.unit()) {
            case MINUTES, HOURS, DAYS -> due.minus(natural(span.amount(), span.unit()));
            case WORKING_HOURS -> subtractWorkingTime(due, Duration.ofHours(span.amount()));
            case WORKING_DAYS -> close(workingDay(due, span.amount(), -1));
        };
    }

    /**
     * The instant that lies a span after a due date that was missed: for working days, the opening of the next working
     * day and so many more.
     */
    public Instant after(Instant due, Span span) {
        return switch (span.unit()) {
            case MINUTES, HOURS, DAYS -> due.plus(natural(span.amount(), span.unit()));
            case WORKING_HOURS -> addWorkingTime(due, Duration.ofHours(span.amount()));
            case WORKING_DAYS -> open(workingDay(due, span.amount() + 1, 1));
        };
    }

    private Instant open(LocalDate day) {
        return day.atTime(hours.on(day, whose).getFirst().from()).atZone(zone).toInstant();
    }

    private Instant close(LocalDate day) {
        return day.atTime(hours.on(day, whose).getLast().to()).atZone(zone).toInstant();
    }

    private static Duration natural(long amount, Unit unit) {
        return switch (unit) {
            case MINUTES -> Duration.ofMinutes(amount);
            case HOURS -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** The instant before which so much office time had to pass. */
    private Instant subtractWorkingTime(Instant to, Duration amount) {
        ZonedDateTime end = to.atZone(zone);
        Duration left = amount;
        for (LocalDate day = end.toLocalDate(); ; day = day.minusDays(1)) {
            if (!isWorkingDay(day)) {
                continue;
            }
            for (OfficeHours.Shift shift : hours.on(day, whose).reversed()) {
                LocalTime close =
                        day.equals(end.toLocalDate()) && end.toLocalTime().isBefore(shift.to())
                                ? end.toLocalTime()
                                : shift.to();
                Duration available = Duration.between(shift.from(), close);
                if (!available.isNegative() && available.compareTo(left) >= 0) {
                    return day.atTime(close).minus(left).atZone(zone).toInstant();
                }
                left = available.isNegative() ? left : left.minus(available);
            }
        }
    }

    /** The instant by which so much office time has passed. */
    public Instant addWorkingTime(Instant from, Duration amount) {
        ZonedDateTime start = from.atZone(zone);
        Duration left = amount;
        for (LocalDate day = start.toLocalDate(); ; day = day.plusDays(1)) {
            if (!isWorkingDay(day)) {
                continue;
            }
            for (OfficeHours.Shift shift : hours.on(day, whose)) {
                LocalTime begin =
                        day.equals(start.toLocalDate()) && start.toLocalTime().isAfter(shift.from())
                                ? start.toLocalTime()
                                : shift.from();
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
                for (OfficeHours.Shift shift : hours.on(day, whose)) {
                    ZonedDateTime begin = later(day.atTime(shift.from()).atZone(zone), start);
                    ZonedDateTime finish = earlier(day.atTime(shift.to()).atZone(zone), end);
                    sum = begin.isBefore(finish) ? sum.plus(Duration.between(begin, finish)) : sum;
                }
            }
        }
        return sum;
    }

    /**
     * The n-th working day after or before the day of an instant; that day itself for none.
     *
     * @param step 1 for after, -1 for before
     */
    private LocalDate workingDay(Instant from, long days, int step) {
        LocalDate day = from.atZone(zone).toLocalDate();
        for (long left = days; left > 0; ) {
            day = day.plusDays(step);
            left -= isWorkingDay(day) ? 1 : 0;
        }
        return day;
    }

    private static ZonedDateTime later(ZonedDateTime a, ZonedDateTime b) {
        return a.isAfter(b) ? a : b;
    }

    private static ZonedDateTime earlier(ZonedDateTime a, ZonedDateTime b) {
        return a.isBefore(b) ? a : b;
    }
}
