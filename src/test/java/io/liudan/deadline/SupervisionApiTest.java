package io.liudan.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import io.liudan.process.EngineClock;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Urging, supervision and the notices of cards, over HTTP. */
class SupervisionApiTest extends HubTest {

    private final Api api = new Api(hub(), realm()).heldToItsDocument();

    @Autowired
    private EngineClock clock;

    private String code;

    @BeforeEach
    void file() {
        code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "路灯不亮",
                                "description",
                                "三天了",
                                "gridCode",
                                "622901001001-01"))
                .body()
                .path("code")
                .asText();
    }

    private Answer supervise(String user, String demand, Instant until) {
        return api.post(
                user,
                "/api/v1/requests/" + code + "/supervision",
                until == null ? Map.of("demand", demand) : Map.of("demand", demand, "until", until.toString()));
    }

    private Instant soon() {
        return clock.instant().plus(Duration.ofDays(2));
    }

    private List<String> timeline(String user) {
        return api.get(user, "/api/v1/requests/" + code).body().path("timeline").findValuesAsText("type");
    }

    private long marked(String user, String filter) {
        JsonNode found = api.get(user, "/engine-rest/filter?name=" + URLEncoder.encode(filter, StandardCharsets.UTF_8))
                .body()
                .path(0);
        return api.post(
                        user,
                        "/engine-rest/filter/" + found.path("id").asText() + "/count",
                        Map.of("processInstanceBusinessKey", code))
                .body()
                .path("count")
                .asLong();
    }

    @Test
    void a_supervision_is_opened_answered_and_released() {
        Answer opened = supervise("supervisor", "两天内修好并回复群众", soon());
        assertThat(opened.status()).isEqualTo(201);
        long id = opened.body().path("id").asLong();
        assertThat(marked("grid1", "督办")).isEqualTo(1);
        assertThat(marked("supervisor", "全市督办")).isEqualTo(1);
        JsonNode seen = api.get("grid1", "/api/v1/supervisions?open=true&requestCode=" + code)
                .body()
                .path("items")
                .path(0);
        assertThat(seen.path("demand").asText()).isEqualTo("两天内修好并回复群众");
        assertThat(api.post("grid1", "/api/v1/supervisions/" + id + "/answer", Map.of("answer", "今天下午到现场"))
                        .status())
                .isEqualTo(204);
        assertThat(api.get("supervisor", "/api/v1/supervisions?requestCode=" + code)
                        .body()
                        .path("items")
                        .path(0)
                        .path("answer")
                        .asText())
                .isEqualTo("今天下午到现场");
        assertThat(api.post("supervisor", "/api/v1/supervisions/" + id + "/release", Map.of("note", "已修好"))
                        .status())
                .isEqualTo(204);
        assertThat(marked("grid1", "督办")).isZero();
        assertThat(timeline("resident1")).contains("supervised", "supervision-answered", "supervision-released");
        assertThat(api.get("resident1", "/api/v1/requests/" + code).body().toString())
                .as("what supervision demands is between the desks")
                .doesNotContain("两天内修好");
    }

    @Test
    void a_task_that_begins_under_supervision_carries_the_mark() {
        supervise("supervisor", "尽快", soon());
        api.complete("grid1", api.task("grid1", code, null).path("id").asText(), Map.of("decision", "CONFIRM"));
        assertThat(marked("community1", "督办")).isEqualTo(1);
    }

    @Test
    void what_is_no_supervision_is_refused_with_its_reason() {
        assertThat(supervise("dept-cgj", "尽快", soon()).status()).isEqualTo(403);
        assertThat(supervise("resident1", "尽快", soon()).status()).isEqualTo(403);
        assertThat(supervise("supervisor", " ", soon())
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("demand");
        assertThat(supervise("supervisor", "尽快", null)
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("until");
        assertThat(supervise("supervisor", "尽快", clock.instant().minusSeconds(1))
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("until");
        assertThat(supervise("supervisor", "尽快", soon()).status()).isEqualTo(201);
        assertThat(supervise("supervisor", "再快", soon()).status()).isEqualTo(409);
        assertThat(api.post(
                                "supervisor",
                                "/api/v1/requests/9999999/supervision",
                                Map.of("demand", "尽快", "until", soon().toString()))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void desks_without_a_part_in_the_request_neither_see_nor_answer_a_supervision() {
        long id = supervise("supervisor", "尽快", soon()).body().path("id").asLong();
        assertThat(api.get("dept-zjj", "/api/v1/supervisions?requestCode=" + code)
                        .body()
                        .path("items"))
                .isEmpty();
        assertThat(api.get("resident1", "/api/v1/supervisions?requestCode=" + code)
                        .body()
                        .path("items"))
                .isEmpty();
        assertThat(api.post("dept-zjj", "/api/v1/supervisions/" + id + "/answer", Map.of("answer", "已办"))
                        .status())
                .isEqualTo(404);
        assertThat(api.post("grid1", "/api/v1/supervisions/" + id + "/release", Map.of("note", ""))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_resident_urges_once_in_a_span_and_is_told_when_again() {
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/urge", Map.of())
                        .status())
                .isEqualTo(200);
        Answer again = api.post("resident1", "/api/v1/requests/" + code + "/urge", Map.of());
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body().path("detail").asText()).contains("再次催办");
        assertThat(api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("urged")
                        .asInt())
                .isEqualTo(1);
        clock.moveTo(clock.instant().plus(Duration.ofHours(24)).plusSeconds(1));
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/urge", Map.of())
                        .status())
                .isEqualTo(200);
        assertThat(api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("urged")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void a_card_is_told_to_the_desk_and_to_those_above_and_to_nobody_else() {
        Instant due = Instant.parse(api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("deadline")
                .asText());
        clock.moveTo(due.plusSeconds(1));
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(timeline("resident1"))
                .containsSubsequence("reminded", "yellow-card", "red-card"));
        assertThat(told("grid1")).contains("RED", "YELLOW", "REMINDER");
        assertThat(told("community1")).contains("RED", "YELLOW").doesNotContain("REMINDER");
        assertThat(told("supervisor")).contains("RED");
        assertThat(told("dept-cgj")).isEmpty();
        assertThat(told("resident1")).isEmpty();
    }

    private List<String> told(String user) {
        return api.get(user, "/api/v1/cards?requestCode=" + code)
                .body()
                .path("items")
                .findValuesAsText("card");
    }
}
