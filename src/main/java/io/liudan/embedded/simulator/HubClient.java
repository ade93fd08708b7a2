package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls the hub's {@code /integration/v1} as the client of one agency. */
class HubClient {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String hub;
    private final String realm;
    private final String department;

    HubClient(String hub, String realm, String department) {
        this.hub = hub;
        this.realm = realm;
        this.department = department;
    }

    String answer(String key, JsonNode answer) throws IOException, InterruptedException {
        ObjectNode fields = answer.deepCopy();
        String order = fields.remove("workOrder").asText();
        String action = fields.remove("action").asText();
        HttpResponse<String> said = http.send(
                HttpRequest.newBuilder(URI.create(hub + "/integration/v1/work-orders/" + order + "/" + action))
                        .timeout(Duration.ofSeconds(20))
                        .header("Authorization", "Bearer " + token())
                        .header("Idempotency-Key", key)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(fields.toString()))
                        .build(),
                BodyHandlers.ofString());
        return said.statusCode() + " " + said.body();
    }

    private String token() throws IOException, InterruptedException {
        String form = "grant_type=client_credentials&client_id=agency-" + department + "&client_secret=demo";
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(realm + "/protocol/openid-connect/token"))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        return JSON.readTree(answer.body()).path("access_token").asText();
    }
}
