package io.liudan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** An identity administrator at Keycloak's own API. */
public class RealmAdmin {

    /** Within so long what happened in the realm counts at the hub. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String PASSWORD = "demo";
    /** Half as long as one is good. */
    private static final Duration TOKEN = Duration.ofSeconds(30);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String realm;
    private String token;
    private Instant renewAt = Instant.EPOCH;

    /** @param realm its public address */
    public RealmAdmin(String realm) {
        this.realm = realm;
    }

    /** @param path below the realm; {@code body} may be {@code null} */
    public JsonNode call(String method, String path, Object body) {
        return send(authorized(method, path, body));
    }

    private HttpRequest.Builder authorized(String method, String path, Object body) {
        if (Instant.now().isAfter(renewAt)) {
            String form = "grant_type=password&client_id=admin-cli&username=admin&password=admin";
            token = send(HttpRequest.newBuilder(URI.create(realm.replaceFirst("/realms/.*", "/realms/master")
                                    + "/protocol/openid-connect/token"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form)))
                    .path("access_token")
                    .asText();
            renewAt = Instant.now().plus(TOKEN);
        }
        return HttpRequest.newBuilder(URI.create(realm.replace("/realms/", "/admin/realms/") + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : Api.json(body));
    }

    /** How many nanoseconds a look takes, with a token that is there already. */
    public long timed(String path) {
        HttpRequest.Builder call = authorized("GET", path, null);
        long start = System.nanoTime();
        send(call);
        return System.nanoTime() - start;
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            return answer.body().isEmpty() ? json.nullNode() : json.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Adds somebody with the password of the demo people; what people choose themselves has to follow the realm's
     * policy.
     */
    public String person(String username, String family, String given, List<String> groups) {
        call(
                "POST",
                "/users",
                Map.of(
                        "username",
                        username,
                        "enabled",
                        true,
                        "lastName",
                        family,
                        "firstName",
                        given,
                        "email",
                        username + "@demo.invalid",
                        "emailVerified",
                        true,
                        "groups",
                        groups));
        String id = id(username);
        password(id);
        return id;
    }

    /** The one of the demo people, which the realm's policy wouldn't take. */
    public void password(String id) {
        String policy = call("GET", "", null).path("passwordPolicy").asText();
        call("PUT", "", Map.of("passwordPolicy", ""));
        call(
                "PUT",
                "/users/" + id + "/reset-password",
                Map.of("type", "password", "value", PASSWORD, "temporary", false));
        call("PUT", "", Map.of("passwordPolicy", policy));
    }

    /** Empty when there is nobody of that name. */
    public String id(String username) {
        return call("GET", "/users?exact=true&username=" + URLEncoder.encode(username, StandardCharsets.UTF_8), null)
                .path(0)
                .path("id")
                .asText();
    }

    /** Id of a desk's group. */
    public String group(String desk) {
        for (JsonNode group :
                call("GET", "/groups?exact=true&search=" + URLEncoder.encode(desk, StandardCharsets.UTF_8), null)) {
            if (group.path("name").asText().equals(desk)) {
                return group.path("id").asText();
            }
        }
        throw new IllegalStateException("No group " + desk);
    }

    /** Waits until it holds, a minute at most. */
    public static void soon(String what, BooleanSupplier holds) {
        Instant end = Instant.now().plus(SOON);
        while (!holds.getAsBoolean()) {
            assertThat(Instant.now()).as("after a minute still not: " + what).isBefore(end);
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
