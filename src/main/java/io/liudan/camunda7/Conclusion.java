package io.liudan.camunda7;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelException;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.exception.NotFoundException;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a route is given of an external task, and what its end means for the engine: only what the endpoint declares.
 */
final class Conclusion {

    private static final Logger LOG = LoggerFactory.getLogger(Conclusion.class);
    private static final String KNOWN_OUTPUTS = "CamelCamunda7KnownOutputs";
    private static final int COLLISIONS = 5;

    private final Camunda7Endpoint endpoint;
    private final Camunda7Component component;
    private final ExternalTaskService engine;
    private final String workerId;
    private final RetryCycle cycle;
    private final Values variables;
    private final Values errorVariables;
    private final Expression errorMessage;
    private final Expression idempotencyKey;

    Conclusion(Camunda7Endpoint endpoint, String workerId) {
        this.endpoint = endpoint;
        this.component = endpoint.getComponent();
        this.engine = component.getProcessEngine().getExternalTaskService();
        this.workerId = workerId;
        this.cycle = component.retryCycle(endpoint.getRetryCycle(), endpoint.getRetryJitter());
        this.variables = Values.of(endpoint.getCamelContext(), endpoint.getVariables());
        this.errorVariables = Values.of(endpoint.getCamelContext(), endpoint.getErrorVariables());
        this.errorMessage = Values.expression(endpoint.getCamelContext(), endpoint.getErrorMessage());
        this.idempotencyKey = Values.expression(endpoint.getCamelContext(), endpoint.getIdempotencyKey());
    }

    /** @return whether the route has anything to do: not if its effect is known to be done */
    boolean prepare(TaskRun run, Exchange exchange) {
        LockedExternalTask task = run.task();
        Message message = exchange.getIn();
        message.setBody(new HashMap<>(task.getVariables()));
        message.setHeader(Camunda7Headers.TASK_ID, task.getId());
        message.setHeader(Camunda7Headers.TOPIC, task.getTopicName());
        message.setHeader(Camunda7Headers.BUSINESS_KEY, task.getBusinessKey());
        message.setHeader(Camunda7Headers.PROCESS_INSTANCE_ID, task.getProcessInstanceId());
        message.setHeader(Camunda7Headers.PROCESS_DEFINITION_KEY, task.getProcessDefinitionKey());
        message.setHeader(Camunda7Headers.ACTIVITY_ID, task.getActivityId());
        message.setHeader(
                Camunda7Headers.FAILURES,
                task.getRetries() == null ? 0 : Math.max(0, cycle.waits().size() + 1 - task.getRetries()));
        message.setHeader(Camunda7Headers.TRACE_PARENT, TraceParent.of(task));
        String key = idempotencyKey == null ? task.getId() : Values.key(idempotencyKey, exchange);
        message.setHeader(Camunda7Headers.IDEMPOTENCY_KEY, key);
        waited(task);
        if (!endpoint.isEffects()) {
            return true;
        }
        run.effectKey(endpoint.getName() + "/" + key);
        Ledger.Effect effect = component.ledger().begin(run.effectKey());
        message.setHeader(Camunda7Headers.EFFECT_REPEATED, effect.known() == Ledger.Known.BEGUN);
        if (effect.known() == Ledger.Known.DONE) {
            exchange.setProperty(KNOWN_OUTPUTS, effect.outputs());
            return false;
        }
        return true;
    }

    /** @return milliseconds after which the task can be fetched again, 0 if it is not to be waited for */
    long conclude(TaskRun run, Exchange exchange) {
        String outcome = "lost";
        long again = 0;
        try {
            Throwable failure = failure(exchange);
            Optional<String> code =
                    failure == null ? Optional.empty() : Faults.errorCode(endpoint.getErrors(), failure);
            if (failure == null) {
                outcome = "completed";
                failure = refused(run, () -> complete(run, exchange));
            } else if (code.isPresent()) {
                outcome = "bpmn_error";
                failure = refused(run, () -> bpmnError(run, exchange, code.get()));
            }
            if (failure != null) {
                again = failed(run, exchange, failure);
                outcome = again == 0 ? "incident" : "failed";
            }
        } catch (NotFoundException e) {
            outcome = "cancelled";
            LOG.info(
                    "External task {} of topic {} is no longer there: its process has gone another way",
                    run.task().getId(),
                    endpoint.getName());
        } catch (BadUserRequestException e) {
            outcome = "lock_lost";
            LOG.warn(
                    "External task {} of topic {} was taken by another worker meanwhile",
                    run.task().getId(),
                    endpoint.getName());
        } catch (RuntimeException e) {
            LOG.warn(
                    "The engine couldn't be told how external task {} of topic {} ended; it comes again when its lock ends: {}",
                    run.task().getId(),
                    endpoint.getName(),
                    e.getClass().getName());
        }
        timer("camunda7.external.task", "External tasks from lock to end")
                .tag("outcome", outcome)
                .register(component.getMeterRegistry())
                .record(Clock.SYSTEM.monotonicTime() - run.startedAt(), TimeUnit.NANOSECONDS);
        return again;
    }

    private static Throwable failure(Exchange exchange) {
        if (exchange.getException() == null && exchange.isRollbackOnly()) {
            return new CamelException("The route has marked the exchange for roll-back");
        }
        return exchange.getException();
    }

    /**
     * @return why the engine didn't take it, null if it did: a variable that can't be stored, a fault in the steps
     *     behind the task, an error that no event catches
     */
    private Throwable refused(TaskRun run, Runnable call) {
        try {
            call.run();
            return null;
        } catch (BadUserRequestException e) {
            if (isOurs(run)) {
                return e;
            }
            throw e;
        } catch (RuntimeException e) {
            return e;
        }
    }

    @SuppressWarnings("unchecked")
    private void complete(TaskRun run, Exchange exchange) {
        Map<String, Object> known = exchange.getProperty(KNOWN_OUTPUTS, Map.class);
        Map<String, Object> outputs = known != null ? known : variables.evaluate(exchange);
        if (run.effectKey() == null) {
            unlessCollided(() -> engine.complete(run.task().getId(), workerId, outputs));
            return;
        }
        if (known == null) {
            component.ledger().done(run.effectKey(), outputs);
        }
        unlessCollided(() -> component.ledger().inTransaction(() -> {
            engine.complete(run.task().getId(), workerId, outputs);
            component.ledger().forgetEffect(run.effectKey());
            return null;
        }));
    }

    /** Tells a task that is gone or another's from what went wrong in the steps behind it. */
    private boolean isOurs(TaskRun run) {
        ExternalTask task = engine.createExternalTaskQuery()
                .externalTaskId(run.task().getId())
                .singleResult();
        return task != null && workerId.equals(task.getWorkerId());
    }

    private void bpmnError(TaskRun run, Exchange exchange, String code) {
        String message = Values.text(errorMessage, exchange);
        Map<String, Object> carried = errorVariables.evaluate(exchange);
        unlessCollided(() -> engine.handleBpmnError(run.task().getId(), workerId, code, message, carried));
    }

    private long failed(TaskRun run, Exchange exchange, Throwable failure) {
        Gate gate = component.getGate();
        // A failure of a side that is down says nothing of the task.
        boolean counts = !gate.held(endpoint.getName());
        int left = counts
                ? cycle.left(run.task().getRetries())
                : cycle.untouched(run.task().getRetries());
        Duration asked = Faults.retryAfter(failure, ClockUtil.getCurrentTime().toInstant());
        Duration wait = left == 0
                ? Duration.ZERO
                : counts ? cycle.wait(left, asked) : RetryCycle.longer(gate.pause(endpoint.getName()), asked);
        Faults.Report report = Faults.report(exchange, failure, component.getMasking());
        unlessCollided(() -> engine.handleFailure(
                run.task().getId(), workerId, report.line(), report.details(), left, wait.toMillis()));
        if (left == 0) {
            LOG.warn("Incident: {}", report.line());
        } else {
            LOG.info("Tried again in {}, {} attempts left: {}", wait, left, report.line());
        }
        return left == 0 ? 0 : Math.max(1, wait.toMillis());
    }

    /** Two branches that reach a join at the same instant collide in the engine, which says: once more. */
    private static void unlessCollided(Runnable call) {
        for (int attempt = 1; ; attempt++) {
            try {
                call.run();
                return;
            } catch (OptimisticLockingException e) {
                if (attempt == COLLISIONS) {
                    throw e;
                }
            }
        }
    }

    private void waited(LockedExternalTask task) {
        if (task.getCreateTime() != null && task.getRetries() == null) {
            timer("camunda7.external.task.wait", "From the creation of an external task to the first line of its route")
                    .register(component.getMeterRegistry())
                    .record(
                            Math.max(
                                    0,
                                    ClockUtil.getCurrentTime().getTime()
                                            - task.getCreateTime().getTime()),
                            TimeUnit.MILLISECONDS);
        }
    }

    private Timer.Builder timer(String name, String description) {
        return Timer.builder(name).description(description).tag("topic", endpoint.getName());
    }
}
