package io.liudan.process;

import io.liudan.identity.Actor;
import io.liudan.matter.Intake;
import io.liudan.process.tasks.EngineGrants;
import io.liudan.request.Submission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Drives requests through the real engine as residents and desks would, for process tests. */
public class RequestDriver {

    static final Actor RESIDENT = new Actor("resident-of-process-tests", "群众", Set.of(Actor.Role.RESIDENT), Set.of());

    private final Intake intake;
    private final ProcessEngine engine;
    private final JdbcClient jdbc;

    public RequestDriver(Intake intake, ProcessEngine engine, JdbcClient jdbc) {
        this.intake = intake;
        this.engine = engine;
        this.jdbc = jdbc;
    }

    /** The six orders as deployed last. */
    public static BpmnModelInstance model(ProcessEngine engine) {
        return engine.getRepositoryService()
                .getBpmnModelInstance(engine.getRepositoryService()
                        .createProcessDefinitionQuery()
                        .processDefinitionKey("six-orders")
                        .latestVersion()
                        .singleResult()
                        .getId());
    }

    /** The flow nodes that any process test passed so far. */
    public static Set<String> passed(ProcessEngine engine) {
        return engine.getHistoryService().createHistoricActivityInstanceQuery().list().stream()
                .map(HistoricActivityInstance::getActivityId)
                .collect(Collectors.toSet());
    }

    /** Files a request of this category in grid 01 of 青年社区 and gives its code. */
    public String submit(String category) {
        Submission submission = new Submission(
                category, "测试诉求", "用于流程测试的内容", null, null, "622901001001-01", null, false, List.of(), null);
        String[] code = new String[1];
        intake.once(
                new Intake.Call(RESIDENT, "test", UUID.randomUUID().toString()),
                submission,
                submission.draft(),
                fresh -> {
                    code[0] = fresh;
                    return Map.of("code", fresh);
                });
        return code[0];
    }

    public ProcessInstance instance(String code) {
        return engine.getRuntimeService()
                .createProcessInstanceQuery()
                .processInstanceBusinessKey(code)
                .processDefinitionKey("six-orders")
                .singleResult();
    }

    public Task task(String code, String key) {
        return engine.getTaskService()
                .createTaskQuery()
                .processInstanceBusinessKey(code)
                .taskDefinitionKey(key)
                .singleResult();
    }

    public Task task(String code, String key, String desk) {
        return engine.getTaskService()
                .createTaskQuery()
                .processInstanceBusinessKey(code)
                .taskDefinitionKey(key)
                .taskCandidateGroup(desk)
                .singleResult();
    }

    /**
     * Completes the one open task of this key, the way the Tasklist does: variables are stored, then the task is
     * completed.
     */
    public void decide(String code, String key, String decision, Object... fields) {
        complete(task(code, key), decision, fields);
    }

    public void decideAt(String desk, String code, String key, String decision, Object... fields) {
        complete(task(code, key, desk), decision, fields);
    }

    private void complete(Task task, String decision, Object... fields) {
        String desk = engine.getTaskService().getIdentityLinksForTask(task.getId()).stream()
                .map(IdentityLink::getGroupId)
                .findFirst()
                .orElseThrow();
        Map<String, Object> variables = new java.util.HashMap<>();
        variables.put("decision", decision);
        for (int i = 0; i < fields.length; i += 2) {
            variables.put((String) fields[i], fields[i + 1]);
        }
        as(desk, () -> engine.getTaskService().complete(task.getId(), variables));
    }

    /** Runs as the clerk of a desk. */
    void as(String desk, Runnable move) {
        engine.getIdentityService().setAuthentication(clerk(desk), List.of(desk, EngineGrants.CLERKS));
        try {
            move.run();
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }

    /** A photo that this desk's clerk has uploaded. */
    public String evidence(String desk) {
        UUID id = UUID.randomUUID();
        jdbc.sql(
                        "insert into attachment (id, owner, media_type, size, sha256, content, created_at) values (?, ?, 'image/png', 0, '', '', now())")
                .params(id, clerk(desk))
                .update();
        return id.toString();
    }

    /** Runs every timer of the request that is due by the engine's clock. */
    public void runDueTimers(String code) {
        ManagementService management = engine.getManagementService();
        for (Job job : management
                .createJobQuery()
                .processInstanceId(instance(code).getId())
                .timers()
                .duedateLowerThan(new java.util.Date(org.camunda.bpm.engine.impl.util.ClockUtil.getCurrentTime()
                                .getTime()
                        + 1))
                .list()) {
            // One timer may end what another one waited for.
            if (management.createJobQuery().jobId(job.getId()).count() > 0) {
                management.executeJob(job.getId());
            }
        }
    }

    Map<String, Object> request(String code) {
        return jdbc.sql("select * from matter left join request on matter_id = id where code = ?")
                .param(code)
                .query()
                .singleRow();
    }

    public List<String> events(String code) {
        return jdbc.sql(
                        "select substring(type from 19) || coalesce(':' || (data->>'decision'), '') from matter_event where matter_id = ?::bigint / 10 order by id")
                .param(code)
                .query(String.class)
                .list();
    }

    List<String> workOrders(String code) {
        return jdbc.sql(
                        "select round || ' ' || department || ' ' || role || ' ' || status from work_order where matter_id = ?::bigint / 10 order by id")
                .param(code)
                .query(String.class)
                .list();
    }

    private static String clerk(String desk) {
        return "clerk-of-" + desk;
    }
}
