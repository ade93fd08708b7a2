package io.liudan.process.tasks;

import io.liudan.matter.MatterEvents;
import io.liudan.matter.MatterProgress;
import io.liudan.problem.Problem;
import io.liudan.process.scope.HubFields;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.MessageCorrelationBuilderImpl;
import org.camunda.bpm.engine.runtime.MessageCorrelationBuilder;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.context.event.EventListener;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;

/**
 * From what people do to the process that is their matter's: starts it and hands it their messages, in the transaction
 * in which the matter stored them. The matter's code is the business key, its kind the key of the process.
 */
@Component
class MatterProcesses {

    private final RuntimeService runtime;
    private final MatterProgress matters;

    MatterProcesses(RuntimeService runtime, MatterProgress matters) {
        this.runtime = runtime;
        this.matters = matters;
    }

    @EventListener
    void submitted(MatterEvents.Submitted matter) {
        VariableMap afterStart = begin(matter);
        if (afterStart.get(HubFields.KEPT.get("urgency")) instanceof String urgency) {
            matters.urgency(matter.code(), urgency);
        }
    }

    private VariableMap begin(MatterEvents.Submitted matter) {
        try {
            return runtime.createProcessInstanceByKey(matter.kind())
                    .businessKey(matter.code())
                    .setVariables(fields(matter)
                            .putValue("category", matter.category())
                            .putValue("gridCode", matter.gridCode())
                            .putValue("communityCode", matter.communityCode())
                            .putValue("streetCode", matter.streetCode()))
                    .executeWithVariablesInReturn()
                    .getVariables();
        } catch (EngineRefusal e) {
            throw e.problem();
        }
    }

    private static VariableMap fields(MatterEvents.Submitted matter) {
        VariableMap fields = Variables.createVariables();
        fields.putAll(matter.fields());
        return fields;
    }

    /**
     * A model that doesn't wait for the message at this moment refuses the move, and nothing of it is stored, unless
     * nobody has to wait for it. Whoever began the transaction makes the move again where another one of the engine's
     * was faster.
     */
    @EventListener
    void moved(MatterEvents.Moved move) {
        VariableMap said = Variables.createVariables();
        move.said().forEach((name, value) -> said.putValueTyped(name, Variables.untypedValue(value, true)));
        MessageCorrelationBuilder message = runtime.createMessageCorrelation(move.message())
                .processInstanceBusinessKey(move.code())
                .setVariables(said);
        try {
            // A model that begins with the message is no process of this matter.
            ((MessageCorrelationBuilderImpl) message).executionsOnly().correlate();
        } catch (MismatchingMessageCorrelationException e) {
            if (move.refusal() != null) {
                throw Problem.conflict(move.refusal());
            }
        } catch (EngineRefusal e) {
            throw e.problem();
        } catch (OptimisticLockingException e) {
            throw new OptimisticLockingFailureException("the process was changed in the same moment", e);
        }
    }
}
