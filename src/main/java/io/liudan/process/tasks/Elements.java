package io.liudan.process.tasks;

import io.liudan.process.rules.DecisionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.springframework.stereotype.Component;

/** Elements of deployed models, as the engine keeps them. */
@Component
public class Elements {

    private final ProcessEngineConfigurationImpl engine;

    Elements(ProcessEngineConfigurationImpl engine) {
        this.engine = engine;
    }

    /** The name that the model gives an element, or its id; on one line. */
    public String name(String definitionId, String element) {
        return of(definitionId, definition -> {
            ActivityImpl activity = definition.findActivity(element);
            return name(activity, element);
        });
    }

    private static String name(ActivityImpl activity, String otherwise) {
        Object name = activity == null ? null : activity.getProperty("name");
        return name == null || name.toString().isBlank()
                ? otherwise
                : name.toString().replaceAll("\\s+", "");
    }

    /** @param id in the model */
    public record Step(String id, String name) {}

    /** All user tasks of a process, in the model's order. */
    public List<Step> userTasks(String definitionId) {
        return of(definitionId, definition -> {
            List<Step> found = new ArrayList<>();
            collect(definition, definition, found);
            return List.copyOf(found);
        });
    }

    private static void collect(ScopeImpl scope, ProcessDefinitionEntity definition, List<Step> found) {
        for (ActivityImpl activity : scope.getActivities()) {
            if (definition.getTaskDefinitions().containsKey(activity.getId())) {
                found.add(new Step(activity.getId(), name(activity, activity.getId())));
            }
            collect(activity, definition, found);
        }
    }

    /** The scope, an activity or the process, that an element stands in directly. */
    public String scope(String definitionId, String element) {
        return of(definitionId, definition -> {
            ActivityImpl activity = definition.findActivity(element);
            return activity == null ? null : activity.getFlowScope().getId();
        });
    }

    /**
     * What is done several times at once, with data of its own each time: the element itself, and what it stands in.
     */
    public List<String> repeatedIn(String definitionId, String element) {
        return of(definitionId, definition -> {
            List<String> found = new ArrayList<>();
            ScopeImpl scope = definition.findActivity(element);
            while (scope instanceof ActivityImpl activity) {
                if (activity.isMultiInstance()) {
                    found.add(activity.getId());
                }
                scope = activity.getFlowScope();
            }
            return List.copyOf(found);
        });
    }

    /** All fields that the decisions of a process declare, each name once. */
    public List<DecisionSpec.FieldSpec> fields(String definitionId) {
        return of(definitionId, definition -> {
            List<String> names = new ArrayList<>();
            return definition.getTaskDefinitions().keySet().stream()
                    .flatMap(task -> StepListeners.decisions(definition, task).stream())
                    .flatMap(spec -> spec.fields().stream())
                    .filter(field -> !names.contains(field.name()) && names.add(field.name()))
                    .toList();
        });
    }

    private <T> T of(String definitionId, Function<ProcessDefinitionEntity, T> reading) {
        return engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() ->
                        reading.apply(engine.getDeploymentCache().findDeployedProcessDefinitionById(definitionId))));
    }
}
