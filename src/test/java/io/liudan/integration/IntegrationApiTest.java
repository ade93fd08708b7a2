package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api.Answer;
import io.liudan.identity.People;
import io.liudan.process.EngineClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

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

    @Autowired
    private DataSource dataSource;

    @Autowired
    private JdbcClient jdbc;

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
        assertThat(answer(
                                DEPARTMENT,
                                order(dispatchTo(DEPARTMENT)),
                                "accept",
                                Map.of("workOrder", order(code), "action", "accept"),
                                "k-" + code)
                        .status())
                .as("the same key for another order, whatever the body calls it")
                .isEqualTo(422);
        assertThat(answer(DEPARTMENT, order(code), "finish", finish(), "f-" + code)
                        .status())
                .isEqualTo(200);
        assertThat(answer(DEPARTMENT, order(code), "accept", Map.of(), "late-" + code)
                        .status())
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
    void of_different_answers_that_come_at_once_one_counts_and_the_others_are_told_so() throws Exception {
        for (int round = 0; round < 3; round++) {
            String code = dispatchTo(DEPARTMENT);
            answer(DEPARTMENT, order(code), "accept", Map.of(), "a-" + code);
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String key = "c" + i + "-" + code;
                boolean finishes = i % 2 == 0;
                calls.add(() -> finishes
                        ? answer(DEPARTMENT, order(code), "finish", finish(), key)
                                .status()
                        : answer(
                                        DEPARTMENT,
                                        order(code),
                                        "explain",
                                        Map.of("explanation", "需列入明年计划", "plan", "明年春季"),
                                        key)
                                .status());
            }
            List<Integer> statuses = new ArrayList<>();
            try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
                for (Future<Integer> call : pool.invokeAll(calls)) {
                    statuses.add(call.get());
                }
            }
            assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 409);
        }
    }

    @Test
    void the_change_feed_waits_for_no_open_transaction_and_passes_over_nothing() throws Exception {
        String before = feed(null).path("next").asText(null);
        String late = dispatchTo(DEPARTMENT);
        try (Connection elsewhere = dataSource.getConnection();
                Connection slow = dataSource.getConnection()) {
            // Somebody's long transaction, and a change that is made first and committed last.
            elsewhere.setAutoCommit(false);
            elsewhere.createStatement().execute("create temporary table held (n int) on commit drop");
            slow.setAutoCommit(false);
            slow.createStatement().execute("""
                    insert into work_order_change (work_order, matter_id, department, kind, at)
                    select id, matter_id, department, 'URGED', now() from work_order where matter_id = '%s'::bigint / 10""".formatted(late));
            String code = dispatchTo(DEPARTMENT);
            JsonNode first = feed(before);
            assertThat(orders(first)).contains(order(code));
            assertThat(kinds(first, order(late))).doesNotContain("URGED");
            slow.commit();
            JsonNode second = feed(first.path("next").asText());
            assertThat(kinds(second, order(late))).containsExactly("URGED");
            elsewhere.rollback();
        }
    }

    @Test
    void a_cursor_from_before_the_feeds_own_numbers_goes_on_where_it_was() {
        String code = dispatchTo(DEPARTMENT);
        feed(null);
        long id = jdbc.sql("select min(id) from work_order_change where matter_id = ?::bigint / 10")
                .param(code)
                .query(Long.class)
                .single();
        jdbc.sql("update work_order_change set tx = '4711' where id = ?")
                .param(id)
                .update();
        answer(DEPARTMENT, order(code), "accept", Map.of(), "a-" + code);
        assertThat(kinds(feed("4711-" + id), order(code))).containsExactly("ACCEPTED");
        assertThat(kinds(feed("4711-" + (id - 1)), order(code))).containsExactly("ISSUED", "ACCEPTED");
        jdbc.sql("update work_order_change set tx = null where id = ?")
                .param(id)
                .update();
    }

    @Test
    void after_a_restored_backup_a_reader_who_was_ahead_of_it_goes_on_where_the_backup_ended() {
        String code = dispatchTo(DEPARTMENT);
        String seen = feed(null).path("next").asText();
        for (JsonNode page = feed(seen); !page.path("items").isEmpty(); page = feed(seen)) {
            seen = page.path("next").asText();
        }
        long number = Long.parseLong(seen.split("-")[1]);
        // The reader's epoch began after the backup was taken, and had gone five changes further.
        long lost = jdbc.sql("select max(id) from feed_epoch").query(Long.class).single() + 1;
        jdbc.sql("insert into feed_epoch values (?, ?)")
                .params(lost + 1, number)
                .update();
        answer(DEPARTMENT, order(code), "accept", Map.of(), "a-" + code);
        assertThat(kinds(feed(lost + "-" + (number + 5)), order(code))).containsExactly("ACCEPTED");
        assertThat(kinds(feed((lost + 1) + "-" + number), order(code))).containsExactly("ACCEPTED");
        jdbc.sql("delete from feed_epoch where id = ?").param(lost + 1).update();
    }

    private JsonNode feed(String since) {
        return get("/changes?limit=100" + (since == null ? "" : "&since=" + since))
                .body();
    }

    private static List<String> orders(JsonNode changes) {
        return changes.path("items").findValuesAsText("code");
    }

    private static List<String> kinds(JsonNode changes, String order) {
        List<String> kinds = new ArrayList<>();
        changes.path("items").forEach(change -> {
            if (change.path("workOrder").path("code").asText().equals(order)) {
                kinds.add(change.path("kind").asText());
            }
        });
        return kinds;
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
