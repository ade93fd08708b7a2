package io.liudan.matter;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Words of a Chinese text for pg_trgm: every two neighbouring characters, once, with spaces between. Letters and digits
 * stay together; punctuation separates. Only the beginning of a long text counts: there residents say what it is about.
 */
final class Bigrams {

    private static final int LENGTH = 300;

    private Bigrams() {}

    static String of(String... texts) {
        Set<String> words = new LinkedHashSet<>();
        for (String text : texts) {
            String head = text.codePointCount(0, text.length()) > LENGTH
                    ? text.substring(0, text.offsetByCodePoints(0, LENGTH))
                    : text;
            for (String part : head.toLowerCase().split("[^\\p{IsHan}\\p{L}\\p{N}]+")) {
                int[] points = part.codePoints().toArray();
                for (int i = 0; i + 1 < points.length; i++) {
                    words.add(new String(points, i, 2));
                }
                if (points.length == 1) {
                    words.add(part);
                }
            }
        }
        return String.join(" ", words);
    }
}
