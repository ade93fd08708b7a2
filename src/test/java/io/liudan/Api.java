package io.liudan;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A program outside the hub: speaks to its public API only, as people with real tokens. Safe for use by many threads.
 */
public class Api {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final String hub;
    private final String realm;
    private boolean contract;

    /** From now on, an answer that the document of the API doesn't know of is an error. */
    public Api heldToItsDocument() {
        contract = true;
        return this;
    }

    public Api(String hub, String realm) {
        this.hub = hub;
        this.realm = realm;
    }

    /** @param body the answer's JSON, or its text where it is a table; missing when there is none */
    public record Answer(int status, JsonNode body) {}

    private record Token(String text, Instant renewAt) {}

    public Answer get(String user, String path) {
        return send(user, "GET", path, BodyPublishers.noBody(), Map.of());
    }

    public Answer post(String user, String path, Object body) {
        return post(user, path, body, Map.of());
    }

    public Answer post(String user, String path, Object body, Map<String, String> headers) {
        return send(user, "POST", path, json(body), headers);
    }

    /** Files a request under a key of its own. */
    public Answer submit(String user, Map<String, ?> submission) {
        return post(
                user,
                "/api/v1/requests",
                submission,
                Map.of("Idempotency-Key", UUID.randomUUID().toString()));
    }

    /** The same with a request like many others, of grid 01 of 青年社区. */
    public Answer submitOrdinary(String user) {
        return submit(
                user,
                Map.of(
                        "category",
                        "sanitation",
                        "title",
                        "垃圾没有清运",
                        "description",
                        "三天了",
                        "gridCode",
                        "622901001001-01"));
    }

    /** Files a request like many others and gives its code. */
    public String file(String user) {
        return submitOrdinary(user).body().path("code").asText();
    }

    /** The one open task of a request that this user may work on; missing when there is none. */
    public JsonNode task(String user, String requestCode, String key) {
        String query = "?requestCode=" + requestCode + (key == null ? "" : "&key=" + key);
        JsonNode items = get(user, "/api/v1/tasks" + query).body().path("items");
        return items.isEmpty() ? MissingNode.getInstance() : items.get(0);
    }

    public Answer complete(String user, String taskId, Map<String, ?> decision) {
        return post(user, "/api/v1/tasks/" + taskId + "/complete", decision);
    }

    /** Uploads a file; the answer names its id. */
    public Answer upload(String user, String name, byte[] content) {
        return uploadTo(user, "/api/v1/attachments", name, content);
    }

    /** Sends a file as the part {@code file} of a form. */
    public Answer uploadTo(String user, String path, String name, byte[] content) {
        String boundary = "liudan" + UUID.randomUUID();
        byte[] head = ("--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
        return send(
                user,
                "POST",
                path,
                BodyPublishers.concat(
                        BodyPublishers.ofByteArray(head),
                        BodyPublishers.ofByteArray(content),
                        BodyPublishers.ofByteArray(tail)),
                Map.of("Content-Type", "multipart/form-data; boundary=" + boundary));
    }

    /** The id of a small document that this user has just uploaded. */
    public String evidence(String user) {
        return upload(user, "evidence.pdf", "%PDF-1.4\n%%EOF\n".getBytes(StandardCharsets.US_ASCII))
                .body()
                .path("id")
                .asText();
    }

    /** Until people can sign in: Keycloak comes after the hub. */
    public void awaitSignIn() {
        await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> token("grid1") != null);
    }

    public String token(String user) {
        return tokens.compute(
                        user,
                        (name, token) -> token != null && Instant.now().isBefore(token.renewAt()) ? token : login(name))
                .text();
    }

    /** Agencies' systems and the monitor sign in by themselves. */
    private Token login(String user) {
        Map<String, String> credentials = user.startsWith("agency-")
                ? Map.of("grant_type", "client_credentials", "client_id", user, "client_secret", "demo")
                : user.equals("liudan-monitor")
                        ? Map.of(
                                "grant_type",
                                "client_credentials",
                                "client_id",
                                user,
                                "client_secret",
                                user + "-secret")
                        : Map.of(
                                "grant_type",
                                "password",
                                "client_id",
                                "liudan-cli",
                                "username",
                                user,
                                "password",
                                "demo");
        String form = credentials.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(realm + "/protocol/openid-connect/token"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        Answer answer = exchange(request);
        if (answer.status() != 200) {
            throw new IllegalStateException("No token for " + user + ": " + answer);
        }
        return new Token(
                answer.body().path("access_token").asText(),
                Instant.now().plusSeconds(answer.body().path("expires_in").asLong() * 2 / 3));
    }

    /** @param user who calls; {@code null} for nobody */
    public Answer send(String user, String method, String path, BodyPublisher body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(hub + path)).timeout(PATIENCE).method(method, body);
        if (!headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (user != null) {
            request.header("Authorization", "Bearer " + token(user));
        }
        headers.forEach(request::header);
        return exchange(request.build());
    }

    public static BodyPublisher json(Object body) {
        try {
            return body instanceof String text
                    ? BodyPublishers.ofString(text)
                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer exchange(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            String type = response.headers().firstValue("Content-Type").orElse("");
            JsonNode body = type.contains("json")
                    ? JSON.readTree(response.body())
                    : type.contains("csv")
                            ? TextNode.valueOf(new String(response.body(), StandardCharsets.UTF_8))
                            : MissingNode.getInstance();
            if (contract && request.uri().toString().startsWith(hub)) {
                Contract.of(hub).check(request.method(), request.uri().getPath(), response.statusCode(), type, body);
            }
            return new Answer(response.statusCode(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
