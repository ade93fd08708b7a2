package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An integrator adds, changes, breaks and removes a department's file while the hub runs. */
class DepartmentFilesTest extends DepartmentTest {

    private static final String DEPARTMENT = "yllh";

    @Test
    void a_department_is_added_changed_and_taken_away_without_a_restart() throws Exception {
        try (HttpDepartment first = new HttpDepartment();
                HttpDepartment second = new HttpDepartment()) {
            connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", first.url()));
            String one = dispatchTo(DEPARTMENT);
            await("the first address", () -> first.kinds(one).size() == 1);

            Path file = departments().resolve(DEPARTMENT + ".yaml");
            Files.writeString(file, templated("rest", DEPARTMENT, "url", second.url()));
            await(
                    "a trial at the second address",
                    () -> api.post("admin", "/api/v1/connectors/" + DEPARTMENT + "/test", "{}")
                                            .status()
                                    == 200
                            && !second.calls.isEmpty());
            String two = dispatchTo(DEPARTMENT);
            await("the second address", () -> second.kinds(two).size() == 1);

            Files.writeString(
                    file,
                    "- templatedRoute: {routeTemplateRef: no-such-template, parameters: [{name: department, value: "
                            + DEPARTMENT + "}]}");
            await(
                    "the problem",
                    () -> connector(DEPARTMENT).path("problem").asText().contains("no-such-template"));
            String three = dispatchTo(DEPARTMENT);
            await("what was there before", () -> second.kinds(three).size() == 1);

            Files.write(file, "# 园林绿化".getBytes("GB18030"));
            await(
                    "the problem",
                    () -> connector(DEPARTMENT).path("problem").asText().contains("UTF-8"));
            Files.writeString(file, templated("rest", "cgj", "url", second.url()));
            await(
                    "the problem",
                    () -> connector(DEPARTMENT).path("problem").asText().contains("named after its department"));

            Files.writeString(file, "a: [broken");
            await(
                    "the problem",
                    () -> connector(DEPARTMENT).path("problem").asText().contains("YAML"));
            String four = dispatchTo(DEPARTMENT);
            await("what was there before", () -> second.kinds(four).size() == 1);

            Files.delete(file);
            await("its end", () -> connector(DEPARTMENT).isMissingNode());
            String five = dispatchTo(DEPARTMENT);
            assertThat(api.task("dept-" + DEPARTMENT, five, "accept").isMissingNode())
                    .isFalse();
            assertThat(second.kinds(five)).isEmpty();
        }
    }

    @Test
    void a_connector_is_tried_without_an_order() throws Exception {
        try (HttpDepartment system = new HttpDepartment()) {
            connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", system.url()));
            JsonNode well = api.post("admin", "/api/v1/connectors/" + DEPARTMENT + "/test", "{}")
                    .body();
            assertThat(well.path("ok").asBoolean()).isTrue();
            assertThat(system.calls.getFirst().path("kind").asText()).isEqualTo("TEST");
            system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 500, "{}");
            JsonNode sick = api.post("admin", "/api/v1/connectors/" + DEPARTMENT + "/test", "{}")
                    .body();
            assertThat(sick.path("ok").asBoolean()).isFalse();
            assertThat(sick.path("fault").asText()).isEqualTo("http-status");
            assertThat(sick.path("status").asInt()).isEqualTo(500);
            assertThat(sick.path("error").asText()).isEqualTo("对方答复 HTTP 500");
            assertThat(sick.path("sent").asText()).contains("TEST-" + DEPARTMENT);
            assertThat(api.post("admin", "/api/v1/connectors/nobody/test", "{}").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void what_waits_for_a_department_whose_file_is_gone_stays_in_sight_until_somebody_settles_it() throws Exception {
        String code;
        String id;
        try (HttpDepartment system = new HttpDepartment()) {
            connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", system.url(), "retryCycle", "PT1H"));
            system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 500, "{}");
            code = dispatchTo(DEPARTMENT);
            await("the first failure", () -> !system.calls.isEmpty());
            disconnect();
            JsonNode waiting = delivery(code);
            assertThat(waiting.path("connected").asBoolean(true)).isFalse();
            assertThat(waiting.path("reason").asText()).contains("HTTP 500");
            id = waiting.path("id").asText();
        }
        assertThat(api.post("admin", "/api/v1/deliveries/" + id + "/give-up", "{}")
                        .status())
                .isEqualTo(204);
        assertThat(delivery(code).isMissingNode()).isTrue();
        assertThat(api.post("admin", "/api/v1/dead-letters/out-" + id + "/replay", "{}")
                        .body()
                        .path("code")
                        .asText())
                .as("nobody would carry it")
                .isEqualTo("connector-gone");
        assertThat(api.get("admin", "/api/v1/dead-letters/out-" + id).status()).isEqualTo(200);
        assertThat(api.post("admin", "/api/v1/dead-letters/out-" + id + "/discard", Map.of("reason", "已电话告知"))
                        .status())
                .isEqualTo(204);
        assertThat(api.get("admin", "/api/v1/dead-letters/out-" + id).status()).isEqualTo(404);
    }

    private JsonNode delivery(String code) {
        for (JsonNode one : api.get("admin", "/api/v1/deliveries?limit=100&connector=" + DEPARTMENT)
                .body()
                .path("items")) {
            if (one.path("requestCode").asText().equals(code)) {
                return one;
            }
        }
        return MissingNode.getInstance();
    }

    @Test
    void a_file_that_goes_while_a_call_is_under_way_holds_up_no_other_departments_new_file() throws Exception {
        Path other = departments().resolve("hbj.yaml");
        CountDownLatch end = new CountDownLatch(1);
        try (HttpDepartment slow = new HttpDepartment();
                HttpDepartment quick = new HttpDepartment()) {
            connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", slow.url(), "timeout", "20000"));
            slow.says = (exchange, receipt) -> {
                awaitQuietly(end);
                HttpDepartment.send(exchange, 200, "{\"receipt\": \"late\"}");
            };
            String code = dispatchTo(DEPARTMENT);
            await("the call", () -> !slow.calls.isEmpty());
            disconnect();
            Instant begun = Instant.now();
            Files.writeString(other, templated("rest", "hbj", "url", quick.url()));
            await(
                    "the other connector",
                    () -> connector("hbj").path("state").asText().equals("UP"));
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(3));
            end.countDown();
            await(
                    "what was under way",
                    () -> api.get("admin", "/api/v1/exchanges?receipt=late&workOrder=" + code + "-1-" + DEPARTMENT)
                                    .body()
                                    .path("items")
                                    .size()
                            == 1);
        } finally {
            end.countDown();
            Files.deleteIfExists(other);
            await("its end", () -> connector("hbj").isMissingNode());
        }
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            end.await(15, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_file_says_what_is_wrong_with_it() {
        assertThatThrownBy(() -> DepartmentFile.read("hello")).hasMessageContaining("list of templatedRoute");
        assertThatThrownBy(() -> DepartmentFile.read("- route: {}"))
                .hasMessageContaining("each entry has to be a templatedRoute");
        assertThatThrownBy(() -> DepartmentFile.read("- templatedRoute: {parameters: []}"))
                .hasMessageContaining("routeTemplateRef");
        assertThatThrownBy(() -> DepartmentFile.read("- templatedRoute: {routeTemplateRef: rest}"))
                .hasMessageContaining("same department");
        assertThatThrownBy(() -> DepartmentFile.read(templated("rest", "a") + templated("kafka-inbound", "b")))
                .hasMessageContaining("same department");
        assertThatThrownBy(() -> DepartmentFile.read(templated("rest", "a") + templated("kafka", "a")))
                .hasMessageContaining("exactly one");
        assertThatThrownBy(() -> DepartmentFile.read(templated("kafka-inbound", "a")))
                .hasMessageContaining("exactly one");
        assertThat(DepartmentFile.read(templated("kafka", "a") + templated("kafka-inbound", "a"))
                        .outbound()
                        .template())
                .isEqualTo("kafka");
    }
}
