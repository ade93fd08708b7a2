package io.liudan.process.rules;

import io.liudan.matter.FieldDeclaration;
import io.liudan.problem.Nearest;
import io.liudan.process.KnownTopics;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.impl.juel.TreeBuilderException;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.ConditionExpression;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ScriptTask;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
import org.camunda.bpm.model.xml.instance.DomElement;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;

/**
 * The rules that a process model keeps, checked at every deployment, whoever deploys. Each fault names the element as
 * the designer sees it, and the reason.
 */
public class ModelRules {

    private static final String CAMUNDA = "http://camunda.org/schema/1.0/bpmn";
    /**
     * Elements and attributes that run code or reach out of the process in ways other than verbs and external tasks.
     */
    private static final Set<String> FORBIDDEN_ELEMENTS = Set.of("script", "connector", "field");

    private static final Set<String> FORBIDDEN_ATTRIBUTES =
            Set.of("class", "resource", "mapDecisionResultClass", "variableMappingClass");
    /** The engine refuses it, in words that nobody understands. */
    static final String KEPT_FOR =
            "没有写明历史数据保留多久 doesn't say how long its history is kept: history time to live, 例如 for example P180D";

    private static final Set<String> KNOWN_PROPERTIES =
            Set.of(DecisionSpec.STATUS, DecisionSpec.OUTCOME, DecisionSpec.APART);
    private static final Pattern COMPARED_DECISION = Pattern.compile("\\bdecision\\s*(?:==|!=|eq|ne)\\s*'([^']*)'");

    private final ExpressionRules expressions;
    private final VerbWords words;
    private final Supplier<List<KnownTopics.Topic>> topics;

    /** @param topics asked at each deployment */
    public ModelRules(ExpressionRules expressions, VerbWords words, Supplier<List<KnownTopics.Topic>> topics) {
        this.expressions = expressions;
        this.words = words;
        this.topics = topics;
    }

    /**
     * What else is there when a model is deployed.
     *
     * @param table whether a decision table is deployed already, or comes with the same deployment
     * @param own whether it comes with the same deployment
     * @param process whether a process is deployed already, or comes with the same deployment
     * @param form whether a form comes with the same deployment, or is deployed already
     * @param needsMatter whether a called process has tasks of desks, which need a request to work on
     * @param kinds the words of the kind that the deployment is of, else those of all
     * @param said what the rest of the deployment, routes and other packages bring
     */
    public record Neighbours(
            Predicate<String> table,
            Predicate<String> own,
            Predicate<String> process,
            Predicate<String> form,
            Predicate<String> needsMatter,
            KindWords kinds,
            Said said) {}

    /**
     * Names that a model may wait for or ask for.
     *
     * @param variables that models, forms and topics of the deployment set
     * @param messages that somebody sends
     * @param signals that somebody throws
     * @param limits steps that the table {@code deadlines} has a limit for; empty where its rows don't name them
     */
    public record Said(
            Set<String> variables, Set<String> messages, Set<String> signals, Optional<Set<String>> limits) {}

    /**
     * @param bpmn the model's bytes
     * @param neighbours what else is there
     * @return the faults, each as {@code 名称 (id): reason}; empty when the model keeps the rules
     */
    public List<String> faults(byte[] bpmn, Neighbours neighbours) {
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
            checkProperties(element, properties, neighbours.kinds(), faults);
            if (element instanceof UserTask task) {
                checkTask(task, properties, faults);
                DecisionSpec.steps(properties.get(DecisionSpec.APART)).stream()
                        .filter(step -> !(model.getModelElementById(step) instanceof UserTask))
                        .forEach(step -> faults.add(
                                at(element) + DecisionSpec.APART + ": 没有这个人工任务 there is no user task '" + step + "'"));
                DecisionSpec.read(properties).forEach(spec -> decisions.add(spec.decision()));
            }
            if (element instanceof ScriptTask) {
                faults.add(at(element) + "脚本已禁用 scripts are switched off");
            }
        }
        if (model.getModelElementsByType(Process.class).stream().noneMatch(Process::isExecutable)) {
            faults.add("文件 file: 没有一个流程标为可执行，部署后不会生效 no process is marked as executable: nothing would be deployed");
        }
        model.getModelElementsByType(Process.class).stream()
                .filter(Process::isExecutable)
                .filter(process -> process.getCamundaHistoryTimeToLiveString() == null
                        || process.getCamundaHistoryTimeToLiveString().isBlank())
                .forEach(process -> faults.add(at(process) + KEPT_FOR));
        faults.addAll(new ModelReferences(model, neighbours, topics.get()).faults());
        faults.addAll(ModelFields.faults(model, neighbours.kinds()));
        faults.addAll(ModelFlow.faults(model));
        faults.addAll(ModelTimes.faults(model));
        faults.addAll(ModelEvents.faults(
                model, neighbours.said().messages(), neighbours.said().signals()));
        DeployedTexts.read(bpmn).ifPresent(texts -> {
            faults.addAll(expressions.faults(texts));
            faults.addAll(ModelNames.faults(texts, neighbours.said().variables(), expressions));
            neighbours
                    .said()
                    .limits()
                    .ifPresent(steps -> faults.addAll(ModelReferences.limits(texts, steps, expressions)));
        });
        walk(model.getDocument().getRootElement(), null, model, faults);
        for (ConditionExpression condition : model.getModelElementsByType(ConditionExpression.class)) {
            if (literal(condition.getTextContent())) {
                faults.add(at(condition.getParentElement()) + "条件要写成 ${…} a condition is written as ${…}: "
                        + condition.getTextContent().strip());
            }
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
        Stream.of(Optional.ofNullable(task.getCamundaCandidateGroups())
                        .orElse("")
                        .split(","))
                .map(String::strip)
                .filter(ModelRules::literal)
                .forEach(desk -> words.desk(desk).ifPresent(fault -> faults.add(at(task) + fault)));
        if (task.isCamundaAsyncAfter() && !DecisionSpec.read(properties).isEmpty()) {
            faults.add(
                    at(task)
                            + "完成之后不能异步继续，否则所作的决定会丢失 its decision would be lost: asynchronous continuation after it is not allowed");
        }
    }

    /** Whether it stands for itself and is no expression. */
    public static boolean literal(String text) {
        return text != null && !text.isBlank() && !text.contains("${") && !text.contains("#{");
    }

    private void checkProperties(
            BaseElement element, Map<String, String> properties, KindWords kinds, List<String> faults) {
        among(element, DecisionSpec.STATUS, properties, kinds.statuses(), faults);
        among(element, DecisionSpec.OUTCOME, properties, kinds.outcomes(), faults);
        properties.forEach((name, value) -> {
            if (name.startsWith(DecisionSpec.PREFIX) && !(element instanceof UserTask)) {
                faults.add(at(element) + "只有人工任务才有决定 only user tasks have decisions: " + name);
            }
            if (name.startsWith(DecisionSpec.MARK) && !(element instanceof UserTask)) {
                faults.add(at(element) + "只有人工任务才有标记 only user tasks have marks: " + name);
            }
        });
        checkNames(element, properties.keySet(), faults);
        DecisionSpec.read(properties).stream()
                .filter(spec -> spec.label().isBlank())
                .forEach(spec -> faults.add(at(element) + "决定没有名称 the decision has no label: " + spec.decision()));
        List<String> fieldNames = DecisionSpec.read(properties).stream()
                .flatMap(spec -> spec.fields().stream())
                .map(DecisionSpec.FieldSpec::name)
                .filter(name -> !name.matches("[a-zA-Z][a-zA-Z0-9_]*"))
                .toList();
        fieldNames.forEach(name -> faults.add(at(element) + "字段名无效 is no name of a field: '" + name + "'"));
    }

    /** Names that are close to those which the hub reads are meant to be them. */
    private static void checkNames(BaseElement element, Set<String> names, List<String> faults) {
        for (String name : names) {
            boolean read = KNOWN_PROPERTIES.contains(name)
                    || name.startsWith(DecisionSpec.PREFIX)
                    || name.startsWith(FieldDeclaration.PREFIX)
                    || name.startsWith(DecisionSpec.MARK);
            String head = name.contains(".") ? name.substring(0, name.indexOf('.') + 1) : name;
            Optional<String> meant = read
                    ? Optional.empty()
                    : Nearest.of(
                            head.toLowerCase(Locale.ROOT),
                            List.of(
                                    DecisionSpec.STATUS,
                                    DecisionSpec.OUTCOME,
                                    DecisionSpec.APART,
                                    DecisionSpec.MARK,
                                    FieldDeclaration.PREFIX,
                                    DecisionSpec.PREFIX),
                            1);
            meant.ifPresent(
                    near -> faults.add(at(element) + "不认识的属性 unknown property '" + name + "'" + Nearest.hint(near)));
            String decision = DecisionSpec.conditioned(name);
            if (decision != null && !names.contains(DecisionSpec.PREFIX + decision)) {
                faults.add(at(element) + "没有这个决定 there is no decision '" + decision + "': " + name);
            }
        }
        empty(element)
                .filter(name -> name.startsWith(DecisionSpec.PREFIX) || name.startsWith(FieldDeclaration.PREFIX))
                .forEach(name -> faults.add(at(element) + "属性没有内容 has no value: " + name));
        List<String> all = propertyNames(element);
        all.stream()
                .filter(name -> Collections.frequency(all, name) > 1)
                .distinct()
                .forEach(name -> faults.add(at(element) + "属性写了两次 stands there twice: " + name));
    }

    private void among(
            BaseElement element,
            String property,
            Map<String, String> properties,
            Collection<String> words,
            List<String> faults) {
        String value = properties.get(property);
        if (value == null || words == null) {
            return;
        }
        for (String word : literal(value) ? List.of(value.strip()) : given(value)) {
            if (!word.isEmpty() && !words.contains(word)) {
                faults.add(at(element) + property + " '" + word + "' 不在允许的取值中 is none of " + String.join(", ", words));
            }
        }
    }

    /** An expression that can't be read is told by the {@link ExpressionRules}. */
    private List<String> given(String expression) {
        try {
            return expressions.results(expression);
        } catch (TreeBuilderException e) {
            return List.of();
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
            faults.add(at(here) + "这里不能用这个设置 is not allowed: camunda:" + element.getLocalName());
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

    private static Stream<CamundaProperty> declared(BaseElement element) {
        return written(element).filter(property -> property.getCamundaValue() != null);
    }

    private static Stream<String> empty(BaseElement element) {
        return written(element)
                .filter(property -> property.getCamundaValue() == null)
                .map(CamundaProperty::getCamundaName);
    }

    private static Stream<CamundaProperty> written(BaseElement element) {
        return Optional.ofNullable(element.getExtensionElements()).stream()
                .flatMap(extensions ->
                        extensions.getElementsQuery().filterByType(CamundaProperties.class).list().stream())
                .flatMap(list -> list.getCamundaProperties().stream())
                .filter(property -> property.getCamundaName() != null);
    }

    private static List<String> propertyNames(BaseElement element) {
        return declared(element).map(CamundaProperty::getCamundaName).toList();
    }

    static Map<String, String> properties(BaseElement element) {
        return declared(element)
                .collect(Collectors.toMap(
                        property -> property.getCamundaName(),
                        property -> property.getCamundaValue(),
                        (a, b) -> b,
                        LinkedHashMap::new));
    }

    static String at(ModelElementInstance element) {
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
