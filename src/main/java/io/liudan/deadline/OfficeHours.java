package io.liudan.deadline;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** When an office is open on a working day: by season, and for org units that keep hours of their own. */
final class OfficeHours {

    /** One stretch of office hours within a day. */
    record Shift(LocalTime from, LocalTime to) {

        static Shift parse(String text) {
            String[] ends = text.strip().split("-");
            Shift shift = new Shift(LocalTime.parse(ends[0]), LocalTime.parse(ends[1]));
            if (!shift.from.isBefore(shift.to)) {
                throw new IllegalArgumentException("Office hours end after they begin: " + text);
            }
            return shift;
        }
    }

    /**
     * One line of the configuration.
     *
     * @param hours for example {@code 08:30-12:00,14:30-18:00}
     * @param from first day of a season as {@code 05-01}; {@code null} for the whole year
     * @param to last day of a season; before {@code from} when the season goes over New Year
     * @param desks whose hours these are, with all desks below them; {@code null} for the whole city
     */
    record Rule(List<String> hours, String from, String to, List<String> desks) {

        private boolean in(LocalDate date) {
            if (from == null) {
                return true;
            }
            MonthDay first = MonthDay.parse("--" + from);
            MonthDay last = MonthDay.parse("--" + to);
            MonthDay day = MonthDay.from(date);
            boolean afterFirst = !day.isBefore(first);
            boolean beforeLast = !day.isAfter(last);
            return first.isAfter(last) ? afterFirst || beforeLast : afterFirst && beforeLast;
        }
    }

    private record Season(Rule rule, List<Shift> shifts) {}

    private final List<Season> rules;
    private final Set<String> own;
    private final Function<String, Stream<String>> upwards;

    /**
     * @param rules the last one that applies counts; the first is for the whole city and year
     * @param upwards a desk and those above it, up to the city
     * @throws IllegalArgumentException when a line can't be read
     */
    OfficeHours(List<Rule> rules, Function<String, Stream<String>> upwards) {
        if (rules.isEmpty()
                || rules.getFirst().from() != null
                || rules.getFirst().desks() != null) {
            throw new IllegalArgumentException(
                    "The first of liudan.calendar.office-hours is for the whole city and year");
        }
        this.rules = rules.stream().map(rule -> new Season(rule, shifts(rule))).toList();
        this.own = rules.stream()
                .filter(rule -> rule.desks() != null)
                .flatMap(rule -> rule.desks().stream())
                .collect(Collectors.toSet());
        this.upwards = upwards;
        // A season that can't be read fails now, not on its first day.
        rules.forEach(rule -> rule.in(LocalDate.EPOCH));
    }

    private static List<Shift> shifts(Rule rule) {
        List<Shift> shifts = rule.hours().stream().map(Shift::parse).toList();
        for (int n = 1; n < shifts.size(); n++) {
            if (shifts.get(n).from().isBefore(shifts.get(n - 1).to())) {
                throw new IllegalArgumentException("Office hours overlap: " + rule.hours());
            }
        }
        if (shifts.isEmpty() || (rule.from() == null) != (rule.to() == null)) {
            throw new IllegalArgumentException(
                    "Office hours are hours with either both or none of from and to: " + rule);
        }
        return shifts;
    }

    /** The nearest desk with hours of its own, from this one upwards; {@code null} for the city's. */
    String whose(String desk) {
        return desk == null || own.isEmpty()
                ? null
                : upwards.apply(desk).filter(own::contains).findFirst().orElse(null);
    }

    /** The hours of a working day. */
    List<Shift> on(LocalDate day, String whose) {
        return rules.reversed().stream()
                .filter(season -> season.rule.in(day)
                        && (season.rule.desks() == null
                                || whose != null && season.rule.desks().contains(whose)))
                .findFirst()
                .orElseThrow()
                .shifts;
    }
}
