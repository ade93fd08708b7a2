package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.process.EngineClock;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A department's system that is down, paused, away for maintenance, or slow by agreement. */
class CircuitTest extends DepartmentTest {

    private static final String DEPARTMENT = "rlgs";

    private HttpDepartment system;

    @Autowired
    org.springframework.jdbc.core.simple.JdbcClient jdbc;

    @BeforeEach
    void started() throws Exception {
        system = new HttpDepartment();
    }

    @AfterEach
    void closed() {
        system.close();
    }

    private void connected(String... more) {
        String[] parameters = new String[more.length + 4];
        System.arraycopy(
                new String[] {"url", system.url(), "retryCycle", "PT0.3S,PT0.3S,PT0.3S,PT0.3S"}, 0, parameters, 0, 4);
        System.arraycopy(more, 0, parameters, 4, more.length);
        connect(DEPARTMENT, templated("rest", DEPARTMENT, parameters));
    }

    private String state() {
        return connector(DEPARTMENT).path("state").asText();
    }

    private int deadLetters() {
        return api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT + "&direction=OUT")
                .body()
                .path("items")
                .size();
    }

    private void post(String path, Map<String, ?> body, int status) {
        assertThat(api.post("admin", "/api/v1/connectors/" + DEPARTMENT + path, body)
                        .status())
                .isEqualTo(status);
    }

    @Test
    void an_outage_of_a_day_makes_no_dead_letter_and_one_order_at_a_time_tries_it(@Autowired EngineClock clock)
            throws Exception {
        connected("concurrency", "4");
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger trials = new AtomicInteger();
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 503, "{}");
        List<String> codes = List.of(dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT));
        await("the circuit", () -> state().equals("OPEN"));
        system.says = (exchange, receipt) -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            trials.incrementAndGet();
            pause(300);
            atOnce.decrementAndGet();
            HttpDepartment.send(exchange, 503, "{}");
        };
        for (int hour = 1; hour <= 24; hour++) {
            clock.moveBy(Duration.ofHours(hour));
            pause(250);
        }
        await("some trials", () -> trials.get() >= 4);
        assertThat(deadLetters()).isZero();
        assertThat(most.get()).as("at a time").isEqualTo(1);
        assertThat(state()).isEqualTo("OPEN");
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 200, "{\"receipt\": \"well\"}");
        int before = system.calls.size();
        AtomicInteger minutes = new AtomicInteger();
        await("the end of the outage", () -> {
            clock.moveBy(Duration.ofDays(1).plusMinutes(minutes.incrementAndGet()));
            return codes.stream().allMatch(code -> receipt(code).equals("well"));
        });
        assertThat(system.calls.size() - before).as("each once").isLessThanOrEqualTo(4);
        await("its state", () -> state().equals("UP"));
    }

    private String receipt(String code) {
        return api.get("admin", "/api/v1/exchanges?workOrder=" + code + "-1-" + DEPARTMENT)
                .body()
                .path("items")
                .path(0)
                .path("receipt")
                .asText();
    }

    @Test
    void a_system_that_failed_its_last_attempt_is_said_to_fail_however_few_there_were() {
        connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", system.url(), "retryCycle", "PT1S,PT1S,PT1S"));
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 500, "{}");
        String code = dispatchTo(DEPARTMENT);
        await("its state", () -> state().equals("FAILING"));
        assertThat(api.get("admin", "/api/v1/connectors")
                        .body()
                        .path(0)
                        .path("state")
                        .asText())
                .as("trouble comes first")
                .isIn("DOWN", "OPEN", "FAILING");
        system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 200, "{\"receipt\": \"well\"}");
        await("its recovery", () -> state().equals("UP"));
        assertThat(receipt(code)).isEqualTo("well");
    }

    @Test
    void what_operators_pause_gets_nothing_until_it_is_resumed() {
        connected();
        post("/pause", Map.of("reason", " "), 422);
        post("/pause", Map.of("reason", "对方升级", "until", "2020-01-01T00:00:00Z"), 422);
        post("/pause", Map.of("reason", "对方升级"), 204);
        String code = dispatchTo(DEPARTMENT);
        pause(1500);
        assertThat(system.calls).isEmpty();
        assertThat(state()).isEqualTo("PAUSED");
        JsonNode waiting = api.get("admin", "/api/v1/deliveries?connector=" + DEPARTMENT)
                .body()
                .path("items");
        assertThat(waiting.findValuesAsText("requestCode")).containsExactly(code);
        assertThat(connector(DEPARTMENT).path("hold").path("reason").asText()).isEqualTo("对方升级");
        post("/resume", Map.of(), 204);
        await("the order", () -> system.kinds(code).equals(List.of("ISSUED")));
    }

    @Test
    void a_pause_ends_by_itself_when_its_time_is_over(@Autowired EngineClock clock) {
        connected();
        post(
                "/pause",
                Map.of(
                        "reason",
                        "对方升级",
                        "until",
                        Instant.now().plusSeconds(3600).toString()),
                204);
        String code = dispatchTo(DEPARTMENT);
        pause(1500);
        assertThat(system.calls).isEmpty();
        clock.moveBy(Duration.ofHours(2));
        await("the order", () -> system.kinds(code).equals(List.of("ISSUED")));
    }

    @Test
    void while_its_file_says_that_it_is_away_nothing_is_carried() {
        connected();
        // As wide as can be, whatever the time is in the city.
        String times = "00:00-12:00, 12:00-00:00";
        rewrite(templated("rest", DEPARTMENT, "url", system.url(), "maintenance", times));
        await("maintenance", () -> state().equals("MAINTENANCE"));
        String code = dispatchTo(DEPARTMENT);
        pause(1500);
        assertThat(system.calls).isEmpty();
        rewrite(templated("rest", DEPARTMENT, "url", system.url()));
        await("the order", () -> system.kinds(code).equals(List.of("ISSUED")));
    }

    private static void rewrite(String text) {
        try {
            Files.writeString(departments().resolve(DEPARTMENT + ".yaml"), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void no_more_orders_a_minute_than_its_file_allows(@Autowired EngineClock clock) {
        connected("callsPerMinute", "2");
        List<String> codes = List.of(dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT), dispatchTo(DEPARTMENT));
        await("two of three", () -> system.calls.size() == 2);
        pause(1500);
        assertThat(system.calls).hasSize(2);
        clock.moveBy(Duration.ofSeconds(61));
        await("the third", () -> system.calls.size() == 3);
        assertThat(codes).hasSize(3);
        Instant before = Instant.now().plusSeconds(30);
        await("the third on record", () -> exchanged("from=" + before + "&to=" + before.plusSeconds(60)) == 1);
        assertThat(exchanged("from=" + before.minusSeconds(60) + "&to=" + before))
                .isGreaterThanOrEqualTo(2);
        assertThat(exchanged("from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z"))
                .isZero();
    }

    private int exchanged(String query) {
        return api.get("admin", "/api/v1/exchanges?limit=100&connector=" + DEPARTMENT + "&" + query)
                .body()
                .path("items")
                .size();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
