package io.liudan.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

class WorkingCalendarTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private WorkingCalendar calendar;

    @BeforeEach
    void readTheCalendar() throws IOException {
        calendar = calendar(new OfficeHours.Rule(List.of("08:30-12:00", "14:30-18:00"), null, null, null));
    }

    /** The hub's years, with these office hours; above each desk stands the street. */
    static WorkingCalendar calendar(OfficeHours.Rule... hours) throws IOException {
        Resource[] days = new PathMatchingResourcePatternResolver().getResources("classpath*:calendar/*.json");
        DeadlineConfiguration.CalendarProperties properties =
                new DeadlineConfiguration.CalendarProperties(SHANGHAI, 13, List.of(hours), days);
        return new WorkingCalendar(
                SHANGHAI,
                new OfficeHours(properties.officeHours(), desk -> Stream.of(desk, "street")),
                properties.years());
    }

    private static Instant at(String local) {
        return LocalDateTime.parse(local).atZone(SHANGHAI).toInstant();
    }

    @Test
    void working_hours_jump_over_noon_nights_and_weekends() {
        assertThat(calendar.add(at("2026-11-24T09:00"), 4, WorkingCalendar.Unit.WORKING_HOURS))
                .isEqualTo(at("2026-11-24T15:30"));
        assertThat(calendar.add(at("2026-11-27T17:00"), 4, WorkingCalendar.Unit.WORKING_HOURS))
                .isEqualTo(at("2026-11-30T11:30"));
        assertThat(calendar.add(at("2026-11-28T10:00"), 1, WorkingCalendar.Unit.WORKING_HOURS))
                .isEqualTo(at("2026-11-30T09:30"));
        assertThat(calendar.add(at("2026-11-24T13:00"), 1, WorkingCalendar.Unit.WORKING_HOURS))
                .isEqualTo(at("2026-11-24T15:30"));
    }

    @Test
    void working_days_end_at_the_close_of_business() {
        assertThat(calendar.add(at("2026-11-24T09:00"), 5, WorkingCalendar.Unit.WORKING_DAYS))
                .isEqualTo(at("2026-12-01T18:00"));
    }

    @Test
    void holidays_are_off_and_make_up_days_are_on() {
        assertThat(calendar.isWorkingDay(LocalDate.parse("2026-02-16")))
                .as("spring festival, a Monday")
                .isFalse();
        assertThat(calendar.isWorkingDay(LocalDate.parse("2026-02-14")))
                .as("a Saturday to make up for it")
                .isTrue();
        assertThat(calendar.add(at("2026-02-14T16:00"), 4, WorkingCalendar.Unit.WORKING_HOURS))
                .isEqualTo(at("2026-02-24T10:30"));
    }

    @Test
    void natural_hours_always_run() {
        assertThat(calendar.add(at("2026-11-28T23:00"), 2, WorkingCalendar.Unit.HOURS))
                .isEqualTo(at("2026-11-29T01:00"));
    }

    @Test
    void office_time_between_two_instants_is_what_adding_it_gives_back() {
        Instant from = at("2026-11-27T16:10");
        Instant to = calendar.addWorkingTime(from, Duration.ofHours(9));
        assertThat(calendar.workingTimeBetween(from, to)).isEqualTo(Duration.ofHours(9));
        assertThat(calendar.workingTimeBetween(to, from)).isZero();
    }

    @Test
    void a_year_whose_holidays_are_not_published_is_said_to_be_unknown() {
        assertThat(calendar.knows(LocalDate.parse("2026-12-31"))).isTrue();
        assertThat(calendar.knows(LocalDate.parse("2027-01-04"))).isFalse();
        assertThat(calendar.isWorkingDay(LocalDate.parse("2027-01-04")))
                .as("Monday to Friday until then")
                .isTrue();
    }

    @Test
    void an_office_without_hours_of_its_own_keeps_those_of_the_office_above_it() throws IOException {
        calendar = calendar(
                new OfficeHours.Rule(List.of("08:30-12:00", "14:30-18:00"), null, null, null),
                new OfficeHours.Rule(List.of("09:00-17:00"), null, null, List.of("street")));
        assertThat(calendar.of("community").add(at("2026-11-24T09:00"), 4, WorkingCalendar.Unit.WORKING_HOURS))
                .isEqualTo(at("2026-11-24T13:00"));
        assertThat(calendar.add(at("2026-11-24T09:00"), 4, WorkingCalendar.Unit.WORKING_HOURS))
                .isEqualTo(at("2026-11-24T15:30"));
    }

    @ParameterizedTest
    @CsvSource({"18:00-08:30,,", "08:30-12:00,05-01,", "08:30-12:00,13-01,14-01", "8 o'clock,,"})
    void office_hours_that_cannot_be_read_stop_the_start(String hours, String from, String to) {
        assertThatThrownBy(() -> calendar(
                        new OfficeHours.Rule(List.of("08:30-12:00"), null, null, null),
                        new OfficeHours.Rule(List.of(hours), from, to, null)))
                .isInstanceOfAny(IllegalArgumentException.class, DateTimeException.class);
    }
}
