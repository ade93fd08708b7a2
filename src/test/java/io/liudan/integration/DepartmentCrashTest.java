package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubProcess;
import io.liudan.HubTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A hub that is killed at random moments, and whose database is stopped, while it carries work orders to a system that
 * fails now and then. Afterwards each order has arrived, and at a receiver that honours the idempotency key none has
 * had its effect twice.
 */
class DepartmentCrashTest extends HubTest {

    private static final int THREADS = 3;
    private static final String DEPARTMENT = "gdgs";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Random random = new Random(7);
    private final Set<String> dispatched = ConcurrentHashMap.newKeySet();
    private final Set<String> urged = ConcurrentHashMap.newKeySet();
    private final Set<String> filed = ConcurrentHashMap.newKeySet();

    @Test
    void after_kills_and_a_stop_of_the_database_every_order_has_arrived_once_and_in_order() throws Exception {
        Path directory = Path.of(
                        "target/department-crash/" + ProcessHandle.current().pid())
                .toAbsolutePath();
        int port = freePort();
        try (HttpDepartment system = new HttpDepartment();
                HubProcess hub = new HubProcess(
                        directory,
                        port,
                        "liudan.embedded.keycloak.enabled=false",
                        "liudan.embedded.simulators.enabled=false",
                        "liudan.embedded.postgres-port=27432",
                        "liudan.identity.issuer=" + realm(),
                        "liudan.integration.departments=" + directory.resolve("departments"),
                        "liudan.integration.circuit.half-open=1s")) {
            system.says = (exchange, receipt) -> HttpDepartment.send(
                    exchange, system.calls.size() % 5 == 0 ? 500 : 200, "{\"receipt\": \"" + receipt + "\"}");
            Files.createDirectories(directory.resolve("departments"));
            // A lock outlives a killed hub: the less of it, the sooner its orders go on.
            Files.writeString(
                    directory.resolve("departments/gdgs.yaml"),
                    DepartmentTest.templated(
                            "rest",
                            DEPARTMENT,
                            "url",
                            system.url(),
                            "retryCycle",
                            "PT1S,PT1S,PT2S,PT2S,PT2S,PT5S,PT5S,PT5S,PT5S,PT5S",
                            "lockDuration",
                            "10000"));
            Api api = new Api(hub.start().url(), realm());
            for (int crash = 0; crash < 2; crash++) {
                work(api, 10, () -> {
                    hub.kill();
                    return null;
                });
                hub.start();
            }
            work(api, 10, () -> {
                stopPostgres(directory.resolve("postgresql"));
                return null;
            });
            everythingArrives(api, system);
        }
    }

    private interface Fault {

        Void strike() throws Exception;
    }

    /**
     * Files, dispatches and urges from several threads until enough was dispatched, then lets the fault strike at a
     * random moment.
     */
    private void work(Api api, int enough, Fault fault) throws Exception {
        int target = dispatched.size() + enough;
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                threads.submit(() -> {
                    while (!over.get()) {
                        try {
                            oneRequest(api);
                        } catch (UncheckedIOException | IllegalStateException cutOff) {
                            pause(100);
                        }
                    }
                });
            }
            try {
                Instant end = Instant.now().plus(PATIENCE);
                while (dispatched.size() < target) {
                    assertThat(Instant.now())
                            .as("%d of %d orders dispatched", dispatched.size(), target)
                            .isBefore(end);
                    pause(20);
                }
                pause(random.nextInt(300));
                fault.strike();
                pause(1500);
            } finally {
                // The executor waits for its threads, also when the test fails.
                over.set(true);
            }
        }
    }

    private void oneRequest(Api api) {
        String code = api.submit(
                        "resident2",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "测试",
                                "description",
                                "停电了",
                                "gridCode",
                                "622901001001-01"))
                .body()
                .path("code")
                .asText("");
        if (code.isEmpty()) {
            return;
        }
        filed.add(code);
        if (decide(api, "grid1", code, Map.of("decision", "CONFIRM"))
                && decide(api, "community1", code, Map.of("decision", "ISSUE"))
                && decide(
                        api,
                        "street1",
                        code,
                        Map.of("decision", "DISPATCH", "lead", DEPARTMENT, "urgency", "NORMAL"))) {
            dispatched.add(code);
            if (api.post("resident2", "/api/v1/requests/" + code + "/urge", Map.of())
                            .status()
                    < 300) {
                urged.add(code);
            }
        }
    }

    private static boolean decide(Api api, String user, String code, Map<String, ?> decision) {
        JsonNode task = api.task(user, code, null);
        return !task.isMissingNode()
                && api.complete(user, task.path("id").asText(), decision).status() == 204;
    }

    private void everythingArrives(Api api, HttpDepartment system) {
        Instant end = Instant.now().plus(PATIENCE);
        while (queue(api) != 0 || !missing(system).isEmpty()) {
            assertThat(Instant.now())
                    .as("orders that didn't arrive: " + missing(system) + ", queue " + queue(api))
                    .isBefore(end);
            pause(500);
        }
        Set<String> keys = new HashSet<>();
        Map<String, List<String>> effects = new ConcurrentHashMap<>();
        for (JsonNode call : system.calls) {
            // Of repeated calls the receiver takes the first.
            if (keys.add(call.path("id").asText())) {
                effects.computeIfAbsent(
                                call.path("workOrder").path("requestCode").asText(), code -> new ArrayList<>())
                        .add(call.path("kind").asText());
            }
        }
        assertThat(dispatched).hasSizeGreaterThanOrEqualTo(30);
        dispatched.forEach(
                code -> assertThat(effects.get(code)).as(code).isIn(List.of("ISSUED", "URGED"), List.of("ISSUED")));
        urged.forEach(code -> assertThat(effects.get(code)).as(code).containsExactly("ISSUED", "URGED"));
        assertThat(filed).as("nothing arrives that nobody sent").containsAll(effects.keySet());
        assertThat(api.get("admin", "/api/v1/dead-letters").body().path("items"))
                .isEmpty();
    }

    private Set<String> missing(HttpDepartment system) {
        Set<String> missing = new HashSet<>(dispatched);
        system.effects
                .values()
                .forEach(message -> missing.remove(
                        message.path("workOrder").path("requestCode").asText()));
        return missing;
    }

    private static int queue(Api api) {
        try {
            return api.get("admin", "/api/v1/connectors")
                    .body()
                    .path(0)
                    .path("queue")
                    .asInt(-1);
        } catch (UncheckedIOException notYet) {
            return -1;
        }
    }

    /**
     * Stops it with PostgreSQL's own tool, as an operator would; root has to be somebody else for it. The hub starts it
     * again: a restart by the tool would race with the hub for the data directory.
     */
    private static void stopPostgres(Path data) throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
        Path tool = Path.of(ProcessHandle.of(pid).orElseThrow().info().command().orElseThrow())
                .resolveSibling("pg_ctl");
        List<String> command =
                new ArrayList<>(System.getProperty("user.name").equals("root") ? List.of("unshare", "-U") : List.of());
        command.addAll(List.of(tool.toString(), "-D", data.toString(), "-m", "immediate", "-W", "stop"));
        Process stop = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(stop.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(stop.exitValue()).isZero();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
