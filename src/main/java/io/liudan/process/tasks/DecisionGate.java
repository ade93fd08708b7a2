package io.liudan.process.tasks;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.identity.People;
import io.liudan.matter.FieldDeclaration;
import io.liudan.matter.FieldType;
import io.liudan.matter.MatterProgress;
import io.liudan.problem.Problem;
import io.liudan.problem.Problem.FieldError;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.scope.HubFields;
import io.liudan.process.scope.Matters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandContextListener;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Stands where a task is completed, whichever door that came through: the REST API, the Tasklist, the engine's REST
 * API. It checks the decision against what the model declares, tells the request what was decided, and keeps in the
 * engine only what later steps need: the decision and the words that go with it are transient, so no text of a resident
 * or clerk is ever written to an engine table.
 */
@Component
public class DecisionGate implements TaskListener {

    /** The task whose completion this thread is at: a step after it that fails holds this one up. */
    private static final ThreadLocal<String> COMPLETING = new ThreadLocal<>();

    private final ObjectProvider<MatterProgress> matters;
    private final CityDirectory city;
    private final People people;

    DecisionGate(ObjectProvider<MatterProgress> matters, CityDirectory city, People people) {
        this.matters = matters;
        this.city = city;
        this.people = people;
    }

    @Override
    public void notify(DelegateTask task) {
        String actor = Context.getCommandContext().getAuthenticatedUserId();
        if (actor != null && task.getAssignee() != null && !actor.equals(task.getAssignee())) {
            throw Problem.conflict("claimed-by-other");
        }
        COMPLETING.set(task.getId());
        DecisionSpec spec = spec(task);
        String code = Matters.code(task.getExecution());
        Set<String> apart =
                StepListeners.apart(((TaskEntity) task).getProcessDefinition(), task.getTaskDefinitionKey());
        if (!apart.isEmpty() && actor != null && matters.getObject().decidedBy(code, actor, apart)) {
            throw Problem.conflict("decided-before-by-oneself");
        }
        String desk = Matters.desk(task);
        List<MatterProgress.Field> fields = fields(
                task,
                spec,
                new FieldType.Surroundings(code, actor, city, matters.getObject(), person -> worksAt(person, desk)));
        fields.forEach(field -> keep(task, field.name(), field.value()));
        transientVariable(task, DecisionSpec.DECISION, spec.decision());
        matters.getObject()
                .decided(
                        code,
                        new MatterProgress.Decision(
                                task.getTaskDefinitionKey(),
                                task.getName(),
                                spec.decision(),
                                spec.label(),
                                desk,
                                actor,
                                fields));
    }

    /** The task that the command in hand completes; {@code null} for any other command. */
    static String completing() {
        return COMPLETING.get();
    }

    public static void forget() {
        COMPLETING.remove();
    }

    private static DecisionSpec spec(DelegateTask task) {
        List<DecisionSpec> declared =
                StepListeners.decisions(((TaskEntity) task).getProcessDefinition(), task.getTaskDefinitionKey());
        if (declared.isEmpty()) {
            return DecisionSpec.DONE;
        }
        Object wanted = task.getExecution().getVariable(DecisionSpec.DECISION);
        if (FieldType.missing(wanted)) {
            throw Problem.field(DecisionSpec.DECISION, "required");
        }
        DecisionSpec spec = declared.stream()
                .filter(candidate -> candidate.decision().equals(wanted))
                .findFirst()
                .orElseThrow(() -> Problem.field(
                        DecisionSpec.DECISION,
                        "not-among",
                        String.join(
                                ", ",
                                declared.stream().map(DecisionSpec::decision).toList())));
        if (!open(spec, task)) {
            throw Problem.conflict("decision-not-open", spec.label());
        }
        return spec;
    }

    /** Whether a decision may be taken on this task as things stand. */
    static boolean open(DecisionSpec spec, DelegateTask task) {
        return spec.when() == null
                || Boolean.TRUE.equals(Context.getProcessEngineConfiguration()
                        .getExpressionManager()
                        .createExpression(spec.when())
                        .getValue(task));
    }

    private boolean worksAt(String person, String desk) {
        return desk != null
                && people.find(person)
                        .filter(found -> found.desks().contains(desk))
                        .isPresent();
    }

    private List<MatterProgress.Field> fields(DelegateTask task, DecisionSpec spec, FieldType.Surroundings around) {
        List<MatterProgress.Field> fields = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        for (DecisionSpec.FieldSpec field : spec.fields()) {
            Object value = task.getExecution().getVariable(field.name());
            if (FieldType.missing(value)) {
                if (field.required()) {
                    errors.add(new FieldError(field.name(), "required"));
                }
                continue;
            }
            try {
                Object right = FieldType.normalise(field.name(), field.declared(), value, around);
                fields.add(new MatterProgress.Field(
                        field.name(),
                        field.declared().label(),
                        right,
                        word(field.declared(), right),
                        field.declared().type() == FieldType.ATTACHMENTS));
            } catch (FieldType.Malformed malformed) {
                errors.add(malformed.error());
            }
        }
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
        return fields;
    }

    /** What people read for a value, where it isn't the value; names of departments and people as they are then. */
    private String word(FieldDeclaration declared, Object value) {
        return switch (declared.type()) {
            case DEPARTMENT, DEPARTMENTS ->
                (value instanceof List<?> codes ? codes.stream() : Stream.of(value))
                        .map(code ->
                                city.unit(code.toString()).map(OrgUnit::name).orElse(code.toString()))
                        .collect(Collectors.joining("、"));
            case PERSON ->
                people.find(value.toString()).map(People.Person::name).orElse(null);
            case WORD, NUMBER -> declared.words().get(value.toString());
            default -> null;
        };
    }

    private static void keep(DelegateTask task, String name, Object value) {
        if (HubFields.KEPT.containsKey(name)) {
            task.getExecution().setVariable(HubFields.KEPT.get(name), value);
        }
        transientVariable(
                task,
                name,
                value instanceof List<?> list
                        ? String.join(",", list.stream().map(String::valueOf).toList())
                        : value);
    }

    /**
     * The value in its right form, for the steps that follow at once. Doors other than the REST API store what they
     * submit; that is taken away again before the engine writes anything.
     */
    private static void transientVariable(DelegateTask task, String name, Object value) {
        ExecutionEntity holder = holder((ExecutionEntity) task.getExecution(), name);
        if (holder == null || holder.getVariableLocalTyped(name).isTransient()) {
            task.getExecution().setVariable(name, Variables.untypedValue(value, true));
            return;
        }
        holder.setVariableLocal(name, value);
        Context.getCommandContext().registerCommandContextListener(new CommandContextListener() {

            @Override
            public void onCommandContextClose(CommandContext context) {
                if (holder.hasVariableLocal(name)) {
                    holder.removeVariableLocal(name);
                }
            }

            @Override
            public void onCommandFailed(CommandContext context, Throwable failure) {
                // nothing was written
            }
        });
    }

    /** The scope in which a variable lies, from here upwards. */
    private static ExecutionEntity holder(ExecutionEntity execution, String name) {
        ExecutionEntity scope = execution;
        while (scope != null && !scope.hasVariableLocal(name)) {
            scope = scope.getParent();
        }
        return scope;
    }
}
