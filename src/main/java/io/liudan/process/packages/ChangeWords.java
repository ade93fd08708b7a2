package io.liudan.process.packages;

import io.liudan.process.packages.PackageChanges.Change;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;

/** Differences between versions as sentences. */
final class ChangeWords {

    private final MessageSource messages;

    ChangeWords(MessageSource messages) {
        this.messages = messages;
    }

    String of(Change change) {
        String thing = text("change.thing", type(change.type()), called(change));
        return switch (change.kind()) {
            case CHANGED -> change.what() == null ? text("change.CHANGED.file", thing) : changed(change, thing);
            case MOVED -> text("change.MOVED", thing, change.before(), change.after());
            case ADDED -> with(text("change.ADDED", thing), change.after());
            case REMOVED -> with(text("change.REMOVED", thing), change.before());
            case DRAWN -> text("change.DRAWN", thing);
        };
    }

    private static String with(String sentence, String cells) {
        return cells == null ? sentence : sentence + " (" + cells + ")";
    }

    private String changed(Change change, String thing) {
        String what = change.type().equals("row") ? change.what() : what(change.what());
        if (change.before() == null || change.before().isEmpty()) {
            return text("change.CHANGED.now", thing, what, change.after());
        }
        return change.after() == null || change.after().isEmpty()
                ? text("change.CHANGED.gone", thing, what, change.before())
                : text("change.CHANGED", thing, what, change.before(), change.after());
    }

    private static String called(Change change) {
        return change.type().equals("row")
                ? change.id() + " " + change.name()
                : change.name() == null || change.name().isEmpty()
                        ? change.id()
                        : change.id() == null ? change.name() : change.name() + " (" + change.id() + ")";
    }

    private String type(String type) {
        return messages.getMessage("change.type." + type, null, type, locale());
    }

    /** An attribute or property by its word, as far as there is one. */
    private String what(String what) {
        if (what.startsWith("property ")) {
            String property = what.substring("property ".length());
            int dot = property.indexOf('.');
            return dot < 0 ? word(property) : word(property.substring(0, dot)) + " " + property.substring(dot + 1);
        }
        int last = what.lastIndexOf(' ');
        return last < 0 ? word(what) : what.substring(0, last) + " " + word(what.substring(last + 1));
    }

    private String word(String what) {
        return messages.getMessage("change.what." + what, null, what, locale());
    }

    private String text(String key, Object... args) {
        return messages.getMessage(key, args, locale());
    }

    private static Locale locale() {
        return LocaleContextHolder.getLocale();
    }
}
