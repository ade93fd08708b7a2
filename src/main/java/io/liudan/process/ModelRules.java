package io.liudan.process;

import io.liudan.request.Outcome;
import io.liudan.request.Status;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.BusinessRuleTask;
import org.camunda.bpm.model.bpmn.instance.ConditionExpression;
import org.camunda.bpm.model.bpmn.instance.ErrorEventDefinition;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.ScriptTask;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.xml.instance.DomElement;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;

/**
 * The rules that a process model keeps, checked at every deployment, whoever deploys. Each fault names the element as
 * the designer sees it, and the reason.
 */
class ModelRules {

    private static final String CAMUNDA = "http://camunda.org/schema/1.0/bpmn";
    /**
     * Elements and attributes that run code or reach out of the process in ways other than verbs and external tasks.
     */
    private static final Set<String> FORBIDDEN_ELEMENTS = Set.of("script", "connector", "field");

    private static final Set<String> FORBIDDEN_ATTRIBUTES =
            Set.of("class", "resource", "mapDecisionResultClass", "variableMappingClass");
    private static final Pattern COMPARED_DECISION = Pattern.compile("\\bdecision\\s*(?:==|!=|eq|ne)\\s*'([^']*)'");

    private final ExpressionRules expressions;
    private final Supplier<List<KnownTopics.Topic>> topics;

    /** @param topics asked at each deployment */
    ModelRules(ExpressionRules expressions, Supplier<List<KnownTopics.Topic>> topics) {
        this.expressions = expressions;
        this.topics = topics;
    }

    /**
     * @param bpmn the model's bytes
     * @param hasTable whether a decision table of this key is deployed already or comes with the same deployment
     * @return the faults, each as {@code 名称 (id): reason}; empty when the model keeps the rules
     */
    List<String> faults(byte[] bpmn, Predicate<String> hasTable) {
        BpmnModelInstance model;
        try {
            model = Bpmn.readModelFromStream(new ByteArrayInputStream(bpmn));
        } catch (RuntimeException e) {
            return List.of("文件 file: 不是有效的 BPMN is not valid BPMN (" + rootMessage(e) + ")");
        }
        List<String> faults = new ArrayList<>();
        Set<String> decisions = new java.util.HashSet<>();
        for (BaseElement element : model.getModelElementsByType(BaseElement.class)) {
            Map<String, String> properties = properties(element);
            checkProperties(element, properties, faults);
            if (element instanceof UserTask task) {
                checkTask(task, properties, faults);
                DecisionSpec.read(properties).forEach(spec -> decisions.add(spec.decision()));
            }
            if (element instanceof ServiceTask task && "external".equals(task.getCamundaType())) {
                checkTopic(task, model, faults);
            }
            if (element instanceof ScriptTask) {
                faults.add(at(element) + "脚本已禁用 scripts are switched off");
            }
            if (element instanceof BusinessRuleTask rule
                    && rule.getCamundaDecisionRef() != null
                    && !hasTable.test(rule.getCamundaDecisionRef())) {
                faults.add(at(element) + "找不到决策表 there is no decision table '" + rule.getCamundaDecisionRef() + "'");
            }
        }
        DeployedTexts.read(bpmn).map(expressions::faults).ifPresent(faults::addAll);
        walk(model.getDocument().getRootElement(), null, model, faults);
        for (ConditionExpression condition : model.getModelElementsByType(ConditionExpression.class)) {
            Matcher compared = COMPARED_DECISION.matcher(condition.getTextContent());
            while (compared.find()) {
                if (!decisions.contains(compared.group(1))) {
                    faults.add(at(condition.getParentElement()) + "没有任务提供这个决定 no task offers the decision '"
                            + compared.group(1) + "'");
                }
            }
        }
        return faults.stream().distinct().toList();
    }

    private void checkTask(UserTask task, Map<String, String> properties, List<String> faults) {
        if (task.getCamundaCandidateGroups() == null
                || task.getCamundaCandidateGroups().isBlank()) {
            faults.add(at(task) + "没有岗位 has no desk: set its candidate groups, for example ${desks.grid(gridCode)}");
        }
        if (task.isCamundaAsyncAfter() && !DecisionSpec.read(properties).isEmpty()) {
            faults.add(
                    at(task) + "不能设为异步 its decision would be lost: asynchronous continuation after it is not allowed");
        }
    }

    /** Nobody would ever take a task of another topic, and nothing would ever end with another error. */
    private void checkTopic(ServiceTask task, BpmnModelInstance model, List<String> faults) {
        List<KnownTopics.Topic> known = topics.get();
        Optional<KnownTopics.Topic> topic = known.stream()
                .filter(one -> one.topic().equals(task.getCamundaTopic()))
                .findFirst();
        if (topic.isEmpty()) {
            faults.add(at(task) + "没有路由处理这个主题 no route works on the topic '" + task.getCamundaTopic() + "', but on: "
                    + String.join(
                            ", ", known.stream().map(KnownTopics.Topic::topic).toList()));
            return;
        }
        for (BoundaryEvent event : model.getModelElementsByType(BoundaryEvent.class)) {
            if (event.getAttachedTo() == task) {
                event.getEventDefinitions().stream()
                        .filter(ErrorEventDefinition.class::isInstance)
                        .map(definition -> ((ErrorEventDefinition) definition).getError())
                        .filter(error -> error != null && !topic.get().errors().contains(error.getErrorCode()))
                        .forEach(error -> faults.add(at(event) + "这个主题不会报这个错误 the topic never ends with the error '"
                                + error.getErrorCode() + "', but with: "
                                + String.join(", ", topic.get().errors())));
            }
        }
    }

    private void checkProperties(BaseElement element, Map<String, String> properties, List<String> faults) {
        among(
                element,
                StepListeners.STATUS,
                properties,
                Stream.of(Status.values()).map(Enum::name).toList(),
                faults);
        among(
                element,
                StepListeners.OUTCOME,
                properties,
                Stream.of(Outcome.values()).map(Enum::name).toList(),
                faults);
        properties.forEach((name, value) -> {
            if (name.startsWith(DecisionSpec.PREFIX) && !(element instanceof UserTask)) {
                faults.add(at(element) + "只有人工任务才有决定 only user tasks have decisions: " + name);
            }
            if (name.startsWith(StepListeners.MARK) && !(element instanceof UserTask)) {
                faults.add(at(element) + "只有人工任务才有标记 only user tasks have marks: " + name);
            }
        });
        List<String> fieldNames = DecisionSpec.read(properties).stream()
                .flatMap(spec -> spec.fields().stream())
                .map(DecisionSpec.FieldSpec::name)
                .filter(name -> !name.matches("[a-zA-Z][a-zA-Z0-9_]*"))
                .toList();
        fieldNames.forEach(name -> faults.add(at(element) + "字段名无效 is no name of a field: '" + name + "'"));
    }

    private static void among(
            BaseElement element,
            String property,
            Map<String, String> properties,
            Collection<String> words,
            List<String> faults) {
        String value = properties.get(property);
        if (value != null && !value.contains("${") && !words.contains(value.strip())) {
            faults.add(at(element) + property + " '" + value + "' 不在允许的取值中 is none of " + String.join(", ", words));
        }
    }

    /** Every element and attribute of the file, also those that the model API has no type for. */
    private void walk(DomElement element, BaseElement owner, BpmnModelInstance model, List<String> faults) {
        String id = element.getAttribute("id");
        ModelElementInstance instance = id == null ? null : model.getModelElementById(id);
        BaseElement here =
                instance instanceof FlowElement || instance instanceof org.camunda.bpm.model.bpmn.instance.Process
                        ? (BaseElement) instance
                        : owner;
        boolean camunda = CAMUNDA.equals(element.getNamespaceURI());
        if (camunda && FORBIDDEN_ELEMENTS.contains(element.getLocalName())) {
            faults.add(at(here) + "不允许 is not allowed: camunda:" + element.getLocalName());
        }
        for (String attribute : FORBIDDEN_ATTRIBUTES) {
            if (element.hasAttribute(CAMUNDA, attribute) || camunda && element.hasAttribute(attribute)) {
                faults.add(at(here) + "不允许运行 Java 类 running code by name is not allowed: camunda:" + attribute);
            }
        }
        if (element.hasAttribute("language")) {
            faults.add(
                    at(here) + "脚本已禁用 scripts are switched off: language=\"" + element.getAttribute("language") + "\"");
        }
        element.getChildElements().forEach(child -> walk(child, here, model, faults));
    }

    private static Map<String, String> properties(BaseElement element) {
        return Optional.ofNullable(element.getExtensionElements()).stream()
                .flatMap(extensions ->
                        extensions.getElementsQuery().filterByType(CamundaProperties.class).list().stream())
                .flatMap(list -> list.getCamundaProperties().stream())
                .filter(property -> property.getCamundaName() != null && property.getCamundaValue() != null)
                .collect(Collectors.toMap(
                        property -> property.getCamundaName(),
                        property -> property.getCamundaValue(),
                        (a, b) -> b,
                        LinkedHashMap::new));
    }

    private static String at(ModelElementInstance element) {
        if (element == null) {
            return "";
        }
        String name = element.getAttributeValue("name");
        String id = element.getAttributeValue("id");
        return (name == null ? id : name.replaceAll("\\s+", "") + " (" + id + ")") + ": ";
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
