package io.liudan.process;

import java.util.Arrays;
import java.util.List;

import io.liudan.request.RequestProgress;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Verbs for models: orders to the departments of joint handling (联办). */
@Component("workOrders")
public class WorkOrders {

    private final RequestProgress requests;

    WorkOrders(@Lazy RequestProgress requests) {
        this.requests = requests;
    }

    /** Orders to the lead and the supporting departments; after an adjudication those that supported before. Gives their codes. */
    public String toAll(DelegateExecution execution) {
        String code = execution.getProcessBusinessKey();
        Object named = execution.getVariable("supporting");
        List<String> supporting = named != null ? list(named.toString())
                : "DISPATCH".equals(execution.getVariable(DecisionGate.DECISION)) ? List.of() : requests.supporting(code);
        return String.join(",", requests.issueWorkOrders(code, lead(execution), supporting));
    }

    /** An order to the lead alone, for rework. Gives its code. */
    public String toLead(DelegateExecution execution) {
        return String.join(",", requests.issueWorkOrders(execution.getProcessBusinessKey(), lead(execution), List.of()));
    }

    /** The departments of a comma-separated list, for a multi-instance loop. */
    public List<String> each(String departments) {
        return list(departments);
    }

    /** Notes what a department answered: ACCEPTED, RETURNED, FINISHED or EXPLAINED, with its report, explanation or reason. */
    public void answer(DelegateExecution execution, String department, String status) {
        String words = null;
        for (String field : List.of("report", "explanation", "reason")) {
            Object text = execution.getVariable(field);
            words = words == null && text != null ? text.toString() : words;
        }
        requests.answerWorkOrder(execution.getProcessBusinessKey(), department, status, words);
    }

    private static String lead(DelegateExecution execution) {
        return String.valueOf(execution.getVariable(FieldType.KEPT.get("lead")));
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).filter(code -> !code.isEmpty()).toList();
    }
}
