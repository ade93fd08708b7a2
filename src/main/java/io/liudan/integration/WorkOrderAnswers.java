package io.liudan.integration;

import io.liudan.identity.Actor;
import io.liudan.matter.Attachments;
import io.liudan.problem.Problem;
import io.liudan.process.Systems;
import io.liudan.workorder.DepartmentOrders;
import io.liudan.workorder.DepartmentOrders.WorkOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * What a department's system may say of its work order, and what that means for the process: a decision of the
 * department's desk.
 */
@Service
class WorkOrderAnswers {

    /** The words of the wire, and the decisions of the model that they stand for. */
    private static final Map<String, String> DECISIONS = Map.of(
            "accept",
            "ACCEPT",
            "return",
            "RETURN",
            "extension",
            "REQUEST_EXTENSION",
            "finish",
            "FINISH",
            "explain",
            "EXPLAIN");
    /** What else stands in its place may be anything, and isn't repeated. */
    static final Pattern CODE = Pattern.compile("[0-9A-Za-z-]{1,60}");

    private static final String PROGRESS = "progress";
    private static final int TEXT_LIMIT = 2000;

    private final DepartmentOrders orders;
    private final Systems systems;
    private final Attachments attachments;

    WorkOrderAnswers(DepartmentOrders orders, Systems systems, Attachments attachments) {
        this.orders = orders;
        this.systems = systems;
        this.attachments = attachments;
    }

    /**
     * Does it, in one transaction.
     *
     * @param action accept, return, progress, extension, finish or explain
     * @param fields {@code reason}, {@code text}, {@code days}, {@code report}, {@code evidence}, {@code explanation},
     *     {@code plan}; evidence as ids of uploaded files or as {@code {"content": base64}}
     * @param version what the caller takes the order's version to be, {@code null} for any
     * @throws Problem 404 for an order that isn't the department's, 409 when it isn't awaited now, 412 on another
     *     version, 422 when a field is wrong
     */
    @Transactional
    WorkOrder apply(String department, String code, String action, Map<String, Object> fields, Integer version) {
        if (!CODE.matcher(code).matches()) {
            throw Problem.notFound("no-such-work-order", "…");
        }
        fields.forEach((name, value) -> {
            // Nothing of the hub's could keep it.
            if (value instanceof String text && text.indexOf('\0') >= 0) {
                throw Problem.field(name, "malformed");
            }
        });
        // Answers that come at once take turns; the later ones find the order as the first one left it.
        WorkOrder order =
                orders.locked(department, code).orElseThrow(() -> Problem.notFound("no-such-work-order", code));
        if (version != null && version != order.version()) {
            throw Problem.refusal(412, "work-order-changed", order.version());
        }
        if (order.closedAt() != null) {
            throw Problem.conflict("work-order-closed", order.status());
        }
        if (PROGRESS.equals(action)) {
            orders.progressed(order.requestCode(), department, Systems.username(department), text(fields));
        } else if (DECISIONS.containsKey(action)) {
            decide(order, action, withStoredEvidence(department, fields));
        } else {
            throw Problem.field("action", "not-among", String.join(", ", new java.util.TreeSet<>(actions())));
        }
        return orders.find(department, code).orElseThrow();
    }

    /** What a desk isn't asked now is told in the word that came over the wire. */
    private void decide(WorkOrder order, String action, Map<String, Object> fields) {
        try {
            systems.decide(order.department(), order.requestCode(), DECISIONS.get(action), fields);
        } catch (Problem refused) {
            throw refused.code().equals("not-awaited-from-department")
                    ? Problem.conflict("not-awaited-from-department", action)
                    : refused;
        }
    }

    static Set<String> actions() {
        Set<String> all = new HashSet<>(DECISIONS.keySet());
        all.add(PROGRESS);
        return all;
    }

    private static String text(Map<String, Object> fields) {
        if (!(fields.get("text") instanceof String text) || text.isBlank()) {
            throw Problem.field("text", "required");
        }
        if (text.length() > TEXT_LIMIT) {
            throw Problem.field("text", "too-long", TEXT_LIMIT);
        }
        return text.strip();
    }

    private Map<String, Object> withStoredEvidence(String department, Map<String, Object> fields) {
        if (!(fields.get("evidence") instanceof List<?> evidence)) {
            return fields;
        }
        Actor system = new Actor(Systems.username(department), department, Set.of(Actor.Role.AGENCY), Set.of());
        List<String> ids = new ArrayList<>();
        for (Object item : evidence) {
            ids.add(
                    item instanceof Map<?, ?> inline
                            ? attachments
                                    .store(system, decoded(inline.get("content")))
                                    .id()
                                    .toString()
                            : String.valueOf(item));
        }
        Map<String, Object> stored = new HashMap<>(fields);
        stored.put("evidence", ids);
        return stored;
    }

    private static byte[] decoded(Object content) {
        try {
            return Base64.getDecoder().decode(String.valueOf(content));
        } catch (IllegalArgumentException e) {
            throw Problem.field("evidence", "malformed");
        }
    }
}
