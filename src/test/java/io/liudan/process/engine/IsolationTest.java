package io.liudan.process.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.WebSession;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nobody reads, counts, claims, completes or comments on a task of another desk, whichever of the engine's doors they
 * try.
 */
class IsolationTest extends HubTest {

    private static final String DESK = "grid-622901001001-01";
    private static final Map<String, Object> BY_DESK = Map.of("candidateGroup", DESK, "includeAssignedTasks", true);

    private final Api api = new Api(hub(), realm());
    private String code;
    private String task;
    private String instance;

    @BeforeEach
    void aTaskOfTheGrid() {
        code = api.file("resident1");
        task = api.task("grid1", code, "verify").path("id").asText();
        instance = api.get("grid1", "/engine-rest/task/" + task)
                .body()
                .path("processInstanceId")
                .asText();
        api.post("grid1", "/api/v1/tasks/" + task + "/claim", Map.of());
    }

    /** One call of the engine's REST API; the web apps have the same below their own address. */
    private record Call(String method, String path, Object body) {}

    private Stream<Call> changes() {
        Map<String, Object> decision =
                Map.of("variables", Map.of("decision", Map.of("value", "CONFIRM", "type", "String")));
        return Stream.of(
                new Call("POST", "/task/" + task + "/claim", Map.of("userId", "dept-zjj")),
                new Call("POST", "/task/" + task + "/unclaim", Map.of()),
                new Call("POST", "/task/" + task + "/assignee", Map.of("userId", "dept-zjj")),
                new Call("POST", "/task/" + task + "/delegate", Map.of("userId", "dept-zjj")),
                new Call("POST", "/task/" + task + "/resolve", Map.of()),
                new Call("POST", "/task/" + task + "/complete", decision),
                new Call("POST", "/task/" + task + "/submit-form", decision),
                new Call("POST", "/task/" + task + "/comment/create", Map.of("message", "偷看")),
                new Call(
                        "POST",
                        "/task/" + task + "/identity-links",
                        Map.of("groupId", "dept-zjj", "type", "candidate")),
                new Call("PUT", "/task/" + task + "/variables/rework", Map.of("value", true, "type", "Boolean")),
                new Call("PUT", "/task/" + task, Map.of("name", "改名")),
                new Call("DELETE", "/task/" + task, null),
                new Call("POST", "/task/create", Map.of("name", "私设")),
                new Call("POST", "/filter/create", Map.of("resourceType", "Task", "name", "偷看", "query", BY_DESK)),
                new Call("POST", "/process-definition/key/six-orders/start", Map.of()),
                new Call("DELETE", "/process-instance/" + instance, null),
                new Call("POST", "/message", Map.of("messageName", "resident-withdrew", "businessKey", code)));
    }

    private Stream<Call> readsOfOne() {
        return Stream.of(
                        "",
                        "/form",
                        "/form-variables",
                        "/rendered-form",
                        "/variables",
                        "/localVariables",
                        "/comment",
                        "/attachment",
                        "/identity-links",
                        "/deployed-form")
                .map(part -> new Call("GET", "/task/" + task + part, null));
    }

    private Stream<Call> lists() {
        return Stream.of(
                new Call("GET", "/task?processInstanceBusinessKey=" + code, null),
                new Call("GET", "/task?candidateGroup=" + DESK + "&includeAssignedTasks=true", null),
                new Call("GET", "/task?assignee=grid1", null),
                new Call(
                        "POST",
                        "/task",
                        Map.of("orQueries", List.of(Map.of("candidateGroup", DESK, "assignee", "grid1")))),
                new Call("GET", "/history/task?taskId=" + task, null),
                new Call("GET", "/process-instance?businessKey=" + code, null),
                new Call("GET", "/execution?processInstanceId=" + instance, null),
                new Call("GET", "/variable-instance?processInstanceIdIn=" + instance, null),
                new Call("GET", "/history/process-instance?processInstanceBusinessKey=" + code, null),
                new Call("GET", "/history/activity-instance?processInstanceId=" + instance, null));
    }

    private Stream<Call> counts() {
        return Stream.of(
                new Call("GET", "/task/count?processInstanceBusinessKey=" + code, null),
                new Call("GET", "/task/count?candidateGroup=" + DESK + "&includeAssignedTasks=true", null),
                new Call("POST", "/task/count", Map.of("assignee", "grid1")),
                new Call("GET", "/history/task/count?taskId=" + task, null),
                new Call("GET", "/process-instance/count?businessKey=" + code, null),
                new Call("GET", "/variable-instance/count?processInstanceIdIn=" + instance, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dept-zjj", "grid-622901001001-02", "resident1"})
    void through_the_engines_rest_api(String stranger) {
        keptOut(rest(stranger));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dept-zjj", "grid-622901001001-02", "resident1"})
    void through_the_tasklists_own_api(String stranger) {
        WebSession browser = new WebSession(hub());
        browser.signIn(stranger);
        assertThat(browser.send("GET", "/api/v1/requests?mine=true", null, Map.of("X-Requested-With", "liudan-web"))
                        .statusCode())
                .as("signed in")
                .isEqualTo(200);
        keptOut(webApp(browser));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dept-zjj", "grid-622901001001-02"})
    void through_a_shared_filter_with_criteria_of_their_own(String stranger) {
        for (var filter : api.get(stranger, "/engine-rest/filter").body()) {
            String path = "/engine-rest/filter/" + filter.path("id").asText();
            Map<String, Object> or = Map.of("orQueries", List.of(Map.of("candidateGroup", DESK, "assignee", "grid1")));
            for (Map<String, Object> extra :
                    List.of(BY_DESK, Map.<String, Object>of("processInstanceBusinessKey", code), or)) {
                assertThat(api.post(stranger, path + "/list", extra).body().toString())
                        .doesNotContain(task);
            }
            assertThat(api.post(stranger, path + "/count", Map.of("processInstanceBusinessKey", code))
                            .body()
                            .path("count")
                            .asInt(0))
                    .isZero();
        }
    }

    /** Else a misspelt address would pass for a wall. */
    @Test
    void the_same_doors_are_open_to_the_desk_itself() {
        WebSession browser = new WebSession(hub());
        browser.signIn("grid1");
        List<Function<Call, Seen>> own = List.of(rest("grid1"), webApp(browser));
        for (Function<Call, Seen> door : own) {
            assertThat(readsOfOne()
                            .map(call -> door.apply(call).status())
                            .filter(status -> status == 200)
                            .count())
                    .isGreaterThanOrEqualTo(6);
            assertThat(lists().map(call -> door.apply(call).body())
                            .filter(body -> body.contains(task))
                            .count())
                    .isEqualTo(4);
            assertThat(counts().map(call -> door.apply(call).body())
                            .filter(body -> body.contains("\"count\":0") || !body.contains("count"))
                            .count())
                    .isLessThanOrEqualTo(3);
            assertThat(door.apply(new Call("POST", "/task/" + task + "/claim", Map.of("userId", "grid1")))
                            .status())
                    .isEqualTo(204);
        }
    }

    private Function<Call, Seen> rest(String user) {
        return call -> {
            Api.Answer answer = api.send(
                    user,
                    call.method(),
                    "/engine-rest" + call.path(),
                    call.body() == null ? BodyPublishers.noBody() : Api.json(call.body()),
                    Map.of());
            return new Seen(answer.status(), answer.body().toString());
        };
    }

    private static Function<Call, Seen> webApp(WebSession browser) {
        return call -> {
            var answer = browser.send(
                    call.method(), "/camunda/api/engine/engine/default" + call.path(), call.body(), Map.of());
            return new Seen(answer.statusCode(), answer.body());
        };
    }

    @ParameterizedTest
    @MethodSource("doors")
    void nobody_gets_in_without_signing_in(String door) {
        Stream.of(changes(), readsOfOne(), lists(), counts())
                .flatMap(calls -> calls)
                .forEach(call -> assertThat(api.send(
                                        null,
                                        call.method(),
                                        door + call.path(),
                                        call.body() == null ? BodyPublishers.noBody() : Api.json(call.body()),
                                        Map.of())
                                .status())
                        .as("%s %s", call.method(), call.path())
                        .isIn(401, 403));
    }

    static Stream<String> doors() {
        return Stream.of("/engine-rest", "/camunda/api/engine/engine/default");
    }

    private record Seen(int status, String body) {}

    private void keptOut(Function<Call, Seen> door) {
        changes().forEach(call -> assertThat(door.apply(call).status())
                .as("%s %s", call.method(), call.path())
                .isGreaterThanOrEqualTo(400));
        readsOfOne().forEach(call -> {
            Seen seen = door.apply(call);
            assertThat(seen.status() >= 400 || seen.body().matches("\\[]|\\{}"))
                    .as("%s %s gave %s", call.method(), call.path(), seen)
                    .isTrue();
        });
        lists().forEach(call -> assertThat(door.apply(call))
                .as("%s %s", call.method(), call.path())
                .satisfiesAnyOf(seen -> assertThat(seen.body()).isEqualTo("[]"), seen -> assertThat(seen.status())
                        .isBetween(400, 499)));
        counts().forEach(call -> assertThat(door.apply(call))
                .as("%s %s", call.method(), call.path())
                .satisfiesAnyOf(
                        seen -> assertThat(seen.body()).isEqualTo("{\"count\":0}"),
                        seen -> assertThat(seen.status()).isBetween(400, 499)));
        var kept = api.get("grid1", "/engine-rest/task/" + task).body();
        assertThat(kept.path("assignee").asText()).isEqualTo("grid1");
        assertThat(kept.path("name").asText()).isEqualTo("网格核单");
    }
}
