package io.liudan.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.Urls;
import org.keycloak.urls.UrlType;
import org.keycloak.util.JsonSerialization;

/**
 * The hub as the realm asks it, with a token that the realm makes for itself: there is no secret between the two. Where
 * it is, {@code LIUDAN_HUB_URL} tells.
 */
final class Hub {

    private static final Logger LOG = Logger.getLogger(Hub.class);
    private static final String ADDRESS = System.getenv().getOrDefault("LIUDAN_HUB_URL", "http://localhost:8080");
    private static final String AUDIENCE = "liudan-hub";
    /** No realm role, so that nobody is ever given it. */
    private static final String ROLE = "identity-provider";

    private static final int TOKEN_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private Hub() {}

    /** @param status 0 when the hub couldn't be asked */
    record Answer(int status, JsonNode body) {

        boolean good() {
            return status / 100 == 2;
        }

        /** Name of the account that the hub found or made. */
        String account() {
            return body.path("account").asText();
        }

        /** Which problem it was; of a field, what is wrong with it. */
        String code() {
            JsonNode field = body.path("errors").path(0).path("code");
            return (field.isMissingNode() ? body.path("code") : field).asText("unavailable");
        }

        /** What the reader is told, in their language; empty when the hub couldn't be asked. */
        String words() {
            JsonNode field = body.path("errors").path(0).path("reason");
            return (field.isMissingNode() ? body.path("detail") : field).asText("");
        }
    }

    /** @param door what is asked, below {@code /api/v1/sign-in/} */
    static Answer ask(AuthenticationFlowContext context, String door, Map<String, ?> question) {
        KeycloakSession session = context.getSession();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(ADDRESS + "/api/v1/sign-in/" + door))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + token(session))
                    .header("Content-Type", "application/json")
                    .header(
                            "Accept-Language",
                            session.getContext()
                                    .resolveLocale(context.getUser())
                                    .toLanguageTag())
                    .POST(BodyPublishers.ofByteArray(JsonSerialization.writeValueAsBytes(question)))
                    .build();
            HttpResponse<byte[]> answer = HTTP.send(request, BodyHandlers.ofByteArray());
            return new Answer(
                    answer.statusCode(),
                    answer.body().length == 0
                            ? JsonSerialization.mapper.createObjectNode()
                            : JsonSerialization.mapper.readTree(answer.body()));
        } catch (IOException e) {
            LOG.warnf("The hub can't be asked for %s: %s", door, e.getClass().getSimpleName());
            return new Answer(0, JsonSerialization.mapper.createObjectNode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(0, JsonSerialization.mapper.createObjectNode());
        }
    }

    private static String token(KeycloakSession session) {
        AccessToken token = new AccessToken();
        token.id(UUID.randomUUID().toString())
                .type("Bearer")
                .subject(ROLE)
                .issuedFor(ROLE)
                .issuer(Urls.realmIssuer(
                        session.getContext().getUri(UrlType.FRONTEND).getBaseUri(),
                        session.getContext().getRealm().getName()));
        token.audience(AUDIENCE).issuedNowWithTTL(TOKEN_SECONDS);
        token.setPreferredUsername(ROLE);
        token.setRealmAccess(new AccessToken.Access().addRole(ROLE));
        return session.tokens().encode(token);
    }
}
