package io.liudan.camunda7;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.exception.NotFoundException;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.runtime.Incident;

/** External tasks whose attempts are used up: to be looked at, tried again or ended by operators. */
public final class FailedTasks {

    private static final String OPERATOR = "operator";
    private static final long LOCK = 30_000;

    private final ExternalTaskService tasks;
    private final RuntimeService runtime;

    FailedTasks(ProcessEngine engine) {
        this.tasks = engine.getExternalTaskService();
        this.runtime = engine.getRuntimeService();
    }

    /** @param line route, endpoint, status and exchange of the last attempt */
    public record FailedTask(String id, String topic, String businessKey, String processInstanceId, Instant failedAt, String line) {
    }

    /** The newest first. */
    public List<FailedTask> list(int first, int most) {
        return runtime.createIncidentQuery().incidentType(Incident.EXTERNAL_TASK_HANDLER_TYPE).orderByIncidentTimestamp().desc().orderByIncidentId().desc().listPage(first, most).stream()
                .map(incident -> find(incident.getConfiguration())).flatMap(Optional::stream).toList();
    }

    public long count(String topic) {
        return tasks.createExternalTaskQuery().topicName(topic).noRetriesLeft().count();
    }

    public Optional<FailedTask> find(String id) {
        ExternalTask task = tasks.createExternalTaskQuery().externalTaskId(id).noRetriesLeft().singleResult();
        if (task == null) {
            return Optional.empty();
        }
        Incident incident = runtime.createIncidentQuery().configuration(id).incidentType(Incident.EXTERNAL_TASK_HANDLER_TYPE).singleResult();
        return Optional.of(new FailedTask(id, task.getTopicName(), task.getBusinessKey(), task.getProcessInstanceId(),
                incident == null ? null : incident.getIncidentTimestamp().toInstant(), task.getErrorMessage()));
    }

    /** A variable of its process. */
    public Object variable(FailedTask task, String name) {
        return runtime.getVariable(task.processInstanceId(), name);
    }

    /** What is known of the last attempt, with an excerpt of the message as far as the component's masking lets it through. */
    public String details(String id) {
        return tasks.getExternalTaskErrorDetails(id);
    }

    /**
     * One more attempt; should it fail too, the task is where it was.
     *
     * @return false if it is no longer there
     */
    public boolean retry(String id) {
        return find(id).isPresent() && unlessGone(() -> tasks.setRetries(id, 1));
    }

    /**
     * Ends it by a BPMN error.
     *
     * @return false if it is no longer there
     */
    public boolean raise(String id, String errorCode, String message) {
        return find(id).isPresent() && unlessGone(() -> {
            tasks.lock(id, OPERATOR, LOCK);
            tasks.handleBpmnError(id, OPERATOR, errorCode, message);
        });
    }

    private static boolean unlessGone(Runnable call) {
        try {
            call.run();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }
}
