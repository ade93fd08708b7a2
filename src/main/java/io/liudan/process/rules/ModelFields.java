package io.liudan.process.rules;

import io.liudan.matter.FieldDeclaration;
import io.liudan.matter.KindFields;
import io.liudan.matter.TakenField;
import io.liudan.problem.Nearest;
import io.liudan.process.scope.HubFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;

/** What a model says of the fields of its decisions. */
public final class ModelFields {

    /** In names up to this length two other letters make another name. */
    private static final int SHORT = 5;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*");

    private ModelFields() {}

    static List<String> faults(BpmnModelInstance model, KindWords kinds) {
        List<String> faults = new ArrayList<>();
        Map<String, String> said = new HashMap<>();
        Map<String, TakenField> taken = new HashMap<>();
        kinds.fields().forEach(kind -> taken.putAll(kind.taken()));
        for (BaseElement element : model.getModelElementsByType(BaseElement.class)) {
            ModelRules.properties(element).forEach((property, value) -> {
                if (property.startsWith(FieldDeclaration.PREFIX)) {
                    String field = property.substring(FieldDeclaration.PREFIX.length());
                    if (NAME.matcher(field).matches()) {
                        said.putIfAbsent(field, ModelRules.at(element) + property);
                    }
                    fault(element, field, value, taken)
                            .ifPresent(fault -> faults.add(ModelRules.at(element) + property + ": " + fault));
                }
            });
        }
        model.getModelElementsByType(UserTask.class)
                .forEach(task -> DecisionSpec.read(ModelRules.properties(task)).forEach(spec -> kinds.fields().stream()
                        .map(kind -> incomplete(spec, kind))
                        .flatMap(Optional::stream)
                        .findFirst()
                        .ifPresent(fault -> faults.add(
                                ModelRules.at(task) + DecisionSpec.PREFIX + spec.decision() + ": " + fault))));
        model.getModelElementsByType(UserTask.class).forEach(task -> DecisionSpec.twice(ModelRules.properties(task))
                .forEach((decision, field) -> faults.add(ModelRules.at(task) + DecisionSpec.PREFIX + decision
                        + ": 字段写了两次 a field stands there twice: " + field)));
        Set<String> begun = kinds.begun();
        used(model.getModelElementsByType(UserTask.class)).stream()
                .filter(begun::contains)
                .forEach(field ->
                        faults.add("字段名与发起时的字段相同，请换一个名称 a field of the kind has the same name, give it another one: '"
                                + field + "'"));
        Set<String> used = used(model.getModelElementsByType(UserTask.class));
        said.forEach((field, at) -> {
            if (!used.contains(field)) {
                Nearest.of(
                                field,
                                used.stream()
                                        .filter(one -> !said.containsKey(one))
                                        .toList(),
                                field.length() > SHORT ? 2 : 1)
                        .ifPresent(near ->
                                faults.add(at + ": 没有决定用到这个字段 no decision asks for this field" + Nearest.hint(near)));
            }
        });
        return faults;
    }

    private static Optional<String> fault(
            BaseElement element, String field, String value, Map<String, TakenField> taken) {
        if (!(element instanceof UserTask) && !(element instanceof Process)) {
            return Optional.of("字段只能在人工任务或流程上说明 fields are described at user tasks or at the process");
        }
        if (!NAME.matcher(field).matches()) {
            return Optional.of("字段名无效 is no name of a field: '" + field + "'");
        }
        try {
            return HubFields.fault(field, FieldDeclaration.read(value), taken);
        } catch (FieldDeclaration.Unreadable unreadable) {
            return Optional.of(unreadable.getMessage());
        }
    }

    /** Fields of which the model says nothing: people read their names, and write what they like. */
    public static List<String> notes(BpmnModelInstance model) {
        List<String> notes = new ArrayList<>();
        for (UserTask task : model.getModelElementsByType(UserTask.class)) {
            Map<String, FieldDeclaration> said = DecisionSpec.fields(ModelRules.properties(process(task)));
            DecisionSpec.read(ModelRules.properties(task), said).stream()
                    .flatMap(spec -> spec.fields().stream())
                    .filter(field -> field.declared() == null)
                    .map(field -> ModelRules.at(task) + "字段没有说明名称和类型，页面上只显示 nothing says what the field is called: '"
                            + field.name() + "'，可在任务或流程上加 add at the task or the process: " + FieldDeclaration.PREFIX
                            + field.name() + " = 名称: LONG_TEXT")
                    .forEach(notes::add);
        }
        return notes.stream().distinct().toList();
    }

    private static BaseElement process(UserTask task) {
        ModelElementInstance element = task;
        while (!(element instanceof Process process)) {
            element = element.getParentElement();
        }
        return process;
    }

    private static Set<String> used(Collection<UserTask> tasks) {
        Set<String> used = new TreeSet<>();
        tasks.forEach(task -> DecisionSpec.read(ModelRules.properties(task)).stream()
                .flatMap(spec -> spec.fields().stream())
                .forEach(field -> used.add(field.name())));
        return used;
    }

    /**
     * What is wrong with a decision that gives some of the fields which go together, or leaves it to people to give
     * them; empty for any other decision.
     */
    private static Optional<String> incomplete(DecisionSpec spec, KindFields kind) {
        List<String> given = spec.fields().stream()
                .filter(DecisionSpec.FieldSpec::required)
                .map(DecisionSpec.FieldSpec::name)
                .toList();
        return spec.fields().stream().noneMatch(field -> kind.together().contains(field.name()))
                        || given.containsAll(kind.together())
                ? Optional.empty()
                : Optional.of(kind.whole() + ": " + String.join(", ", kind.together()));
    }
}
