package io.liudan.matter;

import java.util.Map;
import java.util.Set;

/**
 * Fields of decisions that a kind's own code acts on.
 *
 * @param taken what it takes, by name
 * @param together names of which a decision gives all or none, each of them required
 * @param whole sentence for a decision that gives some of them, in Chinese and English
 */
public record KindFields(Map<String, TakenField> taken, Set<String> together, String whole) {

    /** Of code that acts on none. */
    public static final KindFields NONE = new KindFields(Map.of(), Set.of(), "");
}
