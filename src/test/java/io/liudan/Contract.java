package io.liudan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Holds a hub's answers against the document of its API (OpenAPI 3.1, whose schemas are JSON Schema 2020-12): each
 * status is one that the document names for the call, and each body is as its schema says.
 */
final class Contract {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Contract> BY_HUB = new ConcurrentHashMap<>();

    private final JsonNode document;
    private final List<Door> doors = new ArrayList<>();
    private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

    private record Door(Pattern path, int variables, String template) {}

    private Contract(JsonNode document) {
        this.document = document;
        document.path("paths")
                .fieldNames()
                .forEachRemaining(template -> doors.add(new Door(
                        Pattern.compile(template.replaceAll("\\{[^}]*}", "[^/]+")),
                        template.split("\\{", -1).length,
                        template)));
        doors.sort(Comparator.comparing(Door::variables));
    }

    static Contract of(String hub) {
        return BY_HUB.computeIfAbsent(hub, Contract::fetch);
    }

    private static Contract fetch(String hub) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return new Contract(JSON.readTree(http.send(
                            HttpRequest.newBuilder(URI.create(hub + "/v3/api-docs"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** @throws AssertionError when the document doesn't know of such an answer */
    void check(String method, String path, int status, String type, JsonNode body) {
        Optional<Door> door = doors.stream()
                .filter(one -> one.path().matcher(path).matches()
                        && document.path("paths").path(one.template()).has(method.toLowerCase()))
                .findFirst();
        if (door.isEmpty()) {
            return;
        }
        String call = method + " " + door.get().template() + " → " + status;
        JsonNode answer = resolved(document.path("paths")
                .path(door.get().template())
                .path(method.toLowerCase())
                .path("responses")
                .path(Integer.toString(status)));
        if (answer.isMissingNode()) {
            throw new AssertionError(call + " stands in no line of the document: " + body);
        }
        String plain = type.replaceFirst(";.*", "").strip();
        JsonNode schema = answer.path("content").path(plain).path("schema");
        if (!plain.contains("json")) {
            return;
        }
        if (schema.isMissingNode()) {
            schema = answer.path("content").path("*/*").path("schema");
        }
        if (schema.isMissingNode()) {
            throw new AssertionError(call + " has a body of " + plain + ", and the document knows of none: " + body);
        }
        JsonNode known = schema;
        Set<ValidationMessage> wrong =
                schemas.computeIfAbsent(call + plain, name -> compiled(known)).validate(body);
        if (!wrong.isEmpty()) {
            throw new AssertionError(call + " isn't as the document says: " + wrong + "\n" + body);
        }
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private JsonSchema compiled(JsonNode schema) {
        ObjectNode whole = JSON.createObjectNode();
        whole.setAll((ObjectNode) schema);
        whole.set("components", document.path("components"));
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(whole);
    }
}
