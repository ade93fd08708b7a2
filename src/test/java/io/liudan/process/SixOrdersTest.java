package io.liudan.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.init;

import io.liudan.matter.MatterEvents;
import io.liudan.problem.Problem;
import io.liudan.process.tasks.EngineRefusal;
import io.liudan.request.Rating;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests;
import org.camunda.bpm.engine.test.assertions.bpmn.ProcessInstanceAssert;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.LinkEventDefinition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Every way that a request can go through {@code six-orders.bpmn}, on the real engine; the last test counts what they
 * covered.
 */
class SixOrdersTest extends TimersByHandTest {

    private static final String GRID = "grid-622901001001-01";
    private static final String COMMUNITY = "community-622901001001";
    private static final String STREET = "street-622901001";

    @Autowired
    private ApplicationEventPublisher publisher;

    @Autowired
    private TransactionTemplate transaction;

    private String code;

    /**
     * The engine draws a line from link to link and keeps no trace of the events themselves; the steps behind them
     * count.
     */
    @AfterAll
    static void every_flow_node_was_passed(@Autowired ProcessEngine engine) {
        Set<String> passed = RequestDriver.passed(engine);
        Set<String> missed = RequestDriver.model(engine).getModelElementsByType(FlowNode.class).stream()
                .filter(node ->
                        node.getChildElementsByType(LinkEventDefinition.class).isEmpty())
                .filter(node -> !watch(node))
                .map(FlowNode::getId)
                .filter(id -> !passed.contains(id))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(missed).as("flow nodes that no process test passed").isEmpty();
    }

    /** What watches the limits is passed in {@code CardsTest}. */
    private static boolean watch(FlowNode node) {
        return node.getId().equals("limits")
                || node.getParentElement() instanceof FlowNode parent
                        && parent.getId().equals("limits");
    }

    @BeforeEach
    void useThisEngine() {
        init(engine);
    }

    private ProcessInstanceAssert process() {
        return BpmnAwareTests.assertThat(driver.instance(code));
    }

    private void submit() {
        code = driver.submit("sanitation");
    }

    private void reachCommunity() {
        submit();
        driver.decide(code, "verify", "CONFIRM");
    }

    private void reachStreet() {
        reachCommunity();
        driver.decide(code, "issue", "ISSUE");
    }

    private void dispatch(String lead, String... supporting) {
        driver.decide(
                code,
                "dispatch",
                "DISPATCH",
                "lead",
                lead,
                "supporting",
                String.join(",", supporting),
                "urgency",
                "NORMAL");
    }

    private void finish(String department) {
        driver.decideAt(
                "dept-" + department,
                code,
                "handle",
                "FINISH",
                "report",
                "已处理",
                "evidence",
                driver.evidence("dept-" + department));
    }

    private void reachRating() {
        reachStreet();
        dispatch("cgj");
        driver.decide(code, "accept", "ACCEPT");
        finish("cgj");
    }

    /** The resident's rating, as the request module publishes it. */
    private void rate(boolean solved) {
        transaction.executeWithoutResult(tx -> publisher.publishEvent(
                new MatterEvents.Moved(code, "resident-rated", java.util.Map.of("solved", solved), "not-ratable-now")));
    }

    private void assertEnded(String outcome, String lastActivity) {
        assertThat(driver.instance(code)).isNull();
        assertThat(driver.request(code)).containsEntry("status", "CLOSED").containsEntry("outcome", outcome);
        assertThat(driver.events(code).getLast()).isEqualTo("closed");
        assertThat(engine.getHistoryService()
                        .createHistoricActivityInstanceQuery()
                        .activityId(lastActivity)
                        .processInstanceId(engine.getHistoryService()
                                .createHistoricProcessInstanceQuery()
                                .processInstanceBusinessKey(code)
                                .singleResult()
                                .getId())
                        .count())
                .as("passed " + lastActivity)
                .isPositive();
    }

    private String status() {
        return (String) driver.request(code).get("status");
    }

    @Test
    void all_six_orders_in_a_row_end_solved() {
        submit();
        process().isWaitingAt("verify").task("verify").hasCandidateGroup(GRID).isNotAssigned();
        assertThat(status()).isEqualTo("ORDERED");
        driver.decide(code, "verify", "CONFIRM");
        process().isWaitingAt("issue").task("issue").hasCandidateGroup(COMMUNITY);
        assertThat(status()).isEqualTo("VERIFIED");
        driver.decide(code, "issue", "ISSUE");
        process().isWaitingAt("dispatch").task("dispatch").hasCandidateGroup(STREET);
        assertThat(status()).isEqualTo("ISSUED");
        dispatch("cgj");
        process().isWaitingAt("accept").task("accept").hasCandidateGroup("dept-cgj");
        assertThat(status()).isEqualTo("DISPATCHED");
        driver.decide(code, "accept", "ACCEPT");
        process().isWaitingAt("handle");
        assertThat(status()).isEqualTo("ACCEPTED");
        finish("cgj");
        process().isWaitingAt("await-rating");
        assertThat(status()).isEqualTo("HANDLED");
        rate(true);
        assertEnded("SOLVED", "closed");
        assertThat(driver.events(code))
                .containsExactly(
                        "submitted",
                        "decided:CONFIRM",
                        "verified",
                        "decided:ISSUE",
                        "issued",
                        "decided:DISPATCH",
                        "dispatched",
                        "decided:ACCEPT",
                        "accepted",
                        "decided:FINISH",
                        "handled",
                        "closed");
    }

    @Nested
    @DisplayName("at the grid")
    class Grid {

        @Test
        void solved_on_site_goes_straight_to_the_rating() {
            submit();
            driver.decide(code, "verify", "SOLVED_ON_SITE", "report", "已清理", "evidence", driver.evidence(GRID));
            process().isWaitingAt("await-rating");
            rate(true);
            assertEnded("SOLVED_ON_SITE", "closed");
        }

        @Test
        void declined_closes_with_reason_and_channel() {
            submit();
            driver.decide(code, "verify", "DECLINE", "reason", "正在诉讼", "channel", "人民法院");
            assertEnded("DECLINED", "closed-declined");
            assertThat(driver.request(code).get("rated")).isNull();
        }

        @Test
        void merged_closes_and_its_resident_follows_the_other_request() {
            submit();
            String other = code;
            submit();
            driver.decide(code, "verify", "MERGE", "into", other);
            assertEnded("MERGED", "closed-merged");
            assertThat(driver.request(code)).containsEntry("merged_into", other);
            assertThat(driver.events(other)).contains("took-in");
        }

        @Test
        void merging_into_itself_is_refused_and_changes_nothing() {
            submit();
            assertThatThrownBy(() -> driver.decide(code, "verify", "MERGE", "into", code))
                    .isInstanceOf(EngineRefusal.class);
            process().isWaitingAt("verify");
            assertThat(driver.events(code)).containsExactly("submitted");
        }

        @Test
        void a_question_stops_the_clock_until_the_resident_answers() {
            clock.moveTo(Instant.parse("2026-11-24T01:00:00Z"));
            submit();
            Date due = driver.task(code, "verify").getDueDate();
            assertThat(due).isCloseTo(Instant.parse("2026-11-24T07:30:00Z"), 60_000);
            clock.moveTo(Instant.parse("2026-11-24T01:30:00Z"));
            driver.decide(code, "verify", "ASK_RESIDENT", "question", "具体是哪一栋楼？");
            process().isWaitingAt("await-resident");
            assertThat(status()).isEqualTo("AWAITING_RESIDENT");
            clock.moveTo(Instant.parse("2026-11-26T01:00:00Z"));
            transaction.executeWithoutResult(tx -> publisher.publishEvent(
                    new MatterEvents.Moved(code, "resident-supplemented", java.util.Map.of(), "not-awaited-now")));
            process().isWaitingAt("verify");
            assertThat(status()).isEqualTo("ORDERED");
            process().hasPassed("supplemented");
            assertThat(driver.task(code, "verify").getDueDate())
                    .as("three and a half of four working hours were left")
                    .isCloseTo(Instant.parse("2026-11-26T07:00:00Z"), 61_000);
        }

        @Test
        void a_question_without_an_answer_comes_back_to_the_grid() {
            submit();
            driver.decide(code, "verify", "ASK_RESIDENT", "question", "具体是哪一栋楼？");
            clock.moveTo(clock.instant().plus(Duration.ofDays(7).plusMinutes(1)));
            driver.runDueTimers(code);
            process().isWaitingAt("verify").hasPassed("not-supplemented");
        }
    }

    @Nested
    @DisplayName("at the community and the street")
    class CommunityAndStreet {

        @Test
        void the_community_solves_with_its_own_means() {
            reachCommunity();
            driver.decide(
                    code, "issue", "SOLVED_BY_COMMUNITY", "report", "物业已修", "evidence", driver.evidence(COMMUNITY));
            rate(true);
            assertEnded("SOLVED_BY_COMMUNITY", "closed");
        }

        @Test
        void the_community_sends_back_to_the_grid() {
            reachCommunity();
            driver.decide(code, "issue", "SEND_BACK", "reason", "地点不清");
            process().isWaitingAt("verify");
            assertThat(status()).isEqualTo("ORDERED");
        }

        @Test
        void the_street_solves_with_its_own_means() {
            reachStreet();
            driver.decide(code, "dispatch", "SOLVED_BY_STREET", "report", "已协调", "evidence", driver.evidence(STREET));
            rate(true);
            assertEnded("SOLVED_BY_STREET", "closed");
        }

        @Test
        void a_lead_that_is_no_department_is_refused() {
            reachStreet();
            assertThatThrownBy(() -> dispatch("622901001001"))
                    .isInstanceOf(EngineRefusal.class)
                    .hasMessageContaining("lead");
            process().isWaitingAt("dispatch");
            assertThat(driver.workOrders(code)).isEmpty();
        }
    }

    @Nested
    @DisplayName("joint handling")
    class JointHandling {

        @Test
        void lead_and_supporting_departments_work_in_parallel_and_all_must_finish() {
            reachStreet();
            dispatch("cgj", "hwzx", "wygl");
            assertThat(driver.workOrders(code))
                    .containsExactly("1 cgj LEAD ISSUED", "1 hwzx SUPPORTING ISSUED", "1 wygl SUPPORTING ISSUED");
            driver.decideAt("dept-hwzx", code, "accept", "ACCEPT");
            assertThat(status()).as("the lead hasn't accepted yet").isEqualTo("DISPATCHED");
            driver.decideAt("dept-cgj", code, "accept", "ACCEPT");
            assertThat(status()).isEqualTo("ACCEPTED");
            driver.decideAt("dept-wygl", code, "accept", "RETURN", "reason", "不属于职责");
            finish("cgj");
            process().isWaitingAt("handle").isNotWaitingAt("await-rating");
            finish("hwzx");
            process().isWaitingAt("await-rating");
            assertThat(driver.workOrders(code))
                    .containsExactly("1 cgj LEAD FINISHED", "1 hwzx SUPPORTING FINISHED", "1 wygl SUPPORTING RETURNED");
            assertThat(driver.request(code)).containsEntry("outcome", "SOLVED");
        }

        @Test
        void what_cant_be_solved_is_explained() {
            reachStreet();
            dispatch("cgj");
            driver.decide(code, "accept", "ACCEPT");
            driver.decide(code, "handle", "EXPLAIN", "explanation", "需要列入明年计划", "plan", "2027 年改造");
            rate(true);
            assertEnded("EXPLAINED", "explained");
        }

        @Test
        void a_return_goes_to_the_street_and_a_second_one_to_the_adjudicator_who_upholds() {
            reachStreet();
            dispatch("cgj", "hwzx");
            driver.decideAt("dept-hwzx", code, "accept", "ACCEPT");
            driver.decideAt("dept-cgj", code, "accept", "RETURN", "reason", "应由住建部门办理");
            process().isWaitingAt("dispatch").isNotWaitingAt("handle");
            assertThat(status()).isEqualTo("RETURNED");
            dispatch("zjj", "hwzx");
            assertThat(status()).isEqualTo("DISPATCHED");
            assertThat(driver.workOrders(code))
                    .contains("1 cgj LEAD RETURNED", "1 hwzx SUPPORTING CANCELLED", "2 zjj LEAD ISSUED");
            driver.decideAt("dept-zjj", code, "accept", "RETURN", "reason", "应由城管部门办理");
            process().isWaitingAt("adjudicate").task("adjudicate").hasCandidateGroup("city-supervision");
            assertThat(status()).isEqualTo("RETURNED");
            driver.decide(code, "adjudicate", "UPHOLD");
            process().isWaitingAt("accept");
            assertThat(driver.workOrders(code)).contains("3 zjj LEAD ISSUED", "3 hwzx SUPPORTING ISSUED");
            assertThatThrownBy(() -> driver.decideAt("dept-zjj", code, "accept", "RETURN", "reason", "还是不属于"))
                    .isInstanceOfSatisfying(
                            EngineRefusal.class,
                            refusal -> assertThat(refusal.problem().code()).isEqualTo("decision-not-open"));
            driver.decideAt("dept-zjj", code, "accept", "ACCEPT");
            process().isWaitingAt("handle");
        }

        @Test
        void the_adjudicator_names_another_lead() {
            reachStreet();
            dispatch("cgj");
            driver.decide(code, "accept", "RETURN", "reason", "不属于");
            dispatch("zjj");
            driver.decide(code, "accept", "RETURN", "reason", "不属于");
            assertThatThrownBy(() -> driver.decide(code, "adjudicate", "REASSIGN"))
                    .as("the lead of an earlier dispatch doesn't count")
                    .isInstanceOf(EngineRefusal.class)
                    .hasMessageContaining("lead");
            driver.decide(code, "adjudicate", "REASSIGN", "lead", "hwzx");
            process().task("accept").hasCandidateGroup("dept-hwzx");
            assertThat(driver.request(code)).containsEntry("lead", "hwzx");
        }

        @Test
        void more_time_is_granted_while_the_work_goes_on() {
            reachStreet();
            dispatch("cgj");
            driver.decide(code, "accept", "ACCEPT");
            Date before = driver.task(code, "handle").getDueDate();
            driver.decide(code, "handle", "REQUEST_EXTENSION", "days", 5, "reason", "等待配件");
            process().isWaitingAt("handle", "approve-extension");
            assertThatThrownBy(() -> driver.decide(code, "handle", "REQUEST_EXTENSION", "days", 5, "reason", "再等"))
                    .as("only once")
                    .isInstanceOf(EngineRefusal.class);
            driver.decide(code, "approve-extension", "APPROVE");
            assertThat(driver.task(code, "handle").getDueDate())
                    .isAfter(Date.from(before.toInstant().plus(Duration.ofDays(4))));
            finish("cgj");
            process().isWaitingAt("await-rating");
        }

        @Test
        void more_time_is_refused() {
            reachStreet();
            dispatch("cgj");
            driver.decide(code, "accept", "ACCEPT");
            Date before = driver.task(code, "handle").getDueDate();
            driver.decide(code, "handle", "REQUEST_EXTENSION", "days", 10, "reason", "等待配件");
            driver.decide(code, "approve-extension", "REJECT", "reason", "可以按期完成");
            assertThat(driver.task(code, "handle").getDueDate()).isCloseTo(before, 60_000);
            process().hasPassed("extension-refused").isWaitingAt("handle");
        }

        @Test
        void finishing_before_the_street_has_answered_ends_the_extension_too() {
            reachStreet();
            dispatch("cgj");
            driver.decide(code, "accept", "ACCEPT");
            driver.decide(code, "handle", "REQUEST_EXTENSION", "days", 3, "reason", "等待配件");
            finish("cgj");
            process().isWaitingAt("await-rating").isNotWaitingAt("approve-extension");
        }
    }

    @Nested
    @DisplayName("the rating")
    class TheRating {

        @Test
        void silence_leads_to_a_call_and_then_to_closing_as_unrated() {
            reachRating();
            clock.moveTo(clock.instant().plus(Duration.ofDays(4)));
            driver.runDueTimers(code);
            process().isWaitingAt("follow-up").task("follow-up").hasCandidateGroup(COMMUNITY);
            assertThat(status()).isEqualTo("HANDLED");
            clock.moveTo(clock.instant().plus(Duration.ofDays(4)));
            driver.runDueTimers(code);
            assertEnded("SOLVED", "closed-unrated");
            assertThat(driver.request(code)).containsEntry("rated", Rating.By.NONE.name());
        }

        @Test
        void the_community_takes_the_rating_by_phone() {
            reachRating();
            clock.moveTo(clock.instant().plus(Duration.ofDays(4)));
            driver.runDueTimers(code);
            driver.decide(code, "follow-up", "RATE", "contacted", "true", "solved", "true", "satisfied", "4");
            assertEnded("SOLVED", "closed");
            assertThat(driver.request(code)).containsEntry("rated", "FOLLOW_UP").containsEntry("satisfied", 4);
        }

        @Test
        void the_resident_rates_while_the_call_is_pending() {
            reachRating();
            clock.moveTo(clock.instant().plus(Duration.ofDays(4)));
            driver.runDueTimers(code);
            rate(true);
            assertEnded("SOLVED", "rated-meanwhile");
        }

        @Test
        void not_solved_goes_back_to_the_same_lead_without_a_second_acceptance_and_then_to_review() {
            reachRating();
            rate(false);
            process().isWaitingAt("handle").task("handle").hasCandidateGroup("dept-cgj");
            assertThat(status()).isEqualTo("ACCEPTED");
            assertThat(driver.workOrders(code)).containsExactly("1 cgj LEAD FINISHED", "2 cgj LEAD ISSUED");
            finish("cgj");
            rate(false);
            process().isWaitingAt("review").task("review").hasCandidateGroup("city-supervision");
            driver.decide(code, "review", "REWORK");
            process().isWaitingAt("handle");
            finish("cgj");
            rate(false);
            driver.decide(code, "review", "CLOSE", "explanation", "管网改造列入明年计划");
            assertEnded("EXPLAINED", "closed-reviewed");
        }

        @Test
        void not_solved_goes_back_to_the_grid_that_had_solved_it() {
            submit();
            driver.decide(code, "verify", "SOLVED_ON_SITE", "report", "已清理", "evidence", driver.evidence(GRID));
            rate(false);
            process().isWaitingAt("verify");
        }

        @Test
        void not_solved_goes_back_to_the_community_that_had_solved_it() {
            reachCommunity();
            driver.decide(code, "issue", "SOLVED_BY_COMMUNITY", "report", "已修", "evidence", driver.evidence(COMMUNITY));
            rate(false);
            process().isWaitingAt("issue");
        }

        @Test
        void not_solved_goes_back_to_the_street_that_had_solved_it_and_may_then_be_dispatched() {
            reachStreet();
            driver.decide(code, "dispatch", "SOLVED_BY_STREET", "report", "已协调", "evidence", driver.evidence(STREET));
            rate(false);
            process().isWaitingAt("dispatch");
            dispatch("cgj");
            process().isWaitingAt("accept");
        }
    }

    @Nested
    @DisplayName("an emergency")
    class Emergency {

        @Test
        void goes_to_the_emergency_desk_at_once_and_is_verified_afterwards() {
            code = driver.submit("gas-leak");
            process().isWaitingAt("respond").task("respond").hasCandidateGroup("dept-yjj");
            assertThat(driver.task(code, "respond").getDueDate())
                    .isCloseTo(clock.instant().plus(Duration.ofHours(1)), 60_000);
            driver.decide(code, "respond", "CONTROLLED", "report", "已关闭阀门");
            process().isWaitingAt("verify");
            assertThat(driver.task(code, "verify").getDueDate())
                    .as("urgent clocks always run")
                    .isCloseTo(clock.instant().plus(Duration.ofHours(1)), 60_000);
        }
    }

    @Nested
    @DisplayName("withdrawal")
    class Withdrawal {

        @Test
        void ends_the_request_wherever_it_is() {
            reachStreet();
            dispatch("cgj", "hwzx");
            driver.decideAt("dept-cgj", code, "accept", "ACCEPT");
            transaction.executeWithoutResult(tx -> publisher.publishEvent(
                    new MatterEvents.Moved(code, "resident-withdrew", java.util.Map.of(), "not-withdrawable-now")));
            assertEnded("WITHDRAWN", "closed-withdrawn");
            assertThat(engine.getTaskService()
                            .createTaskQuery()
                            .processInstanceBusinessKey(code)
                            .count())
                    .isZero();
        }
    }

    @Nested
    @DisplayName("every door")
    class EveryDoor {

        @Test
        void a_missing_field_is_named_and_nothing_changes() {
            submit();
            assertThatThrownBy(() -> driver.decide(code, "verify", "DECLINE", "reason", "不属于受理范围"))
                    .isInstanceOfSatisfying(EngineRefusal.class, refusal -> assertThat(
                                    refusal.problem().errors())
                            .extracting(Problem.FieldError::field)
                            .containsExactly("channel"));
            process().isWaitingAt("verify");
        }

        @Test
        void a_decision_of_another_step_is_refused() {
            submit();
            assertThatThrownBy(() -> driver.decide(code, "verify", "FINISH"))
                    .isInstanceOf(EngineRefusal.class)
                    .hasMessageContaining("decision");
        }

        @Test
        void no_text_of_a_decision_is_left_in_the_engine() {
            submit();
            driver.decide(code, "verify", "ASK_RESIDENT", "question", "具体是哪一栋楼？");
            assertThat(engine.getRuntimeService()
                            .createVariableInstanceQuery()
                            .processInstanceIdIn(driver.instance(code).getId())
                            .list())
                    .extracting(variable -> variable.getName())
                    .doesNotContain("question", "decision", "stepTerm")
                    .contains("gridCode");
        }

        @Test
        void another_desks_clerk_cant_complete() {
            submit();
            String task = driver.task(code, "verify").getId();
            assertThatThrownBy(() -> driver.as("dept-cgj", () -> engine.getTaskService()
                            .complete(task, java.util.Map.of("decision", "CONFIRM"))))
                    .isInstanceOf(org.camunda.bpm.engine.AuthorizationException.class);
        }
    }
}
