package io.liudan.insight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import io.liudan.process.EngineClock;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Figures over HTTP, of requests that really went their way, of a category that no other test closes. */
class FiguresApiTest extends HubTest {

    private static final String GRID = "622901001001-01";
    private static final String COMMUNITY = "622901001001";
    private static final String STREET = "622901001";
    private static final Instant TUESDAY = Instant.parse("2026-12-08T01:00:00Z");

    private final Api api = new Api(hub(), realm()).heldToItsDocument();

    @Autowired
    private EngineClock clock;

    @Autowired
    private RollUp rollUp;

    @Autowired
    private JdbcClient jdbc;

    @BeforeEach
    void begin() {
        clock.moveTo(TUESDAY);
    }

    private String file() {
        return api.submit(
                        "resident1",
                        Map.of("category", "parking", "title", "车辆挡路", "description", "人行道上停满了车", "gridCode", GRID))
                .body()
                .path("code")
                .asText();
    }

    private void decide(String user, String code, Map<String, Object> decision) {
        String task = api.get(user, "/api/v1/tasks?requestCode=" + code)
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asText();
        Answer answer = api.complete(user, task, decision);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
    }

    private String handledBy(String lead, List<String> supporting) {
        String code = file();
        decide("grid1", code, Map.of("decision", "CONFIRM"));
        decide("community1", code, Map.of("decision", "ISSUE"));
        decide("street1", code, Map.of("decision", "DISPATCH", "lead", lead, "supporting", supporting));
        return code;
    }

    private void finish(String lead, String code) {
        String photo = api.upload("dept-" + lead, "e.pdf", "%PDF-1.4\n%%EOF\n".getBytes())
                .body()
                .path("id")
                .asText();
        decide("dept-" + lead, code, Map.of("decision", "FINISH", "report", "已修剪", "evidence", List.of(photo)));
    }

    private void rate(String code, boolean solved, int satisfied) {
        assertThat(api.post(
                                "resident1",
                                "/api/v1/requests/" + code + "/rating",
                                Map.of("contacted", true, "solved", solved, "satisfied", satisfied))
                        .status())
                .isEqualTo(200);
    }

    private JsonNode report(String query) {
        Answer answer = api.get("supervisor", "/api/v1/figures?from=2026-12-01&to=2026-12-31&category=parking" + query);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.body();
    }

    private JsonNode line(String unit, String part) {
        return StreamSupport.stream(
                        report(unit.isEmpty() ? "" : "&unit=" + unit)
                                .path("lines")
                                .spliterator(),
                        false)
                .filter(line -> line.path("part").asText().equals(part))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static long numerator(JsonNode line, String rate) {
        return line.path("rates").path(rate).path("numerator").asLong();
    }

    private static long denominator(JsonNode line, String rate) {
        return line.path("rates").path(rate).path("denominator").asLong();
    }

    @Test
    void a_solved_request_counts_for_its_place_its_dispatcher_and_its_handler() {
        JsonNode placeBefore = line(STREET, "PLACE");
        JsonNode handlerBefore = line("cgj", "HANDLER");
        String code = handledBy("cgj", List.of());
        decide("dept-cgj", code, Map.of("decision", "ACCEPT"));
        finish("cgj", code);
        rate(code, true, 3);
        JsonNode place = line(STREET, "PLACE");
        JsonNode handler = line("cgj", "HANDLER");
        assertThat(place.path("closed").asLong() - placeBefore.path("closed").asLong())
                .isEqualTo(1);
        assertThat(place.path("outcomes").path("SOLVED").asLong()
                        - placeBefore.path("outcomes").path("SOLVED").asLong())
                .isEqualTo(1);
        for (String rate : List.of("response", "contact", "solution", "satisfaction", "onTime")) {
            assertThat(numerator(handler, rate) - numerator(handlerBefore, rate))
                    .as(rate)
                    .isEqualTo(1);
            assertThat(denominator(handler, rate) - denominator(handlerBefore, rate))
                    .as(rate)
                    .isEqualTo(1);
        }
        assertThat(line(STREET, "DISPATCHER").path("closed").asLong()).isPositive();
        assertThat(line(COMMUNITY, "PLACE").path("closed").asLong()).isPositive();
        assertThat(line("", "PLACE").path("unit").asText()).isEqualTo("city");
        assertThat(report("&unit=cgj").path("steps").findValuesAsText("step")).contains("accept", "handle");
    }

    @Test
    void a_late_step_a_rework_and_two_of_five_don_t_flatter() {
        JsonNode before = line("cgj", "HANDLER");
        String code = handledBy("cgj", List.of());
        decide("dept-cgj", code, Map.of("decision", "ACCEPT"));
        clock.moveTo(TUESDAY.plus(Duration.ofDays(15)));
        finish("cgj", code);
        rate(code, false, 1);
        finish("cgj", code);
        rate(code, true, 2);
        JsonNode after = line("cgj", "HANDLER");
        assertThat(denominator(after, "onTime") - denominator(before, "onTime")).isEqualTo(1);
        assertThat(numerator(after, "onTime") - numerator(before, "onTime")).isZero();
        assertThat(numerator(after, "solution") - numerator(before, "solution")).isEqualTo(1);
        assertThat(numerator(after, "satisfaction") - numerator(before, "satisfaction"))
                .isZero();
        assertThat(after.path("reworks").asLong() - before.path("reworks").asLong())
                .isEqualTo(1);
    }

    @Test
    void who_only_sends_back_and_who_lets_it_lie_have_a_line_as_well() {
        JsonNode returned = line("jtj", "RETURNED");
        String code = handledBy("jtj", List.of());
        decide("dept-jtj", code, Map.of("decision", "RETURN", "reason", "不是我局职责"));
        decide("street1", code, Map.of("decision", "DISPATCH", "lead", "cgj"));
        JsonNode before = line("cgj", "HANDLER");
        clock.moveTo(TUESDAY.plus(Duration.ofDays(10)));
        JsonNode waiting = line("cgj", "HANDLER");
        assertThat(waiting.path("openOverdue").asLong()
                        - before.path("openOverdue").asLong())
                .isPositive();
        assertThat(denominator(waiting, "onTime") - denominator(before, "onTime"))
                .isEqualTo(waiting.path("openOverdue").asLong()
                        - before.path("openOverdue").asLong());
        decide("dept-cgj", code, Map.of("decision", "ACCEPT"));
        finish("cgj", code);
        rate(code, true, 5);
        assertThat(line("jtj", "RETURNED").path("returns").asLong()
                        - returned.path("returns").asLong())
                .isEqualTo(1);
        assertThat(line(STREET, "DISPATCHER").path("returns").asLong())
                .as("both sides are appraised")
                .isPositive();
        assertThat(numerator(line("cgj", "HANDLER"), "response") - numerator(before, "response"))
                .as("accepted late")
                .isZero();
    }

    @Test
    void a_supporting_department_is_counted_apart_from_the_lead() {
        String support = "jtj";
        long before = line(support, "SUPPORTING").path("closed").asLong();
        String code = handledBy("cgj", List.of(support));
        decide("dept-cgj", code, Map.of("decision", "ACCEPT"));
        decide("dept-" + support, code, Map.of("decision", "ACCEPT"));
        finish(support, code);
        finish("cgj", code);
        rate(code, true, 4);
        assertThat(line(support, "SUPPORTING").path("closed").asLong() - before).isEqualTo(1);
    }

    @Test
    void a_request_is_counted_once_however_often_and_in_days_as_in_months() {
        String code = file();
        decide("grid1", code, Map.of("decision", "DECLINE", "reason", "已进入诉讼程序", "channel", "人民法院"));
        rollUp.run();
        rollUp.run();
        long month = line(COMMUNITY, "HANDLER").path("closed").asLong();
        long days = api
                .get("supervisor", "/api/v1/figures?from=2026-12-02&to=2026-12-30&category=parking&unit=" + COMMUNITY)
                .body()
                .path("lines")
                .findValuesAsText("closed")
                .stream()
                .mapToLong(Long::parseLong)
                .max()
                .orElseThrow();
        long truth = jdbc.sql(
                        "select count(*) from matter where category = 'parking' and status = 'CLOSED' and community_code = ?")
                .param(COMMUNITY)
                .query(Long.class)
                .single();
        assertThat(line(COMMUNITY, "PLACE").path("closed").asLong()).isEqualTo(truth);
        assertThat(days).isEqualTo(truth);
        assertThat(month).isPositive();
        assertThat(jdbc.sql("select count(*) from figure_pending where matter_id = ?::bigint / 10")
                        .param(code)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void staff_read_their_own_unit_and_those_below_and_nobody_else() {
        decide("grid1", file(), Map.of("decision", "DECLINE", "reason", "已进入诉讼程序", "channel", "人民法院"));
        rollUp.run();
        assertThat(api.get("street1", "/api/v1/figures?unit=" + STREET).status())
                .isEqualTo(200);
        assertThat(api.get("street1", "/api/v1/figures?unit=" + COMMUNITY).status())
                .isEqualTo(200);
        assertThat(api.get("street1", "/api/v1/figures?unit=cgj").status()).isEqualTo(403);
        assertThat(api.get("street1", "/api/v1/figures").body().path("lines").findValuesAsText("unit"))
                .as("their own without a word")
                .containsOnly(STREET);
        assertThat(api.get("community1", "/api/v1/figures?unit=" + STREET).status())
                .isEqualTo(403);
        assertThat(api.get("resident1", "/api/v1/figures").status()).isEqualTo(403);
        assertThat(api.get("resident1", "/api/v1/figures?unit=" + COMMUNITY).status())
                .isEqualTo(403);
        assertThat(api.get("dept-cgj", "/api/v1/figures?unit=cgj").status()).isEqualTo(200);
    }

    @Test
    void a_question_that_can_t_be_answered_names_its_field() {
        assertThat(api.get("supervisor", "/api/v1/figures?from=2026-12-31&to=2026-12-01")
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("from");
        assertThat(api.get("supervisor", "/api/v1/figures?unit=nowhere")
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("unit");
        assertThat(api.get("supervisor", "/api/v1/figures?category=nothing")
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("category");
        assertThat(api.get("supervisor", "/api/v1/figures?from=yesterday")
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("from");
    }

    @Test
    void the_table_for_a_spreadsheet_says_how_each_rate_is_reckoned() {
        String code = file();
        decide("grid1", code, Map.of("decision", "DECLINE", "reason", "已进入诉讼程序", "channel", "人民法院"));
        Answer table = api.send(
                "supervisor",
                "GET",
                "/api/v1/figures?by=UNIT&from=2026-12-01&to=2026-12-31",
                BodyPublishers.noBody(),
                Map.of("Accept", "text/csv"));
        assertThat(table.status()).as(table.toString()).isEqualTo(200);
        String csv = table.body().asText();
        assertThat(csv).startsWith("\uFEFF单位,角色,事项,结案").contains("城南街道,属地,全部", "按时率,", "超期未结的诉求", "平均时限");
        assertThat(report("&by=CATEGORY").path("lines").findValuesAsText("category"))
                .containsOnly("parking");
        assertThat(report("").path("formulas").path("onTime").path("formula").asText())
                .contains("超期未结");
    }
}
