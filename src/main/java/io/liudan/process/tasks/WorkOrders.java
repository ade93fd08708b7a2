package io.liudan.process.tasks;

import io.liudan.process.ConnectedDepartments;
import io.liudan.process.Systems;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.scope.HubFields;
import io.liudan.process.scope.Matters;
import io.liudan.process.scope.Verb;
import io.liudan.workorder.DepartmentOrders;
import io.liudan.workorder.WorkOrderChanged;
import java.util.Arrays;
import java.util.List;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.impl.context.Context;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Verbs for models: orders to the departments of joint handling (联办), and their delivery to those that have a system of
 * their own.
 */
@Component("workOrders")
public class WorkOrders {

    public static final String DEPARTMENT = "department";

    private final DepartmentOrders orders;
    private final ObjectProvider<ConnectedDepartments> connected;
    private final RuntimeService runtime;
    private final String deliveryProcess;

    WorkOrders(
            @Lazy DepartmentOrders orders,
            ObjectProvider<ConnectedDepartments> connected,
            @Lazy RuntimeService runtime,
            @Value("${liudan.process.delivery-process:work-order-delivery}") String deliveryProcess) {
        this.orders = orders;
        this.connected = connected;
        this.runtime = runtime;
        this.deliveryProcess = deliveryProcess;
    }

    /**
     * Orders to the lead and the supporting departments; after an adjudication those that supported before. Gives their
     * codes.
     */
    @Verb
    public String toAll(DelegateExecution execution) {
        String code = Matters.code(execution);
        Object named = execution.getVariable("supporting");
        List<String> supporting = named != null
                ? list(named.toString())
                : "DISPATCH".equals(execution.getVariable(DecisionSpec.DECISION)) ? List.of() : orders.supporting(code);
        return String.join(",", orders.issue(code, lead(execution), supporting));
    }

    /** An order to the lead alone, for rework. Gives its code. */
    @Verb
    public String toLead(DelegateExecution execution) {
        return String.join(",", orders.issue(Matters.code(execution), lead(execution), List.of()));
    }

    /** The departments of a comma-separated list, for a multi-instance loop. */
    @Verb
    public List<String> each(String departments) {
        return list(departments);
    }

    /**
     * Notes what a department answered: ACCEPTED, RETURNED, FINISHED or EXPLAINED, with its report, explanation or
     * reason.
     */
    @Verb
    public void answer(DelegateExecution execution, String department, String status) {
        String words = null;
        for (String field : List.of("report", "explanation", "reason")) {
            Object text = execution.getVariable(field);
            words = words == null && text != null ? text.toString() : words;
        }
        boolean bySystem =
                Systems.username(department).equals(Context.getCommandContext().getAuthenticatedUserId());
        orders.answer(Matters.code(execution), department, status, words, bySystem);
    }

    /** Tells a department's system something about its open order: EXTENSION_APPROVED, EXTENSION_REFUSED. */
    @Verb
    public void tell(DelegateExecution execution, String department, String what) {
        orders.tell(Matters.code(execution), department, what);
    }

    /**
     * The next thing that is to be carried to the department's system, in the order in which it happened; {@code null}
     * when all is told.
     */
    @Verb
    public Long next(DelegateExecution execution) {
        return orders.dequeue(Matters.code(execution), (String) execution.getVariable(DEPARTMENT))
                .orElse(null);
    }

    /** Notes how it was told: DELIVERED, DISCARDED or BY_HAND. */
    @Verb
    public void told(DelegateExecution execution, String how) {
        orders.told(Matters.code(execution), (Long) execution.getVariable("change"), how);
    }

    /** What a department without a system is to know, its desk sees in the Tasklist. */
    @EventListener
    void changed(WorkOrderChanged change) {
        boolean carried = connected.stream().anyMatch(departments -> departments.isConnected(change.department()));
        if (carried && !orders.enqueue(change.code(), change.department(), change.change())) {
            runtime.createProcessInstanceByKey(deliveryProcess)
                    .businessKey(change.code())
                    .setVariable(DEPARTMENT, change.department())
                    .execute();
        }
    }

    private static String lead(DelegateExecution execution) {
        return String.valueOf(execution.getVariable(HubFields.KEPT.get("lead")));
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).filter(code -> !code.isEmpty()).toList();
    }
}
