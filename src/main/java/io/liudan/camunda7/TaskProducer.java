package io.liudan.camunda7;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;

/**
 * Completes, claims or unclaims a user task, named by its id or as the one open task of its key in the instance of a
 * business key.
 */
final class TaskProducer extends EngineProducer {

    private final Expression taskId;
    private final Expression user;

    TaskProducer(Camunda7Endpoint endpoint) {
        super(endpoint);
        if (endpoint.getTaskId() == null && (endpoint.getTaskKey() == null || endpoint.getBusinessKey() == null)) {
            throw new IllegalArgumentException("camunda7:task needs taskId, or taskKey and businessKey");
        }
        if (endpoint.getName().equals("claim") && endpoint.getUser() == null) {
            throw new IllegalArgumentException("camunda7:task/claim needs user");
        }
        this.taskId = expression(endpoint.getTaskId());
        this.user = expression(endpoint.getUser());
    }

    @Override
    Map<String, Object> act(Exchange exchange) {
        TaskService tasks = engine.getTaskService();
        return once(exchange, () -> {
            String task = task(tasks, exchange);
            switch (endpoint.getName()) {
                case "complete" -> tasks.complete(task, variables(exchange));
                case "claim" -> tasks.claim(task, Values.text(user, exchange));
                case "unclaim" -> tasks.setAssignee(task, null);
                default ->
                    throw new IllegalArgumentException(
                            "camunda7:task/complete, claim or unclaim, but was " + endpoint.getName());
            }
            return Map.of(Camunda7Headers.OUTCOME, "completed");
        });
    }

    private String task(TaskService tasks, Exchange exchange) {
        if (taskId != null) {
            return Values.text(taskId, exchange);
        }
        String key = businessKey(exchange);
        Task task = tasks.createTaskQuery()
                .processInstanceBusinessKey(key)
                .taskDefinitionKey(endpoint.getTaskKey())
                .singleResult();
        if (task == null) {
            throw new IllegalStateException("No open task " + endpoint.getTaskKey() + " in the instance of " + key);
        }
        return task.getId();
    }
}
