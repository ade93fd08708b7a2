package io.liudan.deadline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.deadline.DeadlineConfiguration.CalendarProperties;
import io.liudan.identity.Actor;
import io.liudan.problem.Problem;
import java.sql.Types;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The years of the working calendar: those of the files, and over them those that an administrator imported. An import
 * counts at once for what begins, on the other nodes within seconds; whoever counts running steps again asks for
 * {@link #pending}.
 */
@Service
public class CalendarYears {

    private final Collection<CalendarYear> files;
    private final int statutoryDays;
    private final Steps steps;
    private final WorkingCalendar calendar;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ObjectMapper json;
    private final Clock clock;

    CalendarYears(
            CalendarProperties properties,
            Steps steps,
            WorkingCalendar calendar,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            ObjectMapper json,
            Clock clock) {
        this.files = List.copyOf(properties.years());
        this.statutoryDays = properties.statutoryDays();
        this.steps = steps;
        this.calendar = calendar;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.clock = clock;
        refresh();
    }

    /**
     * A year as the calendar knows it.
     *
     * @param workingDays days on which offices open
     * @param importedBy who imported it; {@code null} for a year from a file
     * @param importedAt when; {@code null} for a year from a file
     */
    public record Known(int year, int workingDays, String importedBy, OffsetDateTime importedAt) {}

    /** A day that an import changes. */
    public record Day(LocalDate date, boolean working) {}

    /**
     * What an import does.
     *
     * @param changed days that open or close otherwise than the calendar said so far
     * @param steps open steps with dates among them, or with provisional dates: they are counted again
     */
    public record Report(int year, int workingDays, List<Day> changed, long steps) {}

    /**
     * An import whose running steps have not been counted again yet.
     *
     * @param first day that changed; {@code null} as {@code last} when none did
     * @param at when it was imported, which tells it from another one of the same year
     */
    public record Pending(int year, LocalDate first, LocalDate last, OffsetDateTime at) {}

    /** What an import would do. */
    @Transactional(readOnly = true)
    public Report preview(Actor actor, int year, JsonNode notice) {
        return report(read(actor, year, notice));
    }

    /** @throws Problem 403 to anyone but administrators, 422 naming each field that can't be right */
    public Report take(Actor actor, int year, JsonNode notice) {
        CalendarYear read = read(actor, year, notice);
        Report report = transaction.execute(status -> {
            // One import at a time: what it changes is told against what is known.
            jdbc.sql("lock table calendar_year in share row exclusive mode").update();
            Report changes = report(read);
            write(actor, notice, changes);
            return changes;
        });
        refresh();
        return report;
    }

    /** Days that an earlier import changed and that are still to be counted stay so. */
    private void write(Actor actor, JsonNode notice, Report report) {
        jdbc.sql("""
                insert into calendar_year (year, notice, imported_by, imported_at, first_changed, last_changed) values (:year, :notice::jsonb, :by, :at, :first, :last)
                on conflict (year) do update set notice = excluded.notice, imported_by = excluded.imported_by, imported_at = excluded.imported_at, applied_at = null,
                    first_changed = least(excluded.first_changed, case when calendar_year.applied_at is null then calendar_year.first_changed end),
                    last_changed = greatest(excluded.last_changed, case when calendar_year.applied_at is null then calendar_year.last_changed end)""")
                .param("year", report.year)
                .param("notice", notice.toString())
                .param("by", actor.username())
                .param("at", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .param("first", first(report.changed), Types.DATE)
                .param("last", last(report.changed), Types.DATE)
                .update();
    }

    /** @param actor who asks; who imported a year is told to administrators alone */
    public List<Known> known(Actor actor) {
        Map<Integer, Known> known = new TreeMap<>();
        files.forEach(year -> known.put(year.year(), new Known(year.year(), year.workingDays(), null, null)));
        jdbc.sql("select year, notice, imported_by, imported_at from calendar_year")
                .query((row, n) -> new Known(
                        row.getInt("year"),
                        parse(row.getString("notice")).workingDays(),
                        actor.is(Actor.Role.ADMINISTRATOR) ? row.getString("imported_by") : null,
                        row.getObject("imported_at", OffsetDateTime.class)))
                .list()
                .forEach(year -> known.put(year.year(), year));
        return List.copyOf(known.values());
    }

    /** Takes over what was imported on any node. */
    @Scheduled(fixedDelayString = "${liudan.calendar.refresh}", initialDelayString = "${liudan.calendar.refresh}")
    public void refresh() {
        calendar.replace(all().values());
    }

    /** An import after which running steps have still to be counted. */
    public Optional<Pending> pending() {
        return jdbc.sql(
                        "select year, first_changed, last_changed, imported_at from calendar_year where applied_at is null order by year limit 1")
                .query((row, n) -> new Pending(
                        row.getInt(1),
                        row.getObject(2, LocalDate.class),
                        row.getObject(3, LocalDate.class),
                        row.getObject(4, OffsetDateTime.class)))
                .optional();
    }

    /** Running steps have been counted again; nothing is marked when the year has been imported anew meanwhile. */
    public void applied(Pending done) {
        jdbc.sql("update calendar_year set applied_at = now() where year = ? and imported_at = ?")
                .params(done.year, done.at)
                .update();
    }

    private CalendarYear read(Actor actor, int year, JsonNode notice) {
        CalendarYear read = CalendarYear.read(notice);
        if (read.year() != year) {
            throw Problem.field("year", "not-among", String.valueOf(year));
        }
        return read.check(statutoryDays);
    }

    private Report report(CalendarYear year) {
        Map<Integer, CalendarYear> years = all();
        Map<LocalDate, Boolean> before = CalendarYear.merge(years.values());
        years.put(year.year(), year);
        Map<LocalDate, Boolean> after = CalendarYear.merge(years.values());
        List<Day> changed = Stream.concat(before.keySet().stream(), after.keySet().stream())
                .distinct()
                .sorted()
                .filter(day -> working(before, day) != working(after, day))
                .map(day -> new Day(day, working(after, day)))
                .toList();
        return new Report(
                year.year(),
                year.workingDays(),
                changed,
                steps.running(first(changed), last(changed)).size());
    }

    private static LocalDate first(List<Day> changed) {
        return changed.isEmpty() ? null : changed.getFirst().date;
    }

    private static LocalDate last(List<Day> changed) {
        return changed.isEmpty() ? null : changed.getLast().date;
    }

    private static boolean working(Map<LocalDate, Boolean> exceptions, LocalDate day) {
        return exceptions.getOrDefault(day, !CalendarYear.weekend(day));
    }

    private Map<Integer, CalendarYear> all() {
        Map<Integer, CalendarYear> all = new TreeMap<>();
        Stream.concat(
                        files.stream(),
                        jdbc.sql("select notice from calendar_year").query(String.class).list().stream()
                                .map(this::parse))
                .forEach(year -> all.put(year.year(), year));
        return all;
    }

    private CalendarYear parse(String text) {
        try {
            return CalendarYear.read(json.readTree(text));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An imported year isn't JSON", e);
        }
    }
}
