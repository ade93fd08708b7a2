package io.liudan.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The word that somebody may have meant. */
public final class Nearest {

    /** More different letters are another word. */
    private static final int DIFFERENT = 2;

    private static final LevenshteinDistance LETTERS = new LevenshteinDistance(DIFFERENT);

    private Nearest() {}

    /** Behind what is told of a word that there isn't; empty where no other is near. */
    public static String hint(String word, Collection<String> words) {
        return of(word, words).map(Nearest::hint).orElse("");
    }

    public static String hint(String near) {
        return "，是否指 did you mean '" + near + "'?";
    }

    public static Optional<String> of(String word, Collection<String> words) {
        return of(word, words, DIFFERENT);
    }

    /** @param different so many letters may be */
    public static Optional<String> of(String word, Collection<String> words, int different) {
        return words.stream()
                .filter(one -> LETTERS.apply(word, one) >= 0 && LETTERS.apply(word, one) <= different)
                .min(Comparator.comparing((String one) -> LETTERS.apply(word, one))
                        .thenComparing(Comparator.naturalOrder()));
    }
}
