package io.liudan.camunda7;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.repository.ProcessDefinitionQuery;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.runtime.ProcessInstantiationBuilder;

/** Starts a process by its key: the latest version, or the latest one with a version tag. */
final class StartProducer extends EngineProducer {

    StartProducer(Camunda7Endpoint endpoint) {
        super(endpoint);
    }

    @Override
    Map<String, Object> act(Exchange exchange) {
        return once(exchange, () -> {
            ProcessInstance started = builder()
                    .businessKey(businessKey(exchange))
                    .setVariables(variablesWithTrace(exchange))
                    .execute();
            Map<String, Object> answer = new HashMap<>();
            answer.put(Camunda7Headers.OUTCOME, "started");
            answer.put(Camunda7Headers.PROCESS_INSTANCE_ID, started.getId());
            answer.put(Camunda7Headers.BUSINESS_KEY, started.getBusinessKey());
            return answer;
        });
    }

    private ProcessInstantiationBuilder builder() {
        if (endpoint.getVersionTag() != null) {
            return engine.getRuntimeService().createProcessInstanceById(tagged());
        }
        ProcessInstantiationBuilder latest = engine.getRuntimeService().createProcessInstanceByKey(endpoint.getName());
        return endpoint.getTenant() == null ? latest : latest.processDefinitionTenantId(endpoint.getTenant());
    }

    private String tagged() {
        ProcessDefinitionQuery query = engine.getRepositoryService()
                .createProcessDefinitionQuery()
                .processDefinitionKey(endpoint.getName())
                .versionTag(endpoint.getVersionTag())
                .orderByProcessDefinitionVersion()
                .desc();
        ProcessDefinitionQuery ofTenant =
                endpoint.getTenant() == null ? query.withoutTenantId() : query.tenantIdIn(endpoint.getTenant());
        return ofTenant.listPage(0, 1).stream()
                .findFirst()
                .map(ProcessDefinition::getId)
                .orElseThrow(() -> new IllegalArgumentException("No process " + endpoint.getName()
                        + " with the version tag " + endpoint.getVersionTag() + " is deployed"));
    }
}
