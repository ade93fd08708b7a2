package io.liudan.process.stuck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api.Answer;
import io.liudan.process.ChangedModelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;

/** A process operator helps a process on that stands. */
class ProcessOperationsTest extends ChangedModelTest {

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
}
