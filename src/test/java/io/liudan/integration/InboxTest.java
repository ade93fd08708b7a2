package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.process.EngineClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Messages that nobody waits for an answer to: each has one effect, in order; none is lost. */
class InboxTest extends DepartmentTest {

    private static final String DEPARTMENT = "jtj";

    @Autowired
    private Inbox inbox;

    @Autowired
    private EngineClock clock;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private ProducerTemplate producer;

    private void take(String key, String body) {
        inbox.take(DEPARTMENT, "kafka", key, body);
    }

    private static String message(String code, String action, String more) {
        return "{\"workOrder\": \"" + code + "-1-" + DEPARTMENT + "\", \"action\": \"" + action + "\"" + more + "}";
    }

    private String state(String key) {
        return jdbc.sql("select state from inbound_message where department = ? and key = ?")
                .params(DEPARTMENT, key)
                .query(String.class)
                .single();
    }

    private JsonNode deadLetter(String key) {
        long id = jdbc.sql("select id from inbound_message where key = ?")
                .param(key)
                .query(Long.class)
                .single();
        return api.get("admin", "/api/v1/dead-letters/in-" + id).body();
    }

    private void tryAgain() {
        clock.moveBy(clock.ahead().plus(Duration.ofMinutes(6)));
        inbox.workOff();
    }

    @Test
    void a_message_is_worked_off_at_once_and_once() {
        String code = dispatchTo(DEPARTMENT);
        String key = UUID.randomUUID().toString();
        take(key, message(code, "accept", ""));
        take(key, message(code, "accept", ""));
        assertThat(state(key)).isEqualTo("DONE");
        assertThat(status(code)).isEqualTo("ACCEPTED");
    }

    @Test
    void what_comes_too_early_steps_aside_and_has_its_turn_when_its_step_has_come() {
        String code = dispatchTo(DEPARTMENT);
        take(
                "finish-" + code,
                message(
                        code,
                        "finish",
                        ", \"report\": \"已办\", \"evidence\": [{\"content\": \"JVBERi0xLjQKJSVFT0YK\"}]"));
        assertThat(state("finish-" + code)).isEqualTo("WAITING");
        assertThat(status(code)).isEqualTo("DISPATCHED");
        take("accept-" + code, message(code, "accept", ""));
        assertThat(List.of(state("accept-" + code), state("finish-" + code))).containsOnly("DONE");
        assertThat(status(code)).isEqualTo("HANDLED");
        take("progress-" + code, message(code, "progress", ", \"text\": \"快好了\""));
        assertThat(state("progress-" + code))
                .as("there is no open order for it any more")
                .isEqualTo("DEAD");
    }

    @Test
    void what_came_too_early_is_tried_again_when_the_desk_has_made_the_step() {
        String code = dispatchTo(DEPARTMENT);
        take("early-" + code, message(code, "explain", ", \"explanation\": \"列入计划\", \"plan\": \"明年\""));
        decide("dept-" + DEPARTMENT, code, java.util.Map.of("decision", "ACCEPT"));
        tryAgain();
        assertThat(state("early-" + code)).isEqualTo("DONE");
        assertThat(status(code)).isEqualTo("HANDLED");
    }

    @Test
    void what_nobody_waits_for_in_time_is_a_dead_letter_that_can_be_replayed() {
        String code = dispatchTo(DEPARTMENT);
        take("early-" + code, message(code, "explain", ", \"explanation\": \"王大勇住在三楼\", \"plan\": \"明年\""));
        clock.moveBy(Duration.ofDays(2));
        inbox.workOff();
        assertThat(state("early-" + code)).isEqualTo("DEAD");
        JsonNode letter = deadLetter("early-" + code);
        assertThat(letter.path("payload").asText()).contains(code, "explain").doesNotContain("王大勇");
        assertThat(letter.path("letter").path("reason").asText()).contains("explain");
        clock.reset();
        decide("dept-" + DEPARTMENT, code, java.util.Map.of("decision", "ACCEPT"));
        assertThat(api.post(
                                "admin",
                                "/api/v1/dead-letters/"
                                        + letter.path("letter").path("id").asText() + "/replay",
                                java.util.Map.of())
                        .status())
                .isEqualTo(204);
        assertThat(state("early-" + code)).isEqualTo("DONE");
        assertThat(status(code)).isEqualTo("HANDLED");
    }

    @Test
    void garbage_and_orders_of_others_are_dead_letters_at_once() {
        String other = dispatchTo("hbj");
        take("garbage-" + other, "\u0000这不是 JSON");
        take("nothing-" + other, null);
        take(
                null,
                "{\"workOrder\": \"\\u0000" + "x".repeat(4000) + "\", \"action\": \"accept\", \"n\": \"" + other
                        + "\"}");
        take("k".repeat(5000), "{\"action\": \"accept\", \"n\": \"" + other + "\"}");
        assertThat(jdbc
                        .sql(
                                "select id from inbound_message where department = ? and state = 'DEAD' and length(key) = 64")
                        .param(DEPARTMENT)
                        .query(Long.class)
                        .list()
                        .stream()
                        .filter(id -> inbox.find(id).orElseThrow().body().contains(other)))
                .as("without a key that can be kept, the message tells itself")
                .hasSize(2);
        take("foreign-" + other, "{\"workOrder\": \"" + other + "-1-hbj\", \"action\": \"accept\"}");
        take("unknown-" + other, "{\"workOrder\": \"1-1-x\", \"action\": \"explode\"}");
        assertThat(List.of(
                        state("garbage-" + other),
                        state("nothing-" + other),
                        state("foreign-" + other),
                        state("unknown-" + other)))
                .containsOnly("DEAD");
        assertThat(deadLetter("garbage-" + other).path("payload").asText()).doesNotContain("JSON");
        assertThat(status(other)).isEqualTo("DISPATCHED");
    }

    @Test
    void a_discarded_message_is_no_dead_letter_any_more() {
        String code = dispatchTo(DEPARTMENT);
        take("bad-" + code, message(code, "return", ""));
        String id = deadLetter("bad-" + code).path("letter").path("id").asText();
        assertThat(api.post("admin", "/api/v1/dead-letters/" + id + "/discard", java.util.Map.of("reason", "重发过了"))
                        .status())
                .isEqualTo(204);
        assertThat(state("bad-" + code)).isEqualTo("DISCARDED");
        assertThat(api.get("admin", "/api/v1/dead-letters/" + id).status()).isEqualTo(404);
    }

    @Test
    void a_message_of_a_route_for_which_no_process_waited_is_a_dead_letter_too() {
        String key = UUID.randomUUID().toString();
        producer.sendBodyAndHeader(
                "camunda7:message/nobody-waits-for-this?businessKey=${header.key}&variable.said=${body}&ttl=PT1M",
                "东门外，电话13900001111",
                "key",
                key);
        assertThat(parked(key)).isEmpty();
        clock.moveBy(Duration.ofMinutes(3));
        await("the dead letter", () -> parked(key).isPresent());
        String id = parked(key).orElseThrow();
        JsonNode detail = api.get("admin", "/api/v1/dead-letters/" + id).body();
        assertThat(detail.path("letter").path("channel").asText()).isEqualTo("nobody-waits-for-this");
        assertThat(detail.path("payload").asText()).contains("said").doesNotContain("13900001111", "东门");

        assertThat(api.post("admin", "/api/v1/dead-letters/" + id + "/replay", java.util.Map.of())
                        .status())
                .isEqualTo(204);
        assertThat(api.get("admin", "/api/v1/dead-letters/" + id).status())
                .as("it waits again")
                .isEqualTo(404);
        clock.moveBy(Duration.ofDays(3));
        await("the dead letter", () -> parked(key).isPresent());
        assertThat(api.post("admin", "/api/v1/dead-letters/" + id + "/discard", java.util.Map.of("reason", "没有流程等它"))
                        .status())
                .isEqualTo(204);
        assertThat(parked(key)).isEmpty();
    }

    private Optional<String> parked(String key) {
        for (JsonNode letter : api.get("admin", "/api/v1/dead-letters?limit=100&direction=IN")
                .body()
                .path("items")) {
            if (letter.path("requestCode").asText().equals(key)) {
                return Optional.of(letter.path("id").asText());
            }
        }
        return Optional.empty();
    }
}
