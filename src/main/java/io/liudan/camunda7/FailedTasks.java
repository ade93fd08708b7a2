package io.liudan.camunda7;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.ExternalTaskQuery;
import org.camunda.bpm.engine.impl.ProcessEngineImpl;

/**
 * External tasks that operators look at: those whose attempts are used up, to be tried again or ended, and those that
 * wait.
 */
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
    public record FailedTask(
            String id, String topic, String businessKey, String processInstanceId, Instant failedAt, String line) {}

    /**
     * The newest first.
     *
     * @param topic {@code null} for all
     */
    public List<FailedTask> list(String topic, int most) {
        ExternalTaskQuery query = tasks.createExternalTaskQuery().noRetriesLeft();
        return (topic == null ? query : query.topicName(topic))
                .orderByLockExpirationTime().desc().listPage(0, most).stream()
                        .map(FailedTasks::failed)
                        .toList();
    }

    /**
     * One that waits to be carried, or is being carried.
     *
     * @param attemptsLeft {@code null} before the first
     * @param line route, endpoint, status and exchange of the last attempt, {@code null} if none failed
     */
    public record WaitingTask(
            String id,
            String topic,
            String businessKey,
            String processInstanceId,
            Instant createdAt,
            Integer attemptsLeft,
            String line) {}

    /**
     * Those that have attempts left, the oldest first.
     *
     * @param topic {@code null} for all
     */
    public List<WaitingTask> waiting(String topic, int offset, int most) {
        ExternalTaskQuery query = tasks.createExternalTaskQuery().withRetriesLeft();
        return (topic == null ? query : query.topicName(topic))
                .orderByCreateTime().asc().orderById().asc().listPage(offset, most).stream()
                        .map(task -> new WaitingTask(
                                task.getId(),
                                task.getTopicName(),
                                task.getBusinessKey(),
                                task.getProcessInstanceId(),
                                task.getCreateTime() == null
                                        ? null
                                        : task.getCreateTime().toInstant(),
                                task.getRetries(),
                                task.getErrorMessage()))
                        .toList();
    }

    /**
     * Gives a waiting one up: it takes its place among those whose attempts are used up.
     *
     * @return false if it is no longer there
     */
    public boolean giveUp(String id) {
        try {
            if (tasks.createExternalTaskQuery()
                            .externalTaskId(id)
                            .withRetriesLeft()
                            .count()
                    == 0) {
                return false;
            }
            // An attempt that is under way keeps its lock, and may still come through.
            tasks.setRetries(id, 0);
            return true;
        } catch (BadUserRequestException | OptimisticLockingException e) {
            return false;
        }
    }

    public long count(String topic) {
        return tasks.createExternalTaskQuery().topicName(topic).noRetriesLeft().count();
    }

    public Optional<FailedTask> find(String id) {
        return Optional.ofNullable(tasks.createExternalTaskQuery()
                        .externalTaskId(id)
                        .noRetriesLeft()
                        .singleResult())
                .map(FailedTasks::failed);
    }

    /** Its last lock ended when the last attempt failed. */
    private static FailedTask failed(ExternalTask task) {
        return new FailedTask(
                task.getId(),
                task.getTopicName(),
                task.getBusinessKey(),
                task.getProcessInstanceId(),
                task.getLockExpirationTime() == null
                        ? null
                        : task.getLockExpirationTime().toInstant(),
                task.getErrorMessage());
    }

    /** A variable of its process. */
    public Object variable(FailedTask task, String name) {
        return runtime.getVariable(task.processInstanceId(), name);
    }

    /**
     * What is known of the last attempt, with an excerpt of the message as far as the component's masking lets it
     * through.
     */
    public String details(String id) {
        return tasks.getExternalTaskErrorDetails(id);
    }

    /**
     * One more attempt; should it fail too, the task is where it was.
     *
     * @return false if it is no longer there
     */
    public boolean retry(String id) {
        boolean retried = find(id).isPresent()
                && unlessGone(id, () -> {
                    tasks.unlock(id);
                    tasks.setRetries(id, 1);
                });
        if (retried) {
            // Routes look at once, and not at their next poll.
            ProcessEngineImpl.EXT_TASK_CONDITIONS.signalAll();
        }
        return retried;
    }

    /**
     * Ends it by a BPMN error.
     *
     * @return false if it is no longer there
     */
    public boolean raise(String id, String errorCode, String message) {
        return find(id).isPresent()
                && unlessGone(id, () -> {
                    // One that was given up may have waited for an attempt that nobody makes any more.
                    tasks.unlock(id);
                    tasks.lock(id, OPERATOR, LOCK);
                    tasks.handleBpmnError(id, OPERATOR, errorCode, message);
                });
    }

    private boolean unlessGone(String id, Runnable call) {
        try {
            call.run();
            return true;
        } catch (BadUserRequestException | OptimisticLockingException e) {
            if (find(id).isPresent()) {
                // What comes after it in the process failed.
                throw e;
            }
            // Somebody else was faster.
            return false;
        }
    }
}
