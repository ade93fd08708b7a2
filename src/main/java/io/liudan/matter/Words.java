package io.liudan.matter;

import java.util.Locale;

/**
 * What something is called.
 *
 * @param zh in Chinese
 * @param en in English, {@code null} where only the Chinese is known
 */
public record Words(String zh, String en) {

    public static Words of(String zh) {
        return new Words(zh, null);
    }

    /** In the reader's language, else in Chinese. */
    public String in(Locale locale) {
        return en != null && Locale.ENGLISH.getLanguage().equals(locale.getLanguage()) ? en : zh;
    }
}
