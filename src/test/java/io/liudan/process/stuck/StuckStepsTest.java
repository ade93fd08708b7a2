package io.liudan.process.stuck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api.Answer;
import io.liudan.process.ChangedModelTest;
import io.liudan.process.rules.FaultPlace;
import io.liudan.process.tasks.StepReason;
import io.liudan.process.tasks.StuckSteps;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ManagementService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A model that fails when it is too late to refuse it hurts the step that fails, and nothing else. */
class StuckStepsTest extends ChangedModelTest {

    @Autowired
    private StuckStepViews views;

    @Autowired
    private StuckSteps stuck;

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
}
