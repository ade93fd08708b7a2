package io.liudan.camunda7;

import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.MessageCorrelationBuilder;
import org.camunda.bpm.engine.runtime.MessageCorrelationResult;
import org.camunda.bpm.engine.runtime.MessageCorrelationResultType;

/** A message on its way to the instances that wait for it. */
record Correlation(
        String name,
        String mode,
        String businessKey,
        String processInstanceId,
        Map<String, Object> correlation,
        Map<String, Object> variables,
        String tenant) {

    /**
     * @throws org.camunda.bpm.engine.MismatchingMessageCorrelationException nobody waits for it, or more than it is for
     */
    Map<String, Object> correlate(RuntimeService runtime) {
        MessageCorrelationBuilder message =
                runtime.createMessageCorrelation(name).setVariables(variables);
        if (businessKey != null) {
            message.processInstanceBusinessKey(businessKey);
        }
        if (processInstanceId != null) {
            message.processInstanceId(processInstanceId);
        }
        if (tenant != null) {
            message.tenantId(tenant);
        }
        correlation.forEach(message::processInstanceVariableEquals);
        Map<String, Object> answer = new HashMap<>();
        answer.put(Camunda7Headers.OUTCOME, "correlated");
        if (mode.equals("all")) {
            message.correlateAllWithResult();
        } else {
            MessageCorrelationResult result = message.correlateWithResult();
            boolean started = result.getResultType() == MessageCorrelationResultType.ProcessDefinition;
            answer.put(Camunda7Headers.OUTCOME, started ? "started" : "correlated");
            answer.put(
                    Camunda7Headers.PROCESS_INSTANCE_ID,
                    started
                            ? result.getProcessInstance().getId()
                            : result.getExecution().getProcessInstanceId());
        }
        return answer;
    }
}
