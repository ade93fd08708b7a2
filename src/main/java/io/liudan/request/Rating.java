package io.liudan.request;

import io.liudan.matter.FieldDeclaration.Range;
import io.liudan.matter.FieldType;
import io.liudan.matter.KindFields;
import io.liudan.matter.TakenField;
import io.liudan.problem.Problem;
import io.liudan.problem.Problem.FieldError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What a resident says at the end.
 *
 * @param contacted whether the handler got in touch
 * @param solved whether the matter is solved
 * @param satisfied 1 (not at all) to 5 (very)
 * @param comment free words, may be absent
 */
public record Rating(Boolean contacted, Boolean solved, Integer satisfied, String comment) {

    /** Who gave it. */
    public enum By {
        RESIDENT,
        FOLLOW_UP,
        NONE
    }

    /** How satisfied somebody can be: not at all. */
    public static final int LOWEST = 1;

    /** Very. */
    public static final int HIGHEST = 5;

    private static final int COMMENT_LIMIT = 2000;

    /** Fields by which a decision takes a rating down, or merges its request. */
    public static final KindFields FIELDS = new KindFields(
            Map.of(
                    "into",
                    TakenField.of(FieldType.MATTER),
                    "contacted",
                    TakenField.of(FieldType.BOOLEAN),
                    "solved",
                    TakenField.of(FieldType.BOOLEAN),
                    "satisfied",
                    TakenField.within(Range.of(LOWEST, HIGHEST)),
                    "comment",
                    TakenField.of(FieldType.LONG_TEXT, FieldType.TEXT)),
            new LinkedHashSet<>(List.of("contacted", "solved", "satisfied")),
            "评价须有这些必填字段 a rating has these fields, none left out");

    /** @throws Problem naming every field that is missing or out of range */
    public Rating {
        List<FieldError> errors = new ArrayList<>();
        if (contacted == null) {
            errors.add(new FieldError("contacted", "required"));
        }
        if (solved == null) {
            errors.add(new FieldError("solved", "required"));
        }
        if (satisfied == null) {
            errors.add(new FieldError("satisfied", "required"));
        } else if (satisfied < LOWEST || satisfied > HIGHEST) {
            errors.add(new FieldError("satisfied", "range", LOWEST, HIGHEST));
        }
        if (comment != null && comment.length() > COMMENT_LIMIT) {
            errors.add(new FieldError("comment", "too-long", COMMENT_LIMIT));
        }
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
    }
}
