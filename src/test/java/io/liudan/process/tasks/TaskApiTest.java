package io.liudan.process.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The desks' doors: the task API, and the engine's own REST API beside it. */
class TaskApiTest extends HubTest {

    private static final String COLLEAGUE = "grid-622901001001-01";

    private final Api api = new Api(hub(), realm()).heldToItsDocument();
    private String code;
    private String task;

    @BeforeEach
    void fileARequest() {
        code = api.file("resident1");
        task = api.task("grid1", code, "verify").path("id").asText();
    }

    private void reachStreet() {
        api.complete("grid1", task, Map.of("decision", "CONFIRM"));
        api.complete(
                "community1", api.task("community1", code, "issue").path("id").asText(), Map.of("decision", "ISSUE"));
        task = api.task("street1", code, "dispatch").path("id").asText();
    }

    @Test
    void a_residents_move_that_meets_a_timer_is_made_again_and_once(
            @Autowired JdbcClient jdbc, @Autowired TransactionTemplate transaction) throws Exception {
        api.complete("grid1", task, Map.of("decision", "ASK_RESIDENT", "question", "具体是哪一栋楼？"));
        try (ExecutorService resident = Executors.newSingleThreadExecutor()) {
            Future<Answer> answer = transaction.execute(status -> {
                // What a look at the timers does to the one of this request.
                int timers = jdbc.sql("""
                                update act_ru_job set rev_ = rev_ + 1 where process_instance_id_ =
                                (select proc_inst_id_ from act_ru_execution where business_key_ = ?)""").param(code).update();
                assertThat(timers).isPositive();
                Future<Answer> sent = resident.submit(() ->
                        api.post("resident1", "/api/v1/requests/" + code + "/supplement", Map.of("text", "3 号楼")));
                await().until(() -> jdbc.sql("""
                                select exists (select from pg_stat_activity
                                where wait_event_type = 'Lock' and query ilike '%act_ru_job%')""").query(Boolean.class).single());
                return sent;
            });
            assertThat(answer.get().status()).isEqualTo(200);
        }
        assertThat(jdbc.sql(
                                "select count(*) from matter_event where matter_id = ?::bigint / 10 and type like '%supplemented'")
                        .param(code)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        assertThat(api.task("grid1", code, "verify").path("id").asText()).isNotEmpty();
    }

    @Test
    void a_task_tells_its_decisions_and_their_fields() {
        JsonNode view = api.task("grid1", code, null);
        assertThat(view.path("desk").asText()).isEqualTo("grid-622901001001-01");
        assertThat(view.path("decisions"))
                .extracting(decision -> decision.path("decision").asText())
                .containsExactly("CONFIRM", "SOLVED_ON_SITE", "DECLINE", "MERGE", "ASK_RESIDENT");
        assertThat(view.path("decisions").path(2).path("fields"))
                .extracting(field -> field.path("name").asText())
                .containsExactly("reason", "channel");
    }

    @Test
    void the_engines_answers_with_links_have_the_same_dates_as_those_without() {
        String due =
                api.get("grid1", "/engine-rest/task/" + task).body().path("due").asText();
        assertThat(due).matches(".*[+]\\d{4}");
        assertThat(api.send(
                                "grid1",
                                "GET",
                                "/engine-rest/task/" + task,
                                BodyPublishers.noBody(),
                                Map.of("Accept", "application/hal+json"))
                        .body()
                        .path("due")
                        .asText())
                .isEqualTo(due);
    }

    @Test
    void a_desk_sees_its_own_tasks_only() {
        assertThat(api.task("community1", code, null).isMissingNode()).isTrue();
        assertThat(api.get("resident1", "/api/v1/tasks?requestCode=" + code).status())
                .isEqualTo(403);
        assertThat(api.get("dept-cgj", "/api/v1/tasks?desk=grid-622901001001-01")
                        .body()
                        .path("items"))
                .isEmpty();
        assertThat(api.complete("dept-cgj", task, Map.of("decision", "CONFIRM")).status())
                .isEqualTo(404);
        assertThat(api.post("resident1", "/api/v1/tasks/" + task + "/claim", Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(api.complete("grid1", task, Map.of("decision", "CONFIRM")).status())
                .isEqualTo(204);
    }

    @Test
    void of_two_who_claim_at_once_one_is_told_that_somebody_was_faster() throws Exception {
        api.token("grid1");
        api.token(COLLEAGUE);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Answer>> claims = List.of(
                    () -> api.post("grid1", "/api/v1/tasks/" + task + "/claim", Map.of()),
                    () -> api.post(COLLEAGUE, "/api/v1/tasks/" + task + "/claim", Map.of()));
            List<Integer> answers = new ArrayList<>();
            for (Future<Answer> claim : threads.invokeAll(claims)) {
                answers.add(claim.get().status());
            }
            assertThat(answers).containsExactlyInAnyOrder(204, 409);
        }
    }

    @Test
    void a_claimed_task_is_the_claimants_until_given_back() {
        assertThat(api.post("grid1", "/api/v1/tasks/" + task + "/claim", Map.of())
                        .status())
                .isEqualTo(204);
        Answer stolen = api.complete(COLLEAGUE, task, Map.of("decision", "CONFIRM"));
        assertThat(stolen.status()).isEqualTo(409);
        assertThat(stolen.body().path("code").asText()).isEqualTo("claimed-by-other");
        assertThat(api.post(COLLEAGUE, "/api/v1/tasks/" + task + "/unclaim", Map.of())
                        .status())
                .isEqualTo(409);
        assertThat(api.post("grid1", "/api/v1/tasks/" + task + "/unclaim", Map.of())
                        .status())
                .isEqualTo(204);
        assertThat(api.complete(COLLEAGUE, task, Map.of("decision", "CONFIRM")).status())
                .isEqualTo(204);
    }

    @Test
    void a_task_is_handed_to_a_colleague_of_the_desk_and_to_nobody_else() {
        api.get(COLLEAGUE, "/api/v1/tasks");
        api.get("dept-cgj", "/api/v1/tasks");
        Answer stranger = api.post("grid1", "/api/v1/tasks/" + task + "/assign", Map.of("assignee", "dept-cgj"));
        assertThat(stranger.status()).isEqualTo(422);
        assertThat(stranger.body().path("errors").path(0).path("field").asText())
                .isEqualTo("assignee");
        assertThat(api.post("grid1", "/api/v1/tasks/" + task + "/assign", Map.of("assignee", COLLEAGUE))
                        .status())
                .isEqualTo(204);
        assertThat(api.task("grid1", code, null).path("assignee").asText()).isEqualTo(COLLEAGUE);
    }

    @Test
    void a_decision_on_a_finished_task_is_told_apart_from_one_on_no_task() {
        assertThat(api.complete("grid1", task, Map.of("decision", "CONFIRM")).status())
                .isEqualTo(204);
        Answer again = api.complete("grid1", task, Map.of("decision", "CONFIRM"));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body().path("code").asText()).isEqualTo("task-finished");
        assertThat(api.complete("grid1", "no-such-task", Map.of("decision", "CONFIRM"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void wrong_decisions_are_refused_with_the_field_and_change_nothing() {
        assertField(api.complete("grid1", task, Map.of()), "decision", "required");
        assertField(api.complete("grid1", task, Map.of("decision", "FINISH")), "decision", "not-among");
        assertField(api.complete("grid1", task, Map.of("decision", "DECLINE", "reason", "不属于")), "channel", "required");
        assertField(
                api.complete("grid1", task, Map.of("decision", "MERGE", "into", code)), "into", "merge-into-itself");
        assertField(
                api.complete("grid1", task, Map.of("decision", "MERGE", "into", "1234")), "into", "unknown-request");
        assertField(
                api.complete("grid1", task, Map.of("decision", "SOLVED_ON_SITE", "report", "好了")),
                "evidence",
                "required");
        assertField(
                api.complete(
                        "grid1",
                        task,
                        Map.of(
                                "decision",
                                "SOLVED_ON_SITE",
                                "report",
                                "好了",
                                "evidence",
                                List.of(api.evidence("community1")))),
                "evidence",
                "unknown-attachment");
        assertField(
                api.complete("grid1", task, Map.of("decision", "CONFIRM", "raeson", "x")), "raeson", "unknown-field");
        assertThat(api.task("grid1", code, "verify").path("id").asText()).isEqualTo(task);
        reachStreet();
        assertField(
                api.complete("street1", task, Map.of("decision", "DISPATCH", "lead", "622901001001")),
                "lead",
                "not-a-department");
        assertField(
                api.complete(
                        "street1", task, Map.of("decision", "DISPATCH", "lead", "cgj", "supporting", List.of("sjj"))),
                "supporting",
                "not-a-department");
        assertField(
                api.complete("street1", task, Map.of("decision", "DISPATCH", "lead", "cgj", "urgency", "SOON")),
                "urgency",
                "not-among");
    }

    private static void assertField(Answer answer, String field, String reason) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(422);
        assertThat(answer.body().path("errors").path(0).path("field").asText()).isEqualTo(field);
        assertThat(answer.body().path("errors").path(0).path("code").asText()).isEqualTo(reason);
    }

    @Test
    void two_departments_that_finish_at_the_same_moment_both_succeed() throws Exception {
        reachStreet();
        api.complete("street1", task, Map.of("decision", "DISPATCH", "lead", "cgj", "supporting", List.of("hwzx")));
        for (String user : List.of("dept-cgj", "dept-hwzx")) {
            api.complete(user, api.task(user, code, "accept").path("id").asText(), Map.of("decision", "ACCEPT"));
        }
        List<Callable<Answer>> finishes = new ArrayList<>();
        for (String user : List.of("dept-cgj", "dept-hwzx")) {
            String handle = api.task(user, code, "handle").path("id").asText();
            Map<String, Object> decision =
                    Map.of("decision", "FINISH", "report", "已办", "evidence", List.of(api.evidence(user)));
            finishes.add(() -> api.complete(user, handle, decision));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<Answer> finish : threads.invokeAll(finishes)) {
                assertThat(finish.get().status()).isEqualTo(204);
            }
        }
        assertThat(api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("HANDLED");
    }

    @Test
    void the_engines_own_rest_api_keeps_the_same_rules_and_the_same_walls() {
        assertThat(api.get(null, "/engine-rest/task").status()).isEqualTo(401);
        assertThat(api.get("dept-cgj", "/engine-rest/task?processInstanceBusinessKey=" + code)
                        .body())
                .isEmpty();
        assertThat(api.get("dept-cgj", "/engine-rest/task/count?processInstanceBusinessKey=" + code)
                        .body()
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(api.get("resident1", "/engine-rest/task").status()).isEqualTo(403);
        assertThat(api.post("dept-cgj", "/engine-rest/task/" + task + "/complete", Map.of())
                        .status())
                .isIn(403, 404);
        assertThat(api.post("grid1", "/engine-rest/process-definition/key/six-orders/start", Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(api.get("grid1", "/engine-rest/task?processInstanceBusinessKey=" + code)
                        .body())
                .hasSize(1);
        Answer incomplete = api.post(
                "grid1",
                "/engine-rest/task/" + task + "/complete",
                Map.of("variables", Map.of("decision", Map.of("value", "DECLINE", "type", "String"))));
        assertThat(incomplete.status()).isEqualTo(422);
        assertThat(incomplete.body().path("message").asText())
                .contains("reason")
                .contains("channel");
        assertThat(api.post(
                                "grid1",
                                "/engine-rest/task/" + task + "/complete",
                                Map.of("variables", Map.of("decision", Map.of("value", "CONFIRM", "type", "String"))))
                        .status())
                .isEqualTo(204);
        JsonNode request = api.get("resident1", "/api/v1/requests/" + code).body();
        assertThat(request.path("status").asText()).isEqualTo("VERIFIED");
        assertThat(request.path("timeline"))
                .extracting(entry -> entry.path("type").asText())
                .containsExactly("submitted", "decided", "verified");
    }

    @Test
    void a_tasks_page_tells_what_the_routing_table_suggests() {
        reachStreet();
        JsonNode detail = api.get("street1", "/api/v1/tasks/" + task).body();
        assertThat(detail.path("task").path("requestCode").asText()).isEqualTo(code);
        assertThat(detail.path("mine").asBoolean()).isTrue();
        assertThat(detail.path("suggestion").path("lead").asText()).isEqualTo("hwzx");
        assertThat(api.get("dept-cgj", "/api/v1/tasks/" + task).status()).isEqualTo(404);
        JsonNode asSupervisor = api.get("supervisor", "/api/v1/tasks/" + task).body();
        assertThat(asSupervisor.path("task").path("desk").asText()).isEqualTo("street-622901001");
        assertThat(asSupervisor.path("task").path("decisions")).isEmpty();
        assertThat(asSupervisor.path("mine").asBoolean()).isFalse();
        assertThat(api.complete("supervisor", task, Map.of("decision", "DISPATCH", "lead", "cgj"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void the_tasklists_lines_are_told_for_tasks_that_the_caller_may_see() {
        JsonNode card =
                api.get("grid1", "/api/v1/tasks/cards?id=" + task).body().path(0);
        assertThat(card.path("requestCode").asText()).isEqualTo(code);
        assertThat(card.path("communityName").asText()).isEqualTo("青年社区");
        assertThat(card.path("categoryName").asText()).isEqualTo("环境卫生");
        assertThat(api.get("supervisor", "/api/v1/tasks/cards?id=" + task).body())
                .hasSize(1);
        assertThat(api.get("dept-cgj", "/api/v1/tasks/cards?id=" + task).body()).isEmpty();
        assertThat(api.get("resident1", "/api/v1/tasks/cards?id=" + task).status())
                .isEqualTo(403);
    }

    @Test
    void whoever_handled_a_request_before_is_offered_first_when_it_comes_back() {
        api.get(COLLEAGUE, "/api/v1/tasks");
        api.complete(COLLEAGUE, task, Map.of("decision", "CONFIRM"));
        api.complete(
                "community1",
                api.task("community1", code, "issue").path("id").asText(),
                Map.of("decision", "SEND_BACK", "reason", "位置不清"));
        task = api.task("grid1", code, "verify").path("id").asText();
        JsonNode colleagues =
                api.get("grid1", "/api/v1/tasks/" + task + "/colleagues").body();
        assertThat(colleagues.path(0).path("username").asText()).isEqualTo(COLLEAGUE);
        assertThat(colleagues.path(0).path("handledBefore").asBoolean()).isTrue();
        assertThat(colleagues)
                .noneMatch(colleague -> colleague.path("username").asText().equals("grid1"));
        assertThat(api.get("dept-cgj", "/api/v1/tasks/" + task + "/colleagues").status())
                .isEqualTo(404);
        assertThat(shows("grid1", "退回本岗")).isTrue();
    }

    @Test
    void what_a_colleague_claimed_is_handed_on_by_the_leader_only() {
        reachStreet();
        api.complete("street1", task, Map.of("decision", "DISPATCH", "lead", "cgj"));
        task = api.task("dept-cgj", code, "accept").path("id").asText();
        api.get("dept-cgj-2", "/api/v1/tasks");
        assertThat(api.post("dept-cgj", "/api/v1/tasks/" + task + "/claim", Map.of())
                        .status())
                .isEqualTo(204);
        Answer taken = api.post("dept-cgj-2", "/api/v1/tasks/" + task + "/assign", Map.of("assignee", "dept-cgj-2"));
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.body().path("code").asText()).isEqualTo("claimed-by-other");
        assertThat(api.post("dept-cgj-leader", "/api/v1/tasks/" + task + "/assign", Map.of("assignee", "dept-cgj-2"))
                        .status())
                .isEqualTo(204);
        assertThat(api.task("dept-cgj", code, "accept").path("assignee").asText())
                .isEqualTo("dept-cgj-2");
    }

    @Test
    void a_note_among_the_desks_is_not_for_the_resident_or_other_desks() {
        String notes = "/api/v1/requests/" + code + "/comments";
        assertThat(api.post("grid1", notes, Map.of("text", "已电话联系，明早去看")).status())
                .isEqualTo(201);
        assertThat(api.get("community1", "/api/v1/requests/" + code)
                        .body()
                        .path("timeline")
                        .toString())
                .contains("明早去看");
        assertThat(api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("timeline")
                        .toString())
                .doesNotContain("commented");
        assertThat(api.post("grid1", notes, Map.of("text", " ")).status()).isEqualTo(422);
        assertThat(api.post("dept-zjj", notes, Map.of("text", "路过")).status()).isEqualTo(404);
        assertThat(api.post("resident1", notes, Map.of("text", "我自己的")).status())
                .isEqualTo(403);
    }

    @Test
    void likely_duplicates_of_a_request_are_told_to_its_desks_by_its_code() {
        String twin = api.submit(
                        "resident2",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "垃圾没有清运",
                                "description",
                                "三天了，很臭",
                                "gridCode",
                                "622901001001-01"))
                .body()
                .path("code")
                .asText();
        JsonNode found =
                api.get("grid1", "/api/v1/requests/" + twin + "/similar").body();
        assertThat(found)
                .isNotEmpty()
                .noneMatch(other -> other.path("code").asText().equals(twin));
        assertThat(api.get("resident2", "/api/v1/requests/" + twin + "/similar").status())
                .isEqualTo(403);
        assertThat(api.get("dept-zjj", "/api/v1/requests/" + twin + "/similar").status())
                .isEqualTo(404);
    }

    @Test
    void a_supporting_department_finds_its_part_in_the_filter_for_it() {
        reachStreet();
        api.complete("street1", task, Map.of("decision", "DISPATCH", "lead", "cgj", "supporting", List.of("hwzx")));
        assertThat(shows("dept-hwzx", "协办")).isTrue();
        assertThat(shows("dept-cgj", "协办")).isFalse();
        assertThat(shows("dept-cgj", "本岗待办")).isTrue();
        assertThat(shows("supervisor", "城市管理局")).isTrue();
        assertThat(shows("supervisor", "城南街道")).isFalse();
        assertThat(shows("dept-cgj", "已超期")).isFalse();
        assertThat(filter("dept-cgj", "城市管理局").isMissingNode()).isTrue();
    }

    private JsonNode filter(String user, String name) {
        return api.get(user, "/engine-rest/filter?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .body()
                .path(0);
    }

    /** Whether a shared filter shows this test's request. */
    private boolean shows(String user, String name) {
        return api.post(
                                user,
                                "/engine-rest/filter/"
                                        + filter(user, name).path("id").asText() + "/count",
                                Map.of("processInstanceBusinessKey", code))
                        .body()
                        .path("count")
                        .asInt()
                > 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"complete", "submit-form"})
    void what_no_decision_asks_for_comes_in_by_no_door(String move) {
        for (String undeclared : List.of("leadDepartment", "secretNote", "returnable", "emergency", "reason")) {
            Answer refused = api.post(
                    "grid1",
                    "/engine-rest/task/" + task + "/" + move,
                    Map.of(
                            "variables",
                            Map.of(
                                    "decision",
                                    Map.of("value", "CONFIRM", "type", "String"),
                                    undeclared,
                                    Map.of("value", "gaj", "type", "String"))));
            assertThat(refused.status()).as(undeclared).isEqualTo(422);
            assertThat(refused.body().path("errors").path(0).path("field").asText())
                    .isEqualTo(undeclared);
        }
        Map<String, Object> typed = Map.of("value", "{}", "type", "Object", "valueInfo", Map.of("objectTypeName", "x"));
        assertThat(api.post(
                                "grid1",
                                "/engine-rest/task/" + task + "/" + move,
                                Map.of("variables", Map.of("decision", typed)))
                        .status())
                .isEqualTo(422);
        Map<String, Object> confirm =
                Map.of("variables", Map.of("decision", Map.of("value", "CONFIRM", "type", "String")));
        assertThat(api.post("grid-622901002001-01", "/engine-rest/task/" + task + "/" + move, confirm)
                        .status())
                .as("of another desk")
                .isEqualTo(404);
        assertThat(api.post("grid1", "/engine-rest/task/" + task + "/" + move, confirm)
                        .status())
                .isEqualTo(204);
        assertThat(api.post("grid1", "/engine-rest/task/" + task + "/" + move, confirm)
                        .status())
                .as("done already")
                .isEqualTo(409);
    }

    @Test
    void another_spelling_of_an_address_is_no_way_round() {
        Map<String, Object> steered = Map.of(
                "variables",
                Map.of(
                        "decision",
                        Map.of("value", "CONFIRM", "type", "String"),
                        "leadDepartment",
                        Map.of("value", "gaj", "type", "String")));
        Map<String, Object> expression = Map.of("orQueries", List.of(Map.of("assigneeExpression", "${1}")));
        for (String move : List.of(
                "%63omplete", "complete/", "complete;x=1", "%2e/complete", "COMPLETE", "/complete", "submit%2Dform")) {
            assertThat(api.post("grid1", "/engine-rest/task/" + task + "/" + move, steered)
                            .status())
                    .as(move)
                    .isNotIn(200, 204);
        }
        for (String address : List.of(
                "/%65ngine-rest/task",
                "/engine-rest/%74ask",
                "/engine-rest/task/",
                "/engine-rest//task",
                "/engine-rest/engine/default/task")) {
            assertThat(api.post("grid1", address, expression).status())
                    .as(address)
                    .isNotEqualTo(200);
        }
        assertThat(api.task("grid1", code, "verify").path("id").asText()).isEqualTo(task);
    }

    @Test
    void nobody_claims_for_somebody_else_or_ends_a_process_by_an_error() {
        String path = "/engine-rest/task/" + task;
        assertThat(api.post("grid1", path + "/claim", Map.of("userId", "dept-cgj"))
                        .status())
                .isEqualTo(403);
        assertThat(api.post("grid1", path + "/claim", Map.of()).status()).isEqualTo(403);
        for (String end : List.of("/bpmnError", "/bpmnEscalation", "/assignee", "/delegate", "/resolve")) {
            assertThat(api.post("grid1", path + end, Map.of("errorCode", "x", "userId", "grid1"))
                            .status())
                    .as(end)
                    .isEqualTo(403);
        }
        assertThat(api.post("grid1", path + "/claim", Map.of("userId", "grid1")).status())
                .isEqualTo(204);
        assertThat(api.task("grid1", code, "verify").path("assignee").asText()).isEqualTo("grid1");
    }

    @Test
    void a_model_that_breaks_the_rules_is_refused_at_deployment_and_a_clerk_may_not_deploy() {
        String model = """
                <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <process id="bad" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="look"/>
                  <userTask id="look" name="看一看"/></process></definitions>""";
        assertThat(deploy("dept-cgj", model).status()).isEqualTo(403);
        Answer refused = deploy("designer", model);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("message").asText())
                .contains("看一看 (look)")
                .contains("没有岗位");
        assertThat(deploy(
                                "designer",
                                model.replace(
                                        "<userTask", "<userTask camunda:candidateGroups=\"${desks.supervision()}\""))
                        .status())
                .isEqualTo(200);
    }

    private Answer deploy(String user, String model) {
        String body = "--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\ntest\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"m\"; filename=\"bad.bpmn\"\r\nContent-Type: text/xml\r\n\r\n"
                + model + "\r\n--b--\r\n";
        return api.send(
                user,
                "POST",
                "/engine-rest/deployment/create",
                BodyPublishers.ofString(body),
                Map.of("Content-Type", "multipart/form-data; boundary=b"));
    }
}
