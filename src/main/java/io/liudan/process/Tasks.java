package io.liudan.process;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.liudan.directory.CityDirectory;
import io.liudan.identity.Actor;
import io.liudan.identity.People;
import io.liudan.problem.Problem;
import io.liudan.request.RequestBriefs;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * A desk's tasks, read from the engine's own tables, and the moves on them. Listing asks by desk and never counts, so it costs
 * the same however many requests are open elsewhere; claiming and completing run as the actor, under the engine's own checks.
 */
@Service
class Tasks {

    private static final int PAGE_LIMIT = 100;

    private final JdbcClient jdbc;
    private final TaskService tasks;
    private final HistoryService history;
    private final IdentityService identity;
    private final ProcessEngineConfigurationImpl engine;
    private final CityDirectory city;
    private final RequestBriefs briefs;
    private final People people;
    private final Clock clock;
    private final Map<String, List<DecisionSpec>> declared = new ConcurrentHashMap<>();

    Tasks(JdbcClient jdbc, TaskService tasks, HistoryService history, IdentityService identity, ProcessEngineConfigurationImpl engine,
            CityDirectory city, RequestBriefs briefs, People people, Clock clock) {
        this.jdbc = jdbc;
        this.tasks = tasks;
        this.history = history;
        this.identity = identity;
        this.engine = engine;
        this.city = city;
        this.briefs = briefs;
        this.people = people;
        this.clock = clock;
    }

    private record Row(String id, String key, String name, String desk, String assignee, Instant createdAt, Instant dueAt,
            Instant followUpAt, String definitionId, String requestCode) {
    }

    /**
     * The tasks of the actor's desks, the oldest first. A task with a follow-up date in the future is left out unless its key
     * or request is asked for.
     */
    TaskView.Page list(Actor actor, String desk, String key, String requestCode, String cursor, int limit) {
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
        // The page is cut before anything is joined to it that isn't needed to cut it.
        List<Row> rows = jdbc.sql("""
                select p.*, e.business_key_ from (
                    select t.id_, t.task_def_key_, t.name_, l.group_id_, t.assignee_, t.create_time_, t.due_date_, t.follow_up_date_,
                        t.proc_def_id_, t.proc_inst_id_
                    from act_ru_identitylink l join act_ru_task t on t.id_ = l.task_id_
                    where %s order by t.create_time_, t.id_ limit %d) p
                join act_ru_execution e on e.id_ = p.proc_inst_id_ order by p.create_time_, p.id_""".formatted(where, size + 1))
                .params(params).query(Tasks::row).list();
        boolean more = rows.size() > size;
        List<Row> page = more ? rows.subList(0, size) : rows;
        Map<String, RequestBriefs.Brief> requests = briefs.of(page.stream().map(Row::requestCode).toList());
        Map<String, List<DecisionSpec>> open = openDecisions(page);
        List<TaskView> views = page.stream().map(row -> view(row, requests.get(row.requestCode()), open.get(row.id()))).toList();
        return new TaskView.Page(views, more ? page.getLast().createdAt().toEpochMilli() + "_" + page.getLast().id() : null);
    }

    void claim(Actor actor, String id) {
        as(actor, id, task -> {
            tasks.claim(id, actor.username());
            return null;
        });
    }

    void unclaim(Actor actor, String id) {
        as(actor, id, task -> {
            if (task.assignee() != null && !task.assignee().equals(actor.username())) {
                throw Problem.conflict("claimed-by-other");
            }
            tasks.claim(id, null);
            return null;
        });
    }

    /** Hands a task to somebody of the same desk, by somebody of that desk. */
    void assign(Actor actor, String id, String assignee) {
        String desk = as(actor, id, Row::desk);
        if (assignee == null || assignee.isBlank()) {
            throw Problem.field("assignee", "required");
        }
        People.Person person = people.find(assignee).filter(found -> found.desks().contains(desk))
                .orElseThrow(() -> Problem.field("assignee", "not-of-this-desk", assignee, city.deskName(desk)));
        tasks.setAssignee(id, person.username());
    }

    /** @param body the decision and its fields */
    void complete(Actor actor, String id, Map<String, Object> body) {
        VariableMap variables = Variables.createVariables();
        body.forEach((name, value) -> variables.putValueTyped(name, Variables.untypedValue(plain(value), true)));
        as(actor, id, task -> {
            refuseUnknownFields(task, body);
            tasks.complete(id, variables);
            return null;
        });
    }

    /** Lists travel as comma-separated text, as they do from the Tasklist's forms. */
    private static Object plain(Object value) {
        return value instanceof List<?> items ? String.join(",", items.stream().map(String::valueOf).toList())
                : value instanceof Map<?, ?> ? value.toString() : value;
    }

    /** A misspelt optional field would be lost without a word. */
    private void refuseUnknownFields(Row task, Map<String, Object> body) {
        declared(task.definitionId(), task.key()).stream()
                .filter(spec -> spec.decision().equals(body.get(DecisionGate.DECISION))).findFirst().ifPresent(spec -> {
                    Set<String> known = new HashSet<>(Set.of(DecisionGate.DECISION));
                    spec.fields().forEach(field -> known.add(field.name()));
                    List<Problem.FieldError> errors = body.keySet().stream().filter(name -> !known.contains(name))
                            .map(name -> new Problem.FieldError(name, "unknown-field")).toList();
                    if (!errors.isEmpty()) {
                        throw Problem.fields(errors);
                    }
                });
    }

    /** Runs on a task of the actor's desks, as the actor and under the engine's checks; puts its refusals into the API's words. */
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
        } catch (TaskAlreadyClaimedException e) {
            throw Problem.conflict("claimed-by-other");
        } catch (AuthorizationException e) {
            throw Problem.notFound("no-such-task");
        } catch (OptimisticLockingException | NullValueException e) {
            throw gone(actor, id);
        } finally {
            identity.clearAuthentication();
        }
    }

    private Optional<Row> ofDesks(Actor actor, String id) {
        return actor.desks().isEmpty() ? Optional.empty() : jdbc.sql("""
                select t.*, l.group_id_, e.business_key_ from act_ru_task t join act_ru_identitylink l on l.task_id_ = t.id_ and l.type_ = 'candidate'
                    join act_ru_execution e on e.id_ = t.proc_inst_id_
                where t.id_ = :id and l.group_id_ in (:desks) limit 1""")
                .param("id", id).param("desks", actor.desks()).query(Tasks::row).optional();
    }

    /** A task that was done in the meantime is told apart from one that never was, or of a request that isn't the actor's. */
    private Problem gone(Actor actor, String id) {
        identity.clearAuthentication();
        HistoricTaskInstance finished = history.createHistoricTaskInstanceQuery().taskId(id).finished().singleResult();
        if (finished != null) {
            String code = history.createHistoricProcessInstanceQuery().processInstanceId(finished.getProcessInstanceId()).singleResult().getBusinessKey();
            if (briefs.concerns(code, actor.desks())) {
                return Problem.conflict("task-finished");
            }
        }
        return Problem.notFound("no-such-task");
    }

    private Map<String, List<DecisionSpec>> openDecisions(List<Row> rows) {
        Map<String, List<DecisionSpec>> open = new HashMap<>();
        rows.forEach(row -> open.put(row.id(), declared(row.definitionId(), row.key())));
        List<Row> conditional = rows.stream().filter(row -> open.get(row.id()).stream().anyMatch(spec -> spec.when() != null)).toList();
        if (!conditional.isEmpty()) {
            engine.getCommandExecutorTxRequired().execute(context -> {
                for (Row row : conditional) {
                    TaskEntity task = context.getTaskManager().findTaskById(row.id());
                    open.computeIfPresent(row.id(), (id, specs) -> specs.stream().filter(spec -> task != null && DecisionGate.open(spec, task)).toList());
                }
                return null;
            });
        }
        return open;
    }

    /** A deployed definition never changes, so what it declares is read once. */
    private List<DecisionSpec> declared(String definitionId, String key) {
        return declared.computeIfAbsent(definitionId + " " + key, both -> {
            ProcessDefinitionEntity definition = engine.getCommandExecutorTxRequired().execute(context ->
                    engine.getDeploymentCache().findDeployedProcessDefinitionById(definitionId));
            List<DecisionSpec> found = StepListeners.decisions(definition, key);
            return found.isEmpty() ? List.of(DecisionSpec.DONE) : found;
        });
    }

    private TaskView view(Row row, RequestBriefs.Brief request, List<DecisionSpec> decisions) {
        return new TaskView(row.id(), row.key(), row.name(), row.desk(), city.deskName(row.desk()), row.requestCode(),
                request == null ? null : request.title(), request == null ? null : request.category(),
                request == null ? null : request.status(), request == null ? null : request.urgency(), request == null ? 0 : request.urged(),
                row.assignee(), row.createdAt(), row.dueAt(), row.followUpAt(), decisions.stream().map(TaskView.Decision::of).toList());
    }

    private static Row row(ResultSet row, int n) throws SQLException {
        return new Row(row.getString("id_"), row.getString("task_def_key_"), row.getString("name_"), row.getString("group_id_"), row.getString("assignee_"),
                instant(row, "create_time_"), instant(row, "due_date_"), instant(row, "follow_up_date_"), row.getString("proc_def_id_"), row.getString("business_key_"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    private static Instant moment(String millis) {
        try {
            return Instant.ofEpochMilli(Long.parseLong(millis));
        } catch (NumberFormatException e) {
            throw Problem.field("cursor", "malformed");
        }
    }
}
