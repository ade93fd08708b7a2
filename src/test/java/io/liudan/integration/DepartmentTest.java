package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** A test in which departments have systems of their own, on real wires. */
abstract class DepartmentTest extends HubTest {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EVIDENCE = "JVBERi0xLjQKJSVFT0YK";

    final Api api = new Api(hub(), realm()).heldToItsDocument();
    private Path file;

    /** @param parameters names and values */
    static String templated(String template, String department, String... parameters) {
        StringBuilder text = new StringBuilder("- templatedRoute:\n    routeTemplateRef: " + template
                + "\n    parameters:\n      - {name: department, value: " + department + "}\n");
        for (int i = 0; i < parameters.length; i += 2) {
            text.append("      - {name: ")
                    .append(parameters[i])
                    .append(", value: \"")
                    .append(parameters[i + 1])
                    .append("\"}\n");
        }
        return text.toString();
    }

    /** Puts a department's file where the hub looks for it, and waits until it has seen it. */
    void connect(String department, String text) {
        try {
            Files.createDirectories(departments());
            file = departments().resolve(department + ".yaml");
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        await(
                "the connector of " + department,
                () -> connector(department).path("state").asText().equals("UP"));
    }

    @AfterEach
    void disconnect() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
            String department = file.getFileName().toString().replace(".yaml", "");
            await("the end of the connector of " + department, () -> connector(department)
                    .isMissingNode());
        }
    }

    JsonNode connector(String department) {
        for (JsonNode connector : api.get("admin", "/api/v1/connectors").body()) {
            if (connector.path("id").asText().equals(department)) {
                return connector;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    /** Failed attempts since the hub's start: other tests had some too, so a new one shows as one more. */
    long failures(String department) {
        JsonNode connector = connector(department);
        return Math.round(connector.path("attempts").asLong()
                * connector.path("errorRate").asDouble());
    }

    /** A request on its way up to this department; gives its code. */
    String dispatchTo(String department) {
        String code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "垃圾没有清运",
                                "description",
                                "东门外三天没有清运",
                                "gridCode",
                                "622901001001-01",
                                "contact",
                                Map.of("name", "测试人", "phone", "13900001111")))
                .body()
                .path("code")
                .asText();
        decide("grid1", code, Map.of("decision", "CONFIRM"));
        decide("community1", code, Map.of("decision", "ISSUE"));
        decide("street1", code, Map.of("decision", "DISPATCH", "lead", department, "urgency", "NORMAL"));
        return code;
    }

    void decide(String user, String code, Map<String, ?> decision) {
        assertThat(api.complete(user, api.task(user, code, null).path("id").asText(), decision)
                        .status())
                .isEqualTo(204);
    }

    /** The department's system answers by calling the hub. */
    Answer answer(String department, String order, String action, Map<String, ?> fields, String key) {
        return api.post(
                "agency-" + department,
                "/integration/v1/work-orders/" + order + "/" + action,
                fields,
                Map.of("Idempotency-Key", key));
    }

    static Map<String, Object> finish() {
        return Map.of("report", "已清运", "evidence", java.util.List.of(Map.of("content", EVIDENCE)));
    }

    String status(String code) {
        return api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("status")
                .asText();
    }

    static void await(String what, Supplier<Boolean> holds) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!holds.get()) {
            assertThat(Instant.now()).as("still waiting for " + what).isBefore(end);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
