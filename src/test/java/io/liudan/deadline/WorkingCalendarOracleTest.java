package io.liudan.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The working calendar against an oracle that looks at every single minute of the two years whose holidays are known.
 */
class WorkingCalendarOracleTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private static final LocalDateTime FIRST = LocalDateTime.parse("2025-02-01T00:00");
    private static final int MINUTES = (int) ChronoUnit.MINUTES.between(FIRST, LocalDateTime.parse("2026-11-01T00:00"));
    private static final Map<LocalDate, Boolean> EXCEPTIONS = new HashMap<>();
    private static final WorkingCalendar CALENDAR;

    static {
        try {
            Resource[] days = new PathMatchingResourcePatternResolver().getResources("classpath*:calendar/*.json");
            CALENDAR = WorkingCalendarTest.calendar(
                    new OfficeHours.Rule(List.of("08:30-12:00", "14:30-18:00"), null, null, null),
                    new OfficeHours.Rule(List.of("08:30-12:00", "15:00-18:30"), "05-01", "09-30", null),
                    new OfficeHours.Rule(List.of("09:00-16:30"), "11-01", "02-28", List.of("hall")));
            for (Resource year : days) {
                for (JsonNode day :
                        new ObjectMapper().readTree(year.getInputStream()).path("days")) {
                    EXCEPTIONS.put(
                            LocalDate.parse(day.path("date").asText()),
                            !day.path("isOffDay").asBoolean());
                }
            }
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One office with hours of its own in winter, and any other. */
    @Provide
    Arbitrary<String> desks() {
        return Arbitraries.of("hall", "bureau");
    }

    @Provide
    Arbitrary<Instant> moments() {
        return Arbitraries.integers()
                .between(0, MINUTES)
                .map(minute -> FIRST.plusMinutes(minute).atZone(SHANGHAI).toInstant());
    }

    /** Whether the office is open in the minute that begins now. */
    private static boolean open(Instant minute, String desk) {
        LocalDateTime local = LocalDateTime.ofInstant(minute, SHANGHAI);
        LocalTime time = local.toLocalTime();
        int day = local.getMonthValue() * 100 + local.getDayOfMonth();
        boolean hours;
        if ("hall".equals(desk) && (day >= 1101 || day <= 228)) {
            hours = within(time, "09:00", "16:30");
        } else if (day >= 501 && day <= 930) {
            hours = within(time, "08:30", "12:00") || within(time, "15:00", "18:30");
        } else {
            hours = within(time, "08:30", "12:00") || within(time, "14:30", "18:00");
        }
        return hours && workingDay(local.toLocalDate());
    }

    private static boolean within(LocalTime time, String from, String to) {
        return !time.isBefore(LocalTime.parse(from)) && time.isBefore(LocalTime.parse(to));
    }

    private static boolean workingDay(LocalDate day) {
        return EXCEPTIONS.getOrDefault(
                day, day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY);
    }

    @Property(tries = 300)
    void working_hours_are_that_many_open_minutes(
            @ForAll("desks") String desk,
            @ForAll("moments") Instant from,
            @ForAll @IntRange(min = 1, max = 60) int hours) {
        Instant end = from;
        for (int left = hours * 60; left > 0; end = end.plusSeconds(60)) {
            left -= open(end, desk) ? 1 : 0;
        }
        assertThat(CALENDAR.of(desk).add(from, hours, WorkingCalendar.Unit.WORKING_HOURS))
                .isEqualTo(end);
    }

    @Property(tries = 300)
    void working_hours_before_are_that_many_open_minutes_earlier(
            @ForAll("desks") String desk,
            @ForAll("moments") Instant due,
            @ForAll @IntRange(min = 1, max = 60) int hours) {
        Instant start = due;
        for (int left = hours * 60; left > 0; ) {
            start = start.minusSeconds(60);
            left -= open(start, desk) ? 1 : 0;
        }
        assertThat(CALENDAR.of(desk).before(due, new Span(hours, WorkingCalendar.Unit.WORKING_HOURS)))
                .isEqualTo(start);
    }

    @Property(tries = 300)
    void office_time_between_two_moments_is_the_open_minutes_between_them(
            @ForAll("desks") String desk,
            @ForAll("moments") Instant from,
            @ForAll @IntRange(min = 0, max = 30_000) int minutes) {
        Instant to = from.plusSeconds(60L * minutes);
        long count = 0;
        for (Instant minute = from; minute.isBefore(to); minute = minute.plusSeconds(60)) {
            count += open(minute, desk) ? 1 : 0;
        }
        assertThat(CALENDAR.of(desk).workingTimeBetween(from, to)).isEqualTo(Duration.ofMinutes(count));
    }

    @Property(tries = 300)
    void working_days_end_with_the_last_open_minute_of_that_many_days_on_which_the_office_opens(
            @ForAll("desks") String desk,
            @ForAll("moments") Instant from,
            @ForAll @IntRange(min = 1, max = 20) int days) {
        Instant minute = LocalDateTime.ofInstant(from, SHANGHAI)
                .toLocalDate()
                .plusDays(1)
                .atStartOfDay(SHANGHAI)
                .toInstant();
        Instant last = null;
        LocalDate counted = null;
        for (int seen = 0;
                seen < days
                        || counted != null
                                && counted.equals(LocalDateTime.ofInstant(minute, SHANGHAI)
                                        .toLocalDate());
                minute = minute.plusSeconds(60)) {
            if (open(minute, desk)) {
                LocalDate day = LocalDateTime.ofInstant(minute, SHANGHAI).toLocalDate();
                seen += day.equals(counted) ? 0 : 1;
                counted = day;
                last = minute.plusSeconds(60);
            }
        }
        assertThat(CALENDAR.of(desk).add(from, days, WorkingCalendar.Unit.WORKING_DAYS))
                .isEqualTo(last);
    }

    @Property(tries = 300)
    void what_comes_working_days_after_a_missed_date_comes_when_the_office_opens(
            @ForAll("desks") String desk,
            @ForAll("moments") Instant due,
            @ForAll @IntRange(min = 0, max = 10) int days) {
        Instant minute = LocalDateTime.ofInstant(due, SHANGHAI)
                .toLocalDate()
                .plusDays(1)
                .atStartOfDay(SHANGHAI)
                .toInstant();
        LocalDate counted = null;
        for (int seen = 0; ; minute = minute.plusSeconds(60)) {
            LocalDate day = LocalDateTime.ofInstant(minute, SHANGHAI).toLocalDate();
            if (open(minute, desk) && !day.equals(counted)) {
                counted = day;
                if (++seen == days + 1) {
                    break;
                }
            }
        }
        assertThat(CALENDAR.of(desk).after(due, new Span(days, WorkingCalendar.Unit.WORKING_DAYS)))
                .isEqualTo(minute);
    }
}
