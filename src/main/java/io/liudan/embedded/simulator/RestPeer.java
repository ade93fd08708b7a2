package io.liudan.embedded.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Takes work orders at {@code POST /<code>/work-orders} and calls the hub back. */
class RestPeer extends Peer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SLOW_SECONDS = 30;

    private final HttpServer server;
    private final HubClient hub;

    RestPeer(String code, String name, Received received, HttpServer server, HubClient hub) {
        super(code, name, "REST/JSON", received);
        this.server = server;
        this.hub = hub;
    }

    @Override
    Set<Faults> possible() {
        return EnumSet.allOf(Faults.class);
    }

    @Override
    void start() {
        server.createContext("/" + code() + "/work-orders", this::handle);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            switch (fault()) {
                case NONE -> receive(exchange, body);
                case SLOW -> {
                    TimeUnit.SECONDS.sleep(SLOW_SECONDS);
                    receive(exchange, body);
                }
                case ERROR -> send(exchange, 500, "{\"error\":\"INTERNAL\"}");
                case GARBAGE -> send(exchange, 200, "\u0000\u0001<<<");
                case WRONG -> send(exchange, 200, "{\"ok\":true}");
                case REFUSE -> send(exchange, 422, "{\"error\":\"NOT_OURS\"}");
                case DOWN -> {}
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(HttpExchange exchange, byte[] body) throws IOException {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        JsonNode message;
        try {
            message = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            send(exchange, 400, "{\"error\":\"UNREADABLE\"}");
            return;
        }
        String receipt = received().take(key == null ? message.path("id").asText() : key, message);
        send(exchange, 200, JSON.createObjectNode().put("receipt", receipt).toString());
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    String answer(String key, JsonNode answer) throws IOException, InterruptedException {
        return hub.answer(key, answer);
    }
}
