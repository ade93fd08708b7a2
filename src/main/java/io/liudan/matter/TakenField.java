package io.liudan.matter;

import java.util.Set;

/**
 * A field that code acts on when a decision gives it, whatever a model calls it.
 *
 * @param types of which it may be declared
 * @param range within which a number has to be, {@code null} for any
 */
public record TakenField(Set<FieldType> types, FieldDeclaration.Range range) {

    public static TakenField of(FieldType... types) {
        return new TakenField(Set.of(types), null);
    }

    /** A whole number. */
    public static TakenField within(FieldDeclaration.Range range) {
        return new TakenField(Set.of(FieldType.NUMBER), range);
    }
}
