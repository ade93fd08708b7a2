package io.liudan.matter;

import io.liudan.directory.CityDirectory;
import io.liudan.matter.Sights.Sight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/** What happened to a matter, as its reader may read it and in the words of its kind. */
@Component
class MatterTimeline {

    private final EventLog events;
    private final CityDirectory city;
    private final MessageSource messages;

    MatterTimeline(EventLog events, CityDirectory city, MessageSource messages) {
        this.events = events;
        this.city = city;
        this.messages = messages;
    }

    List<MatterView.TimelineEntry> of(String code, Kind kind, Sight sight, UnaryOperator<String> reading) {
        return events.of(code, reading).stream()
                .filter(entry -> sight.official() || !entry.type().equals(Notes.COMMENTED))
                .map(entry -> entry(entry, kind, sight.personal()))
                .toList();
    }

    /** Who only follows sees what happened and where, not the words in which people speak of the matter. */
    private MatterView.TimelineEntry entry(EventLog.Entry entry, Kind kind, boolean personal) {
        Map<String, Object> data = new LinkedHashMap<>(entry.data());
        if (!personal) {
            data.keySet().retainAll(List.of("status", "task", "step", "decision", "label"));
        }
        return new MatterView.TimelineEntry(
                entry.at(),
                entry.type(),
                words(entry, kind),
                entry.desk(),
                entry.desk() == null ? null : city.deskName(entry.desk()),
                data);
    }

    /** Steps and decisions are called as the model called them at the time. */
    private String words(EventLog.Entry entry, Kind kind) {
        Object step = entry.data().get("step");
        if (entry.data().get("decision") != null) {
            return text("event.decided", step, entry.data().get("label"));
        }
        if (!(entry.data().get("status") instanceof String status)) {
            if (entry.type().equals(EventLog.SUBMITTED)) {
                return kind.begin().in(locale());
            }
            Kind.Move move = kind.moves().get(entry.type());
            return text(
                    "event." + entry.type(),
                    move == null ? entry.type() : move.name().in(locale()));
        }
        String words = kind.status(status).in(locale());
        return step == null
                ? words
                : text(Boolean.TRUE.equals(entry.data().get("desk")) ? "event.waits" : "event.reached", words, step);
    }

    private String text(String key, Object... args) {
        String otherwise = args.length == 1 ? String.valueOf(args[0]) : key;
        return messages.getMessage(key, args, otherwise, locale());
    }

    private static Locale locale() {
        return LocaleContextHolder.getLocale();
    }
}
