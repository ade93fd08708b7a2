package io.liudan.integration;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * When a department's system is known to be away: {@code 23:00-01:00, SUN 02:00-06:00}, in the city's time. Days are
 * those on which a window begins; without days it is every day's.
 */
record Maintenance(List<Window> windows) {

    static final Maintenance NEVER = new Maintenance(List.of());

    private static final String FORM = "(?:(MON|TUE|WED|THU|FRI|SAT|SUN)(?:/(?:MON|TUE|WED|THU|FRI|SAT|SUN))* )?"
            + "([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d";

    private static final Pattern WINDOW = Pattern.compile(FORM);
    private static final int LETTERS = 3;

    record Window(Set<DayOfWeek> days, LocalTime from, LocalTime until) {

        boolean at(LocalDateTime now) {
            LocalTime time = now.toLocalTime();
            if (from.isBefore(until)) {
                return days.contains(now.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(until);
            }
            return days.contains(now.getDayOfWeek()) && !time.isBefore(from)
                    || days.contains(now.getDayOfWeek().minus(1)) && time.isBefore(until);
        }
    }

    /** @throws IllegalArgumentException for anything else than windows with commas between them */
    static Maintenance parse(String text) {
        return new Maintenance(Stream.of(text.split(","))
                .map(String::strip)
                .map(Maintenance::window)
                .toList());
    }

    private static Window window(String text) {
        Matcher form = WINDOW.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(text);
        }
        int space = text.indexOf(' ');
        String[] times = text.substring(space + 1).split("-");
        return new Window(
                space < 0 ? EnumSet.allOf(DayOfWeek.class) : days(text.substring(0, space)),
                LocalTime.parse(times[0]),
                LocalTime.parse(times[1]));
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (DayOfWeek day : DayOfWeek.values()) {
            if (List.of(text.split("/")).contains(day.name().substring(0, LETTERS))) {
                days.add(day);
            }
        }
        return days;
    }

    boolean at(LocalDateTime now) {
        return windows.stream().anyMatch(window -> window.at(now));
    }
}
