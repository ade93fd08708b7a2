package io.liudan.upgrade;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the database of {@link UpgradeTest}: starts a hub of the version before, built in another checkout, fills it
 * through its public API with {@link Story}, writes its rows down, and then ends all requests there, to know how they
 * end. Run it with {@code ./mvnw -q -Pfixture -Dbefore=CHECKOUT}.
 */
public final class Fixture {

    static final Path FILE = Path.of("src/test/resources/upgrade/before.zip");
    private static final int HUB = 18090;
    private static final int KEYCLOAK = 18190;
    private static final int POSTGRES = 35442;
    /** A system that nobody listens at, given up soon. */
    private static final String DEAF_SYSTEM = """
            - templatedRoute:
                routeTemplateRef: rest
                parameters:
                  - {name: department, value: %s}
                  - {name: url, value: "http://localhost:9/none"}
                  - {name: retryCycle, value: "PT1S"}
            """;

    private Fixture() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("fixture");
        Path departments = Files.createDirectory(directory.resolve("departments"));
        Files.writeString(departments.resolve(Story.DEAF + ".yaml"), DEAF_SYSTEM.formatted(Story.DEAF));
        try (HubProcess hub = HubProcess.of(
                Path.of(System.getProperty("benchmark.before")),
                directory,
                HUB,
                "liudan.embedded.keycloak.port=" + KEYCLOAK,
                "liudan.embedded.postgres-port=" + POSTGRES,
                "liudan.embedded.keycloak.directory=" + System.getProperty("liudan.embedded.keycloak.directory"),
                "liudan.embedded.simulators.enabled=false",
                "liudan.integration.departments=" + departments)) {
            hub.start();
            Api api = new Api(hub.url(), "http://localhost:" + KEYCLOAK + "/realms/liudan");
            api.awaitSignIn();
            Story story = new Story(api);
            Map<String, String> codes = story.begin();
            JsonNode letters = deadLetters(api);
            Map<String, Map<String, JsonNode>> views = new LinkedHashMap<>();
            codes.forEach((label, code) -> {
                Map<String, JsonNode> read = new LinkedHashMap<>();
                story.readers().forEach(user -> read.put(user, story.read(user, code)));
                views.put(label, read);
            });
            byte[] rows = Dump.rows("jdbc:postgresql://localhost:" + POSTGRES + "/liudan");
            Map<String, String> ends = new LinkedHashMap<>();
            codes.forEach((label, code) -> ends.put(label, story.end(code)));
            Files.createDirectories(FILE.getParent());
            Dump.write(
                    FILE,
                    rows,
                    Map.of(
                            "codes",
                            codes,
                            "views",
                            views,
                            "ends",
                            ends,
                            "deadLetters",
                            letters.size(),
                            "at",
                            Instant.now().toString()));
            System.out.printf("%s: %d requests, %d bytes, ends %s%n", FILE, codes.size(), Files.size(FILE), ends);
        }
    }

    private static JsonNode deadLetters(Api api) {
        return await().atMost(Duration.ofMinutes(2))
                .until(
                        () -> api.get("integrator", "/api/v1/dead-letters")
                                .body()
                                .path("items"),
                        letters -> !letters.isEmpty());
    }
}
