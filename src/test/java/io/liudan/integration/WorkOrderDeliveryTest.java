package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.liudan.process.EngineClock;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Work orders on their way to a department's own system, and every way in which that can end. */
class WorkOrderDeliveryTest extends DepartmentTest {

    private static final String DEPARTMENT = "rqgs";

    @Autowired
    private JdbcClient jdbc;

    private HttpDepartment system;

    @BeforeEach
    void connected() throws Exception {
        system = new HttpDepartment();
        connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", system.url(), "retryCycle", "PT0.1S,PT0.1S"));
    }

    @AfterEach
    void closed() {
        system.close();
    }

    @AfterAll
    static void every_flow_node_of_the_model_was_passed(@Autowired JdbcClient jdbc) throws IOException {
        Set<String> passed = new HashSet<>(
                jdbc.sql("select distinct act_id_ from act_hi_actinst where proc_def_key_ = 'work-order-delivery'")
                        .query(String.class)
                        .list());
        Matcher nodes = Pattern.compile("<bpmn:\\w*(?:[eE]vent|Task|Gateway) id=\"([^\"]+)\"")
                .matcher(Files.readString(Path.of("bpmn/work-orders/work-order-delivery.bpmn")));
        assertThat(nodes.results().map(node -> node.group(1)).toList())
                .hasSizeGreaterThan(10)
                .allSatisfy(node -> assertThat(passed).contains(node));
    }

    /** The same system under a new file: nothing is held against it. */
    private void connectAnew() {
        connect(
                DEPARTMENT,
                "# " + System.nanoTime() + "\n"
                        + templated("rest", DEPARTMENT, "url", system.url(), "retryCycle", "PT0.1S,PT0.1S"));
        await(
                "the new connector",
                () -> connector(DEPARTMENT).path("circuit").asText().equals("CLOSED")
                        && connector(DEPARTMENT).path("state").asText().equals("UP"));
    }

    private List<String> deliveries(String code) {
        return jdbc.sql(
                        "select kind || ' ' || coalesce(delivery, '-') || ' ' || coalesce(receipt, '-') from work_order_change where matter_id = ?::bigint / 10 order by id")
                .param(code)
                .query(String.class)
                .list();
    }

    private String key(String code) {
        return "work-order-change-"
                + jdbc.sql("select min(id) from work_order_change where matter_id = ?::bigint / 10")
                        .param(code)
                        .query(Long.class)
                        .single();
    }

    private JsonNode deadLetter(String code) {
        for (JsonNode letter : api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT + "&direction=OUT")
                .body()
                .path("items")) {
            if (letter.path("requestCode").asText().equals(code)) {
                return letter;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    @Test
    void an_order_reaches_the_departments_system_with_all_that_it_needs_and_its_receipt_is_kept() {
        String code = dispatchTo(DEPARTMENT);
        await("the order", () -> !system.effects.isEmpty());
        ObjectNode message = (ObjectNode) system.calls.getFirst();
        assertThat(message.path("kind").asText()).isEqualTo("ISSUED");
        JsonNode order = message.path("workOrder");
        assertThat(order.path("code").asText()).isEqualTo(code + "-1-" + DEPARTMENT);
        assertThat(order.path("role").asText()).isEqualTo("LEAD");
        assertThat(order.path("description").asText()).isEqualTo("东门外三天没有清运");
        assertThat(order.path("contact").path("phone").asText()).isEqualTo("13900001111");
        assertThat(Instant.parse(order.path("dueAt").asText())).isAfter(Instant.now());
        await("the receipt", () -> deliveries(code).equals(List.of("ISSUED DELIVERED R-" + key(code))));
        assertThat(api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("desk")
                        .path("code")
                        .asText())
                .as("the process knows no difference")
                .isEqualTo("dept-" + DEPARTMENT);
    }

    @Test
    void a_department_without_a_system_has_its_orders_in_the_tasklist_only() {
        String code = dispatchTo("gdgs");
        assertThat(deliveries(code)).containsExactly("ISSUED - -");
        assertThat(jdbc.sql("select count(*) from act_ru_execution where business_key_ = ?")
                        .param(code)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        assertThat(api.task("dept-gdgs", code, "accept").isMissingNode()).isFalse();
    }

    @Test
    void what_the_desk_decides_in_the_tasklist_its_system_is_told_in_order() {
        String code = dispatchTo(DEPARTMENT);
        decide("dept-" + DEPARTMENT, code, Map.of("decision", "ACCEPT"));
        decide("dept-" + DEPARTMENT, code, Map.of("decision", "REQUEST_EXTENSION", "days", 3, "reason", "等配件"));
        decide("street1", code, Map.of("decision", "APPROVE"));
        decide(
                "dept-" + DEPARTMENT,
                code,
                Map.of("decision", "FINISH", "report", "已办", "evidence", List.of(api.evidence("dept-" + DEPARTMENT))));
        await("all messages", () -> system.kinds(code).size() == 4);
        assertThat(system.kinds(code)).containsExactly("ISSUED", "ACCEPTED", "EXTENSION_APPROVED", "FINISHED");
    }

    @Test
    void what_its_system_decides_it_is_not_told_again() {
        String code = dispatchTo(DEPARTMENT);
        String order = code + "-1-" + DEPARTMENT;
        assertThat(answer(DEPARTMENT, order, "accept", Map.of(), "a-" + code).status())
                .isEqualTo(200);
        assertThat(answer(DEPARTMENT, order, "extension", Map.of("days", 2, "reason", "等配件"), "e-" + code)
                        .status())
                .isEqualTo(200);
        decide("street1", code, Map.of("decision", "REJECT", "reason", "不必"));
        assertThat(answer(DEPARTMENT, order, "finish", finish(), "f-" + code).status())
                .isEqualTo(200);
        assertThat(status(code)).isEqualTo("HANDLED");
        await("the street's answer", () -> system.kinds(code).size() == 2);
        assertThat(system.kinds(code)).containsExactly("ISSUED", "EXTENSION_REFUSED");
    }

    @Test
    void urging_and_withdrawing_reach_the_departments_system() {
        String code = dispatchTo(DEPARTMENT);
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/urge", Map.of())
                        .status())
                .isLessThan(300);
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/withdraw", Map.of())
                        .status())
                .isLessThan(300);
        await("all messages", () -> system.kinds(code).size() == 3);
        assertThat(system.kinds(code)).containsExactly("ISSUED", "URGED", "CANCELLED");
        assertThat(system.calls.getLast().path("workOrder").has("contact"))
                .as("who may no longer call learns no number")
                .isFalse();
    }

    @Test
    void a_failed_delivery_is_tried_again_under_the_same_key_and_later_messages_wait_for_it() {
        system.says = (exchange, receipt) -> {
            if (system.calls.size() < 3) {
                HttpDepartment.send(exchange, 500, "{}");
            } else {
                HttpDepartment.send(exchange, 200, "{\"receipt\": \"late\"}");
            }
        };
        String code = dispatchTo(DEPARTMENT);
        decide("dept-" + DEPARTMENT, code, Map.of("decision", "ACCEPT"));
        await("both messages", () -> system.kinds(code).contains("ACCEPTED"));
        assertThat(system.kinds(code)).containsExactly("ISSUED", "ISSUED", "ISSUED", "ACCEPTED");
        assertThat(system.effects).hasSize(2);
    }

    @Test
    void an_order_that_the_system_refuses_is_the_desks_to_deal_with_by_sending_it_again() {
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 422, "{}");
        String code = dispatchTo(DEPARTMENT);
        await("the desk's task", () -> !api.task("dept-" + DEPARTMENT, code, "undelivered")
                .isMissingNode());
        assertThat(system.calls).as("a refusal isn't tried again").hasSize(1);
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 200, "{\"receipt\": \"second\"}");
        assertThat(api.complete(
                                "dept-" + DEPARTMENT,
                                api.task("dept-" + DEPARTMENT, code, "undelivered")
                                        .path("id")
                                        .asText(),
                                Map.of("decision", "RESEND"))
                        .status())
                .isEqualTo(204);
        await("the receipt", () -> deliveries(code).equals(List.of("ISSUED DELIVERED second")));
    }

    @Test
    void an_order_that_the_system_refuses_may_be_told_by_other_means() {
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 409, "{}");
        String code = dispatchTo(DEPARTMENT);
        await("the desk's task", () -> !api.task("dept-" + DEPARTMENT, code, "undelivered")
                .isMissingNode());
        assertThat(api.complete(
                                "dept-" + DEPARTMENT,
                                api.task("dept-" + DEPARTMENT, code, "undelivered")
                                        .path("id")
                                        .asText(),
                                Map.of("decision", "BY_HAND"))
                        .status())
                .isEqualTo(204);
        assertThat(deliveries(code)).containsExactly("ISSUED BY_HAND -");
        assertThat(system.calls).hasSize(1);
    }

    @Test
    void garbage_a_wrong_body_and_no_answer_end_as_dead_letters_that_show_no_word_of_the_resident() {
        List<HttpDepartment.Says> faults = List.of(
                (exchange, receipt) -> HttpDepartment.send(exchange, 200, "\u0000<<<"),
                (exchange, receipt) -> HttpDepartment.send(exchange, 200, "{\"ok\": true}"),
                (exchange, receipt) -> exchange.close());
        for (HttpDepartment.Says fault : faults) {
            system.says = fault;
            // Three faults of three attempts each would else open the circuit.
            connectAnew();
            String code = dispatchTo(DEPARTMENT);
            await("the dead letter", () -> !deadLetter(code).isMissingNode());
            JsonNode letter = api.get(
                            "admin",
                            "/api/v1/dead-letters/"
                                    + deadLetter(code).path("id").asText())
                    .body();
            assertThat(letter.path("payload").asText())
                    .contains(code + "-1-" + DEPARTMENT)
                    .doesNotContain("清运", "13900001111", "测试人");
            assertThat(letter.path("details").asText())
                    .contains(system.url())
                    .doesNotContain("清运", "13900001111", "测试人");
            assertThat(letter.path("letter").path("reason").asText()).contains(DEPARTMENT + " → " + system.url());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "false", "\"\"", "\" \\u3000\"", "{}", "[]", "[\"R-1\"]", "{\"id\": 1}"})
    void what_names_no_order_is_no_receipt_and_no_delivery(String receipt) {
        system.says = (exchange, known) -> HttpDepartment.send(exchange, 200, "{\"receipt\": " + receipt + "}");
        String code = dispatchTo(DEPARTMENT);
        await("the dead letter", () -> !deadLetter(code).isMissingNode());
        assertThat(deliveries(code)).containsExactly("ISSUED WAITING -");
    }

    @Test
    void a_number_is_a_receipt() {
        system.says = (exchange, known) -> HttpDepartment.send(exchange, 200, "{\"receipt\": 4711}");
        String code = dispatchTo(DEPARTMENT);
        await("the receipt", () -> deliveries(code).equals(List.of("ISSUED DELIVERED 4711")));
    }

    @Test
    void a_system_that_drips_its_answer_or_sends_no_end_of_it_holds_nobody_for_long() throws Exception {
        byte[] head = "{\"receipt\": \"".getBytes(StandardCharsets.UTF_8);
        List<HttpDepartment.Says> slow = List.of(
                (exchange, receipt) -> {
                    exchange.sendResponseHeaders(200, 100_000);
                    exchange.getResponseBody().write(head);
                    for (int i = 0; i < 100; i++) {
                        exchange.getResponseBody().write('x');
                        exchange.getResponseBody().flush();
                        LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
                    }
                },
                (exchange, receipt) -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(head);
                    byte[] much = "x".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
                    for (int i = 0; i < 1000; i++) {
                        exchange.getResponseBody().write(much);
                    }
                });
        for (HttpDepartment.Says way : slow) {
            system.says = way;
            try (OtherConnection dripping =
                    new OtherConnection("wygl", system.url(), "retryCycle", "PT0.1S", "timeout", "1000")) {
                String code = dispatchTo("wygl");
                Instant begun = Instant.now();
                await("the dead letter", () -> api.get("admin", "/api/v1/dead-letters?connector=wygl&direction=OUT")
                        .body()
                        .path("items")
                        .findValuesAsText("requestCode")
                        .contains(code));
                // Two attempts of a second each; thirty seconds would be the whole of the first one's drops.
                assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(15));
            }
        }
    }

    @Test
    void a_dead_letter_is_replayed_or_discarded_and_the_next_message_goes_its_way() {
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 503, "{}");
        String replayed = dispatchTo(DEPARTMENT);
        await("the one dead letter", () -> !deadLetter(replayed).isMissingNode());
        connectAnew();
        String discarded = dispatchTo(DEPARTMENT);
        decide("dept-" + DEPARTMENT, discarded, Map.of("decision", "ACCEPT"));
        await("the other dead letter", () -> !deadLetter(discarded).isMissingNode());
        String id = deadLetter(replayed).path("id").asText();
        String other = deadLetter(discarded).path("id").asText();
        assertThat(connector(DEPARTMENT).path("deadLetters").asInt()).isGreaterThanOrEqualTo(2);
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 200, "{\"receipt\": \"again\"}");

        assertThat(api.post("admin", "/api/v1/dead-letters/" + other + "/discard", Map.of("reason", " "))
                        .status())
                .isEqualTo(422);
        assertThat(api.post("admin", "/api/v1/dead-letters/" + other + "/discard", Map.of("reason", "已电话告知"))
                        .status())
                .isEqualTo(204);
        assertThat(api.post("admin", "/api/v1/dead-letters/" + other + "/discard", Map.of("reason", "再来"))
                        .status())
                .isEqualTo(404);
        assertThat(api.post("admin", "/api/v1/dead-letters/replay", Map.of("ids", List.of(id, other)))
                        .body()
                        .path("replayed"))
                .extracting(JsonNode::asText)
                .containsExactly(id);

        await("the replayed one", () -> deliveries(replayed).equals(List.of("ISSUED DELIVERED again")));
        await("what came after the discarded one", () -> deliveries(discarded)
                .equals(List.of("ISSUED DISCARDED -", "ACCEPTED DELIVERED again")));
        assertThat(jdbc.sql(
                                "select action || ' ' || actor || ' ' || coalesce(left(reason, 1), '-') from dead_letter_action where letter in (?, ?) order by id")
                        .params(id, other)
                        .query(String.class)
                        .list())
                .as("with the operator's words sealed")
                .containsExactly("DISCARD admin ~", "REPLAY admin -");
    }

    @Test
    void a_system_that_fails_again_and_again_is_left_alone_until_it_is_well() {
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 500, "{}");
        List<String> codes = List.of(dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT));
        await("the circuit", () -> connector(DEPARTMENT).path("state").asText().equals("OPEN"));
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 200, "{\"receipt\": \"well\"}");
        await(
                "the circuit's end",
                () -> connector(DEPARTMENT).path("circuit").asText().equals("CLOSED")
                        || connector(DEPARTMENT).path("deadLetters").asInt() > 0
                                && connector(DEPARTMENT)
                                        .path("circuit")
                                        .asText()
                                        .equals("HALF_OPEN"));
        codes.forEach(code -> await(
                "delivery or dead letter of " + code,
                () -> deliveries(code).getFirst().contains("DELIVERED")
                        || !deadLetter(code).isMissingNode()));
    }

    @Test
    void what_waits_while_a_system_is_down_for_ten_minutes_arrives_when_it_is_back(@Autowired EngineClock clock)
            throws Exception {
        int port = system.port();
        system.close();
        String code;
        try (OtherConnection patient =
                new OtherConnection("wygl", "http://localhost:" + port + "/work-orders", "retryCycle", "patient")) {
            long before = failures("wygl");
            code = dispatchTo("wygl");
            decide("dept-wygl", code, Map.of("decision", "ACCEPT"));
            await("the first failure", () -> failures("wygl") > before);
            for (int minute = 1; minute <= 10; minute++) {
                clock.moveBy(Duration.ofMinutes(minute));
            }
            assertThat(deliveries(code)).allMatch(line -> line.contains("WAITING"));
            system = new HttpDepartment(port);
            await("both messages", () -> system.kinds(code).size() == 2);
            assertThat(system.kinds(code)).containsExactly("ISSUED", "ACCEPTED");
            assertThat(patient).isNotNull();
        }
    }

    @Test
    void a_delivery_that_somebody_ended_by_hand_is_begun_anew(
            @Autowired EngineClock clock, @Autowired ProcessEngine engine, @Autowired ApplicationContext beans)
            throws Exception {
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 503, "{}");
        String code = dispatchTo(DEPARTMENT);
        await("the dead letter", () -> !deadLetter(code).isMissingNode());
        engine.getRuntimeService()
                .deleteProcessInstance(
                        engine.getRuntimeService()
                                .createProcessInstanceQuery()
                                .processDefinitionKey("work-order-delivery")
                                .processInstanceBusinessKey(code)
                                .singleResult()
                                .getId(),
                        "by hand");
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 200, "{\"receipt\": \"anew\"}");
        decide("dept-" + DEPARTMENT, code, Map.of("decision", "ACCEPT"));
        clock.moveBy(Duration.ofMinutes(3));
        Object sweep = beans.getBean("deliverySweep");
        Method run = sweep.getClass().getDeclaredMethod("sweep");
        run.setAccessible(true);
        run.invoke(sweep);
        run.invoke(sweep);
        await("both messages", () -> deliveries(code)
                .equals(List.of("ISSUED DELIVERED anew", "ACCEPTED DELIVERED anew")));
    }

    @Test
    void a_slow_department_holds_up_no_other() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        system.says = (exchange, receipt) -> {
            try {
                slow.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            HttpDepartment.send(exchange, 200, "{\"receipt\": \"slow\"}");
        };
        List<String> waiting =
                List.of(dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT));
        try (HttpDepartment quick = new HttpDepartment();
                OtherConnection other = new OtherConnection("wygl", quick.url())) {
            Instant start = Instant.now();
            String code = dispatchTo("wygl");
            await("the quick one", () -> quick.kinds(code).size() == 1);
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(other).isNotNull();
        } finally {
            slow.countDown();
        }
        waiting.forEach(
                code -> await("the slow ones", () -> deliveries(code).equals(List.of("ISSUED DELIVERED slow"))));
        waiting.forEach(code -> assertThat(system.kinds(code)).containsExactly("ISSUED"));
    }

    /** A second department beside the first. */
    private final class OtherConnection implements AutoCloseable {

        private final Path file;
        private final String department;

        OtherConnection(String department, String url, String... more) throws IOException {
            this.department = department;
            this.file = departments().resolve(department + ".yaml");
            Files.writeString(
                    file,
                    templated(
                            "rest",
                            department,
                            Stream.concat(Stream.of("url", url), Stream.of(more))
                                    .toArray(String[]::new)));
            await(
                    "the connector of " + department,
                    () -> connector(department).path("state").asText().equals("UP"));
        }

        @Override
        public void close() throws IOException {
            Files.delete(file);
            await("its end", () -> connector(department).isMissingNode());
        }
    }
}
