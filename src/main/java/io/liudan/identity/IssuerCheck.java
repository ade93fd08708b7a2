package io.liudan.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.problem.StartupProblem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Asks the realm once at start whether it is the one that the settings name: with another issuer every token would be
 * refused without a word. A realm that doesn't answer yet may be starting as well; its health tells of it later.
 */
@Component
@Profile("production")
class IssuerCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** @throws StartupProblem when there is no such realm, or it calls itself something else */
    IssuerCheck(IdentityProperties identity) throws InterruptedException {
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(identity.backchannel() + "/.well-known/openid-configuration"))
                            .timeout(PATIENCE)
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() == 404) {
                throw new StartupProblem(
                        "There is no realm at " + identity.backchannel() + ".",
                        "Set LIUDAN_IDENTITY_ISSUER, and LIUDAN_IDENTITY_BACKCHANNEL if the hub reaches it by another address.");
            }
            if (answer.statusCode() == 200) {
                String issuer = new ObjectMapper()
                        .readTree(answer.body())
                        .path("issuer")
                        .asText();
                if (!issuer.equals(identity.issuer())) {
                    throw new StartupProblem(
                            "The realm at " + identity.backchannel() + " calls itself " + issuer
                                    + ", and LIUDAN_IDENTITY_ISSUER is " + identity.issuer() + ".",
                            "Set LIUDAN_IDENTITY_ISSUER to what the realm calls itself: that is what stands in tokens.");
                }
            }
        } catch (IOException notYet) {
            // It may be starting; /actuator/health tells.
        }
    }
}
