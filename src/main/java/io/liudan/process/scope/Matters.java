package io.liudan.process.scope;

import io.liudan.problem.Problem;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.task.IdentityLinkType;

/** From a process to the matter that it works on. */
public final class Matters {

    private Matters() {}

    /** The key of the process that the hub started for the matter, which is the matter's kind. */
    public static String kind(VariableScope scope) {
        return root(execution(scope)).getProcessDefinition().getKey();
    }

    private static ExecutionEntity execution(VariableScope scope) {
        return scope instanceof TaskEntity task ? task.getExecution() : (ExecutionEntity) scope;
    }

    private static ExecutionEntity root(ExecutionEntity execution) {
        ExecutionEntity root = execution.getProcessInstance();
        while (root.getSuperExecution() != null) {
            root = root.getSuperExecution().getProcessInstance();
        }
        return root;
    }

    /**
     * The code of the matter that the hub started this process for, or the process that called it: the business key of
     * both. A business key can't be given to a process but by the hub, and by a process to one that it calls.
     *
     * @return {@code null} for a process without a matter
     * @throws Problem 409 when a process claims a matter that the hub started another one for
     */
    public static String code(DelegateExecution execution) {
        String code = execution.getProcessBusinessKey();
        if (code == null) {
            return null;
        }
        ExecutionEntity root = root((ExecutionEntity) execution);
        if (!code.equals(root.getBusinessKey())) {
            throw Problem.conflict("not-its-matter", code);
        }
        return code;
    }

    public static String desk(DelegateTask task) {
        return task.getCandidates().stream()
                .filter(link -> IdentityLinkType.CANDIDATE.equals(link.getType()) && link.getGroupId() != null)
                .map(link -> link.getGroupId())
                .findFirst()
                .orElse(null);
    }
}
