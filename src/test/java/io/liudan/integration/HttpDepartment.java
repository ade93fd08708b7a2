package io.liudan.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A department's system that speaks REST and honours the {@code Idempotency-Key}. What it answers can be changed at any
 * time.
 */
class HttpDepartment implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    final List<JsonNode> calls = new CopyOnWriteArrayList<>();
    /** Effects by key: one for however many calls. */
    final Map<String, JsonNode> effects = new ConcurrentHashMap<>();

    volatile Says says = (exchange, receipt) -> send(exchange, 200, "{\"receipt\": \"" + receipt + "\"}");
    private final HttpServer server;

    interface Says {

        void to(HttpExchange exchange, String receipt) throws IOException;
    }

    HttpDepartment() throws IOException {
        this(0);
    }

    HttpDepartment(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://localhost:" + port() + "/work-orders";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode message = JSON.readTree(exchange.getRequestBody());
            calls.add(message);
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            says.to(exchange, "R-" + key);
            effects.put(key, message);
        }
    }

    static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Kinds of the messages about a request, in the order in which they came. */
    List<String> kinds(String code) {
        return calls.stream()
                .filter(message ->
                        message.path("workOrder").path("requestCode").asText().equals(code))
                .map(message -> message.path("kind").asText())
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
