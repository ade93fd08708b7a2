package io.liudan.process.tasks;

import io.liudan.directory.CityDirectory;
import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.identity.People;
import io.liudan.matter.FieldType;
import io.liudan.matter.MatterBriefs;
import io.liudan.problem.Problem;
import io.liudan.process.limits.Routing;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.tasks.TaskRows.Row;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.CompleteTaskCmd;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.stereotype.Service;

/**
 * What an actor may read of tasks, and the moves on them. Listing asks by desk and never counts, so it costs the same
 * however many requests are open elsewhere; claiming and completing run as the actor, under the engine's own checks.
 */
@Service
public class Tasks {

    private static final int PAGE_LIMIT = 100;

    private final ProcessEngineConfigurationImpl engine;
    private final TaskRows read;
    private final TaskViews views;
    private final TaskForms forms;
    private final TaskService tasks;
    private final HistoryService history;
    private final IdentityService identity;
    private final CityDirectory city;
    private final MatterBriefs briefs;
    private final People people;
    private final Routing routing;
    private final Absences absences;
    private final Audit audit;
    private final Clock clock;

    Tasks(
            ProcessEngineConfigurationImpl engine,
            TaskRows read,
            TaskViews views,
            TaskForms forms,
            TaskService tasks,
            HistoryService history,
            IdentityService identity,
            CityDirectory city,
            MatterBriefs briefs,
            People people,
            Routing routing,
            Absences absences,
            Audit audit,
            Clock clock) {
        this.engine = engine;
        this.read = read;
        this.views = views;
        this.forms = forms;
        this.tasks = tasks;
        this.history = history;
        this.identity = identity;
        this.city = city;
        this.briefs = briefs;
        this.people = people;
        this.routing = routing;
        this.absences = absences;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * The tasks of the actor's desks, the oldest first. A task with a follow-up date in the future is left out unless
     * its key or request is asked for.
     */
    public TaskView.Page list(Actor actor, String desk, String key, String requestCode, String cursor, int limit) {
        Set<String> desks = new HashSet<>(actor.desks());
        if (desk != null) {
            desks.retainAll(Set.of(desk));
        }
        if (desks.isEmpty()) {
            return new TaskView.Page(List.of(), null);
        }
        Map<String, Object> params = new HashMap<>(Map.of("desks", desks));
        StringBuilder where = new StringBuilder("l.type_ = 'candidate' and l.group_id_ in (:desks)");
        if (key != null) {
            where.append(" and t.task_def_key_ = :key");
            params.put("key", key);
        }
        if (requestCode != null) {
            where.append(" and t.proc_inst_id_ in (select id_ from act_ru_execution where business_key_ = :code)");
            params.put("code", requestCode);
        }
        if (key == null && requestCode == null) {
            where.append(" and (t.follow_up_date_ is null or t.follow_up_date_ <= :now)");
            params.put("now", Timestamp.from(clock.instant()));
        }
        if (cursor != null) {
            String[] parts = cursor.split("_", 2);
            where.append(" and (t.create_time_, t.id_) > (:after, :id)");
            params.put("after", Timestamp.from(moment(parts[0])));
            params.put("id", parts.length > 1 ? parts[1] : "");
        }
        int size = Math.clamp(limit, 1, PAGE_LIMIT);
        List<Row> rows = read.oldest(where.toString(), params, size + 1);
        boolean more = rows.size() > size;
        List<Row> page = more ? rows.subList(0, size) : rows;
        return new TaskView.Page(
                views.of(page),
                more
                        ? page.getLast().createdAt().toEpochMilli() + "_"
                                + page.getLast().id()
                        : null);
    }

    /**
     * One task of the actor's desks, with what its page needs beside it; supervisors read all tasks, without their
     * decisions.
     */
    TaskView.Detail get(Actor actor, String id) {
        people.saw(actor);
        if (actor.is(Actor.Role.SUPERVISOR)) {
            Optional<Row> elsewhere = read.find(id, Set.of()).filter(task -> !actor.worksAt(task.desk()));
            if (elsewhere.isPresent()) {
                return new TaskView.Detail(
                        views.of(List.of(elsewhere.get())).getFirst().withoutDecisions(), false, null);
            }
        }
        return as(actor, id, task -> {
            identity.clearAuthentication();
            TaskView view = views.of(List.of(task)).getFirst();
            boolean choosesDepartment = view.decisions().stream()
                    .flatMap(decision -> decision.fields().stream())
                    .anyMatch(field -> field.type() == FieldType.DEPARTMENT);
            return new TaskView.Detail(
                    view, true, choosesDepartment ? routing.suggest(task.requestCode(), view.category()) : null);
        });
    }

    List<TaskView.Line> cards(Actor actor, List<String> ids) {
        boolean all = actor.is(Actor.Role.SUPERVISOR);
        if (ids.isEmpty() || !all && actor.desks().isEmpty()) {
            return List.of();
        }
        return views.lines(read.byId(ids.subList(0, Math.min(ids.size(), PAGE_LIMIT)), all ? Set.of() : actor.desks()));
    }

    /**
     * The staff of the task's desk beside the actor and those who are away, whoever decided on the request before at
     * the top.
     */
    List<TaskView.Colleague> colleagues(Actor actor, String id) {
        return as(actor, id, task -> {
            String last = briefs.lastHandler(task.requestCode(), task.desk()).orElse(null);
            List<People.Person> staff = people.at(task.desk(), PAGE_LIMIT);
            Set<String> away =
                    absences.among(staff.stream().map(People.Person::username).toList());
            return staff.stream()
                    .filter(person -> !person.username().equals(actor.username()) && !away.contains(person.username()))
                    .map(person -> new TaskView.Colleague(
                            person.username(), person.name(), person.username().equals(last)))
                    .sorted(Comparator.comparing(colleague -> !colleague.handledBefore()))
                    .toList();
        });
    }

    void claim(Actor actor, String id) {
        as(actor, id, task -> {
            tasks.claim(id, actor.username());
            audit.record("task.claim", task.requestCode(), task.desk());
            return null;
        });
    }

    void unclaim(Actor actor, String id) {
        as(actor, id, task -> {
            if (task.assignee() != null && !task.assignee().equals(actor.username())) {
                throw Problem.conflict("claimed-by-other");
            }
            tasks.claim(id, null);
            audit.record("task.unclaim", task.requestCode(), task.desk());
            return null;
        });
    }

    /** Hands a task to somebody of the same desk. What a colleague has claimed is the leader's to hand on. */
    void assign(Actor actor, String id, String assignee) {
        Row task = as(actor, id, Function.identity());
        String desk = task.desk();
        if (task.assignee() != null && !task.assignee().equals(actor.username()) && !actor.is(Actor.Role.LEADER)) {
            throw Problem.conflict("claimed-by-other");
        }
        if (assignee == null || assignee.isBlank()) {
            throw Problem.field("assignee", "required");
        }
        People.Person person = people.find(assignee)
                .filter(found -> found.desks().contains(desk))
                .orElseThrow(() -> Problem.field("assignee", "not-of-this-desk", assignee, city.deskName(desk)));
        if (!absences.among(List.of(person.username())).isEmpty()) {
            throw Problem.field("assignee", "away", person.name());
        }
        tasks.setAssignee(id, person.username());
        audit.record("task.assign", task.requestCode(), desk, person.username());
    }

    /** @param body the decision and its fields */
    public void complete(Actor actor, String id, Map<String, Object> body) {
        VariableMap variables = Variables.createVariables();
        body.forEach((name, value) -> variables.putValueTyped(name, Variables.untypedValue(plain(value), true)));
        as(actor, id, task -> {
            refuseUnknownFields(task, body);
            // That the task is the actor's to complete is known by now; the engine would ask the same again.
            engine.getCommandExecutorTxRequired()
                    .execute(context -> context.runWithoutAuthorization(new CompleteTaskCmd(id, variables)));
            return null;
        });
    }

    /** Lists travel as comma-separated text, as they do from the Tasklist's forms. */
    private static Object plain(Object value) {
        return value instanceof List<?> items
                ? String.join(",", items.stream().map(String::valueOf).toList())
                : value instanceof Map<?, ?> ? value.toString() : value;
    }

    /**
     * A misspelt optional field would be lost without a word, and one that no model asks for would steer the process.
     */
    private void refuseUnknownFields(Row task, Map<String, Object> body) {
        List<DecisionSpec> declared = views.declared(task.definitionId(), task.key());
        Set<String> unknown = new LinkedHashSet<>(body.keySet());
        unknown.remove(DecisionSpec.DECISION);
        // Of a decision that isn't one, the gate tells.
        Predicate<DecisionSpec> meant = spec -> spec.decision().equals(body.get(DecisionSpec.DECISION));
        declared.stream()
                .filter(declared.stream().anyMatch(meant) ? meant : any -> true)
                .flatMap(spec -> spec.fields().stream())
                .forEach(field -> unknown.remove(field.name()));
        if (!unknown.isEmpty()) {
            unknown.removeAll(forms.fields(task.id()));
        }
        List<Problem.FieldError> errors = unknown.stream()
                .map(name -> new Problem.FieldError(name, "unknown-field"))
                .toList();
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
    }

    /** Whether the actor may complete a task with these fields, as far as can be told without doing it. */
    public void mayComplete(Actor actor, String id, Map<String, Object> body) {
        as(actor, id, task -> {
            refuseUnknownFields(task, body);
            return null;
        });
    }

    /** Whether the actor may take a task, or give it back. */
    public void mayClaim(Actor actor, String id, String assignee) {
        as(actor, id, task -> {
            if (assignee != null && !assignee.equals(actor.username())) {
                throw Problem.forbidden("claim-for-another");
            }
            if (task.assignee() != null && !task.assignee().equals(actor.username())) {
                throw Problem.conflict("claimed-by-other");
            }
            return null;
        });
    }

    /**
     * Runs on a task of the actor's desks, as the actor and under the engine's checks; puts its refusals into the API's
     * words.
     */
    private <T> T as(Actor actor, String id, Function<Row, T> move) {
        people.saw(actor);
        Row task = ofDesks(actor, id).orElseThrow(() -> gone(actor, id));
        identity.setAuthentication(actor.username(), EngineGrants.groups(actor));
        try {
            return move.apply(task);
        } catch (Problem refused) {
            throw refused;
        } catch (EngineRefusal refused) {
            throw refused.problem();
        } catch (AuthorizationException e) {
            throw Problem.notFound("no-such-task");
        } catch (OptimisticLockingException e) {
            // Its cards were being given all the while, where it is still there.
            throw read.find(id, actor.desks()).isPresent() ? Problem.conflict("task-busy") : gone(actor, id);
        } catch (NullValueException e) {
            throw gone(actor, id);
        } finally {
            identity.clearAuthentication();
        }
    }

    private Optional<Row> ofDesks(Actor actor, String id) {
        return actor.desks().isEmpty() ? Optional.empty() : read.find(id, actor.desks());
    }

    /**
     * A task that was done in the meantime is told apart from one that never was, or of a request that isn't the
     * actor's.
     */
    private Problem gone(Actor actor, String id) {
        identity.clearAuthentication();
        HistoricTaskInstance finished =
                history.createHistoricTaskInstanceQuery().taskId(id).finished().singleResult();
        if (finished != null) {
            String code = history.createHistoricProcessInstanceQuery()
                    .processInstanceId(finished.getProcessInstanceId())
                    .singleResult()
                    .getBusinessKey();
            if (briefs.concerns(code, actor.desks())) {
                return Problem.conflict("task-finished");
            }
        }
        return Problem.notFound("no-such-task");
    }

    private static Instant moment(String millis) {
        try {
            return Instant.ofEpochMilli(Long.parseLong(millis));
        } catch (NumberFormatException e) {
            throw Problem.field("cursor", "malformed");
        }
    }
}
