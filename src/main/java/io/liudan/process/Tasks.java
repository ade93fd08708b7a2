package io.liudan.process;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.liudan.directory.Category;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.identity.Actor;
import io.liudan.identity.People;
import io.liudan.problem.Problem;
import io.liudan.request.RequestBriefs;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
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
    private final Routing routing;
    private final Clock clock;
    private final Map<String, List<DecisionSpec>> declared = new ConcurrentHashMap<>();

    Tasks(JdbcClient jdbc, TaskService tasks, HistoryService history, IdentityService identity, ProcessEngineConfigurationImpl engine,
            CityDirectory city, RequestBriefs briefs, People people, Routing routing, Clock clock) {
        this.jdbc = jdbc;
        this.tasks = tasks;
        this.history = history;
        this.identity = identity;
        this.engine = engine;
        this.city = city;
        this.briefs = briefs;
        this.people = people;
        this.routing = routing;
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
        // The page is cut on the hub's indexes alone (engine/indexes.sql) before anything else is read.
        List<Row> rows = jdbc.sql("""
                select t.*, p.group_id_, e.business_key_ from (
                    select t.id_, l.group_id_
                    from act_ru_identitylink l join act_ru_task t on t.id_ = l.task_id_
                    where %s order by t.create_time_, t.id_ limit %d) p
                join act_ru_task t on t.id_ = p.id_
                join act_ru_execution e on e.id_ = t.proc_inst_id_ order by t.create_time_, t.id_""".formatted(where, size + 1))
                .params(params).query(Tasks::row).list();
        boolean more = rows.size() > size;
        List<Row> page = more ? rows.subList(0, size) : rows;
        Map<String, RequestBriefs.Brief> requests = briefs.of(page.stream().map(Row::requestCode).toList());
        Map<String, List<DecisionSpec>> open = openDecisions(page);
        List<TaskView> views = page.stream().map(row -> view(row, requests.get(row.requestCode()), open.get(row.id()))).toList();
        return new TaskView.Page(views, more ? page.getLast().createdAt().toEpochMilli() + "_" + page.getLast().id() : null);
    }

    /** One task of the actor's desks, with what its page needs beside it; supervisors read all tasks, without their decisions. */
    TaskView.Detail get(Actor actor, String id) {
        people.saw(actor);
        if (actor.is(Actor.Role.SUPERVISOR)) {
            Optional<Row> elsewhere = find(id, Set.of()).filter(task -> !actor.worksAt(task.desk()));
            if (elsewhere.isPresent()) {
                Row task = elsewhere.get();
                return new TaskView.Detail(view(task, briefs.of(List.of(task.requestCode())).get(task.requestCode()), List.of()), null);
            }
        }
        return as(actor, id, task -> {
            identity.clearAuthentication();
            TaskView view = view(task, briefs.of(List.of(task.requestCode())).get(task.requestCode()), openDecisions(List.of(task)).get(id));
            boolean choosesDepartment = view.decisions().stream().flatMap(decision -> decision.fields().stream()).anyMatch(field -> field.type() == FieldType.DEPARTMENT);
            return new TaskView.Detail(view, choosesDepartment ? routing.suggest(view.category()) : null);
        });
    }

    List<TaskView.Card> cards(Actor actor, List<String> ids) {
        boolean all = actor.is(Actor.Role.SUPERVISOR);
        if (ids.isEmpty() || !all && actor.desks().isEmpty()) {
            return List.of();
        }
        List<Row> rows = rows(ids.subList(0, Math.min(ids.size(), PAGE_LIMIT)), all ? Set.of() : actor.desks());
        Map<String, RequestBriefs.Brief> requests = briefs.of(rows.stream().map(Row::requestCode).toList());
        return rows.stream().filter(row -> requests.containsKey(row.requestCode())).map(row -> {
            RequestBriefs.Brief request = requests.get(row.requestCode());
            return new TaskView.Card(row.id(), row.requestCode(), request.title(), city.category(String.valueOf(request.category())).map(Category::name).orElse(null),
                    city.unit(request.communityCode()).map(OrgUnit::name).orElse(null), city.deskName(row.desk()), request.urgency(), request.urged());
        }).toList();
    }

    /** The staff of the task's desk beside the actor, whoever decided on the request before at the top. */
    List<TaskView.Colleague> colleagues(Actor actor, String id) {
        return as(actor, id, task -> {
            String last = briefs.lastHandler(task.requestCode(), task.desk()).orElse(null);
            return people.at(task.desk(), PAGE_LIMIT).stream().filter(person -> !person.username().equals(actor.username()))
                    .map(person -> new TaskView.Colleague(person.username(), person.name(), person.username().equals(last)))
                    .sorted(Comparator.comparing(colleague -> !colleague.handledBefore())).toList();
        });
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
        } catch (AuthorizationException e) {
            throw Problem.notFound("no-such-task");
        } catch (OptimisticLockingException | NullValueException e) {
            throw gone(actor, id);
        } finally {
            identity.clearAuthentication();
        }
    }

    private Optional<Row> ofDesks(Actor actor, String id) {
        return actor.desks().isEmpty() ? Optional.empty() : find(id, actor.desks());
    }

    /** @param desks empty for any */
    private Optional<Row> find(String id, Set<String> desks) {
        return rows(List.of(id), desks).stream().findFirst();
    }

    private List<Row> rows(Collection<String> ids, Set<String> desks) {
        return jdbc.sql("""
                select t.*, l.group_id_, e.business_key_ from act_ru_task t join act_ru_identitylink l on l.task_id_ = t.id_ and l.type_ = 'candidate'
                    join act_ru_execution e on e.id_ = t.proc_inst_id_
                where t.id_ in (:ids) and (:all or l.group_id_ in (:desks))""")
                .param("ids", ids).param("all", desks.isEmpty()).param("desks", desks.isEmpty() ? Set.of("") : desks).query(Tasks::row).list();
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
