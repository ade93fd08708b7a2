package io.liudan.identity;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.stereotype.Component;

/** Whether people can sign in: asks the realm for its discovery document. */
@Component
class KeycloakHealthIndicator extends AbstractHealthIndicator {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final String realm;
    private final String issuer;

    KeycloakHealthIndicator(IdentityProperties identity) {
        super("The identity server doesn't answer");
        this.realm = identity.backchannel();
        this.issuer = identity.issuer();
    }

    @Override
    protected void doHealthCheck(Health.Builder health) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(realm + "/.well-known/openid-configuration"))
                .timeout(PATIENCE)
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        int status = answer.statusCode();
        // With another name in its tokens than the settings have, none of them opens anything.
        boolean ours = status == 200 && answer.body().contains("\"" + issuer + "\"");
        health.status(ours ? "UP" : "DOWN").withDetail("realm", realm).withDetail("status", status);
        if (status == 200 && !ours) {
            health.withDetail("reason", "The realm calls itself otherwise than liudan.identity.issuer");
        }
    }
}
