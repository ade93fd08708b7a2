package io.liudan.process.stuck;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.liudan.directory.CityDirectory;
import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.matter.FieldType;
import io.liudan.matter.Kind;
import io.liudan.matter.Kinds;
import io.liudan.matter.MatterProgress;
import io.liudan.problem.Problem;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.scope.HubFields;
import io.liudan.process.tasks.Elements;
import io.liudan.process.tasks.StuckSteps;
import io.liudan.process.tasks.TaskView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.runtime.ActivityInstance;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.runtime.ProcessInstanceModificationBuilder;
import org.camunda.bpm.engine.runtime.TransitionInstance;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * What a process operator does to a process that stands: tries once more, sets a field of a decision, moves it to
 * another step, ends it. Each needs a reason, is audited, and stands in the request's timeline.
 */
@Service
@Transactional
class ProcessOperations {

    static final String OPERATORS = "operators";
    private static final int REASON_LIMIT = 500;
    /** What is told of as solved may only be what was handled. */
    /** What later steps read: others are given anew with each decision, and a kept one would stand in their way. */
    private static final Set<String> SETTABLE = HubFields.KEPT.keySet();

    private final Engine engine;
    private final Elements elements;
    private final StuckSteps stuck;
    private final MatterProgress matters;
    private final CityDirectory city;
    private final Audit audit;
    private final Kinds kinds;

    ProcessOperations(
            Engine engine,
            Elements elements,
            StuckSteps stuck,
            MatterProgress matters,
            CityDirectory city,
            Audit audit,
            Kinds kinds) {
        this.engine = engine;
        this.elements = elements;
        this.stuck = stuck;
        this.matters = matters;
        this.city = city;
        this.audit = audit;
        this.kinds = kinds;
    }

    /** The engine's services that operators' moves go through. */
    @Component
    record Engine(
            RuntimeService runtime,
            RepositoryService repository,
            ManagementService jobs,
            ExternalTaskService externalTasks) {}

    /**
     * Where a token of a process stands.
     *
     * @param id of the activity instance
     */
    record Stand(String id, String element, String name) {}

    /** @param value as it is kept now; {@code null} for none */
    record Field(@JsonUnwrapped TaskView.Field declared, Object value) {}

    /**
     * One running process.
     *
     * @param stands where it is
     * @param steps its user tasks, to which it may be moved
     * @param fields what decisions declare and later steps may need
     * @param endingNames what people read for each way in which it may be ended
     * @param endings how it may be ended; empty for a process that isn't the matter's own
     */
    record View(
            String id,
            String requestCode,
            String process,
            String processName,
            int version,
            List<Stand> stands,
            List<Elements.Step> steps,
            List<Field> fields,
            List<String> endings,
            Map<String, String> endingNames) {}

    /** The running processes of a matter. */
    @Transactional(readOnly = true)
    public List<View> ofRequest(String code) {
        return engine.runtime().createProcessInstanceQuery().processInstanceBusinessKey(code).list().stream()
                .map(this::view)
                .toList();
    }

    @Transactional(readOnly = true)
    public View get(String id) {
        return view(find(id));
    }

    private View view(ProcessInstance instance) {
        String definitionId = instance.getProcessDefinitionId();
        ProcessDefinition definition = engine.repository().getProcessDefinition(definitionId);
        Map<String, Object> kept = engine.runtime().getVariables(instance.getId());
        return new View(
                instance.getId(),
                instance.getBusinessKey(),
                definition.getKey(),
                definition.getName(),
                definition.getVersion(),
                tokens(instance.getId()).stream()
                        .map(token ->
                                new Stand(token.id(), token.element(), elements.name(definitionId, token.element())))
                        .toList(),
                elements.userTasks(definitionId),
                elements.fields(definitionId).stream()
                        .filter(field -> SETTABLE.contains(field.name()))
                        .map(field -> new Field(
                                TaskView.Field.of(field.name(), true, field.declared()),
                                kept.get(variable(field.name()))))
                        .toList(),
                List.copyOf(endings(definition).keySet()),
                endings(definition));
    }

    /**
     * @param scope activity instance that it stands in
     * @param begins whether the step hasn't begun: a job is to begin it
     */
    private record Token(String id, String element, String scope, boolean begins) {}

    private List<Token> tokens(String instance) {
        List<Token> found = new ArrayList<>();
        collect(engine.runtime().getActivityInstance(instance), found);
        return found;
    }

    private static void collect(ActivityInstance scope, List<Token> found) {
        for (ActivityInstance child : scope.getChildActivityInstances()) {
            if (child.getChildActivityInstances().length == 0 && child.getChildTransitionInstances().length == 0) {
                found.add(new Token(child.getId(), child.getActivityId(), scope.getId(), false));
            }
            collect(child, found);
        }
        for (TransitionInstance waiting : scope.getChildTransitionInstances()) {
            found.add(new Token(waiting.getId(), waiting.getActivityId(), scope.getId(), true));
        }
    }

    /** Jobs that were given up run again; a step that was refused to somebody waits for its next try, unlisted. */
    void retry(Actor actor, String id, String reason) {
        ProcessInstance instance = find(id);
        String why = reason(reason);
        if (instance.getBusinessKey() != null) {
            matters.lock(instance.getBusinessKey());
        }
        engine.runtime().createIncidentQuery().processInstanceId(id).list().stream()
                .map(Incident::getRootCauseIncidentId)
                .distinct()
                .forEach(this::again);
        told(actor, instance, "process-retried", new LinkedHashMap<>(Map.of("reason", why)));
    }

    /**
     * Runs again what belongs to no process, as a timer that was to begin one.
     *
     * @return whether there was such an incident
     */
    boolean retryBeginning(String incidentId) {
        return !engine.runtime().createIncidentQuery().incidentId(incidentId).list().stream()
                .filter(incident -> incident.getProcessInstanceId() == null)
                .peek(incident -> again(incident.getId()))
                .toList()
                .isEmpty();
    }

    private void again(String incidentId) {
        Incident incident =
                engine.runtime().createIncidentQuery().incidentId(incidentId).singleResult();
        if (incident == null || incident.getConfiguration() == null) {
            return;
        }
        switch (incident.getIncidentType()) {
            case Incident.FAILED_JOB_HANDLER_TYPE -> engine.jobs().setJobRetries(incident.getConfiguration(), 1);
            case Incident.EXTERNAL_TASK_HANDLER_TYPE ->
                engine.externalTasks().setRetries(incident.getConfiguration(), 1);
            default -> {
                // nothing else makes incidents
            }
        }
    }

    /** @throws Problem 422 for a field that no decision of the process declares, or a value that it can't hold */
    void set(Actor actor, String id, String field, Object value, String reason) {
        ProcessInstance instance = find(id);
        String why = reason(reason);
        DecisionSpec.FieldSpec declared = elements.fields(instance.getProcessDefinitionId()).stream()
                .filter(one -> one.name().equals(field) && SETTABLE.contains(one.name()))
                .findFirst()
                .orElseThrow(() -> Problem.field("field", "unknown-field"));
        if (FieldType.missing(value)) {
            throw Problem.field("value", "required");
        }
        Object kept;
        try {
            kept = FieldType.normalise(
                    "value",
                    declared.declared(),
                    value,
                    // No field that later steps read is a person.
                    new FieldType.Surroundings(
                            instance.getBusinessKey(), actor.username(), city, matters, person -> false));
        } catch (FieldType.Malformed malformed) {
            throw Problem.fields(List.of(malformed.error()));
        }
        lock(instance);
        engine.runtime().setVariable(id, variable(field), kept);
        if (field.equals("lead")) {
            matters.lead(instance.getBusinessKey(), (String) kept);
        }
        if (field.equals("urgency")) {
            matters.urgency(instance.getBusinessKey(), (String) kept);
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("label", declared.declared().label());
        data.put(field, kept);
        data.put("reason", why);
        told(actor, instance, "process-corrected", data);
    }

    /**
     * Takes the token from where it stands to a user task, back or on.
     *
     * @param from id of the activity instance
     * @param to id of the user task in the model
     * @throws Problem 409 when the process stands there no more; 422 for a step that can't be reached from there
     */
    void move(Actor actor, String id, String from, String to, String reason) {
        ProcessInstance instance = find(id);
        String why = reason(reason);
        lock(instance);
        String definitionId = instance.getProcessDefinitionId();
        Token token = tokens(id).stream()
                .filter(one -> one.id().equals(from))
                .findFirst()
                .orElseThrow(() -> Problem.conflict("stands-elsewhere"));
        Elements.Step target = elements.userTasks(definitionId).stream()
                .filter(step -> step.id().equals(to))
                .findFirst()
                .orElseThrow(() -> Problem.field("to", "no-such-step"));
        boolean siblings =
                Objects.equals(elements.scope(definitionId, token.element()), elements.scope(definitionId, to));
        // Of what is done several times at once, each has data of its own, and the others go on.
        if (!elements.repeatedIn(definitionId, token.element()).equals(elements.repeatedIn(definitionId, to))) {
            throw Problem.field("to", "step-of-many");
        }
        ProcessInstanceModificationBuilder begun = engine.runtime().createProcessInstanceModification(id);
        (siblings ? begun.startBeforeActivity(to, token.scope()) : begun.startBeforeActivity(to)).execute();
        ProcessInstanceModificationBuilder left = engine.runtime().createProcessInstanceModification(id);
        // What the step that is left would do at its end may be what failed.
        (token.begins() ? left.cancelTransitionInstance(from) : left.cancelActivityInstance(from)).execute(true, true);
        told(
                actor,
                instance,
                "process-moved",
                new LinkedHashMap<>(Map.of(
                        "step", elements.name(definitionId, token.element()), "label", target.name(), "reason", why)));
    }

    /** Ends a matter's process, and with it the matter. */
    void end(Actor actor, String id, String outcome, String reason) {
        ProcessInstance instance = find(id);
        String why = reason(reason);
        List<String> endings =
                List.copyOf(endings(engine.repository().getProcessDefinition(instance.getProcessDefinitionId()))
                        .keySet());
        if (endings.isEmpty()) {
            throw Problem.conflict("not-a-requests-process");
        }
        if (outcome == null || !endings.contains(outcome)) {
            throw Problem.field("outcome", outcome == null ? "required" : "not-among", endings);
        }
        lock(instance);
        engine.runtime().deleteProcessInstance(id, "ended by a process operator", true, true, true);
        matters.outcome(instance.getBusinessKey(), outcome);
        told(actor, instance, "process-ended", new LinkedHashMap<>(Map.of("outcome", outcome, "reason", why)));
        matters.reached(instance.getBusinessKey(), Kind.CLOSED, MatterProgress.Place.NOWHERE);
    }

    private Map<String, String> endings(ProcessDefinition definition) {
        Map<String, String> endings = new TreeMap<>();
        kinds.find(definition.getKey()).ifPresent(kind -> kind.endings()
                .forEach(code -> endings.put(code, kind.outcome(code).in(LocaleContextHolder.getLocale()))));
        return endings;
    }

    private static String variable(String field) {
        return HubFields.KEPT.get(field);
    }

    private ProcessInstance find(String id) {
        ProcessInstance instance = engine.runtime()
                .createProcessInstanceQuery()
                .processInstanceId(id)
                .singleResult();
        if (instance == null) {
            throw Problem.notFound("no-such-process");
        }
        return instance;
    }

    /** Nobody else moves the matter meanwhile. */
    private void lock(ProcessInstance instance) {
        if (instance.getBusinessKey() != null) {
            matters.lock(instance.getBusinessKey()).orElseThrow(() -> Problem.conflict("closed"));
        }
    }

    private String reason(String reason) {
        if (reason == null || reason.isBlank()) {
            throw Problem.field("reason", "required");
        }
        if (reason.strip().length() > REASON_LIMIT) {
            throw Problem.field("reason", "too-long", REASON_LIMIT);
        }
        return reason.strip();
    }

    private void told(Actor actor, ProcessInstance instance, String event, Map<String, Object> data) {
        stuck.clear(instance.getId());
        String code = instance.getBusinessKey();
        if (code == null) {
            audit.record(event, instance.getId(), OPERATORS);
        } else {
            matters.milestone(code, event, actor.username(), null, data);
        }
    }
}
