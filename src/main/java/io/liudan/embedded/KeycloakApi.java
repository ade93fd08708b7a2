package io.liudan.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keycloak's own administration API, for one realm. */
class KeycloakApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration TOKEN = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final String server;
    private final String realm;
    private final Map<String, String> grant;
    private String token;
    private Instant renewAt = Instant.EPOCH;

    /** Keycloak refused a call. */
    static class Refused extends RuntimeException {

        private final int status;

        Refused(String call, int status, String words) {
            super(call + " was answered " + status + " "
                    + words.substring(0, Math.min(200, words.length())).replaceAll("\\s+", " "));
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /**
     * @param server Keycloak's address, without a realm
     * @param grant parameters of a token in the realm {@code master}: {@code grant_type} and what goes with it
     */
    KeycloakApi(String server, String realm, Map<String, String> grant) {
        this.server = server;
        this.realm = realm;
        this.grant = grant;
    }

    static Map<String, String> password(String user, String password) {
        return Map.of("grant_type", "password", "client_id", "admin-cli", "username", user, "password", password);
    }

    static Map<String, String> client(String id, String secret) {
        return Map.of("grant_type", "client_credentials", "client_id", id, "client_secret", secret);
    }

    /** The same administrator in another realm. */
    KeycloakApi in(String other) {
        return new KeycloakApi(server, other, grant);
    }

    String realm() {
        return realm;
    }

    JsonNode get(String path) {
        return call("GET", path, null);
    }

    JsonNode post(String path, Object body) {
        return call("POST", path, body);
    }

    void put(String path, Object body) {
        call("PUT", path, body);
    }

    void delete(String path, Object body) {
        call("DELETE", path, body);
    }

    /** A part of a path. */
    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode call(String method, String path, Object body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(server + "/admin/realms" + (realm.isEmpty() ? "" : "/" + realm) + path))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + token())
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                    .build();
            return send(method + " " + path, request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String token() throws IOException {
        if (Instant.now().isAfter(renewAt)) {
            String form = grant.entrySet().stream()
                    .map(one -> one.getKey() + "=" + part(one.getValue()))
                    .collect(Collectors.joining("&"));
            token = send(
                            "the token",
                            HttpRequest.newBuilder(URI.create(server + "/realms/master/protocol/openid-connect/token"))
                                    .timeout(PATIENCE)
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(BodyPublishers.ofString(form))
                                    .build())
                    .path("access_token")
                    .asText();
            renewAt = Instant.now().plus(TOKEN);
        }
        return token;
    }

    private JsonNode send(String call, HttpRequest request) throws IOException {
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() >= 400) {
                throw new Refused(call, answer.statusCode(), answer.body());
            }
            if (answer.body().isBlank()) {
                Optional<String> made = answer.headers().firstValue("Location");
                return made.<JsonNode>map(
                                where -> JSON.createObjectNode().put("id", where.substring(where.lastIndexOf('/') + 1)))
                        .orElse(MissingNode.getInstance());
            }
            return JSON.readTree(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
