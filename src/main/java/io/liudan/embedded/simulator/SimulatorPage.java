package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The simulators' own page at {@code /}: what each department has received, its answers, its fault. {@code GET /peers},
 * {@code POST /peers/<code>/fault} {@code {"fault": …}}, {@code POST /peers/<code>/answer} {@code {"workOrder": …,
 * "action": …, …}}.
 */
class SimulatorPage {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<Peer> peers;

    SimulatorPage(HttpServer server, List<Peer> peers) {
        this.server = server;
        this.peers = peers;
    }

    void start() {
        server.createContext("/", exchange -> answer(exchange, this::page));
        server.createContext("/peers", exchange -> answer(exchange, this::api));
    }

    private interface Call {

        void run(HttpExchange exchange) throws Exception;
    }

    private static void answer(HttpExchange exchange, Call call) throws IOException {
        try (exchange) {
            // A page of another site mustn't answer for a department: browsers ask before they send JSON elsewhere, and
            // nobody allows it here.
            if (exchange.getRequestMethod().equals("POST")
                    && !String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                            .startsWith("application/json")) {
                send(exchange, 415, "text/plain", "application/json is needed");
                return;
            }
            call.run(exchange);
        } catch (Exception e) {
            send(exchange, 500, "text/plain", e.getClass().getName());
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/")) {
            send(exchange, 404, "text/plain", "not found");
            return;
        }
        try (InputStream html = SimulatorPage.class.getResourceAsStream("/simulator/page.html")) {
            send(exchange, 200, "text/html; charset=utf-8", new String(html.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void api(HttpExchange exchange) throws Exception {
        String[] path = exchange.getRequestURI().getPath().split("/");
        if (path.length == 2) {
            send(exchange, 200, "application/json", all().toString());
            return;
        }
        Peer peer = peers.stream()
                .filter(one -> one.code().equals(path[2]))
                .findFirst()
                .orElse(null);
        if (peer == null || path.length != 4 || !exchange.getRequestMethod().equals("POST")) {
            send(exchange, 404, "text/plain", "not found");
            return;
        }
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        if (path[3].equals("fault")) {
            peer.possible().stream()
                    .filter(fault -> fault.name().equals(body.path("fault").asText()))
                    .forEach(peer::fault);
            send(exchange, 200, "application/json", "{}");
        } else {
            String said = peer.answer(UUID.randomUUID().toString(), body);
            send(
                    exchange,
                    200,
                    "application/json",
                    JSON.createObjectNode().put("said", said).toString());
        }
    }

    private ArrayNode all() {
        ArrayNode all = JSON.createArrayNode();
        for (Peer peer : peers) {
            ObjectNode one = all.addObject()
                    .put("code", peer.code())
                    .put("name", peer.name())
                    .put("wire", peer.wire())
                    .put("fault", peer.fault().name());
            ArrayNode faults = one.putArray("faults");
            for (Faults fault : peer.possible()) {
                faults.addObject().put("name", fault.name()).put("label", fault.label);
            }
            ArrayNode messages = one.putArray("messages");
            peer.received().messages().stream().limit(50).forEach(messages::add);
        }
        return all;
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
