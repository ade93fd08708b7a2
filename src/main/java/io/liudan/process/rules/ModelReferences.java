package io.liudan.process.rules;

import io.liudan.problem.Nearest;
import io.liudan.process.KnownTopics;
import io.liudan.process.limits.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.impl.juel.TreeBuilderException;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.BusinessRuleTask;
import org.camunda.bpm.model.bpmn.instance.CallActivity;
import org.camunda.bpm.model.bpmn.instance.ErrorEventDefinition;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaIn;

/** The rules of what a model refers to beside itself: tables, called processes, forms, topics and limits are there. */
final class ModelReferences {

    /** Verbs whose second argument is a step with a limit. */
    private static final Set<String> LIMITED = Set.of("deadlines.due", "deadlines.running", "deadlines.pause");

    private final BpmnModelInstance model;
    private final ModelRules.Neighbours neighbours;
    private final List<KnownTopics.Topic> topics;
    private final List<String> faults = new ArrayList<>();

    ModelReferences(BpmnModelInstance model, ModelRules.Neighbours neighbours, List<KnownTopics.Topic> topics) {
        this.model = model;
        this.neighbours = neighbours;
        this.topics = topics;
    }

    List<String> faults() {
        model.getModelElementsByType(ServiceTask.class).stream()
                .filter(task -> "external".equals(task.getCamundaType()))
                .forEach(this::topic);
        model.getModelElementsByType(BusinessRuleTask.class).stream()
                .filter(rule -> rule.getCamundaDecisionRef() != null)
                .forEach(this::table);
        model.getModelElementsByType(CallActivity.class).stream()
                .filter(call -> ModelRules.literal(call.getCalledElement()))
                .forEach(this::called);
        model.getModelElementsByType(UserTask.class).forEach(this::form);
        return faults;
    }

    private void table(BusinessRuleTask rule) {
        String table = rule.getCamundaDecisionRef();
        if (!ModelRules.literal(table)) {
            return;
        }
        if (!neighbours.table().test(table)) {
            faults.add(ModelRules.at(rule) + "找不到决策表 there is no decision table '" + table + "'");
        } else if ("deployment".equals(rule.getCamundaDecisionRefBinding())
                && !neighbours.own().test(table)) {
            faults.add(ModelRules.at(rule)
                    + "决策表绑定为随流程部署，请一起部署 is bound to the table of its own deployment, which doesn't bring '" + table
                    + "': deploy both files together");
        }
    }

    private void called(CallActivity call) {
        String called = call.getCalledElement();
        if (!neighbours.process().test(called)) {
            faults.add(ModelRules.at(call) + "找不到被调用的流程 there is no process '" + called + "'");
        } else if (neighbours.needsMatter().test(called)
                && Optional.ofNullable(call.getExtensionElements()).stream()
                        .flatMap(extensions ->
                                extensions.getElementsQuery().filterByType(CamundaIn.class).list().stream())
                        .noneMatch(handed -> handed.getCamundaBusinessKey() != null)) {
            faults.add(
                    ModelRules.at(call)
                            + "被调用的流程有人工任务，要把业务标识传给它 the called process has user tasks: hand it the business key #{execution.processBusinessKey}");
        }
    }

    /** The hub's own page, a form of the deployment, or one that an expression names. */
    private void form(UserTask task) {
        String key = task.getCamundaFormKey();
        String form = task.getCamundaFormRef();
        if (ModelRules.literal(key)
                && !key.equals(DecisionSpec.TASK_PAGE)
                && !neighbours.form().test(key)) {
            faults.add(ModelRules.at(task) + "没有这个表单 there is no form '" + key + "'");
        }
        if (ModelRules.literal(form) && !neighbours.form().test(form)) {
            faults.add(ModelRules.at(task) + "没有这个表单 there is no form '" + form + "'");
        }
    }

    /** Nobody would ever take a task of another topic, and nothing would ever end with another error. */
    private void topic(ServiceTask task) {
        Optional<KnownTopics.Topic> topic = topics.stream()
                .filter(one -> one.topic().equals(task.getCamundaTopic()))
                .findFirst();
        if (topic.isEmpty()) {
            faults.add(ModelRules.at(task) + "没有路由处理这个主题 no route works on the topic '" + task.getCamundaTopic()
                    + "', but on: "
                    + String.join(
                            ", ", topics.stream().map(KnownTopics.Topic::topic).toList()));
            return;
        }
        for (BoundaryEvent event : model.getModelElementsByType(BoundaryEvent.class)) {
            if (event.getAttachedTo() == task) {
                event.getEventDefinitions().stream()
                        .filter(ErrorEventDefinition.class::isInstance)
                        .map(definition -> ((ErrorEventDefinition) definition).getError())
                        .filter(error -> error != null && !topic.get().errors().contains(error.getErrorCode()))
                        .forEach(error ->
                                faults.add(ModelRules.at(event) + "这个主题不会报这个错误 the topic never ends with the error '"
                                        + error.getErrorCode() + "', but with: "
                                        + String.join(", ", topic.get().errors())));
            }
        }
    }

    /** Steps that a verb of the limits is asked for and that the table has no row for. */
    static List<String> limits(DeployedTexts texts, Set<String> steps, ExpressionRules expressions) {
        List<String> faults = new ArrayList<>();
        for (DeployedTexts.Text text : texts.texts()) {
            if (!text.evaluated()) {
                continue;
            }
            List<ExpressionRules.Call> calls;
            try {
                calls = expressions.calls(text.words());
            } catch (TreeBuilderException e) {
                continue;
            }
            calls.stream()
                    .filter(call ->
                            LIMITED.contains(call.verb()) && call.words().size() > 1)
                    .map(call -> call.words().get(1))
                    .filter(step -> step != null && !steps.contains(step))
                    .forEach(step -> faults.add(text.at() + "决策表 " + Limits.TABLE
                            + " 里没有这一步的时限 has no limit for the step '" + step + "'"
                            + Nearest.hint(step, steps)));
        }
        return faults;
    }
}
