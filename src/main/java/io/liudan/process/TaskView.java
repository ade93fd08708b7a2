package io.liudan.process;

import java.time.Instant;
import java.util.List;

import io.liudan.request.Status;

/**
 * A task as its desk sees it.
 *
 * @param key        for example {@code verify}
 * @param assignee   who claimed it, absent while nobody did
 * @param dueAt      until when, absent without a limit
 * @param followUpAt not before; absent for at once
 * @param decisions  what may be decided now
 */
record TaskView(String id, String key, String name, String desk, String deskName, String requestCode, String title, String category,
        Status status, String urgency, int urged, String assignee, Instant createdAt, Instant dueAt, Instant followUpAt, List<Decision> decisions) {

    /** @param next cursor of the next page, absent at the end */
    record Page(List<TaskView> items, String next) {
    }

    record Decision(String decision, String name, List<Field> fields) {

        static Decision of(DecisionSpec spec) {
            return new Decision(spec.decision(), spec.label(),
                    spec.fields().stream().map(field -> new Field(field.name(), field.type(), field.required())).toList());
        }
    }

    /** @param type TEXT, ATTACHMENTS (ids), REQUEST (code), DEPARTMENT (code), DEPARTMENTS, URGENCY, DAYS, BOOLEAN, SCORE (1 to 5) */
    record Field(String name, FieldType type, boolean required) {
    }
}
