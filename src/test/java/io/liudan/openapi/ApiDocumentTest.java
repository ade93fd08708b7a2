package io.liudan.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The document of the API, from which a stranger writes a client. */
class ApiDocumentTest extends HubTest {

    private final Api api = new Api(hub(), realm());

    /** Left in {@code target/openapi.json} for other checkers. */
    private JsonNode document() {
        JsonNode document = api.get(null, "/v3/api-docs").body();
        try {
            Files.writeString(Path.of("target/openapi.json"), document.toPrettyString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return document;
    }

    private record Call(String name, JsonNode operation) {}

    private List<Call> calls() {
        List<Call> all = new ArrayList<>();
        document().path("paths").properties().forEach(path -> path.getValue()
                .properties()
                .forEach(operation -> all.add(
                        new Call(operation.getKey().toUpperCase() + " " + path.getKey(), operation.getValue()))));
        return all;
    }

    @Test
    void every_operation_has_a_name_of_its_own_that_makes_a_method() {
        Set<String> names = new HashSet<>();
        assertThat(calls()).hasSizeGreaterThan(80).allSatisfy(call -> {
            String name = call.operation().path("operationId").asText();
            assertThat(name).as(call.name()).matches("[a-z][A-Za-z0-9]{2,40}");
            assertThat(names.add(name)).as(name + " comes twice").isTrue();
            assertThat(call.operation().path("summary").asText())
                    .as(call.name())
                    .isNotBlank();
            assertThat(call.operation().path("tags")).as(call.name()).isNotEmpty();
        });
        assertThat(names).contains("listRequests", "getRequest", "finishWorkOrder", "listTasks", "completeTask");
    }

    @Test
    void what_lists_hold_is_what_they_hold_and_not_another_lists() {
        assertThat(items("/api/v1/dead-letters"))
                .contains("direction", "reason")
                .doesNotContain("deadline");
        assertThat(items("/api/v1/requests")).contains("code", "status").doesNotContain("direction");
        assertThat(items("/integration/v1/work-orders")).contains("requestCode", "round");
        assertThat(items("/api/v1/tasks")).contains("requestCode").doesNotContain("round");
        assertThat(items("/api/v1/exchanges")).contains("receipt");
    }

    private List<String> items(String path) {
        JsonNode document = document();
        JsonNode page = followed(
                document,
                document.path("paths")
                        .path(path)
                        .path("get")
                        .path("responses")
                        .path("200")
                        .path("content")
                        .elements()
                        .next()
                        .path("schema"));
        JsonNode item = followed(document, page.path("properties").path("items").path("items"));
        List<String> names = new ArrayList<>();
        item.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode followed(JsonNode document, JsonNode schema) {
        return schema.has("$ref") ? document.at(schema.path("$ref").asText().substring(1)) : schema;
    }

    @Test
    void every_call_names_the_problems_that_it_can_be_answered_with() {
        JsonNode document = document();
        assertThat(calls()).allSatisfy(call -> {
            JsonNode answers = call.operation().path("responses");
            assertThat(answers.has("429") && answers.has("500") && answers.has("503"))
                    .as(call.name())
                    .isTrue();
            answers.properties().stream()
                    .filter(answer -> answer.getKey().compareTo("400") >= 0)
                    .forEach(answer -> assertThat(followed(document, answer.getValue())
                                    .path("content")
                                    .path("application/problem+json")
                                    .path("schema")
                                    .path("$ref")
                                    .asText())
                            .as(call.name() + " " + answer.getKey())
                            .isEqualTo("#/components/schemas/Problem"));
            boolean open = call.operation().path("security").isArray()
                    && call.operation().path("security").isEmpty();
            assertThat(answers.has("401")).as(call.name()).isNotEqualTo(open);
        });
    }

    @Test
    void it_tells_how_to_come_in_and_whom_to_ask() {
        JsonNode document = document();
        assertThat(document.path("openapi").asText()).startsWith("3.1");
        assertThat(document.path("info").path("contact").path("email").asText()).isNotBlank();
        JsonNode flows = document.at("/components/securitySchemes/oauth2/flows");
        assertThat(flows.at("/authorizationCode/authorizationUrl").asText()).startsWith(realm());
        assertThat(flows.at("/clientCredentials/tokenUrl").asText()).startsWith(realm());
        assertThat(document.at("/components/securitySchemes/bearer/scheme").asText())
                .isEqualTo("bearer");
        assertThat(document.path("tags").findValuesAsText("name")).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void an_answer_to_a_work_order_is_a_schema_for_each_action() {
        JsonNode document = document();
        for (String action : List.of("accept", "return", "progress", "extension", "finish", "explain")) {
            JsonNode body = document.path("paths")
                    .path("/integration/v1/work-orders/{code}/" + action)
                    .at("/post/requestBody/content/application~1json/schema");
            assertThat(followed(document, body).path("type").asText())
                    .as(action)
                    .isEqualTo("object");
        }
        assertThat(document.at("/components/schemas/FinishWorkOrder/required"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder("report", "evidence");
    }

    @Test
    void whatever_a_component_says_of_itself_is_told() {
        JsonNode exchange = document().at("/components/schemas/ExchangesEntry");
        assertThat(exchange.path("description").asText()).isNotBlank();
        assertThat(exchange.at("/properties/receipt/description").asText()).contains("department's system");
        assertThat(exchange.path("required")).extracting(JsonNode::asText).contains("id", "attempt", "bytes");
    }
}
