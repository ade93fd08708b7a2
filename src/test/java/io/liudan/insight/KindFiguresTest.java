package io.liudan.insight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.process.EngineClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Figures that every kind has, of matters that really went their way, on days on which no other test closes one. */
class KindFiguresTest extends HubTest {

    private static final String GRID = "622901001001-01";
    private static final String COMMUNITY = "622901001001";
    private static final String STREET = "622901001";
    private static final Instant FIRST = Instant.parse("2027-03-30T02:00:00Z");
    private static final String DAYS = "from=2027-03-30&to=2027-04-29";

    private final Api api = new Api(hub(), realm());

    @Autowired
    private EngineClock clock;

    @BeforeEach
    void begin() {
        clock.moveTo(FIRST);
    }

    private String patrol(String finding) {
        Map<String, Object> body = new HashMap<>(
                Map.of("finding", finding, "level", "GENERAL", "what", "楼道堆物", "place", Map.of("gridCode", GRID)));
        Api.Answer begun = api.post(
                "grid1",
                "/api/v1/matters/hazard-patrol",
                body,
                Map.of("Idempotency-Key", UUID.randomUUID().toString()));
        assertThat(begun.status()).as("%s", begun.body()).isEqualTo(201);
        return begun.body().path("code").asText();
    }

    private void decide(String user, String code, String step, Map<String, Object> decision) {
        String task = api.task(user, code, step).path("id").asText();
        Api.Answer answer = api.complete(user, task, decision);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(204);
    }

    private static JsonNode line(JsonNode report, String unit, String part) {
        for (JsonNode line : report.path("lines")) {
            if (line.path("unit").asText().equals(unit)
                    && line.path("part").asText().equals(part)) {
                return line;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    @Test
    void a_kind_has_figures_per_unit_and_step_with_numerator_and_denominator() {
        String late = patrol("HAZARD");
        patrol("NONE");
        decide(
                "community1",
                late,
                "order",
                Map.of("decision", "FIXED", "report", "已劝离", "evidence", List.of(api.evidence("community1"))));
        clock.moveTo(FIRST.plus(Duration.ofDays(28)));
        decide("grid1", late, "recheck", Map.of("decision", "PASS", "evidence", List.of(api.evidence("grid1"))));
        JsonNode report =
                api.get("supervisor", "/api/v1/figures/hazard-patrol?" + DAYS).body();
        assertThat(report.path("kindName").asText()).isEqualTo("隐患排查");
        JsonNode city = line(report, "city", "PLACE");
        assertThat(city.path("closed").asInt()).isEqualTo(2);
        assertThat(city.path("outcomes").path("FIXED").asInt()).isEqualTo(1);
        assertThat(city.path("outcomes").path("NO_HAZARD").asInt()).isEqualTo(1);
        assertThat(city.path("onTime").path("numerator").asInt())
                .as("the check came after its limit")
                .isEqualTo(1);
        assertThat(city.path("onTime").path("denominator").asInt())
                .isEqualTo(2 + city.path("openOverdue").asInt());
        JsonNode steps = report.path("steps");
        assertThat(steps.findValuesAsText("step")).containsExactlyInAnyOrder("order", "recheck");
        steps.forEach(step -> {
            assertThat(step.path("ended").asInt()).isEqualTo(1);
            assertThat(step.path("inTime").path("numerator").asInt())
                    .as(step.path("step").asText())
                    .isEqualTo(step.path("step").asText().equals("order") ? 1 : 0);
            assertThat(step.path("inTime").path("denominator").asInt()).isEqualTo(1);
        });
        JsonNode community =
                api.get("community1", "/api/v1/figures/hazard-patrol?" + DAYS).body();
        assertThat(line(community, COMMUNITY, "PLACE").path("closed").asInt()).isEqualTo(2);
        assertThat(line(community, COMMUNITY, "HANDLER").path("closed").asInt())
                .as("one had steps there")
                .isEqualTo(1);
        JsonNode streets = api.get("supervisor", "/api/v1/figures/hazard-patrol?by=UNIT&" + DAYS)
                .body();
        assertThat(line(streets, STREET, "PLACE").path("closed").asInt()).isEqualTo(2);
        assertThat(api.get("supervisor", "/api/v1/figures/hazard-patrol?from=2027-04-01&to=2027-04-30")
                        .body()
                        .path("lines")
                        .toString())
                .as("April has one of them")
                .contains("FIXED")
                .doesNotContain("NO_HAZARD");
    }

    @Test
    void requests_have_the_same_and_how_a_plan_is_kept_is_told() {
        JsonNode requests =
                api.get("supervisor", "/api/v1/figures/six-orders?" + DAYS).body();
        assertThat(requests.path("kindName").asText()).isEqualTo("群众诉求");
        assertThat(requests.path("outcomes").path("EXPLAINED").asText()).isNotEmpty();
        Api.Answer added = api.post(
                "community1",
                "/api/v1/kinds/hazard-patrol/registers/points",
                Map.of("name", "统计用点位", "class", "KEY", "place", Map.of("gridCode", GRID)));
        assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
        long before = kept();
        clock.moveTo(FIRST.plus(Duration.ofDays(2)));
        assertThat(kept()).as("its day is past").isEqualTo(before - 1);
    }

    private long kept() {
        JsonNode plan = api.get("community1", "/api/v1/figures/hazard-patrol")
                .body()
                .path("plans")
                .path(0);
        assertThat(plan.path("registerName").asText()).isEqualTo("巡查点位");
        assertThat(plan.path("kept").path("denominator").asLong())
                .isGreaterThanOrEqualTo(plan.path("kept").path("numerator").asLong());
        return plan.path("kept").path("numerator").asLong();
    }

    @Test
    void figures_of_others_and_of_no_kind_are_refused() {
        assertThat(api.get("community1", "/api/v1/figures/hazard-patrol?unit=cgj")
                        .status())
                .isEqualTo(403);
        assertThat(api.get("supervisor", "/api/v1/figures/hazards").status()).isEqualTo(404);
        assertThat(api.get("supervisor", "/api/v1/figures/hazard-patrol?by=CATEGORY")
                        .status())
                .isEqualTo(422);
        assertThat(api.get("resident1", "/api/v1/figures/hazard-patrol").status())
                .isEqualTo(403);
    }
}
