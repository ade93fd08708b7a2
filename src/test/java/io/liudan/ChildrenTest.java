package io.liudan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A hub and the servers that it starts: what becomes of each when the other is killed. */
class ChildrenTest extends HubTest {

    private static final Path DIRECTORY =
            Path.of("target/children/" + ProcessHandle.current().pid()).toAbsolutePath();

    private final HttpClient http = HttpClient.newHttpClient();

    private static ProcessHandle child(String record) {
        try {
            String pid =
                    Files.readAllLines(DIRECTORY.resolve(record)).getFirst().strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    private HttpResponse<String> get(HubProcess hub, String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(hub.url() + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void killed_children_come_back_and_those_of_a_killed_hub_end() throws Exception {
        int simulators = freePort();
        try (HubProcess hub = new HubProcess(
                DIRECTORY,
                freePort(),
                "liudan.embedded.keycloak.enabled=false",
                "liudan.embedded.simulators.port=" + simulators,
                "liudan.embedded.simulators.sftp-port=" + freePort(),
                "liudan.embedded.simulators.kafka-port=" + freePort(),
                "liudan.embedded.postgres-port=27432",
                "liudan.integration.departments=" + DIRECTORY.resolve("none"),
                "liudan.identity.issuer=" + realm())) {
            hub.start();
            aKilledDatabaseComesBack(hub);
            ProcessHandle before = child("run/simulators");
            before.destroyForcibly();
            await("the simulators again")
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> child("run/simulators") != null
                            && child("run/simulators").pid() != before.pid()
                            && child("run/simulators").isAlive());
            List<ProcessHandle> children = Stream.of("run/simulators", "run/kafka", "postgresql/postmaster.pid")
                    .map(ChildrenTest::child)
                    .toList();
            assertThat(children).allMatch(child -> child != null && child.isAlive());

            hub.kill();
            await("the end of its children").atMost(Duration.ofSeconds(60)).until(() -> children.stream()
                    .noneMatch(ProcessHandle::isAlive));
            hub.start();
            assertThat(child("run/simulators").isAlive())
                    .as("the same command comes back by itself")
                    .isTrue();
            hub.kill();
            hub.start();
        }
        assertThat(child("run/simulators")).isNull();
    }

    private void aKilledDatabaseComesBack(HubProcess hub) {
        child("postgresql/postmaster.pid").destroyForcibly();
        Instant killed = Instant.now();
        await("no longer ready")
                .atMost(Duration.ofSeconds(4))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get(hub, "/actuator/health/readiness").statusCode() == 503);
        Instant told = Instant.now();
        HttpResponse<String> refused = get(hub, "/api/v1/requests");
        if (refused.statusCode() == 503) {
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("\"code\":\"unavailable\"");
            assertThat(Duration.between(told, Instant.now())).isLessThan(Duration.ofSeconds(2));
        }
        await("ready again")
                .atMost(Duration.between(Instant.now(), killed.plusSeconds(30)))
                .until(() -> get(hub, "/actuator/health/readiness").statusCode() == 200);
    }
}
