package io.liudan.process;

import io.liudan.problem.Problem;
import io.liudan.request.RequestEvents;
import io.liudan.request.RequestProgress;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.MessageCorrelationBuilderImpl;
import org.camunda.bpm.engine.runtime.MessageCorrelationBuilder;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.EventListener;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;

/**
 * From what residents do to the process that is their request's: starts it and hands it their messages, in the
 * transaction in which the request stored them. The request's code is the business key.
 */
@Component
class RequestProcesses {

    private final RuntimeService runtime;
    private final RequestProgress requests;
    private final String processKey;

    RequestProcesses(
            RuntimeService runtime,
            RequestProgress requests,
            @Value("${liudan.process.request-process:six-orders}") String processKey) {
        this.runtime = runtime;
        this.requests = requests;
        this.processKey = processKey;
    }

    @EventListener
    void submitted(RequestEvents.Submitted request) {
        VariableMap afterStart = begin(request);
        if (afterStart.get(HubFields.KEPT.get("urgency")) instanceof String urgency) {
            requests.urgency(request.code(), urgency);
        }
    }

    private VariableMap begin(RequestEvents.Submitted request) {
        try {
            return runtime.createProcessInstanceByKey(processKey)
                    .businessKey(request.code())
                    .setVariables(Variables.createVariables()
                            .putValue("category", request.category())
                            .putValue("gridCode", request.gridCode())
                            .putValue("communityCode", request.communityCode())
                            .putValue("streetCode", request.streetCode()))
                    .executeWithVariablesInReturn()
                    .getVariables();
        } catch (EngineRefusal e) {
            throw e.problem();
        }
    }

    @EventListener
    void supplemented(RequestEvents.Supplemented answer) {
        correlate(
                runtime.createMessageCorrelation("resident-supplemented").processInstanceBusinessKey(answer.code()),
                "not-awaited-now");
    }

    @EventListener
    void rated(RequestEvents.Rated rating) {
        correlate(
                runtime.createMessageCorrelation("resident-rated")
                        .processInstanceBusinessKey(rating.code())
                        .setVariables(Variables.createVariables()
                                .putValueTyped("solved", Variables.booleanValue(rating.solved(), true))),
                "not-ratable-now");
    }

    @EventListener
    void withdrawn(RequestEvents.Withdrawn move) {
        correlate(
                runtime.createMessageCorrelation("resident-withdrew").processInstanceBusinessKey(move.code()),
                "not-withdrawable-now");
    }

    /**
     * A model that doesn't wait for the message at this moment refuses the move, and nothing of it is stored. Whoever
     * began the transaction makes the move again where another one of the engine's was faster.
     */
    private static void correlate(MessageCorrelationBuilder message, String refusal) {
        try {
            // A model that begins with the message is no process of this request.
            ((MessageCorrelationBuilderImpl) message).executionsOnly().correlate();
        } catch (MismatchingMessageCorrelationException e) {
            throw Problem.conflict(refusal);
        } catch (EngineRefusal e) {
            throw e.problem();
        } catch (OptimisticLockingException e) {
            throw new OptimisticLockingFailureException("the process was changed in the same moment", e);
        }
    }
}
