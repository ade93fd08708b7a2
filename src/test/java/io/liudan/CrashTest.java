package io.liudan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api.Answer;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pulls the plug on a hub in the middle of intake and task completion, and looks at what is there afterwards. */
class CrashTest extends HubTest {

    private static final int THREADS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int ANSWERED_BEFORE_THE_CRASH = 60;

    private final Map<String, String> codeByKey = new ConcurrentHashMap<>();
    private final Map<String, String> triedTaskByCode = new ConcurrentHashMap<>();
    private final Set<String> answeredCompletions = ConcurrentHashMap.newKeySet();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answered = new AtomicInteger();

    @Test
    void after_a_kill_every_answered_call_is_there_exactly_once() throws Exception {
        int port = freePort();
        Path directory = Path.of("target/crash/" + ProcessHandle.current().pid());
        try (HubProcess hub = new HubProcess(
                directory,
                port,
                "liudan.embedded.keycloak.enabled=false",
                "liudan.embedded.simulators.enabled=false",
                "liudan.embedded.postgres-port=25432",
                "liudan.identity.issuer=" + realm())) {
            Api api = new Api(hub.start().url(), realm());
            assertThat(api.post("admin", "/embedded/clock", Map.of("advance", "P3D"))
                            .status())
                    .isEqualTo(200);
            for (int crash = 1; crash <= 2; crash++) {
                work(api, hub, crash * ANSWERED_BEFORE_THE_CRASH);
                hub.start();
            }
            assertThat(clock(api.get("admin", "/embedded/clock")))
                    .as("a clock that was moved stays so")
                    .isBetween(
                            Duration.ofDays(3).minusMinutes(1),
                            Duration.ofDays(3).plusMinutes(1));
            assertThat(clock(api.send("admin", "DELETE", "/embedded/clock", BodyPublishers.noBody(), Map.of())))
                    .as("until it is put back")
                    .isZero();
            assertThat(codeByKey).hasSizeGreaterThan(10);
            assertThat(answeredCompletions).hasSizeGreaterThan(10);
            nothingIsLostOrDoneTwice(api);
        }
    }

    private static Duration clock(Answer answer) {
        return Duration.parse(answer.body().path("ahead").asText());
    }

    /** Files and confirms from several threads until enough calls were answered, and then kills the hub under them. */
    private void work(Api api, HubProcess hub, int enough) throws InterruptedException {
        AtomicBoolean dead = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                threads.submit(() -> {
                    while (!dead.get()) {
                        try {
                            fileAndConfirm(api);
                        } catch (UncheckedIOException cutOff) {
                            if (dead.get()) {
                                return;
                            }
                        }
                    }
                });
            }
            try {
                Instant end = Instant.now().plus(PATIENCE);
                while (answered.get() < enough) {
                    assertThat(Instant.now())
                            .as("%d of %d calls answered", answered.get(), enough)
                            .isBefore(end);
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                hub.kill();
            } finally {
                // The executor waits for its threads, also when the test fails.
                dead.set(true);
            }
        }
    }

    private void fileAndConfirm(Api api) {
        String key = "crash-" + System.nanoTime() + "-" + Thread.currentThread().threadId();
        keys.add(key);
        Answer filed = submit(api, key);
        if (filed.status() != 201) {
            return;
        }
        String code = filed.body().path("code").asText();
        codeByKey.put(key, code);
        answered.incrementAndGet();
        String task = api.task("grid1", code, "verify").path("id").asText();
        triedTaskByCode.put(code, task);
        if (api.complete("grid1", task, Map.of("decision", "CONFIRM")).status() == 204) {
            answeredCompletions.add(code);
            answered.incrementAndGet();
        }
    }

    private static Answer submit(Api api, String key) {
        return api.post(
                "resident2",
                "/api/v1/requests",
                Map.of("title", "测试", "description", key, "gridCode", "622901001001-01"),
                Map.of("Idempotency-Key", key));
    }

    private void nothingIsLostOrDoneTwice(Api api) {
        for (String key : keys) {
            Answer again = submit(api, key);
            assertThat(again.status()).isEqualTo(201);
            assertThat(codeByKey.computeIfAbsent(
                            key, unanswered -> again.body().path("code").asText()))
                    .isEqualTo(again.body().path("code").asText());
        }
        long filed = 0;
        String cursor = "";
        do {
            JsonNode page = api.get("resident2", "/api/v1/requests?mine=true&limit=100" + cursor)
                    .body();
            filed += page.path("items").size();
            cursor = page.path("next").asText("").isEmpty()
                    ? ""
                    : "&cursor=" + page.path("next").asText();
        } while (!cursor.isEmpty());
        assertThat(filed).as("one request for each key").isEqualTo(keys.size());
        triedTaskByCode.forEach((code, task) -> {
            int status =
                    api.complete("grid1", task, Map.of("decision", "CONFIRM")).status();
            assertThat(status).isIn(answeredCompletions.contains(code) ? List.of(409) : List.of(204, 409));
            JsonNode request = api.get("resident2", "/api/v1/requests/" + code).body();
            assertThat(request.path("status").asText()).isEqualTo("VERIFIED");
            assertThat(request.path("timeline"))
                    .filteredOn(entry -> entry.path("type").asText().equals("decided"))
                    .hasSize(1);
            assertThat(api.task("community1", code, "issue").isMissingNode()).isFalse();
        });
    }
}
