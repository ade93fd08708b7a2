package io.liudan.process.tasks;

import io.liudan.deadline.Card;
import io.liudan.matter.FieldDeclaration;
import io.liudan.matter.FieldType;
import io.liudan.process.limits.Routing;
import io.liudan.process.rules.DecisionSpec;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * A task as its desk sees it.
 *
 * @param key for example {@code verify}
 * @param assignee who claimed it, absent while nobody did
 * @param dueAt until when, absent without a limit
 * @param provisional whether the due date counts Monday to Friday until the holidays of its year are known
 * @param card the gravest card it got, absent without one
 * @param followUpAt not before; absent for at once
 * @param decisions what may be decided now
 */
public record TaskView(
        String id,
        String key,
        String name,
        String desk,
        String deskName,
        String requestCode,
        String title,
        String category,
        String status,
        String urgency,
        int urged,
        String assignee,
        Instant createdAt,
        Instant dueAt,
        boolean provisional,
        Card card,
        Instant followUpAt,
        List<Decision> decisions) {

    TaskView withoutDecisions() {
        return new TaskView(
                id,
                key,
                name,
                desk,
                deskName,
                requestCode,
                title,
                category,
                status,
                urgency,
                urged,
                assignee,
                createdAt,
                dueAt,
                provisional,
                card,
                followUpAt,
                List.of());
    }

    /** @param next cursor of the next page, absent at the end */
    public record Page(List<TaskView> items, String next) {}

    /**
     * A task as its own page shows it.
     *
     * @param mine whether the reader may work on it, and not only read it
     * @param suggestion what the routing table suggests where a department is to be chosen, else absent
     */
    record Detail(TaskView task, boolean mine, Routing.Suggestion suggestion) {}

    /** What a line of the Tasklist shows beside the step's name. */
    record Line(
            String taskId,
            String requestCode,
            String title,
            String categoryName,
            String communityName,
            String deskName,
            String urgency,
            int urged,
            Card card) {}

    /** @param handledBefore whether this person was the last of the desk to decide on the request */
    record Colleague(String username, String name, boolean handledBefore) {}

    public record Decision(String decision, String name, List<Field> fields) {

        public static Decision of(DecisionSpec spec) {
            return new Decision(
                    spec.decision(),
                    spec.label(),
                    spec.fields().stream()
                            .map(field -> Field.of(field.name(), field.required(), field.declared()))
                            .toList());
        }
    }

    /**
     * What a decision asks for, as the model declares it.
     *
     * @param label what people read beside it
     * @param min smallest number, absent where there is none; {@code max} likewise
     * @param decimals digits that a number may have after the point, absent for other types
     * @param words values and what people read for them, in the model's order; empty where any value may be
     */
    public record Field(
            String name,
            String label,
            FieldType type,
            boolean required,
            BigDecimal min,
            BigDecimal max,
            Integer decimals,
            List<Word> words) {

        public static Field of(String name, boolean required, FieldDeclaration declared) {
            FieldDeclaration.Range range = declared.range();
            return new Field(
                    name,
                    declared.label(),
                    declared.type(),
                    required,
                    range == null ? null : range.low(),
                    range == null ? null : range.high(),
                    declared.type() == FieldType.NUMBER ? range == null ? 0 : range.decimals() : null,
                    declared.words().entrySet().stream()
                            .map(word -> new Word(word.getKey(), word.getValue()))
                            .toList());
        }
    }

    record Word(String value, String label) {}
}
