package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Systems of departments that answer in every wrong way: how often each is tried, what operators read of it, and that
 * the order arrives once when all is well again.
 */
class MisbehavingPeersTest extends DepartmentTest {

    private static final String DEPARTMENT = "gjgs";
    private static final int ATTEMPTS = 3;
    private static final String PAGE = "<!doctype html><html><body>请登录</body></html>";

    private static RawDepartment peer;

    @BeforeAll
    static void started() throws IOException {
        peer = new RawDepartment();
    }

    @AfterAll
    static void closed() throws IOException {
        peer.close();
    }

    private static Arguments kind(String name, String fault, RawDepartment.Answer answer) {
        return Arguments.of(name, fault, answer);
    }

    private static RawDepartment.Answer json(String body) {
        return RawDepartment.says("200 OK", "Content-Type: application/json\r\n", body);
    }

    private static Arguments status(int status) {
        return kind("answers " + status, "http-status " + status, RawDepartment.says(status + " No", "", "{}"));
    }

    static Stream<Arguments> tried_again() {
        List<Arguments> all = new ArrayList<>(Stream.of(401, 403, 404, 405, 408, 413, 429, 500, 502, 504)
                .map(MisbehavingPeersTest::status)
                .toList());
        all.addAll(List.of(
                kind("asks to wait", "http-status 503", RawDepartment.says("503 Busy", "Retry-After: 0\r\n", "")),
                kind(
                        "sends elsewhere",
                        "http-status 302",
                        RawDepartment.says("302 Found", "Location: http://127.0.0.1:1/x\r\n", "")),
                kind("has nothing to say", "empty-answer", RawDepartment.says("204 No Content", "", "")),
                kind("says nothing", "empty-answer", json("")),
                kind(
                        "shows its log-in page",
                        "web-page",
                        RawDepartment.says("200 OK", "Content-Type: text/html\r\n", PAGE)),
                kind("speaks something else", "not-json", json("OK")),
                kind("stops in the middle of its JSON", "not-json", json("{\"receipt\": \"R")),
                kind("says null", "no-receipt", json("null")),
                kind("has a receipt of null", "no-receipt", json("{\"receipt\": null}")),
                kind("has a receipt of true", "no-receipt", json("{\"receipt\": true}")),
                kind("has a blank receipt", "no-receipt", json("{\"receipt\": \" \\u3000\"}")),
                kind("has a list for a receipt", "no-receipt", json("[{\"receipt\": \"R-1\"}]")),
                kind("has a receipt without end", "no-receipt", json("{\"receipt\": \"" + "9".repeat(201) + "\"}")),
                kind("hangs up", "closed", Socket::close),
                kind("resets the connection", "closed", socket -> {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }),
                kind(
                        "says less than it announced",
                        "closed",
                        socket -> RawDepartment.write(
                                socket, "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"receipt\": \"R-1\"}")),
                kind(
                        "breaks its chunks",
                        "closed",
                        socket -> RawDepartment.write(
                                socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"rec")),
                kind(
                        "doesn't speak HTTP",
                        null,
                        socket -> RawDepartment.write(socket, "220 smtp.example ESMTP\r\n\r\n")),
                kind("never answers", "timeout", socket -> Thread.sleep(5_000)),
                kind("drips its head", "timeout", socket -> drip(socket, "HTTP/1.1 200 OK\r\nX: ")),
                kind(
                        "drips its body",
                        "timeout",
                        socket -> drip(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")),
                kind("answers without end", "too-long|timeout|closed", socket -> {
                    RawDepartment.write(socket, "HTTP/1.1 200 OK\r\n\r\n{\"receipt\": \"");
                    byte[] much = "9".repeat(64 * 1024).getBytes();
                    for (int i = 0; i < 1_000; i++) {
                        socket.getOutputStream().write(much);
                    }
                }),
                kind("sends a bomb", "too-long|timeout|closed", socket -> {
                    byte[] bomb = bomb();
                    RawDepartment.write(
                            socket,
                            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n");
                    socket.getOutputStream().write(bomb);
                })));
        return all.stream();
    }

    private static void drip(Socket socket, String head) throws IOException, InterruptedException {
        RawDepartment.write(socket, head);
        for (int i = 0; i < 100; i++) {
            RawDepartment.write(socket, "x");
            Thread.sleep(50);
        }
    }

    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            byte[] zeros = new byte[1024 * 1024];
            for (int i = 0; i < 50; i++) {
                zip.write(zeros);
            }
        }
        return bytes.toByteArray();
    }

    static Stream<Arguments> refused() {
        return Stream.of(400, 409, 410, 422)
                .map(status -> Arguments.of(
                        "refuses with " + status, "HTTP " + status, RawDepartment.says(status + " No", "", "{}")));
    }

    private void meet(RawDepartment.Answer answer) {
        peer.answer = answer;
        // A file of its own for each, so that none inherits the other's circuit.
        connect(
                DEPARTMENT,
                "# " + System.nanoTime() + "\n"
                        + templated(
                                "rest",
                                DEPARTMENT,
                                "url",
                                peer.url(),
                                "retryCycle",
                                "PT0.05S,PT0.05S",
                                "timeout",
                                "500"));
    }

    private JsonNode exchanges(String code) {
        return api.get("admin", "/api/v1/exchanges?workOrder=" + code + "-1-" + DEPARTMENT)
                .body()
                .path("items");
    }

    private JsonNode letter(String code) {
        for (JsonNode letter : api.get("admin", "/api/v1/dead-letters?limit=100&direction=OUT&connector=" + DEPARTMENT)
                .body()
                .path("items")) {
            if (letter.path("requestCode").asText().equals(code)) {
                return letter;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tried_again")
    void a_peer_that(String name, String fault, RawDepartment.Answer answer) {
        meet(answer);
        String code = dispatchTo(DEPARTMENT);
        Instant begun = Instant.now();
        await("the dead letter", () -> !letter(code).isMissingNode());
        assertThat(Duration.between(begun, Instant.now()))
                .as("no thread is held")
                .isLessThan(Duration.ofSeconds(8));
        JsonNode kept = exchanges(code);
        assertThat(kept).hasSize(ATTEMPTS);
        assertThat(kept.findValuesAsText("outcome")).containsOnly("FAILED");
        if (fault != null) {
            assertThat(kept.findValuesAsText("fault")).isSubsetOf(List.of(fault.split("\\|")));
        }
        peer.answer = null;
        String id = letter(code).path("id").asText();
        assertThat(api.post("admin", "/api/v1/dead-letters/" + id + "/replay", "{}")
                        .status())
                .isEqualTo(204);
        await(
                "the order",
                () -> exchanges(code).path(0).path("outcome").asText().equals("DELIVERED"));
        String key = exchanges(code).path(0).path("message").asText();
        assertThat(peer.effects).containsEntry(key, 1);
        assertThat(exchanges(code).path(0).path("receipt").asText()).isEqualTo("R-" + key);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void a_peer_that_refuses(String name, String fault, RawDepartment.Answer answer) {
        meet(answer);
        String code = dispatchTo(DEPARTMENT);
        await("the desk's task", () -> !api.task("dept-" + DEPARTMENT, code, "undelivered")
                .isMissingNode());
        JsonNode kept = exchanges(code);
        assertThat(kept).hasSize(1);
        assertThat(kept.path(0).path("outcome").asText()).isEqualTo("REFUSED");
        assertThat(kept.path(0).path("fault").asText()).isEqualTo("refused " + fault);
        assertThat(connector(DEPARTMENT).path("state").asText())
                .as("who refuses is well")
                .isEqualTo("UP");
        peer.answer = null;
        JsonNode task = api.task("dept-" + DEPARTMENT, code, "undelivered");
        assertThat(api.complete("dept-" + DEPARTMENT, task.path("id").asText(), Map.of("decision", "RESEND"))
                        .status())
                .isEqualTo(204);
        await(
                "the order",
                () -> exchanges(code).path(0).path("outcome").asText().equals("DELIVERED"));
        assertThat(peer.effects)
                .containsEntry(exchanges(code).path(0).path("message").asText(), 1);
    }
}
