package io.liudan.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import io.liudan.process.Packages;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.RepositoryService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A decision table is tried before it counts, counts at once for what begins, and not for what has begun. */
class TableTrialTest extends HubTest {

    private static final Path ROUTING = Path.of("bpmn/six-orders/routing.dmn");
    private static final Path DEADLINES = Path.of("bpmn/six-orders/deadlines.dmn");

    @Autowired
    private RepositoryService repository;

    private final Api api = new Api(hub(), realm());

    @AfterEach
    void theTablesOfTheFolderAgain() throws IOException {
        Packages.ours(repository);
    }

    /** 环卫中心 leads for rubbish; the bureau of ecology is to. */
    private static String otherLead() throws IOException {
        String table = Files.readString(ROUTING);
        assertThat(table).contains("\"hwzx\"");
        return table.replace("<text>\"hwzx\"</text>", "<text>\"hbj\"</text>");
    }

    private Answer check(String table) {
        return api.send(
                "designer",
                "POST",
                "/api/v1/decision-tables/check",
                BodyPublishers.ofString(
                        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"t.dmn\"\r\nContent-Type: text/xml\r\n\r\n"
                                + table + "\r\n--b--\r\n"),
                Map.of("Content-Type", "multipart/form-data; boundary=b"));
    }

    private String file() {
        return api.file("resident1");
    }

    private static JsonNode change(JsonNode outcome, String field) {
        return StreamSupport.stream(outcome.path("changes").spliterator(), false)
                .filter(one -> one.path("field").asText().equals(field))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_table_that_says_the_same_changes_nothing() throws IOException {
        file();
        for (Path table : new Path[] {ROUTING, DEADLINES}) {
            JsonNode outcome = check(Files.readString(table)).body();
            assertThat(outcome.path("faults")).isEmpty();
            assertThat(outcome.path("requests").asInt()).isPositive();
            assertThat(outcome.path("changed").asInt()).isZero();
            assertThat(outcome.path("changes")).isEmpty();
        }
    }

    @Test
    void another_lead_is_counted_with_examples_and_nothing_is_deployed() throws IOException {
        String code = file();
        long before = repository.createDeploymentQuery().count();
        JsonNode outcome = check(otherLead()).body();
        JsonNode lead = change(outcome, "lead");
        assertThat(lead.path("requests").asInt())
                .isEqualTo(outcome.path("changed").asInt())
                .isPositive();
        JsonNode example = lead.path("examples").path(0);
        assertThat(example.path("requestCode").asText()).isEqualTo(code);
        assertThat(example.path("before").asText()).isEqualTo("hwzx");
        assertThat(example.path("after").asText()).isEqualTo("hbj");
        assertThat(outcome.path("changes")).hasSize(1);
        assertThat(repository.createDeploymentQuery().count()).isEqualTo(before);
    }

    @Test
    void another_limit_is_counted_by_step() throws IOException {
        file();
        String table = Files.readString(DEADLINES);
        int row = table.indexOf("<text>\"verify\"</text>", table.indexOf("deadlines-3-i1"));
        String changed =
                table.substring(0, row) + table.substring(row).replaceFirst("<text>4</text>", "<text>6</text>");
        JsonNode limit = change(check(changed).body(), "limit");
        assertThat(limit.path("step").asText()).isEqualTo("verify");
        assertThat(limit.path("examples").path(0).path("before").asText()).startsWith("4 WORKING_HOURS");
        assertThat(limit.path("examples").path(0).path("after").asText()).startsWith("6 WORKING_HOURS");
    }

    @Test
    void a_table_that_would_be_refused_is_told_so_and_not_asked() throws IOException {
        JsonNode outcome = check(Files.readString(ROUTING).replace("\"hwzx\"", "\"nosuch\""))
                .body();
        assertThat(outcome.path("faults").toString()).contains("没有这个部门", "nosuch");
        assertThat(outcome.path("requests").asInt()).isZero();
    }

    @Test
    void a_new_table_counts_at_once_for_what_begins_and_not_for_what_has_begun() throws IOException {
        String before = file();
        repository
                .createDeployment()
                .name("six-orders")
                .addString("routing.dmn", otherLead())
                .deploy();
        String after = file();
        toTheStreet(before);
        toTheStreet(after);
        assertThat(suggested(before)).isEqualTo("hwzx");
        // Another node, or this one's memory of the versions, is two seconds behind.
        Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(suggested(after))
                .isEqualTo("hbj"));
        assertThat(suggested(before)).isEqualTo("hwzx");
        assertThat(lead(before)).isEqualTo("hwzx");
        assertThat(lead(after)).isEqualTo("hbj");
    }

    private String lead(String code) {
        JsonNode fields = api.get("process-operator", "/api/v1/processes?requestCode=" + code)
                .body()
                .path(0)
                .path("fields");
        return StreamSupport.stream(fields.spliterator(), false)
                .filter(field -> field.path("name").asText().equals("lead"))
                .findFirst()
                .orElseThrow()
                .path("value")
                .asText();
    }

    private void toTheStreet(String code) {
        api.complete("grid1", api.task("grid1", code, null).path("id").asText(), Map.of("decision", "CONFIRM"));
        api.complete("community1", api.task("community1", code, null).path("id").asText(), Map.of("decision", "ISSUE"));
    }

    private String suggested(String code) {
        String id = api.task("street1", code, null).path("id").asText();
        return api.get("street1", "/api/v1/tasks/" + id)
                .body()
                .path("suggestion")
                .path("lead")
                .asText();
    }
}
