package io.liudan.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;

/**
 * Refuses a deployment whose models break the {@link ModelRules}, with all their faults at once; nothing of it is
 * deployed.
 */
class ModelGuard implements Deployer {

    private final ModelRules rules;

    ModelGuard(ModelRules rules) {
        this.rules = rules;
    }

    /** All faults of all models of one deployment. */
    static class ModelRejected extends BadUserRequestException {

        ModelRejected(List<String> faults) {
            super("流程模型不符合规则 The model breaks the rules:\n- " + String.join("\n- ", faults));
        }
    }

    @Override
    public void deploy(DeploymentEntity deployment) {
        if (!deployment.isNew()) {
            return;
        }
        Map<String, ResourceEntity> resources = deployment.getResources();
        List<String> faults = new ArrayList<>();
        resources.forEach((name, resource) -> {
            if (name.endsWith(".bpmn") || name.endsWith(".bpmn20.xml")) {
                faults.addAll(rules.faults(resource.getBytes(), hasTable(resources)));
            }
        });
        if (!faults.isEmpty()) {
            throw new ModelRejected(faults);
        }
    }

    private static Predicate<String> hasTable(Map<String, ResourceEntity> resources) {
        return key -> resources.entrySet().stream()
                        .anyMatch(entry -> entry.getKey().endsWith(".dmn")
                                && Pattern.compile("<(?:\\w+:)?decision\\s[^>]*id=\"" + Pattern.quote(key) + "\"")
                                        .matcher(new String(
                                                entry.getValue().getBytes(), java.nio.charset.StandardCharsets.UTF_8))
                                        .find())
                || Context.getProcessEngineConfiguration()
                                .getRepositoryService()
                                .createDecisionDefinitionQuery()
                                .decisionDefinitionKey(key)
                                .count()
                        > 0;
    }
}
