package io.liudan.process.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.WebSession;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Calls every operation of the engine's REST API, as its own OpenAPI document lists them, at both its addresses, as
 * everybody, with words that are looked for in the engine's tables afterwards.
 */
class EngineDoorsTest extends HubTest {

    private static final String WORD = "zhaoruoyin-" + System.nanoTime();
    private static final List<String> PEOPLE = List.of(
            "resident1",
            "grid1",
            "grid-622901002001-01",
            "community1",
            "street1",
            "dept-cgj",
            "supervisor",
            "designer",
            "integrator",
            "admin",
            "auditor",
            "security");
    private static final List<String> SYSTEMS = List.of("agency-cgj", "liudan-monitor");
    /** What may answer with success though it is no question: nothing of it moved anything here. */
    private static final Set<String> DONE = Set.of("POST /task/{id}/claim", "POST /task/{id}/unclaim");

    private static final Pattern QUESTION = Pattern.compile(
            "POST /(?:(?:history/)?[a-z-]+(?:/count)?|filter/\\{id}/(?:list|count|singleResult))|OPTIONS .*|GET .*");
    private static final Pattern INSIDE = Pattern.compile(
            "(?i)SQLException|PSQLException|### |\\bselect\\b.+\\bfrom\\b|\\tat |org\\.apache\\.ibatis");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Autowired
    private ProcessEngine engine;

    @Autowired
    private JdbcClient jdbc;

    private final Api api = new Api(hub(), realm());
    private final Map<String, String> ids = new TreeMap<>();
    private String code;
    private JsonNode document;

    private record Operation(String method, String path, Object body) {

        String name() {
            return method + " " + path;
        }
    }

    @BeforeEach
    void aTaskOfTheGrid() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/openapi.json")) {
            document = JSON.readTree(in);
        }
        code = api.submit(
                        "resident1",
                        Map.of("category", "sanitation", "title", "垃圾没有清运", "description", "三天了", "gridCode", GRID))
                .body()
                .path("code")
                .asText();
        String task = api.task("grid1", code, "verify").path("id").asText();
        JsonNode seen = api.get("grid1", "/engine-rest/task/" + task).body();
        ids.put("task", task);
        ids.put("process-instance", seen.path("processInstanceId").asText());
        ids.put("execution", seen.path("executionId").asText());
        ids.put("process-definition", seen.path("processDefinitionId").asText());
        ids.put(
                "deployment",
                engine.getRepositoryService()
                        .createProcessDefinitionQuery()
                        .processDefinitionKey("six-orders")
                        .latestVersion()
                        .singleResult()
                        .getDeploymentId());
        ids.put(
                "filter",
                engine.getFilterService().createFilterQuery().list().getFirst().getId());
        ids.put(
                "job",
                engine.getManagementService()
                        .createJobQuery()
                        .processInstanceId(ids.get("process-instance"))
                        .list()
                        .getFirst()
                        .getId());
        ids.put(
                "decision-definition",
                engine.getRepositoryService()
                        .createDecisionDefinitionQuery()
                        .decisionDefinitionKey("routing")
                        .latestVersion()
                        .singleResult()
                        .getId());
    }

    private static final String GRID = "622901001001-01";

    @Test
    void nothing_comes_in_moves_or_tells_of_the_inside_whoever_calls_whatever() throws Exception {
        List<Operation> operations = operations();
        assertThat(operations).hasSizeGreaterThan(390);
        Map<String, Object> before = standing();
        Map<String, WebSession> browsers = new LinkedHashMap<>();
        PEOPLE.forEach(person -> {
            api.token(person);
            WebSession browser = new WebSession(hub());
            browser.signIn(person);
            browsers.put(person, browser);
        });
        SYSTEMS.forEach(api::token);
        List<Callable<List<String>>> callers = new ArrayList<>();
        callers.add(() -> operations.stream()
                .flatMap(one -> faults("nobody", one, throughRest(null, one)).stream())
                .toList());
        for (String system : SYSTEMS) {
            callers.add(() -> operations.stream()
                    .flatMap(one -> faults(system, one, throughRest(system, one)).stream())
                    .toList());
        }
        for (String person : PEOPLE) {
            callers.add(() -> operations.stream()
                    .flatMap(one -> faults(person, one, throughRest(person, one)).stream())
                    .toList());
            callers.add(() -> operations.stream()
                    .flatMap(one ->
                            faults(person + " in the browser", one, throughApps(browsers.get(person), one)).stream())
                    .toList());
        }
        List<String> faults = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (Future<List<String>> caller : pool.invokeAll(callers)) {
                faults.addAll(caller.get());
            }
        }
        assertThat(faults).isEmpty();
        assertThat(standing()).isEqualTo(before);
        assertThat(tablesWith(WORD)).isEmpty();
        assertThat(api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("ORDERED");
        assertThat(api.task("grid1", code, "verify").path("id").asText()).isEqualTo(ids.get("task"));
    }

    /** @param status and {@code body} of an answer */
    private record Seen(int status, String body) {}

    private Seen throughRest(String person, Operation one) {
        Map<String, String> headers = multipart(one)
                ? Map.of("Content-Type", "multipart/form-data; boundary=b")
                : Map.of("Content-Type", "application/json");
        Api.Answer answer = api.send(
                person,
                one.method(),
                "/engine-rest" + path(one),
                one.body() == null
                        ? BodyPublishers.noBody()
                        : multipart(one) ? BodyPublishers.ofString(one.body().toString()) : Api.json(one.body()),
                headers);
        return new Seen(answer.status(), answer.body().toString());
    }

    private Seen throughApps(WebSession browser, Operation one) {
        var answer = browser.send(
                one.method(),
                "/camunda/api/engine/engine/default" + path(one),
                one.body(),
                multipart(one) ? Map.of("Content-Type", "multipart/form-data; boundary=b") : Map.of());
        return new Seen(answer.statusCode(), answer.body());
    }

    private static boolean multipart(Operation one) {
        return one.body() instanceof String;
    }

    private static List<String> faults(String person, Operation one, Seen seen) {
        List<String> faults = new ArrayList<>();
        if (seen.status() >= 500) {
            faults.add(person + ": " + one.name() + " failed with " + seen.status() + " " + shortened(seen.body()));
        }
        if (seen.status() < 300
                && !DONE.contains(one.name())
                && !QUESTION.matcher(one.name()).matches()) {
            faults.add(person + ": " + one.name() + " is open");
        }
        if (INSIDE.matcher(seen.body()).find()) {
            faults.add(person + ": " + one.name() + " tells of the inside: " + shortened(seen.body()));
        }
        return faults;
    }

    private static String shortened(String body) {
        return body.substring(0, Math.min(300, body.length()));
    }

    private List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    JsonNode content = method.getValue().path("requestBody").path("content");
                    Object body = content.has("multipart/form-data")
                            ? "--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\n" + WORD
                                    + "\r\n--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"" + WORD
                                    + ".html\"\r\n\r\n" + WORD + "\r\n--b--\r\n"
                            : content.has("application/json")
                                    ? example(content.path("application/json").path("schema"), "", 0)
                                    : null;
                    String name = method.getKey().toUpperCase(Locale.ROOT);
                    operations.add(new Operation(
                            name, path.getKey(), body == null && name.equals("POST") ? JSON.createObjectNode() : body));
                }));
        return operations;
    }

    /** Something of the shape that a schema asks for, with the word wherever words may stand. */
    private JsonNode example(JsonNode schema, String property, int depth) {
        if (schema.has("$ref")) {
            return example(document.at(schema.path("$ref").asText().substring(1)), property, depth);
        }
        if (schema.has("allOf")) {
            ObjectNode all = JSON.createObjectNode();
            schema.path("allOf").forEach(part -> {
                if (example(part, property, depth) instanceof ObjectNode one) {
                    all.setAll(one);
                }
            });
            return all;
        }
        if (schema.has("enum")) {
            return schema.path("enum").get(0);
        }
        return switch (schema.path("type").asText()) {
            case "boolean" -> JSON.getNodeFactory().booleanNode(true);
            case "integer", "number" -> JSON.getNodeFactory().numberNode(1);
            case "array" -> {
                ArrayNode list = JSON.createArrayNode();
                if (depth < 3) {
                    list.add(example(schema.path("items"), property, depth + 1));
                }
                yield list;
            }
            case "object" -> object(schema, depth);
            default ->
                JSON.getNodeFactory()
                        .textNode(
                                schema.path("format").asText().equals("date-time")
                                        ? "2036-01-01T00:00:00.000+0000"
                                        : property.equals("type") ? "String" : known(property));
        };
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.createObjectNode();
        schema.path("properties").properties().forEach(property -> {
            if (depth < 4 && !property.getKey().toLowerCase(Locale.ROOT).endsWith("expression")) {
                object.set(property.getKey(), example(property.getValue(), property.getKey(), depth + 1));
            }
        });
        if (schema.path("additionalProperties").isObject() && depth < 4) {
            object.set(WORD, example(schema.path("additionalProperties"), "", depth + 1));
            object.putObject("decision").put("value", "CONFIRM").put("type", "String");
        }
        return object;
    }

    private String known(String property) {
        String kind = property.replaceAll("Ids?(In)?$", "")
                .replaceAll("([A-Z])", "-$1")
                .toLowerCase(Locale.ROOT);
        return ids.getOrDefault(kind, WORD);
    }

    private String path(Operation one) {
        String kind = one.path().split("/")[1];
        Matcher placeholder = Pattern.compile("\\{([^}]+)}").matcher(one.path());
        return placeholder.replaceAll(found -> {
            String value = found.group(1).equals("key")
                    ? kind.equals("decision-definition") ? "routing" : "six-orders"
                    : found.group(1).equals("id") && one.path().startsWith("/" + kind + "/{id}")
                            ? ids.getOrDefault(kind, "none")
                            : WORD;
            return URLEncoder.encode(value, StandardCharsets.UTF_8);
        });
    }

    /** What nobody's call may have changed. */
    private Map<String, Object> standing() {
        Map<String, Object> standing = new TreeMap<>();
        for (String table : List.of(
                "act_ru_task",
                "act_ru_execution",
                "act_ru_variable",
                "act_ru_identitylink",
                "act_ru_job",
                "act_ru_incident",
                "act_ru_authorization",
                "act_ru_filter",
                "act_re_deployment",
                "act_re_procdef",
                "act_hi_comment",
                "act_hi_attachment",
                "act_id_user",
                "act_ru_batch")) {
            standing.put(
                    table,
                    jdbc.sql("select count(*) from " + table).query(Long.class).single());
        }
        standing.put(
                "task",
                jdbc.sql(
                                "select name_, priority_, delegation_, suspension_state_, due_date_ from act_ru_task where id_ = ?")
                        .param(ids.get("task"))
                        .query()
                        .singleRow()
                        .toString());
        return standing;
    }

    private List<String> tablesWith(String word) {
        return jdbc
                .sql(
                        "select table_name from information_schema.tables where table_schema = 'public' and table_name like 'act\\_%'")
                .query(String.class)
                .list()
                .stream()
                .filter(table -> jdbc.sql("select count(*) from " + table + " t where t::text like ?")
                                .param("%" + word + "%")
                                .query(Long.class)
                                .single()
                        > 0)
                .toList();
    }
}
