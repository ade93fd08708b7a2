package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api.Answer;
import io.liudan.identity.People;
import io.liudan.process.EngineClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The door for departments' systems that call the hub. */
class IntegrationApiTest extends DepartmentTest {

    private static final String DEPARTMENT = "swj";
    private static final String AGENCY = "agency-" + DEPARTMENT;

    @Autowired
    private People people;

    @Autowired
    private EngineClock clock;

    @Autowired
    private ConnectorMeters meters;

    @Autowired
    private MeterRegistry registry;

    private String order(String code) {
        return code + "-1-" + DEPARTMENT;
    }

    private Answer get(String path) {
        return api.get(AGENCY, "/integration/v1" + path);
    }

    @Test
    void an_agency_takes_an_order_through_all_its_steps() {
        String code = dispatchTo(DEPARTMENT);
        assertThat(get("/work-orders/" + order(code)).body().path("status").asText())
                .isEqualTo("ISSUED");
        assertThat(answer(DEPARTMENT, order(code), "accept", Map.of(), "1-" + code)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("ACCEPTED");
        assertThat(answer(DEPARTMENT, order(code), "progress", Map.of("text", "已派人到现场"), "2-" + code)
                        .status())
                .isEqualTo(200);
        assertThat(answer(DEPARTMENT, order(code), "finish", finish(), "3-" + code)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("FINISHED");
        assertThat(status(code)).isEqualTo("HANDLED");
        JsonNode timeline =
                api.get("resident1", "/api/v1/requests/" + code).body().path("timeline");
        assertThat(timeline)
                .anySatisfy(entry ->
                        assertThat(entry.path("data").path("text").asText()).isEqualTo("已派人到现场"));
    }

    @Test
    void an_agency_returns_an_order_or_explains_it() {
        String returned = dispatchTo(DEPARTMENT);
        assertThat(answer(DEPARTMENT, order(returned), "return", Map.of("reason", "不属于本单位"), "r-" + returned)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("RETURNED");
        assertThat(status(returned)).isEqualTo("RETURNED");
        String explained = dispatchTo(DEPARTMENT);
        answer(DEPARTMENT, order(explained), "accept", Map.of(), "a-" + explained);
        assertThat(answer(
                                DEPARTMENT,
                                order(explained),
                                "explain",
                                Map.of("explanation", "需列入明年计划", "plan", "明年春季"),
                                "e-" + explained)
                        .status())
                .isEqualTo(200);
        assertThat(status(explained)).isEqualTo("HANDLED");
    }

    @Test
    void the_same_key_gets_the_same_answer_and_has_one_effect() {
        String code = dispatchTo(DEPARTMENT);
        Answer first = answer(DEPARTMENT, order(code), "accept", Map.of(), "k-" + code);
        Answer second = answer(DEPARTMENT, order(code), "accept", Map.of(), "k-" + code);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(answer(DEPARTMENT, order(code), "progress", Map.of("text", "别的"), "k-" + code)
                        .status())
                .isEqualTo(422);
        assertThat(answer(DEPARTMENT, order(code), "accept", Map.of(), "another-" + code)
                        .status())
                .as("another key is another call")
                .isEqualTo(409);
        assertThat(api.post(AGENCY, "/integration/v1/work-orders/" + order(code) + "/progress", Map.of("text", "x"))
                        .status())
                .as("no key")
                .isEqualTo(400);
    }

    @Test
    void a_refused_call_may_be_repeated_with_its_key() {
        String code = dispatchTo(DEPARTMENT);
        assertThat(answer(DEPARTMENT, order(code), "finish", finish(), "early-" + code)
                        .status())
                .isEqualTo(409);
        answer(DEPARTMENT, order(code), "accept", Map.of(), "a-" + code);
        assertThat(answer(DEPARTMENT, order(code), "finish", finish(), "early-" + code)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_caller_that_insists_on_a_version_is_refused_when_it_has_changed() {
        String code = dispatchTo(DEPARTMENT);
        String path = "/integration/v1/work-orders/" + order(code);
        assertThat(api.post(
                                AGENCY,
                                path + "/accept",
                                Map.of(),
                                Map.of("Idempotency-Key", "v-" + code, "If-Match", "\"7\""))
                        .status())
                .isEqualTo(412);
        assertThat(api.post(
                                AGENCY,
                                path + "/accept",
                                Map.of(),
                                Map.of("Idempotency-Key", "v-" + code, "If-Match", "\"0\""))
                        .status())
                .isEqualTo(200);
        assertThat(api.post(
                                AGENCY,
                                path + "/progress",
                                Map.of("text", "x"),
                                Map.of("Idempotency-Key", "w-" + code, "If-Match", "\"0\""))
                        .status())
                .isEqualTo(412);
        assertThat(api.post(
                                AGENCY,
                                path + "/progress",
                                Map.of("text", "x"),
                                Map.of("Idempotency-Key", "w-" + code, "If-Match", "\"1\""))
                        .status())
                .isEqualTo(200);
        assertThat(get("/work-orders/" + order(code)).body().path("version").asInt())
                .isEqualTo(2);
    }

    @Test
    void faults_name_the_field_and_change_nothing() {
        String code = dispatchTo(DEPARTMENT);
        Answer noReason = answer(DEPARTMENT, order(code), "return", Map.of(), "x-" + code);
        assertThat(noReason.status()).isEqualTo(422);
        assertThat(noReason.body().path("errors").path(0).path("field").asText())
                .isEqualTo("reason");
        assertThat(answer(DEPARTMENT, order(code), "progress", Map.of("text", ""), "y-" + code)
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("text");
        assertThat(answer(DEPARTMENT, order(code), "return", Map.of("reason", "x", "raeson", "y"), "z-" + code)
                        .status())
                .as("a misspelt field isn't lost")
                .isEqualTo(422);
        assertThat(answer(DEPARTMENT, order(code), "progress", Map.of("text", "a\u0000b"), "n-" + code)
                        .status())
                .as("what no table can keep")
                .isEqualTo(422);
        assertThat(answer(DEPARTMENT, order(code), "destroy", Map.of(), "d-" + code)
                        .status())
                .isEqualTo(404);
        assertThat(status(code)).isEqualTo("DISPATCHED");
        assertThat(get("/work-orders/" + order(code)).body().path("version").asInt())
                .isZero();
    }

    @Test
    void an_agency_sees_its_own_orders_and_no_other_door() {
        String code = dispatchTo(DEPARTMENT);
        String other = dispatchTo("hbj");
        assertThat(get("/work-orders/" + other + "-1-hbj").status()).isEqualTo(404);
        assertThat(answer(DEPARTMENT, other + "-1-hbj", "accept", Map.of(), "o-" + code)
                        .status())
                .isEqualTo(404);
        assertThat(get("/work-orders?limit=100").body().path("items"))
                .allSatisfy(
                        order -> assertThat(order.path("department").asText()).isEqualTo(DEPARTMENT));
        for (String door : List.of(
                "/api/v1/requests/" + code,
                "/api/v1/tasks",
                "/api/v1/dead-letters",
                "/api/v1/connectors",
                "/actuator/metrics")) {
            assertThat(api.get(AGENCY, door).status()).as(door).isEqualTo(403);
        }
        assertThat(api.get(AGENCY, "/engine-rest/task").status()).isEqualTo(403);
        for (String stranger : List.of("dept-" + DEPARTMENT, "resident1", "admin", "supervisor")) {
            assertThat(api.get(stranger, "/integration/v1/work-orders").status())
                    .as(stranger)
                    .isEqualTo(403);
        }
        assertThat(api.get(null, "/integration/v1/work-orders").status()).isEqualTo(401);
        assertThat(api.get("supervisor", "/api/v1/dead-letters").status()).isEqualTo(403);
    }

    @Test
    void a_closed_order_shows_the_system_no_more_than_the_departments_own_clerks_see() {
        String code = dispatchTo(DEPARTMENT);
        assertThat(get("/work-orders/" + code + "-1-" + DEPARTMENT)
                        .body()
                        .path("contact")
                        .path("phone")
                        .asText())
                .isEqualTo("13900001111");
        answer(DEPARTMENT, code + "-1-" + DEPARTMENT, "return", Map.of("reason", "不是我局职责"), "r-" + code);
        String closed = get("/work-orders/" + code + "-1-" + DEPARTMENT).body().toString();
        assertThat(closed).contains("RETURNED").doesNotContain("13900001111", "测试人");
        assertThat(people.find("agency-" + DEPARTMENT))
                .as("a system is nobody's colleague")
                .isEmpty();
    }

    @Test
    void a_monitor_reads_how_the_connectors_do_and_nothing_else() throws Exception {
        try (HttpDepartment system = new HttpDepartment()) {
            connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", system.url()));
            meters.count();
            assertThat(registry.get("liudan.connector.up")
                            .tag("department", DEPARTMENT)
                            .gauge()
                            .value())
                    .isEqualTo(1);
            assertThat(registry.get("liudan.connector.queue")
                            .tag("department", DEPARTMENT)
                            .gauge()
                            .value())
                    .isZero();
        }
        assertThat(api.get("admin", "/actuator/prometheus").status()).isEqualTo(200);
        for (String stranger : List.of("resident1", "supervisor", AGENCY)) {
            assertThat(api.get(stranger, "/actuator/prometheus").status())
                    .as(stranger)
                    .isEqualTo(403);
        }
        assertThat(api.get("liudan-monitor", "/actuator/prometheus").status()).isEqualTo(200);
        for (String door :
                List.of("/api/v1/tasks", "/api/v1/connectors", "/actuator/metrics", "/integration/v1/work-orders")) {
            assertThat(api.get("liudan-monitor", door).status()).as(door).isEqualTo(403);
        }
    }

    @Test
    void lists_have_pages_and_the_change_feed_passes_over_nothing() {
        String start = cursor();
        List<String> codes = List.of(dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT));
        answer(DEPARTMENT, order(codes.get(1)), "accept", Map.of(), "a-" + codes.get(1));
        List<String> seen = new ArrayList<>();
        String since = start;
        for (int page = 0; page < 10; page++) {
            JsonNode changes = get("/changes?limit=2" + (since == null ? "" : "&since=" + since))
                    .body();
            changes.path("items")
                    .forEach(change -> seen.add(change.path("kind").asText() + " "
                            + change.path("workOrder").path("requestCode").asText()));
            since = changes.path("next").asText();
        }
        assertThat(seen)
                .containsExactly(
                        "ISSUED " + codes.get(0),
                        "ISSUED " + codes.get(1),
                        "ISSUED " + codes.get(2),
                        "ACCEPTED " + codes.get(1));
        JsonNode page = get("/work-orders?limit=2&status=ISSUED").body();
        assertThat(page.path("items"))
                .extracting(order -> order.path("requestCode").asText())
                .containsExactly(codes.get(2), codes.get(0));
        JsonNode rest = get("/work-orders?limit=2&status=ISSUED&cursor="
                        + page.path("next").asText())
                .body();
        assertThat(rest.path("items")).noneSatisfy(order -> assertThat(codes)
                .contains(order.path("requestCode").asText()));
        assertThat(get("/changes?since=yesterday").status()).isEqualTo(422);
    }

    private String cursor() {
        String since = null;
        while (true) {
            JsonNode changes = get("/changes?limit=100" + (since == null ? "" : "&since=" + since))
                    .body();
            if (changes.path("items").isEmpty()) {
                return since;
            }
            since = changes.path("next").asText();
        }
    }

    @Test
    void attachments_are_links_that_need_no_token_and_expire() {
        String photo = api.upload("resident1", "p.pdf", "%PDF-1.4\n%%EOF\n".getBytes(StandardCharsets.US_ASCII))
                .body()
                .path("id")
                .asText();
        String code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "附件",
                                "description",
                                "见附件",
                                "gridCode",
                                "622901001001-01",
                                "attachments",
                                List.of(photo)))
                .body()
                .path("code")
                .asText();
        decide("grid1", code, Map.of("decision", "CONFIRM"));
        decide("community1", code, Map.of("decision", "ISSUE"));
        decide("street1", code, Map.of("decision", "DISPATCH", "lead", DEPARTMENT, "urgency", "NORMAL"));
        String url = get("/work-orders/" + order(code))
                .body()
                .path("attachments")
                .path(0)
                .path("url")
                .asText();
        String path = url.substring(url.indexOf("/integration"));
        assertThat(api.send(null, "GET", path, BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(200);
        assertThat(api.send(
                                null,
                                "GET",
                                path.replaceFirst("signature=.", "signature="),
                                BodyPublishers.noBody(),
                                Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(api.send(
                                null,
                                "GET",
                                path.replaceFirst("expires=\\d", "expires=9"),
                                BodyPublishers.noBody(),
                                Map.of())
                        .status())
                .isEqualTo(404);
        clock.moveBy(java.time.Duration.ofDays(4));
        assertThat(api.send(null, "GET", path, BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(404);
    }
}
