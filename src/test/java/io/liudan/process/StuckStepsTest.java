package io.liudan.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A model that fails when it is too late to refuse it hurts the step that fails, and a process operator helps it on.
 */
class StuckStepsTest extends HubTest {

    private static final String KEY = "six-orders";
    private static final String OPERATOR = "process-operator";
    private static final String VERIFY_DESK = "${desks.grid(gridCode)}";
    private static final String ISSUE_DESK = "${desks.community(communityCode)}";
    /** Known to the model, and set by nobody before a department asks for more time. */
    private static final String UNSET =
            "${extensionDays == 3 ? desks.community(communityCode) : desks.street(streetCode)}";

    @Autowired
    private ProcessEngine engine;

    @Autowired
    private StuckStepViews views;

    @Autowired
    private StuckSteps stuck;

    @TempDir
    private Path folder;

    private Api api;

    @BeforeEach
    void caller() {
        api = new Api(hub(), realm());
    }

    @AfterEach
    void theModelOfTheFolderAgain() throws IOException {
        packages(Path.of("bpmn").toAbsolutePath()).deploy();
    }

    @Test
    void a_decision_whose_condition_fails_is_closed_and_the_list_goes_on() throws IOException {
        String whole = file();
        changed(
                "<camunda:property name=\"decision.DECLINE\"",
                "<camunda:property name=\"decision.DECLINE.when\" value=\"${extensionDays == 3}\"/>"
                        + "<camunda:property name=\"decision.DECLINE\"");
        String hurt = file();
        Answer list = api.get("grid1", "/api/v1/tasks?limit=100");
        assertThat(list.status()).isEqualTo(200);
        assertThat(decisions("grid1", hurt)).contains("CONFIRM").doesNotContain("DECLINE");
        assertThat(decisions("grid1", whole)).contains("CONFIRM", "DECLINE");
        // Whoever asks for the list doesn't wait for the line to be written.
        await().atMost(Duration.ofSeconds(5)).until(() -> !stuck(hurt).isMissingNode());
        JsonNode line = stuck(hurt);
        assertThat(line.path("element").asText()).isEqualTo("verify");
        assertThat(line.path("elementName").asText()).isEqualTo("网格核单");
        assertThat(line.path("deskName").asText()).isNotBlank();
        assertThat(line.path("reason").asText()).contains("extensionDays");
        assertThat(stuck(whole).isMissingNode()).isTrue();
        assertThat(complete("grid1", hurt, Map.of("decision", "DECLINE", "reason", "不归本地", "channel", "州局"))
                        .status())
                .isEqualTo(409);
        assertThat(complete("grid1", hurt, Map.of("decision", "CONFIRM")).status())
                .isEqualTo(204);
        assertThat(stuck(hurt).isMissingNode())
                .as("a step that was done isn't stuck")
                .isTrue();
    }

    @Test
    void a_step_that_fails_refuses_the_call_with_its_name_and_reason_and_is_listed() throws IOException {
        changed(ISSUE_DESK, UNSET);
        String code = file();
        Answer refused = complete("grid1", code, Map.of("decision", "CONFIRM"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("code").asText()).isEqualTo("step-fails");
        assertThat(refused.body().path("detail").asText()).contains("社区下单", "extensionDays");
        assertThat(status(code)).isEqualTo("ORDERED");
        JsonNode line = stuck(code);
        assertThat(line.path("element").asText()).isEqualTo("issue");
        assertThat(line.path("task").asText()).isEqualTo("网格核单");
        assertThat(line.path("desk").asText()).startsWith("grid-");
        assertThat(line.path("kind").asText()).isEqualTo("CALL");
        views.meter();
        assertThat(api.get("admin", "/actuator/metrics/liudan.steps.stuck")
                        .body()
                        .at("/measurements/0/value")
                        .asDouble())
                .isPositive();
        Answer atTheEnginesDoor = api.post(
                "grid1",
                "/engine-rest/task/"
                        + api.task("grid1", code, "verify").path("id").asText() + "/complete",
                Map.of("variables", Map.of("decision", Map.of("value", "CONFIRM"))));
        assertThat(atTheEnginesDoor.status()).isEqualTo(409);
        assertThat(atTheEnginesDoor.body().path("message").asText()).contains("社区下单", "extensionDays");
    }

    @Test
    void an_operator_sets_the_field_that_is_missing_and_the_clerk_goes_on() throws IOException {
        changed(ISSUE_DESK, UNSET);
        String code = file();
        complete("grid1", code, Map.of("decision", "CONFIRM"));
        String process = stuck(code).path("process").asText();
        assertThat(act(process, "set", Map.of("field", "days", "value", 3)).status())
                .as("without a reason")
                .isEqualTo(422);
        assertThat(act(process, "set", Map.of("field", "days", "value", 300, "reason", "补上"))
                        .status())
                .isEqualTo(422);
        assertThat(act(process, "set", Map.of("field", "report", "value", "cgj", "reason", "补上"))
                        .status())
                .as("words of people aren't kept in the engine")
                .isEqualTo(422);
        assertThat(act(process, "set", Map.of("field", "supporting", "value", "cgj", "reason", "补上"))
                        .status())
                .as("what each decision gives anew would stand in its way")
                .isEqualTo(422);
        assertThat(act(process, "set", Map.of("field", "days", "value", 3, "reason", "补上"))
                        .status())
                .isEqualTo(204);
        assertThat(stuck(code).isMissingNode()).isTrue();
        assertThat(complete("grid1", code, Map.of("decision", "CONFIRM")).status())
                .isEqualTo(204);
        assertThat(timeline(code)).contains("process-corrected", "verified");
    }

    @Test
    void an_operator_moves_the_process_back_and_on() throws IOException {
        String code = file();
        complete("grid1", code, Map.of("decision", "CONFIRM"));
        JsonNode process = process(code);
        String stand = process.path("stands").path(0).path("id").asText();
        String id = process.path("id").asText();
        assertThat(act(id, "move", Map.of("from", stand, "to", "handle", "reason", "移动"))
                        .status())
                .as("into a step of many from outside")
                .isEqualTo(422);
        assertThat(act(id, "move", Map.of("from", stand, "to", "nosuch", "reason", "移动"))
                        .status())
                .isEqualTo(422);
        assertThat(act(id, "move", Map.of("from", stand, "to", "verify", "reason", "核实有误"))
                        .status())
                .isEqualTo(204);
        assertThat(api.task("grid1", code, "verify").isMissingNode()).isFalse();
        assertThat(api.task("community1", code, null).isMissingNode()).isTrue();
        assertThat(status(code)).isEqualTo("ORDERED");
        assertThat(act(id, "move", Map.of("from", stand, "to", "dispatch", "reason", "移动"))
                        .status())
                .as("it stands there no more")
                .isEqualTo(409);
        String now = process(code).path("stands").path(0).path("id").asText();
        assertThat(act(id, "move", Map.of("from", now, "to", "dispatch", "reason", "直接派单"))
                        .status())
                .isEqualTo(204);
        assertThat(api.task("street1", code, "dispatch").isMissingNode()).isFalse();
        assertThat(timeline(code)).contains("process-moved");
    }

    @Test
    void of_two_departments_one_is_moved_without_the_other_and_a_lead_that_is_set_stands_with_the_request()
            throws IOException {
        String code = file();
        complete("grid1", code, Map.of("decision", "CONFIRM"));
        complete("community1", code, Map.of("decision", "ISSUE"));
        String before = process(code).path("id").asText();
        assertThat(act(before, "set", Map.of("field", "lead", "value", "nosuch", "reason", "改牵头"))
                        .status())
                .isEqualTo(422);
        assertThat(act(before, "set", Map.of("field", "lead", "value", "hbj", "reason", "改牵头"))
                        .status())
                .isEqualTo(204);
        assertThat(api.get("supervisor", "/api/v1/requests/" + code)
                        .body()
                        .path("lead")
                        .asText())
                .isEqualTo("hbj");
        complete(
                "street1",
                code,
                Map.of("decision", "DISPATCH", "lead", "cgj", "supporting", List.of("hbj"), "urgency", "NORMAL"));
        String task = api.task("dept-hbj", code, "accept").path("id").asText();
        ProcessInstance instance = engine.getRuntimeService()
                .createProcessInstanceQuery()
                .processInstanceBusinessKey(code)
                .processDefinitionKey(KEY)
                .singleResult();
        Task accept = engine.getTaskService().createTaskQuery().taskId(task).singleResult();
        String from = ((ExecutionEntity) engine.getRuntimeService()
                        .createExecutionQuery()
                        .executionId(accept.getExecutionId())
                        .singleResult())
                .getActivityInstanceId();
        assertThat(act(instance.getId(), "move", Map.of("from", from, "to", "handle", "reason", "已经接单"))
                        .status())
                .isEqualTo(204);
        assertThat(api.task("dept-hbj", code, "handle").isMissingNode()).isFalse();
        assertThat(api.task("dept-cgj", code, "accept").isMissingNode()).isFalse();
        assertThat(api.task("dept-cgj", code, "handle").isMissingNode()).isTrue();
        for (JsonNode stand : process(code).path("stands")) {
            if (stand.path("element").asText().equals("accept")) {
                String other = stand.path("id").asText();
                assertThat(act(instance.getId(), "move", Map.of("from", other, "to", "dispatch", "reason", "重新派单"))
                                .status())
                        .as("the other department would go on beside it")
                        .isEqualTo(422);
            }
        }
    }

    @Test
    void a_move_to_a_step_that_fails_is_refused_with_the_reason_and_moves_nothing() throws IOException {
        changed(ISSUE_DESK, UNSET);
        String code = file();
        JsonNode process = process(code);
        String stand = process.path("stands").path(0).path("id").asText();
        Answer refused = act(process.path("id").asText(), "move", Map.of("from", stand, "to", "issue", "reason", "移动"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("社区下单", "extensionDays");
        assertThat(api.task("grid1", code, "verify").isMissingNode()).isFalse();
    }

    @Test
    void a_step_that_fails_at_its_own_end_can_be_left_and_ended() throws IOException {
        String status = "<camunda:property name=\"status\" value=\"ORDERED\"/>";
        String text = Files.readString(Path.of("bpmn/six-orders/six-orders.bpmn"));
        String before =
                text.substring(text.lastIndexOf("<camunda:properties>", text.indexOf(status)), text.indexOf(status));
        changed(
                before + status,
                "<camunda:inputOutput><camunda:outputParameter name=\"x\">" + UNSET
                        + "</camunda:outputParameter></camunda:inputOutput>" + before + status);
        String left = file();
        assertThat(complete("grid1", left, Map.of("decision", "CONFIRM")).status())
                .isEqualTo(409);
        JsonNode process = process(left);
        String stand = process.path("stands").path(0).path("id").asText();
        assertThat(act(process.path("id").asText(), "move", Map.of("from", stand, "to", "issue", "reason", "移动"))
                        .status())
                .isEqualTo(204);
        assertThat(api.task("community1", left, "issue").isMissingNode()).isFalse();
        assertThat(api.task("grid1", left, null).isMissingNode()).isTrue();
        String ended = file();
        assertThat(act(process(ended).path("id").asText(), "end", Map.of("outcome", "DECLINED", "reason", "重复"))
                        .status())
                .isEqualTo(204);
    }

    @Test
    void an_operator_ends_a_request_and_the_resident_reads_why() throws IOException {
        String code = file();
        String id = process(code).path("id").asText();
        assertThat(act(id, "end", Map.of("outcome", "MERGED", "reason", "无法继续")).status())
                .isEqualTo(422);
        assertThat(act(id, "end", Map.of("outcome", "EXPLAINED", "reason", "流程有误，请重新提交"))
                        .status())
                .isEqualTo(204);
        JsonNode request = api.get("resident1", "/api/v1/requests/" + code).body();
        assertThat(request.path("status").asText()).isEqualTo("CLOSED");
        assertThat(request.path("outcome").asText()).isEqualTo("EXPLAINED");
        assertThat(request.path("timeline").toString()).contains("流程管理员结束了办理流程", "请重新提交");
        assertThat(api.task("grid1", code, null).isMissingNode()).isTrue();
        assertThat(act(id, "retry", Map.of("reason", "再试")).status()).isEqualTo(404);
    }

    @Test
    void a_process_that_can_not_begin_refuses_the_filing_and_is_listed_until_dismissed() throws IOException {
        changed(VERIFY_DESK, UNSET);
        Answer refused = submit();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("网格核单", "extensionDays");
        JsonNode[] line = new JsonNode[1];
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            line[0] = beginning();
            return line[0] != null;
        });
        assertThat(line[0].path("requestCode").isMissingNode()).isTrue();
        String path = "/api/v1/stuck-steps/" + line[0].path("id").asText();
        assertThat(api.send(OPERATOR, "DELETE", path, BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(204);
        assertThat(beginning()).isNull();
        assertThat(api.send(OPERATOR, "DELETE", path, BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void a_line_of_a_model_that_was_deleted_again_is_gone_and_hurts_no_other() {
        String code = file();
        String instance = process(code).path("id").asText();
        ManagementService jobs = engine.getManagementService();
        jobs.setJobRetries(
                jobs.createJobQuery()
                        .processInstanceId(instance)
                        .list()
                        .getFirst()
                        .getId(),
                0);
        stuck.note(new FaultPlace("deleted:1:x", null, "begin"), null, new StepReason("no-way-out", List.of()));
        assertThat(stuck(code).path("process").asText()).isEqualTo(instance);
        assertThat(beginning()).isNull();
        act(instance, "retry", Map.of("reason", "再试"));
    }

    @Test
    void a_job_that_was_given_up_stands_on_the_same_list_and_is_tried_again() throws IOException {
        String code = file();
        ManagementService jobs = engine.getManagementService();
        String instance = process(code).path("id").asText();
        String job = jobs.createJobQuery()
                .processInstanceId(instance)
                .list()
                .getFirst()
                .getId();
        jobs.setJobRetries(job, 0);
        JsonNode line = stuck(code);
        assertThat(line.path("kind").asText()).isEqualTo("JOB");
        assertThat(line.path("process").asText()).isEqualTo(instance);
        assertThat(act(instance, "retry", Map.of("reason", "再试")).status()).isEqualTo(204);
        assertThat(stuck(code).isMissingNode()).isTrue();
        assertThat(timeline(code)).contains("process-retried");
    }

    private Answer act(String process, String move, Map<String, ?> body) {
        return api.post(OPERATOR, "/api/v1/processes/" + process + "/" + move, body);
    }

    private JsonNode process(String code) {
        return api.get(OPERATOR, "/api/v1/processes?requestCode=" + code).body().path(0);
    }

    private JsonNode stuck(String code) {
        for (JsonNode line : api.get(OPERATOR, "/api/v1/stuck-steps").body().path("items")) {
            if (line.path("requestCode").asText().equals(code)) {
                return line;
            }
        }
        return MissingNode.getInstance();
    }

    private JsonNode beginning() {
        for (JsonNode line : api.get(OPERATOR, "/api/v1/stuck-steps").body().path("items")) {
            if (line.path("process").isMissingNode()) {
                return line;
            }
        }
        return null;
    }

    private List<String> decisions(String user, String code) {
        return api.task(user, code, null).path("decisions").findValuesAsText("decision");
    }

    private String timeline(String code) {
        return api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("timeline")
                .findValuesAsText("type")
                .toString();
    }

    private String status(String code) {
        return api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("status")
                .asText();
    }

    private Answer complete(String user, String code, Map<String, ?> decision) {
        return api.complete(user, api.task(user, code, null).path("id").asText(), decision);
    }

    private String file() {
        return submit().body().path("code").asText();
    }

    private Answer submit() {
        return api.submit(
                "resident1",
                Map.of(
                        "category",
                        "sanitation",
                        "title",
                        "垃圾没有清运",
                        "description",
                        "三天了 " + UUID.randomUUID(),
                        "gridCode",
                        "622901001001-01"));
    }

    private ProcessPackages packages(Path from) {
        return new ProcessPackages(
                engine.getRepositoryService(), new String[] {from.toUri().toString()});
    }

    private void changed(String what, String into) throws IOException {
        Path there = Files.createDirectories(folder.resolve(KEY));
        for (String file : new String[] {"six-orders.bpmn", "deadlines.dmn", "routing.dmn"}) {
            Files.copy(Path.of("bpmn", KEY, file), there.resolve(file));
        }
        Path model = there.resolve("six-orders.bpmn");
        String text = Files.readString(model);
        assertThat(text).contains(what);
        Files.writeString(model, text.replace(what, into));
        packages(folder).deploy();
    }
}
