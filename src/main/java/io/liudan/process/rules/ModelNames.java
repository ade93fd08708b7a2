package io.liudan.process.rules;

import io.liudan.problem.Nearest;
import io.liudan.process.scope.HubFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.camunda.bpm.impl.juel.TreeBuilderException;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.CallActivity;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaIn;
import org.camunda.bpm.model.xml.instance.DomElement;

/**
 * The names of variables in a model: those that it sets, and those that an expression asks for and nobody ever sets.
 */
public final class ModelNames {

    /** Stands for all names: a called process hands back whatever it has. */
    static final String ALL = "*";

    private static final String CAMUNDA = "http://camunda.org/schema/1.0/bpmn";
    /** Attributes whose value is the name of a variable that the engine sets. */
    private static final List<String> SETTING = List.of(
            "initiator",
            "resultVariable",
            "elementVariable",
            "errorCodeVariable",
            "errorMessageVariable",
            "escalationCodeVariable");

    /** What is there in every process, and what the hub's verbs and its moves on a request set. */
    private static final Set<String> GIVEN = Set.of(
            "execution",
            "task",
            "decisionResult",
            "loopCounter",
            "nrOfInstances",
            "nrOfActiveInstances",
            "nrOfCompletedInstances",
            "category",
            "gridCode",
            "communityCode",
            "streetCode",
            "department",
            "solved",
            "supervised",
            "mark",
            "card",
            DecisionSpec.OUTCOME,
            DecisionSpec.DECISION);

    private ModelNames() {}

    /** What the model's elements set, and what its decisions ask people for. */
    public static Set<String> set(BpmnModelInstance model) {
        Set<String> names = new TreeSet<>();
        collect(model.getDocument().getRootElement(), names);
        for (UserTask task : model.getModelElementsByType(UserTask.class)) {
            DecisionSpec.read(ModelRules.properties(task)).stream()
                    .flatMap(spec -> spec.fields().stream())
                    .map(DecisionSpec.FieldSpec::name)
                    .forEach(names::add);
            ModelRules.properties(task).keySet().stream()
                    .filter(property -> property.startsWith(DecisionSpec.MARK))
                    .map(property -> property.substring(DecisionSpec.MARK.length()))
                    .forEach(names::add);
        }
        return names;
    }

    /** What a model hands to processes of these keys that it calls. */
    public static Set<String> handedTo(BpmnModelInstance model, Set<String> processes) {
        Set<String> names = new TreeSet<>();
        for (CallActivity call : model.getModelElementsByType(CallActivity.class)) {
            if (call.getExtensionElements() != null && processes.contains(call.getCalledElement())) {
                call.getExtensionElements()
                        .getElementsQuery()
                        .filterByType(CamundaIn.class)
                        .list()
                        .forEach(handed -> {
                            add(handed.getCamundaTarget(), names);
                            if ("all".equals(handed.getCamundaVariables())) {
                                names.add(ALL);
                            }
                        });
            }
        }
        return names;
    }

    private static void collect(DomElement element, Set<String> names) {
        for (String attribute : SETTING) {
            add(element.getAttribute(CAMUNDA, attribute), names);
            add(element.getAttribute(attribute), names);
        }
        if (CAMUNDA.equals(element.getNamespaceURI())) {
            switch (element.getLocalName()) {
                case "inputParameter", "outputParameter" -> add(element.getAttribute("name"), names);
                case "formField" -> add(element.getAttribute("id"), names);
                case "in", "out" -> {
                    add(element.getAttribute("target"), names);
                    if (element.getLocalName().equals("out") && "all".equals(element.getAttribute("variables"))) {
                        names.add(ALL);
                    }
                }
                default -> {
                    // sets nothing
                }
            }
        }
        if ("inputDataItem".equals(element.getLocalName())) {
            add(element.getAttribute("name"), names);
        }
        element.getChildElements().forEach(child -> collect(child, names));
    }

    private static void add(String name, Collection<String> names) {
        if (name != null && !name.isBlank()) {
            names.add(name);
        }
    }

    /**
     * @param texts of the model
     * @param set by the package's models, forms and routes
     */
    static List<String> faults(DeployedTexts texts, Set<String> set, ExpressionRules expressions) {
        if (set.contains(ALL)) {
            return List.of();
        }
        Set<String> known = new HashSet<>(GIVEN);
        known.addAll(set);
        known.addAll(HubFields.KEPT.values());
        List<String> faults = new ArrayList<>();
        for (DeployedTexts.Text text : texts.texts()) {
            if (!text.evaluated()) {
                continue;
            }
            names(text.words(), expressions)
                    .filter(name -> !known.contains(name))
                    .distinct()
                    .forEach(name -> faults.add(text.at() + "没有谁给出这个变量 nobody ever sets the variable '" + name + "'"
                            + Nearest.hint(name, known)));
        }
        return faults;
    }

    /** An expression that can't be read is told by the {@link ExpressionRules}. */
    private static Stream<String> names(String text, ExpressionRules expressions) {
        try {
            return expressions.names(text).stream();
        } catch (TreeBuilderException e) {
            return Stream.empty();
        }
    }
}
