package io.liudan.process.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.liudan.deadline.Steps;
import io.liudan.matter.MatterEvents;
import io.liudan.process.RequestDriver;
import io.liudan.process.TimersByHandTest;
import io.liudan.process.tasks.EngineRefusal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.SubProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionTemplate;

/** What steps get while nobody takes them, on the real engine whose clock is moved from card to card. */
class CardsTest extends TimersByHandTest {

    /** A Tuesday morning; the week has no holiday. */
    private static final Instant TUESDAY = Instant.parse("2026-11-24T01:00:00Z");

    @Autowired
    private Steps steps;

    @Autowired
    private ApplicationEventPublisher publisher;

    @Autowired
    private TransactionTemplate transaction;

    private String code;

    @AfterAll
    static void every_flow_node_of_the_watch_was_passed(@Autowired ProcessEngine engine) {
        SubProcess watch = RequestDriver.model(engine).getModelElementById("limits");
        assertThat(watch.getChildElementsByType(FlowNode.class))
                .extracting(FlowNode::getId)
                .isSubsetOf(RequestDriver.passed(engine));
    }

    @BeforeEach
    void begin() {
        clock.moveTo(TUESDAY);
    }

    private void reach(String step) {
        code = driver.submit(step.equals("respond") ? "gas-leak" : "sanitation");
        if (List.of("verify", "respond").contains(step)) {
            return;
        }
        driver.decide(code, "verify", "CONFIRM");
        if (step.equals("issue")) {
            return;
        }
        driver.decide(code, "issue", "ISSUE");
        if (step.equals("dispatch")) {
            return;
        }
        dispatch("cgj");
        switch (step) {
            case "handle" -> driver.decide(code, "accept", "ACCEPT");
            case "approve-extension" -> {
                driver.decide(code, "accept", "ACCEPT");
                driver.decide(code, "handle", "REQUEST_EXTENSION", "days", 5, "reason", "需要采购配件");
            }
            case "adjudicate" -> {
                driver.decide(code, "accept", "RETURN", "reason", "不属于");
                dispatch("zjj");
                driver.decide(code, "accept", "RETURN", "reason", "不属于");
            }
            case "follow-up" -> {
                finish();
                clock.moveTo(TUESDAY.plus(Duration.ofHours(25)));
                driver.runDueTimers(code);
            }
            case "review" -> {
                finish();
                rate(false);
                driver.decideAt(
                        "dept-cgj", code, "handle", "FINISH", "report", "已重办", "evidence", driver.evidence("dept-cgj"));
                rate(false);
            }
            default -> assertThat(step).isEqualTo("accept");
        }
        assertThat(driver.task(code, step)).as("open task " + step).isNotNull();
    }

    private void dispatch(String lead) {
        driver.decide(code, "dispatch", "DISPATCH", "lead", lead, "supporting", "", "urgency", "NORMAL");
    }

    private void finish() {
        driver.decide(code, "accept", "ACCEPT");
        driver.decideAt("dept-cgj", code, "handle", "FINISH", "report", "已处理", "evidence", driver.evidence("dept-cgj"));
    }

    private void rate(boolean solved) {
        transaction.executeWithoutResult(tx -> publisher.publishEvent(
                new MatterEvents.Moved(code, "resident-rated", java.util.Map.of("solved", solved), "not-ratable-now")));
    }

    /** Moves the clock from card to card until nothing more comes. */
    private void waitForAll() {
        for (int n = 0; n < 30; n++) {
            Instant next = transaction.execute(tx -> steps.next(code)).orElse(null);
            if (next == null) {
                return;
            }
            if (next.isAfter(clock.instant())) {
                clock.moveTo(next.plusSeconds(1));
            }
            driver.runDueTimers(code);
        }
    }

    private void waitUntil(Instant instant) {
        clock.moveTo(instant);
        for (int n = 0; n < 6; n++) {
            driver.runDueTimers(code);
        }
    }

    private List<String> cards(String step) {
        return jdbc.sql("select card from card where matter_id = ?::bigint / 10 and step = ? order by id")
                .params(code, step)
                .query(String.class)
                .list();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify",
                "issue",
                "dispatch",
                "respond",
                "accept",
                "handle",
                "approve-extension",
                "adjudicate",
                "review",
                "follow-up"
            })
    void a_step_that_nobody_takes_gets_each_card_once_in_its_order(String step) {
        reach(step);
        waitForAll();
        List<String> expected = new ArrayList<>(List.of("REMINDER", "YELLOW", "RED", "LEVEL_1", "LEVEL_2"));
        if (step.equals("follow-up")) {
            // The resident's time to rate ends before.
            expected.remove("LEVEL_2");
        }
        assertThat(cards(step)).containsExactlyElementsOf(expected);
    }

    @Test
    void cards_come_at_half_an_hour_before_at_and_after_the_due_date() {
        reach("verify");
        Instant due = driver.task(code, "verify").getDueDate().toInstant();
        waitForAll();
        List<Instant> given = jdbc.sql("select given_at from card where matter_id = ?::bigint / 10 order by id")
                .param(code)
                .query((row, n) -> row.getTimestamp(1).toInstant())
                .list();
        // 09:00 and four working hours are 15:30; supervision begins at 08:30 of the next working day and rises five
        // later.
        assertThat(due.truncatedTo(ChronoUnit.MINUTES)).isEqualTo("2026-11-24T07:30:00Z");
        assertThat(given)
                .extracting(at -> at.truncatedTo(ChronoUnit.MINUTES).toString())
                .containsExactly(
                        "2026-11-24T03:00:00Z",
                        "2026-11-24T06:30:00Z",
                        "2026-11-24T07:30:00Z",
                        "2026-11-25T00:30:00Z",
                        "2026-12-02T00:30:00Z");
    }

    @Test
    void those_whom_the_model_names_are_told_and_the_timeline_and_the_task_tell_it() {
        reach("verify");
        waitForAll();
        assertThat(jdbc.sql(
                                "select c.card || ' ' || n.desk from card c join card_notice n on n.card_id = c.id where c.matter_id = ?::bigint / 10 and c.card in ('REMINDER', 'YELLOW', 'RED') order by c.id, n.desk")
                        .param(code)
                        .query(String.class)
                        .list())
                .containsExactly(
                        "REMINDER grid-622901001001-01",
                        "YELLOW community-622901001001",
                        "YELLOW grid-622901001001-01",
                        "RED city-supervision",
                        "RED community-622901001001",
                        "RED grid-622901001001-01");
        assertThat(driver.events(code))
                .contains("reminded", "yellow-card", "red-card", "supervised-level-1", "supervised-level-2");
        assertThat(engine.getTaskService()
                        .getVariableLocal(driver.task(code, "verify").getId(), "card"))
                .isEqualTo("LEVEL_2");
        // Level 1 opened it at 08:30 on Wednesday for two working days; level 2 gives no more time.
        assertThat(jdbc.sql(
                                "select level || ' ' || (until at time zone 'UTC') from supervision where matter_id = ?::bigint / 10 and released_at is null")
                        .param(code)
                        .query(String.class)
                        .list())
                .containsExactly("2 2026-11-27 10:00:00");
    }

    @Test
    void a_step_taken_in_time_gets_no_card_and_the_next_one_counts_from_its_own_beginning() {
        reach("verify");
        clock.moveTo(TUESDAY.plus(Duration.ofMinutes(30)));
        driver.decide(code, "verify", "CONFIRM");
        waitUntil(TUESDAY.plus(Duration.ofMinutes(121)));
        assertThat(cards("verify")).isEmpty();
        assertThat(cards("issue")).isEmpty();
        waitUntil(TUESDAY.plus(Duration.ofMinutes(151)));
        assertThat(cards("issue")).containsExactly("REMINDER");
    }

    @Test
    void joint_handling_gives_each_department_its_own_cards() {
        reach("dispatch");
        driver.decide(code, "dispatch", "DISPATCH", "lead", "cgj", "supporting", "hwzx", "urgency", "NORMAL");
        driver.decideAt("dept-hwzx", code, "accept", "ACCEPT");
        waitUntil(TUESDAY.plus(Duration.ofDays(2)));
        assertThat(jdbc.sql(
                                "select desk || ' ' || card from card where matter_id = ?::bigint / 10 and step = 'accept' order by id")
                        .param(code)
                        .query(String.class)
                        .list())
                .allMatch(line -> line.startsWith("dept-cgj"))
                .contains("dept-cgj RED");
        assertThat(cards("handle")).isEmpty();
    }

    @Test
    void while_the_resident_is_asked_no_card_comes() {
        reach("verify");
        driver.decide(code, "verify", "ASK_RESIDENT", "question", "哪一栋楼？");
        waitUntil(TUESDAY.plus(Duration.ofDays(3)));
        assertThat(cards("verify")).isEmpty();
    }

    @Test
    void an_approved_extension_moves_the_cards_that_are_still_to_come() {
        reach("handle");
        Instant due = driver.task(code, "handle").getDueDate().toInstant();
        driver.decide(code, "handle", "REQUEST_EXTENSION", "days", 5, "reason", "需要采购配件");
        driver.decide(code, "approve-extension", "APPROVE");
        Instant later = driver.task(code, "handle").getDueDate().toInstant();
        assertThat(Duration.between(due, later)).isEqualTo(Duration.ofDays(7));
        waitUntil(due.plus(Duration.ofHours(1)));
        assertThat(cards("handle")).containsExactly("REMINDER");
        waitUntil(later.plus(Duration.ofDays(1)));
        assertThat(cards("handle")).containsExactly("REMINDER", "YELLOW", "RED", "LEVEL_1");
    }

    @Test
    void an_order_can_be_returned_within_two_working_days_and_not_later() {
        reach("accept");
        clock.moveTo(Instant.parse("2026-11-26T10:01:00Z"));
        assertThatThrownBy(() -> driver.decide(code, "accept", "RETURN", "reason", "不属于"))
                .isInstanceOfSatisfying(
                        EngineRefusal.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo("decision-not-open"));
        clock.moveTo(Instant.parse("2026-11-26T09:59:00Z"));
        driver.decide(code, "accept", "RETURN", "reason", "不属于");
        assertThat(driver.task(code, "dispatch")).isNotNull();
    }

    @Test
    void an_ended_request_leaves_no_timer_and_no_open_step() {
        reach("accept");
        String instance = driver.instance(code).getId();
        finish();
        rate(true);
        assertThat(engine.getManagementService()
                        .createJobQuery()
                        .processInstanceId(instance)
                        .count())
                .isZero();
        assertThat(jdbc.sql("select count(*) from step where matter_id = ?::bigint / 10 and ended_at is null")
                        .param(code)
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(jdbc.sql("select step from step where matter_id = ?::bigint / 10 order by started_at, task_id")
                        .param(code)
                        .query(String.class)
                        .list())
                .contains("verify", "issue", "dispatch", "accept", "handle");
    }
}
