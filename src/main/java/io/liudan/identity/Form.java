package io.liudan.identity;

import java.util.BitSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What something looks like that can begin with certain characters only. It is tried at those and passes over all
 * others by one look at a set; a pattern's own classes are looked through one character after the other.
 */
final class Form {

    private final Pattern pattern;
    private final BitSet heads = new BitSet();

    /** @param heads all characters that a match may begin with */
    Form(String pattern, String heads) {
        this.pattern = Pattern.compile(pattern);
        heads.chars().forEach(this.heads::set);
    }

    /** Every match, from left to right, none overlapping another. */
    void each(String text, Consumer<MatchResult> found) {
        Matcher matcher = pattern.matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
        int at = 0;
        while (at < text.length()) {
            if (!heads.get(text.charAt(at))) {
                at++;
                continue;
            }
            matcher.region(at, text.length());
            if (matcher.lookingAt()) {
                found.accept(matcher);
                at = Math.max(at + 1, matcher.end());
            } else {
                at++;
            }
        }
    }
}
