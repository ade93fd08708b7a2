package io.liudan.process.rules;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;

/**
 * Where in which process a failure happened. Travels with the failure as one of its suppressed exceptions, since the
 * engine tells failures apart by their types and has put its own notes away by the time that somebody is told.
 */
public final class FaultPlace extends Throwable {

    private final String definitionId;
    private final String instanceId;
    private final String element;

    /** @param instanceId {@code null} where it isn't known */
    public FaultPlace(String definitionId, String instanceId, String element) {
        super(element, null, false, false);
        this.definitionId = definitionId;
        this.instanceId = instanceId;
        this.element = element;
    }

    public String definitionId() {
        return definitionId;
    }

    public String instanceId() {
        return instanceId;
    }

    /** The element's id in the model. */
    public String element() {
        return element;
    }

    /** Where an expression's scope stands; empty for a scope that is no step of a process. */
    public static Optional<FaultPlace> of(VariableScope scope) {
        if (scope instanceof TaskEntity task && task.getProcessDefinitionId() != null) {
            return Optional.of(new FaultPlace(
                    task.getProcessDefinitionId(), task.getProcessInstanceId(), task.getTaskDefinitionKey()));
        }
        if (scope instanceof ExecutionEntity execution && execution.getActivityId() != null) {
            return Optional.of(new FaultPlace(
                    execution.getProcessDefinitionId(), execution.getProcessInstanceId(), execution.getActivityId()));
        }
        return Optional.empty();
    }

    /** The place that a failure, or what caused it, was marked with first. */
    public static Optional<FaultPlace> of(Throwable failure) {
        FaultPlace place = null;
        Set<Throwable> seen = new HashSet<>();
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            for (Throwable mark : cause.getSuppressed()) {
                if (mark instanceof FaultPlace found) {
                    place = found;
                }
            }
        }
        return Optional.ofNullable(place);
    }

    /** Marks a failure that isn't marked yet. */
    public void mark(Throwable failure) {
        if (of(failure).isEmpty()) {
            failure.addSuppressed(this);
        }
    }
}
