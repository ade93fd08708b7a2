package io.liudan.identity;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
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

    KeycloakHealthIndicator(IdentityProperties identity) {
        super("The identity server doesn't answer");
        this.realm = identity.backchannel();
    }

    @Override
    protected void doHealthCheck(Health.Builder health) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(realm + "/.well-known/openid-configuration"))
                .timeout(PATIENCE)
                .build();
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        health.status(status == 200 ? "UP" : "DOWN").withDetail("realm", realm).withDetail("status", status);
    }
}
