package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What Camunda Modeler signs in with, which can't sign in by itself. */
class DeployKeysTest extends HubTest {

    private static final String KEYS = "/api/v1/deploy-keys";

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private DeployKeys keys;

    private final Api api = new Api(hub(), realm());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void noKeys() {
        jdbc.sql("delete from deploy_key").update();
    }

    private String key() {
        Answer made = api.post("designer", KEYS, Map.of("name", "办公室的电脑", "days", 30));
        assertThat(made.status()).isEqualTo(201);
        return made.body().path("key").asText();
    }

    private HttpResponse<String> call(String method, String path, String authorization, String type, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(hub() + path))
                        .header("Authorization", authorization)
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String authorization) throws IOException, InterruptedException {
        return call("GET", path, authorization, "application/json", "");
    }

    private static String basic(String user, String key) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + key).getBytes(StandardCharsets.UTF_8));
    }

    private static String part(String name, String file, String content) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"" + file + "\r\n\r\n" + content + "\r\n";
    }

    private HttpResponse<String> deploy(String authorization) throws IOException, InterruptedException {
        String model = """
                <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <bpmn:process id="by-deploy-key" name="试" isExecutable="true" camunda:historyTimeToLive="P1D"><bpmn:startEvent id="s"/></bpmn:process></bpmn:definitions>""";
        return call(
                "POST",
                "/engine-rest/deployment/create",
                authorization,
                "multipart/form-data; boundary=b",
                part("deployment-name", "", "by-deploy-key") + part("m.bpmn", "; filename=\"m.bpmn\"", model)
                        + "--b--\r\n");
    }

    @Test
    void a_key_deploys_and_reads_deployments_as_its_owner() throws Exception {
        String key = key();
        HttpResponse<String> deployed = deploy("Bearer " + key);
        assertThat(deployed.statusCode()).isEqualTo(200);
        String id = new ObjectMapper().readTree(deployed.body()).path("id").asText();
        JsonNode newest = api.get("designer", "/api/v1/deployments").body().path(0);
        assertThat(newest.path("by").asText()).isEqualTo("designer");
        assertThat(newest.path("name").asText()).isEqualTo("by-deploy-key");
        for (String authorization : new String[] {"Bearer " + key, basic("designer", key)}) {
            assertThat(get("/engine-rest/version", authorization).statusCode()).isEqualTo(200);
            assertThat(get("/engine-rest/deployment?maxResults=0", authorization)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get("/engine-rest/deployment/" + id + "/resources", authorization)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get("/api/v1/deployments", authorization).statusCode()).isEqualTo(200);
        }
        assertThat(api.get("auditor", "/api/v1/audit?action=deploy-key.use")
                        .body()
                        .path("items")
                        .path(0)
                        .path("actor")
                        .asText())
                .isEqualTo("designer");
        assertThat(api.get("designer", KEYS).body().path(0).has("usedAt")).isTrue();
        assertThat(api.send("designer", "DELETE", "/engine-rest/deployment/" + id, BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /engine-rest/process-definition",
        "GET, /engine-rest/task",
        "DELETE, /engine-rest/deployment/x",
        "POST, /engine-rest/process-definition/key/six-orders/start",
        "POST, /api/v1/deployments/x/restore",
        "GET, /api/v1/deploy-keys",
        "POST, /api/v1/deploy-keys",
        "GET, /api/v1/requests/1",
        "GET, /camunda/api/engine/engine/default/deployment",
        "GET, /actuator/prometheus",
    })
    void a_key_opens_nothing_else(String method, String path) throws Exception {
        HttpResponse<String> refused = call(method, path, "Bearer " + key(), "application/json", "{}");
        assertThat(refused.statusCode()).isIn(401, 403);
        assertThat(get("/api/v1/deployments", "Bearer " + key()).statusCode())
                .as("the twin")
                .isEqualTo(200);
    }

    @Test
    void a_key_that_is_taken_back_over_wrong_or_of_nobody_opens_nothing() throws Exception {
        String key = key();
        long id = api.get("designer", KEYS).body().path(0).path("id").asLong();
        assertThat(get("/api/v1/deployments", basic("designer", key)).statusCode())
                .isEqualTo(200);
        assertThat(get("/api/v1/deployments", basic("admin", key)).statusCode())
                .as("of somebody else")
                .isEqualTo(401);
        assertThat(get("/api/v1/deployments", "Bearer " + key + "x").statusCode())
                .isEqualTo(401);

        roles("{STAFF}");
        assertThat(get("/api/v1/deployments", "Bearer " + key).statusCode())
                .as("no designer any more")
                .isEqualTo(401);
        roles("{DESIGNER}");
        assertThat(get("/api/v1/deployments", "Bearer " + key).statusCode()).isEqualTo(200);

        jdbc.sql("update deploy_key set expires_at = created_at").update();
        HttpResponse<String> over = get("/api/v1/deployments", "Bearer " + key);
        assertThat(over.statusCode()).isEqualTo(401);
        assertThat(over.body()).contains("部署密钥无效");
        jdbc.sql("update deploy_key set expires_at = created_at + interval '1 day'")
                .update();

        assertThat(api.send("designer", "DELETE", KEYS + "/" + id, BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(204);
        assertThat(get("/api/v1/deployments", "Bearer " + key).statusCode()).isEqualTo(401);
        assertThat(api.get("designer", KEYS).body().path(0).has("revokedAt")).isTrue();
        assertThat(api.send("designer", "DELETE", KEYS + "/0", BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(api.send("admin", "DELETE", KEYS + "/" + id, BodyPublishers.noBody(), Map.of())
                        .status())
                .as("administrators take back anybody's")
                .isEqualTo(204);
    }

    private void roles(String roles) {
        jdbc.sql("update person set roles = ?::text[] where username = 'designer'")
                .param(roles)
                .update();
    }

    @Test
    void a_key_of_whoever_has_duties_that_must_be_apart_opens_nothing() throws Exception {
        String key = key();
        roles("{DESIGNER,ADMINISTRATOR}");
        assertThat(get("/api/v1/deployments", "Bearer " + key).statusCode()).isEqualTo(200);
        roles("{DESIGNER,ADMINISTRATOR,AUDITOR}");
        assertThat(get("/api/v1/deployments", "Bearer " + key).statusCode()).isEqualTo(401);
        roles("{DESIGNER}");
    }

    @Test
    void a_key_stays_taken_back_when_its_owner_becomes_a_designer_again() throws Exception {
        String key = key();
        keys.takeBackOfOthers();
        assertThat(get("/api/v1/deployments", "Bearer " + key).statusCode()).isEqualTo(200);
        roles("{STAFF}");
        keys.takeBackOfOthers();
        roles("{DESIGNER}");
        assertThat(get("/api/v1/deployments", "Bearer " + key).statusCode()).isEqualTo(401);
        assertThat(api.get("auditor", "/api/v1/audit?action=deploy-key.revoke")
                        .body()
                        .path("items")
                        .path(0)
                        .path("actor")
                        .asText())
                .isEqualTo("hub");
    }

    @Test
    void a_name_that_the_database_cant_keep_is_refused() {
        assertThat(api.post("designer", KEYS, Map.of("name", "a\u0000b")).status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"'', 30, name", "x, 0, days", "x, 366, days"})
    void a_key_without_a_name_or_of_more_than_a_year_isnt_made(String name, int days, String field) {
        Answer refused = api.post("designer", KEYS, Map.of("name", name, "days", days));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("errors").path(0).path("field").asText()).isEqualTo(field);
    }

    @Test
    void the_key_itself_is_kept_nowhere() {
        String key = key();
        assertThat(jdbc.sql("select deploy_key::text from deploy_key")
                        .query(String.class)
                        .list())
                .isNotEmpty()
                .noneMatch(row -> row.contains(key.substring("ldk_".length())));
        assertThat(api.get("designer", KEYS).body().toString()).doesNotContain(key);
        assertThat(api.post("grid1", KEYS, Map.of("name", "x")).status()).isEqualTo(403);
    }

    @Test
    void of_many_asked_for_at_once_there_are_ten() throws Exception {
        try (ExecutorService many = Executors.newFixedThreadPool(8)) {
            Callable<Integer> ask =
                    () -> api.post("designer", KEYS, Map.of("name", "x")).status();
            long made = many.invokeAll(IntStream.range(0, 16).mapToObj(n -> ask).toList()).stream()
                    .filter(status -> status.resultNow() == 201)
                    .count();
            assertThat(made).isEqualTo(10);
        }
    }
}
