package io.liudan.process.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.deadline.CalendarYears;
import io.liudan.process.TimersByHandTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Dates of running steps are counted again: after a year was imported by themselves, after a new table when a designer
 * asks.
 */
class RecomputationTest extends TimersByHandTest {

    /** 13 weekdays off, as the law grants, and the May and October holidays that fall on weekends. */
    private static final List<String> OFF = List.of(
            "2027-01-01",
            "2027-02-05",
            "2027-02-08",
            "2027-02-09",
            "2027-02-10",
            "2027-04-05",
            "2027-05-01",
            "2027-05-03",
            "2027-05-04",
            "2027-06-09",
            "2027-09-15",
            "2027-10-01",
            "2027-10-04",
            "2027-10-05");

    private static final List<String> OFF_IN_2026 = List.of(
            "2026-01-01",
            "2026-01-02",
            "2026-02-16",
            "2026-02-17",
            "2026-02-18",
            "2026-02-19",
            "2026-02-20",
            "2026-02-23",
            "2026-04-06",
            "2026-05-01",
            "2026-05-04",
            "2026-05-05",
            "2026-06-19",
            "2026-09-25",
            "2026-10-01",
            "2026-10-02",
            "2026-10-05",
            "2026-10-06",
            "2026-10-07");
    /** A Wednesday morning. */
    private static final Instant BEFORE_NEW_YEAR = Instant.parse("2026-12-30T01:00:00Z");

    private final Api api = new Api(hub(), realm());
    private final List<String> deployments = new ArrayList<>();

    @Autowired
    private Limits limits;

    @Autowired
    private CalendarYears years;

    @BeforeEach
    void begin() {
        clock.moveTo(BEFORE_NEW_YEAR);
    }

    @AfterEach
    void asItWas() {
        deployments.forEach(id -> engine.getRepositoryService().deleteDeployment(id, true));
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> limit() == 5);
        jdbc.sql("delete from calendar_year").update();
        years.refresh();
    }

    private String handled() {
        String code = driver.submit("sanitation");
        driver.decide(code, "verify", "CONFIRM");
        driver.decide(code, "issue", "ISSUE");
        driver.decide(code, "dispatch", "DISPATCH", "lead", "cgj");
        driver.decide(code, "accept", "ACCEPT");
        return code;
    }

    private static Map<String, Object> notice(int year, List<String> off, String... madeUp) {
        List<Map<String, Object>> days = new ArrayList<>();
        off.forEach(day -> days.add(Map.of("name", "节", "date", day, "isOffDay", true)));
        Arrays.stream(madeUp).forEach(day -> days.add(Map.of("name", "节", "date", day, "isOffDay", false)));
        return Map.of("year", year, "days", days);
    }

    private Answer put(String user, String path, Object notice) {
        return api.send(
                user, "PUT", "/api/v1/calendar/" + path, Api.json(notice), Map.of("Content-Type", "application/json"));
    }

    private Instant due(String code, String key) {
        return driver.task(code, key).getDueDate().toInstant();
    }

    private boolean provisional(String code) {
        return jdbc.sql("select provisional from step where matter_id = ?::bigint / 10 and ended_at is null")
                .param(code)
                .query(Boolean.class)
                .single();
    }

    private Instant nextCard(String code) {
        return engine
                .getManagementService()
                .createJobQuery()
                .processInstanceId(driver.instance(code).getId())
                .timers()
                .list()
                .stream()
                .filter(Watch::waits)
                .map(Job::getDuedate)
                .findFirst()
                .orElseThrow()
                .toInstant();
    }

    @Test
    void a_date_in_a_year_without_a_table_is_provisional_and_counted_again_when_the_year_is_imported() {
        String code = handled();
        assertThat(due(code, "handle")).as("the fifth weekday").isEqualTo(Instant.parse("2027-01-06T10:00:00Z"));
        assertThat(provisional(code)).isTrue();
        assertThat(api.task("dept-cgj", code, null).path("provisional").asBoolean())
                .as("staff see it")
                .isTrue();
        Instant reminder = nextCard(code);

        JsonNode preview = put("admin", "2027?preview=true", notice(2027, OFF)).body();
        assertThat(preview.path("workingDays").asInt()).isEqualTo(248);
        assertThat(preview.path("changed").path(0).path("date").asText()).isEqualTo("2027-01-01");
        assertThat(preview.path("steps").asInt()).isPositive();
        assertThat(api.get("admin", "/api/v1/calendar").body().findValuesAsText("year"))
                .as("a preview changes nothing")
                .doesNotContain("2027");

        assertThat(put("admin", "2027", notice(2027, OFF)).status()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(30)).until(() -> !provisional(code));
        assertThat(due(code, "handle"))
                .as("New Year's Day doesn't count")
                .isEqualTo(Instant.parse("2027-01-07T10:00:00Z"));
        assertThat(nextCard(code)).as("the reminder moves as well").isAfter(reminder);
        assertThat(api.get("supervisor", "/api/v1/requests/" + code).body().toString())
                .contains("due-moved-calendar");
        JsonNode known = api.get("admin", "/api/v1/calendar").body().path(2);
        assertThat(known.path("year").asInt()).isEqualTo(2027);
        assertThat(known.path("importedBy").asText()).isEqualTo("admin");
        assertThat(api.get("resident1", "/api/v1/calendar").body().findValues("importedBy"))
                .as("nobody else's business")
                .isEmpty();
    }

    @Test
    void an_extension_stays_when_a_step_is_counted_again() {
        String code = handled();
        driver.decide(code, "handle", "REQUEST_EXTENSION", "days", 2, "reason", "等待材料");
        driver.decide(code, "approve-extension", "APPROVE");
        assertThat(due(code, "handle")).isEqualTo(Instant.parse("2027-01-08T10:00:00Z"));
        put("admin", "2027", notice(2027, OFF));
        await().atMost(Duration.ofSeconds(30)).until(() -> !provisional(code));
        assertThat(due(code, "handle")).isEqualTo(Instant.parse("2027-01-11T10:00:00Z"));
    }

    @Test
    void a_table_that_cannot_be_right_is_refused_with_what_is_wrong_and_changes_nothing() {
        List<String> missing = OFF.subList(1, OFF.size());
        JsonNode errors = put("admin", "2027", notice(2027, missing, "2027-02-13", "2027-02-15"))
                .body()
                .path("errors");
        assertThat(errors.findValuesAsText("field")).containsExactly("days[14].date");
        assertThat(put("admin", "2027", notice(2027, missing))
                        .body()
                        .path("errors")
                        .toString())
                .contains("2027-01-01")
                .contains("12");
        assertThat(put("admin", "2028", notice(2027, OFF))
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("year");
        assertThat(put("admin", "2027", notice(2027, List.of("2027-13-01", "2028-01-01", "2027-01-01", "2027-01-01")))
                        .body()
                        .path("errors")
                        .findValuesAsText("field"))
                .containsExactly("days[0].date", "days[1].date", "days[3].date");
        assertThat(put("admin", "2027", List.of()).status()).isEqualTo(422);
        assertThat(put("supervisor", "2027", notice(2027, OFF)).status()).isEqualTo(403);
        assertThat(api.get("admin", "/api/v1/calendar").body().findValuesAsText("year"))
                .containsExactly("2025", "2026");
    }

    @Test
    void a_year_that_is_corrected_moves_what_its_days_concern_and_nothing_else() {
        clock.moveTo(Instant.parse("2026-11-24T01:00:00Z"));
        String code = handled();
        assertThat(provisional(code)).as("all of its dates are in a known year").isFalse();
        List<String> off = new ArrayList<>(OFF_IN_2026);
        correct(off, "2026-10-17");
        assertThat(due(code, "handle")).as("a day in October").isEqualTo(Instant.parse("2026-12-01T10:00:00Z"));
        assertThat(api.get("supervisor", "/api/v1/requests/" + code).body().toString())
                .doesNotContain("due-moved-calendar");
        off.add("2026-11-26");
        correct(off, "2026-10-17", "2026-12-26");
        assertThat(due(code, "handle"))
                .as("a Thursday before it is due")
                .isEqualTo(Instant.parse("2026-12-02T10:00:00Z"));
    }

    /** The notice with one make-up workday of October on another day, and what was added. */
    private void correct(List<String> off, String... madeUp) {
        assertThat(put(
                                "admin",
                                "2026",
                                notice(
                                        2026,
                                        off,
                                        Stream.concat(
                                                        Stream.of(
                                                                "2026-01-04",
                                                                "2026-02-14",
                                                                "2026-02-28",
                                                                "2026-05-09",
                                                                "2026-09-20"),
                                                        Arrays.stream(madeUp))
                                                .toArray(String[]::new)))
                        .status())
                .isEqualTo(200);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> jdbc.sql("select applied_at is not null from calendar_year where year = 2026")
                        .query(Boolean.class)
                        .single());
    }

    @Test
    void a_step_that_began_where_an_import_was_not_known_yet_is_counted_again_as_well() {
        put("admin", "2027", notice(2027, OFF));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> jdbc.sql("select applied_at is not null from calendar_year where year = 2027")
                        .query(Boolean.class)
                        .single());
        String code = handled();
        // As a node that hadn't heard of the import would have written it.
        jdbc.sql(
                        "update step set provisional = true, due_at = timestamptz '2027-01-06 10:00Z' where matter_id = ?::bigint / 10 and ended_at is null")
                .param(code)
                .update();
        await().atMost(Duration.ofSeconds(30)).until(() -> !provisional(code));
        assertThat(jdbc.sql(
                                "select due_at = timestamptz '2027-01-07 10:00Z' from step where matter_id = ?::bigint / 10 and ended_at is null")
                        .param(code)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void running_steps_keep_their_limit_until_the_designer_asks_and_sees_what_would_change() {
        String code = handled();
        Instant before = due(code, "handle");
        deployTable(3, "");
        assertThat(due(handled(), "handle")).as("a step that begins now").isBefore(before);
        assertThat(due(code, "handle")).isEqualTo(before);

        JsonNode plan = api.get("designer", "/api/v1/limits/recomputation").body();
        JsonNode line = find(plan.path("lines"));
        assertThat(line.path("before").path("amount").asInt()).isEqualTo(5);
        assertThat(line.path("after").path("amount").asInt()).isEqualTo(3);
        assertThat(due(code, "handle")).as("a preview changes nothing").isEqualTo(before);

        assertThat(api.get("admin", "/api/v1/limits/recomputation").status()).isEqualTo(403);
        assertThat(api.post("designer", "/api/v1/limits/recomputation", Map.of())
                        .body()
                        .path("changed")
                        .asInt())
                .isEqualTo(plan.path("changed").asInt());
        assertThat(due(code, "handle")).isEqualTo(Instant.parse("2027-01-04T10:00:00Z"));
        assertThat(api.get("supervisor", "/api/v1/requests/" + code).body().toString())
                .contains("due-moved-limits");
        assertThat(api.get("designer", "/api/v1/limits/recomputation")
                        .body()
                        .path("changed")
                        .asInt())
                .as("nothing is left")
                .isZero();
    }

    @Test
    void a_rule_applies_to_steps_that_begin_on_its_day_or_later() {
        String code = handled();
        deployTable(3, ">= date and time(\"2026-12-31T00:00:00\")");
        assertThat(due(handled(), "handle")).isEqualTo(Instant.parse("2027-01-06T10:00:00Z"));
        clock.moveTo(BEFORE_NEW_YEAR.plus(Duration.ofDays(1)));
        assertThat(due(handled(), "handle")).isEqualTo(Instant.parse("2027-01-05T10:00:00Z"));
        api.post("designer", "/api/v1/limits/recomputation", Map.of());
        assertThat(due(code, "handle")).as("it began the day before").isEqualTo(Instant.parse("2027-01-06T10:00:00Z"));
    }

    private static JsonNode find(JsonNode lines) {
        for (JsonNode line : lines) {
            if (line.path("step").asText().equals("handle")
                    && line.path("category").asText().equals("sanitation")) {
                return line;
            }
        }
        throw new AssertionError("No line for the step handle: " + lines);
    }

    /**
     * The table with one more rule in front: so many working days for {@code handle}. It takes the place of one that
     * was put there before, which would never be reached behind it.
     */
    private void deployTable(int workingDays, String days) {
        String id = engine.getRepositoryService()
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey("deadlines")
                .latestVersion()
                .singleResult()
                .getId();
        String rule = Stream.of("\"handle\"", "\"sanitation\"", "", days)
                        .map(text -> "<inputEntry><text>" + text.replace("<", "&lt;") + "</text></inputEntry>")
                        .collect(Collectors.joining())
                + Stream.of(String.valueOf(workingDays), "\"WORKING_DAYS\"", "", "", "", "", "", "\"测试\"")
                        .map(text -> "<outputEntry><text>" + text + "</text></outputEntry>")
                        .collect(Collectors.joining());
        try (InputStream table = engine.getRepositoryService().getDecisionModel(id)) {
            String changed = new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceFirst("(?s)<rule id=\"first\">.*?</rule>", "")
                    .replaceFirst("<rule ", Matcher.quoteReplacement("<rule id=\"first\">" + rule + "</rule><rule "));
            deployments.add(engine.getRepositoryService()
                    .createDeployment()
                    .addString("deadlines.dmn", changed)
                    .deploy()
                    .getId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // The newest version is looked up again within seconds.
        await().atMost(Duration.ofSeconds(10)).until(() -> limit() == workingDays);
    }

    private long limit() {
        return limits.find("six-orders", "sanitation", "NORMAL", "handle", BEFORE_NEW_YEAR.plus(Duration.ofDays(1)))
                .orElseThrow()
                .span()
                .amount();
    }
}
