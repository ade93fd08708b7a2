package io.liudan.process.tasks;

import io.liudan.matter.FieldDeclaration;
import io.liudan.matter.MatterProgress;
import io.liudan.process.limits.Watch;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.rules.ModelRules;
import io.liudan.process.scope.HubFields;
import io.liudan.process.scope.Matters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.Expression;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParse;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.PvmTransition;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.pvm.process.TransitionImpl;
import org.camunda.bpm.engine.impl.task.TaskDefinition;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.camunda.bpm.impl.juel.jakarta.el.PropertyNotFoundException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Gives the extension properties of a model their meaning: {@code status} and {@code outcome} on any step or sequence
 * flow are told to the matter when the process gets there, and {@code decision.*} on user tasks put the
 * {@link DecisionGate} in place. Works for every step of every process package alike, wherever a designer puts it.
 */
@Component
public class StepListeners extends AbstractBpmnParseListener {

    private static final String DECISIONS = "liudan.decisions";
    private static final String FIELDS = "liudan.fields";
    private static final String APARTS = "liudan.apart";

    private final ObjectProvider<MatterProgress> matters;
    private final DecisionGate gate;
    private final Watch watch;

    StepListeners(ObjectProvider<MatterProgress> matters, DecisionGate gate, Watch watch) {
        this.matters = matters;
        this.gate = gate;
        this.watch = watch;
    }

    /** Whether a task's definition says itself all that there is to say of its fields. */
    static boolean saysAll(ProcessDefinitionEntity definition, String taskKey) {
        return own(definition, taskKey).stream().allMatch(DecisionSpec::declared);
    }

    @SuppressWarnings("unchecked")
    private static List<DecisionSpec> own(ProcessDefinitionEntity definition, String taskKey) {
        return ((Map<String, List<DecisionSpec>>) definition.getProperty(DECISIONS)).getOrDefault(taskKey, List.of());
    }

    /**
     * What a user task of this definition declares, in the model's order; empty when it declares nothing. Runs within a
     * command of the engine. Fields that it says nothing of have what the newest version of the process says of them:
     * models deployed before there were declarations say nothing at all.
     */
    @SuppressWarnings("unchecked")
    static List<DecisionSpec> decisions(ProcessDefinitionEntity definition, String taskKey) {
        List<DecisionSpec> decisions = own(definition, taskKey);
        if (saysAll(definition, taskKey)) {
            return decisions;
        }
        ProcessDefinitionEntity newest = Context.getProcessEngineConfiguration()
                .getDeploymentCache()
                .findDeployedLatestProcessDefinitionByKey(definition.getKey());
        Map<String, FieldDeclaration> fields = (Map<String, FieldDeclaration>) newest.getProperty(FIELDS);
        return decisions.stream()
                .map(spec ->
                        spec.declared(name -> fields.containsKey(name) ? fields.get(name) : HubFields.undeclared(name)))
                .toList();
    }

    @Override
    public void parseProcess(Element process, ProcessDefinitionEntity definition) {
        Map<String, Map<String, String>> properties = new HashMap<>();
        collect(process, properties);
        listen(definition, properties);
        Map<String, List<DecisionSpec>> decisions = new HashMap<>();
        Map<String, Set<String>> aparts = new HashMap<>();
        Map<String, FieldDeclaration> fields =
                DecisionSpec.fields(properties.getOrDefault(definition.getKey(), Map.of()));
        definition.getTaskDefinitions().forEach((key, task) -> {
            decisions.put(key, DecisionSpec.read(properties.getOrDefault(key, Map.of()), fields));
            aparts.put(
                    key,
                    DecisionSpec.steps(properties.getOrDefault(key, Map.of()).get(DecisionSpec.APART)));
            guard(task);
            mark(task, properties.getOrDefault(key, Map.of()));
        });
        definition.setProperty(DECISIONS, decisions);
        definition.setProperty(FIELDS, fields);
        definition.setProperty(APARTS, aparts);
    }

    /** The steps whose decision nobody may follow by their own on this one. */
    @SuppressWarnings("unchecked")
    static Set<String> apart(ProcessDefinitionEntity definition, String taskKey) {
        return ((Map<String, Set<String>>) definition.getProperty(APARTS)).getOrDefault(taskKey, Set.of());
    }

    private void guard(TaskDefinition task) {
        // A template that sets no limit leaves the attribute empty, which the engine can't read as a time.
        task.setDueDateExpression(unlessBlank(task.getDueDateExpression()));
        task.setFollowUpDateExpression(unlessBlank(task.getFollowUpDateExpression()));
        if (task.getFormKey() == null && task.getCamundaFormDefinitionKey() == null) {
            task.setFormKey(expression(DecisionSpec.TASK_PAGE));
        }
        task.addBuiltInTaskListener(TaskListener.EVENTNAME_CREATE, this::involve);
        task.addBuiltInTaskListener(
                TaskListener.EVENTNAME_CREATE, created -> watch.begin(created, Matters.desk(created)));
        task.addBuiltInTaskListener(TaskListener.EVENTNAME_COMPLETE, gate);
        task.addBuiltInTaskListener(TaskListener.EVENTNAME_COMPLETE, watch::end);
        task.addBuiltInTaskListener(TaskListener.EVENTNAME_DELETE, watch::end);
    }

    /** Marks that hold when a task begins are kept with the task: shared filters ask for them. */
    private void mark(TaskDefinition task, Map<String, String> properties) {
        properties.forEach((name, condition) -> {
            if (name.startsWith(DecisionSpec.MARK)) {
                Expression holds = expression(condition);
                task.addBuiltInTaskListener(TaskListener.EVENTNAME_CREATE, created -> {
                    if (holds(holds, created)) {
                        created.setVariableLocal(name.substring(DecisionSpec.MARK.length()), true);
                    }
                });
            }
        });
    }

    /** A mark that asks for a variable which nothing has set yet doesn't hold. */
    private static boolean holds(Expression mark, DelegateTask task) {
        try {
            return Boolean.TRUE.equals(mark.getValue(task));
        } catch (ProcessEngineException e) {
            if (e.getCause() instanceof PropertyNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    /** A desk outside the matter's own grid, community and street may see the matter from its first task on. */
    private void involve(DelegateTask task) {
        task.getCandidates().stream()
                .map(link -> link.getGroupId())
                .filter(desk -> desk != null
                        && !desk.startsWith("grid-")
                        && !desk.startsWith("community-")
                        && !desk.startsWith("street-"))
                .forEach(desk -> matters.getObject().involve(Matters.code(task.getExecution()), desk));
    }

    private void listen(ScopeImpl scope, Map<String, Map<String, String>> properties) {
        for (ActivityImpl activity : scope.getActivities()) {
            Map<String, String> own = properties.getOrDefault(activity.getId(), Map.of());
            listener(own, place(activity))
                    .ifPresent(listener -> activity.addBuiltInListener(ExecutionListener.EVENTNAME_START, listener));
            for (PvmTransition transition : activity.getOutgoingTransitions()) {
                listener(properties.getOrDefault(transition.getId(), Map.of()), MatterProgress.Place.NOWHERE)
                        .ifPresent(((TransitionImpl) transition)::addExecutionListener);
            }
            listen(activity, properties);
        }
    }

    private static MatterProgress.Place place(ActivityImpl activity) {
        Object name = activity.getProperty("name");
        return name == null || name.toString().isBlank() || !ModelRules.literal(name.toString())
                ? MatterProgress.Place.NOWHERE
                : new MatterProgress.Place(
                        name.toString().replaceAll("\\s+", ""), "userTask".equals(activity.getProperty("type")));
    }

    /** @param place what the timeline calls it once the process is there */
    private Optional<ExecutionListener> listener(Map<String, String> properties, MatterProgress.Place place) {
        String status = properties.get(DecisionSpec.STATUS);
        String outcome = properties.get(DecisionSpec.OUTCOME);
        if (status == null && outcome == null) {
            return Optional.empty();
        }
        Expression statusExpression = expression(status);
        Expression outcomeExpression = expression(outcome);
        return Optional.of(execution -> {
            String code = Matters.code(execution);
            String reachedOutcome = value(outcomeExpression, execution);
            if (!reachedOutcome.isEmpty()) {
                matters.getObject().outcome(code, reachedOutcome);
                execution.setVariable(DecisionSpec.OUTCOME, reachedOutcome);
            }
            String reachedStatus = value(statusExpression, execution);
            if (!reachedStatus.isEmpty()) {
                matters.getObject().reached(code, reachedStatus, place);
            }
        });
    }

    private static Expression unlessBlank(Expression time) {
        return time == null || time.getExpressionText().isBlank() ? null : time;
    }

    private static Expression expression(String text) {
        return text == null
                ? null
                : Context.getProcessEngineConfiguration().getExpressionManager().createExpression(text.strip());
    }

    private static String value(Expression expression, DelegateExecution execution) {
        Object value = expression == null ? null : expression.getValue(execution);
        return value == null ? "" : value.toString();
    }

    /** One without a name or a value says nothing. */
    private static void put(Map<String, String> properties, String name, String value) {
        if (name != null && value != null) {
            properties.put(name, value);
        }
    }

    /** Extension properties of every element by its id, in their order. */
    private static void collect(Element element, Map<String, Map<String, String>> found) {
        Element extensions = element.element("extensionElements");
        Element list =
                extensions == null ? null : extensions.elementNS(BpmnParse.CAMUNDA_BPMN_EXTENSIONS_NS, "properties");
        if (list != null) {
            Map<String, String> own = new LinkedHashMap<>();
            list.elementsNS(BpmnParse.CAMUNDA_BPMN_EXTENSIONS_NS, "property")
                    .forEach(property -> put(own, property.attribute("name"), property.attribute("value")));
            found.put(element.attribute("id"), own);
        }
        element.elements().forEach(child -> collect(child, found));
    }
}
