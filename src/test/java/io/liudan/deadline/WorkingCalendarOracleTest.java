package io.liudan.deadline;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The working calendar against an oracle that looks at every single minute of the two years whose holidays are known. */
class WorkingCalendarOracleTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private static final LocalDateTime FIRST = LocalDateTime.parse("2025-02-01T00:00");
    private static final int MINUTES = (int) ChronoUnit.MINUTES.between(FIRST, LocalDateTime.parse("2026-11-01T00:00"));
    private static final Map<LocalDate, Boolean> EXCEPTIONS = new HashMap<>();
    private static final WorkingCalendar CALENDAR;

    static {
        try {
            Resource[] days = new PathMatchingResourcePatternResolver().getResources("classpath*:calendar/*.json");
            CALENDAR = new DeadlineConfiguration().workingCalendar(days, new String[] {"08:30-12:00", "14:30-18:00"}, SHANGHAI);
            for (Resource year : days) {
                for (JsonNode day : new ObjectMapper().readTree(year.getInputStream()).path("days")) {
                    EXCEPTIONS.put(LocalDate.parse(day.path("date").asText()), !day.path("isOffDay").asBoolean());
                }
            }
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Provide
    Arbitrary<Instant> moments() {
        return Arbitraries.integers().between(0, MINUTES).map(minute -> FIRST.plusMinutes(minute).atZone(SHANGHAI).toInstant());
    }

    /** Whether the office is open in the minute that begins now. */
    private static boolean open(Instant minute) {
        LocalDateTime local = LocalDateTime.ofInstant(minute, SHANGHAI);
        LocalTime time = local.toLocalTime();
        boolean hours = !time.isBefore(LocalTime.of(8, 30)) && time.isBefore(LocalTime.of(12, 0)) || !time.isBefore(LocalTime.of(14, 30)) && time.isBefore(LocalTime.of(18, 0));
        return hours && workingDay(local.toLocalDate());
    }

    private static boolean workingDay(LocalDate day) {
        return EXCEPTIONS.getOrDefault(day, day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY);
    }

    @Property(tries = 300)
    void working_hours_are_that_many_open_minutes(@ForAll("moments") Instant from, @ForAll @IntRange(min = 1, max = 60) int hours) {
        Instant end = from;
        for (int left = hours * 60; left > 0; end = end.plusSeconds(60)) {
            left -= open(end) ? 1 : 0;
        }
        assertThat(CALENDAR.add(from, hours, WorkingCalendar.Unit.WORKING_HOURS)).isEqualTo(end);
    }

    @Property(tries = 300)
    void working_hours_before_are_that_many_open_minutes_earlier(@ForAll("moments") Instant due, @ForAll @IntRange(min = 1, max = 60) int hours) {
        Instant start = due;
        for (int left = hours * 60; left > 0; ) {
            start = start.minusSeconds(60);
            left -= open(start) ? 1 : 0;
        }
        assertThat(CALENDAR.before(due, new Span(hours, WorkingCalendar.Unit.WORKING_HOURS))).isEqualTo(start);
    }

    @Property(tries = 300)
    void office_time_between_two_moments_is_the_open_minutes_between_them(@ForAll("moments") Instant from, @ForAll @IntRange(min = 0, max = 30_000) int minutes) {
        Instant to = from.plusSeconds(60L * minutes);
        long count = 0;
        for (Instant minute = from; minute.isBefore(to); minute = minute.plusSeconds(60)) {
            count += open(minute) ? 1 : 0;
        }
        assertThat(CALENDAR.workingTimeBetween(from, to)).isEqualTo(Duration.ofMinutes(count));
    }

    @Property(tries = 300)
    void working_days_end_with_the_last_open_minute_of_that_many_days_on_which_the_office_opens(@ForAll("moments") Instant from, @ForAll @IntRange(min = 1, max = 20) int days) {
        Instant minute = LocalDateTime.ofInstant(from, SHANGHAI).toLocalDate().plusDays(1).atStartOfDay(SHANGHAI).toInstant();
        Instant last = null;
        LocalDate counted = null;
        for (int seen = 0; seen < days || counted != null && counted.equals(LocalDateTime.ofInstant(minute, SHANGHAI).toLocalDate()); minute = minute.plusSeconds(60)) {
            if (open(minute)) {
                LocalDate day = LocalDateTime.ofInstant(minute, SHANGHAI).toLocalDate();
                seen += day.equals(counted) ? 0 : 1;
                counted = day;
                last = minute.plusSeconds(60);
            }
        }
        assertThat(CALENDAR.add(from, days, WorkingCalendar.Unit.WORKING_DAYS)).isEqualTo(last);
    }

    @Property(tries = 300)
    void what_comes_working_days_after_a_missed_date_comes_when_the_office_opens(@ForAll("moments") Instant due, @ForAll @IntRange(min = 0, max = 10) int days) {
        Instant minute = LocalDateTime.ofInstant(due, SHANGHAI).toLocalDate().plusDays(1).atStartOfDay(SHANGHAI).toInstant();
        LocalDate counted = null;
        for (int seen = 0; ; minute = minute.plusSeconds(60)) {
            LocalDate day = LocalDateTime.ofInstant(minute, SHANGHAI).toLocalDate();
            if (open(minute) && !day.equals(counted)) {
                counted = day;
                if (++seen == days + 1) {
                    break;
                }
            }
        }
        assertThat(CALENDAR.after(due, new Span(days, WorkingCalendar.Unit.WORKING_DAYS))).isEqualTo(minute);
    }
}
