package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.liudan.Api;
import io.liudan.HubTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

/** Only tokens that the realm made for the hub, and that are still good, open a door. */
class TokenTest extends HubTest {

    private final Api api = new Api(hub(), realm());
    private final ObjectMapper json = new ObjectMapper();

    private int knock(String token) throws Exception {
        HttpRequest call = HttpRequest.newBuilder(URI.create(hub() + "/api/v1/requests"))
                .header("Authorization", "Bearer " + token)
                .build();
        return HttpClient.newHttpClient().send(call, BodyHandlers.discarding()).statusCode();
    }

    private JsonNode claims(String token) throws Exception {
        return json.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    }

    private JWTClaimsSet.Builder good() {
        return new JWTClaimsSet.Builder()
                .issuer(realm())
                .audience("liudan-hub")
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .issueTime(new Date())
                .claim("typ", "Bearer")
                .claim("preferred_username", "supervisor")
                .claim("realm_access", Map.of("roles", List.of("supervisor", "staff")))
                .claim("groups", List.of("city-supervision"));
    }

    private static String signed(JWSSigner signer, JWSAlgorithm algorithm, String key, JWTClaimsSet claims)
            throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .keyID(key)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    @Test
    void a_token_of_the_realm_for_the_hub_opens_the_door() throws Exception {
        String token = api.token("supervisor");
        assertThat(knock(token)).isEqualTo(200);
        assertThat(claims(token).path("aud").toString()).contains("liudan-hub");
        assertThat(claims(token).path("realm_access").path("roles").toString())
                .contains("supervisor")
                .doesNotContain("offline_access", "default-roles");
    }

    @Test
    void a_changed_or_foreign_token_doesnt() throws Exception {
        String[] parts = api.token("resident1").split("\\.");
        String raised = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace("\"resident\"", "\"supervisor\"");
        assertThat(raised).contains("supervisor");
        assertThat(knock(parts[0] + "."
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(raised.getBytes(StandardCharsets.UTF_8))
                        + "." + parts[2]))
                .isEqualTo(401);
        assertThat(knock(parts[0] + "." + parts[1] + ".")).isEqualTo(401);

        JWKSet realm = JWKSet.load(
                URI.create(realm() + "/protocol/openid-connect/certs").toURL());
        RSAKey known = (RSAKey) realm.getKeys().stream()
                .filter(key -> "RS256".equals(String.valueOf(key.getAlgorithm())))
                .findFirst()
                .orElseThrow();
        RSAKey own = new RSAKeyGenerator(2048).generate();
        assertThat(knock(signed(new RSASSASigner(own), JWSAlgorithm.RS256, known.getKeyID(), good().build())))
                .as("another key under the realm's name")
                .isEqualTo(401);
        assertThat(knock(signed(new RSASSASigner(own), JWSAlgorithm.RS256, "other", good().build())))
                .as("another realm's key")
                .isEqualTo(401);
        assertThat(knock(new PlainJWT(good().build()).serialize()))
                .as("no signature, algorithm none")
                .isEqualTo(401);
        assertThat(knock(signed(
                        new MACSigner(known.toRSAPublicKey().getEncoded()),
                        JWSAlgorithm.HS256,
                        known.getKeyID(),
                        good().build())))
                .as("the public key as a secret")
                .isEqualTo(401);
        assertThat(knock("x".repeat(20_000))).isIn(400, 401, 431);
    }

    @Test
    void what_another_realm_made_doesnt() throws Exception {
        String form = "grant_type=password&client_id=admin-cli&username=admin&password=admin";
        HttpRequest ask = HttpRequest.newBuilder(URI.create(
                        realm().replace("/realms/liudan", "/realms/master") + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        String token = json.readTree(HttpClient.newHttpClient()
                        .send(ask, BodyHandlers.ofString())
                        .body())
                .path("access_token")
                .asText();
        assertThat(token).isNotEmpty();
        assertThat(knock(token)).isEqualTo(401);
    }

    @Test
    void a_token_for_something_else_doesnt() throws Exception {
        String form = "grant_type=password&client_id=liudan-cli&username=supervisor&password=demo&scope=openid";
        HttpRequest ask = HttpRequest.newBuilder(URI.create(realm() + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        JsonNode tokens = json.readTree(
                HttpClient.newHttpClient().send(ask, BodyHandlers.ofString()).body());
        assertThat(knock(tokens.path("access_token").asText())).isEqualTo(200);
        assertThat(knock(tokens.path("id_token").asText()))
                .as("an identity token")
                .isEqualTo(401);
        assertThat(knock(tokens.path("refresh_token").asText()))
                .as("a refresh token")
                .isEqualTo(401);
    }

    private JsonNode tokens(String form) throws Exception {
        HttpRequest ask = HttpRequest.newBuilder(URI.create(realm() + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("client_id=liudan-cli&" + form))
                .build();
        return json.readTree(
                HttpClient.newHttpClient().send(ask, BodyHandlers.ofString()).body());
    }

    @Test
    void a_refresh_token_serves_once_and_whoever_replays_it_ends_what_it_began() throws Exception {
        String refresh = tokens("grant_type=password&username=supervisor&password=demo")
                .path("refresh_token")
                .asText();
        JsonNode next = tokens("grant_type=refresh_token&refresh_token=" + refresh);
        assertThat(knock(next.path("access_token").asText())).isEqualTo(200);
        assertThat(tokens("grant_type=refresh_token&refresh_token=" + refresh)
                        .path("error")
                        .asText())
                .isEqualTo("invalid_grant");
        assertThat(tokens("grant_type=refresh_token&refresh_token="
                                + next.path("refresh_token").asText())
                        .path("error")
                        .asText())
                .as("of two who have it, one may be a thief")
                .isEqualTo("invalid_grant");
    }

    @Test
    void nobody_gets_a_token_that_outlives_the_day() throws Exception {
        assertThat(tokens("grant_type=password&username=supervisor&password=demo&scope=offline_access")
                        .path("error")
                        .asText())
                .isEqualTo("invalid_scope");
    }

    /** The decoder itself, since nobody but the realm can sign what the other checks let through. */
    @Test
    void issuer_audience_and_time_are_looked_at() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("k").generate();
        com.sun.net.httpserver.HttpServer certs =
                com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("localhost", 0), 0);
        certs.createContext("/", exchange -> {
            byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
        });
        certs.start();
        try {
            var decoder = new ApiSecurity()
                    .jwtDecoder(new IdentityProperties(
                            realm(), "http://localhost:" + certs.getAddress().getPort(), "liudan-hub", ""));
            RSASSASigner signer = new RSASSASigner(key);
            assertThat(decoder.decode(signed(signer, JWSAlgorithm.RS256, "k", good().build()))
                            .getClaimAsString("preferred_username"))
                    .isEqualTo("supervisor");
            for (JWTClaimsSet wrong : List.of(
                    good().issuer(realm() + "2").build(),
                    good().audience("account").build(),
                    good().audience((String) null).build(),
                    good().expirationTime(Date.from(Instant.now().minusSeconds(120)))
                            .build(),
                    good().notBeforeTime(Date.from(Instant.now().plusSeconds(300)))
                            .build(),
                    good().claim("typ", "ID").build(),
                    good().claim("typ", null).build())) {
                assertThatThrownBy(() -> decoder.decode(signed(signer, JWSAlgorithm.RS256, "k", wrong)))
                        .as(wrong.toString())
                        .isInstanceOf(org.springframework.security.oauth2.jwt.JwtException.class);
            }
            assertThatThrownBy(() -> decoder.decode(signed(signer, JWSAlgorithm.PS256, "k", good().build())))
                    .isInstanceOf(org.springframework.security.oauth2.jwt.JwtException.class);
            RSASSASigner unseen =
                    new RSASSASigner(new RSAKeyGenerator(2048).keyID("new").generate());
            String fresh = signed(unseen, JWSAlgorithm.RS256, "new", good().build());
            assertThatThrownBy(() -> decoder.decode(fresh))
                    .as("the realm has no such key")
                    .isInstanceOf(org.springframework.security.oauth2.jwt.BadJwtException.class);
            certs.stop(0);
            assertThat(decoder.decode(signed(
                                    signer,
                                    JWSAlgorithm.RS256,
                                    "k",
                                    good().claim("sid", "another").build()))
                            .getClaimAsString("preferred_username"))
                    .as("a known key goes on")
                    .isEqualTo("supervisor");
            // The realm isn't asked again within five seconds.
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThatThrownBy(() -> decoder.decode(fresh))
                    .as("nobody can say whether the realm has such a key by now")
                    .isInstanceOf(org.springframework.security.oauth2.jwt.JwtException.class)
                    .isNotInstanceOf(org.springframework.security.oauth2.jwt.BadJwtException.class));
        } finally {
            certs.stop(0);
        }
    }

    @Test
    void who_has_two_of_three_duties_that_are_apart_is_let_in_nowhere() {
        Doors doors;
        try {
            doors = new Doors(new org.springframework.core.io.ClassPathResource("keycloak/doors.yaml"));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        assertThat(admitted(doors, Actor.Role.AUDITOR)).isTrue();
        assertThat(admitted(doors, Actor.Role.AUDITOR, Actor.Role.STAFF)).isTrue();
        assertThat(admitted(doors, Actor.Role.AUDITOR, Actor.Role.ADMINISTRATOR))
                .isFalse();
        assertThat(admitted(doors, Actor.Role.AUDITOR, Actor.Role.SECURITY_OFFICER))
                .isFalse();
    }

    private static boolean admitted(Doors doors, Actor.Role... roles) {
        var call = new org.springframework.mock.web.MockHttpServletRequest("GET", "/api/v1/audit");
        Actor actor = new Actor("somebody", "somebody", java.util.Set.of(roles), java.util.Set.of());
        return doors.check(
                        () -> Actors.authentication(actor),
                        new org.springframework.security.web.access.intercept.RequestAuthorizationContext(call))
                .isGranted();
    }

    @Test
    void in_production_all_that_is_missing_known_or_too_short_is_told_at_once_by_name() {
        MockEnvironment settings = new MockEnvironment()
                .withProperty("spring.datasource.url", "jdbc:postgresql://db/liudan")
                .withProperty("spring.datasource.username", "liudan")
                .withProperty("spring.datasource.password", "own")
                .withProperty("liudan.web-url", "https://hub.example")
                .withProperty("liudan.identity.issuer", "https://id.example/realms/liudan")
                .withProperty("liudan.identity.backchannel", "http://keycloak:8080/realms/liudan")
                .withProperty("liudan.privacy.master-key", Base64.getEncoder().encodeToString(new byte[32]))
                .withProperty("liudan.integration.link-secret", "own-own-own-own-own")
                .withProperty("liudan.identity.directory-secret", "own-own-own-own-own")
                .withProperty(
                        "spring.security.oauth2.client.registration.keycloak.client-secret", "own-own-own-own-own");
        assertThat(ProductionSettings.faults(settings)).isEmpty();
        settings.setProperty("liudan.integration.link-secret", "liudan-link-secret");
        settings.setProperty("liudan.identity.directory-secret", "a");
        settings.setProperty("liudan.identity.issuer", "${LIUDAN_NOWHERE_SET}");
        settings.setProperty("liudan.privacy.master-key", "own");
        assertThat(ProductionSettings.faults(settings))
                .hasSize(4)
                .anyMatch(fault -> fault.startsWith("LIUDAN_LINK_SECRET is the one of the embedded shape"))
                .anyMatch(fault -> fault.startsWith("LIUDAN_DIRECTORY_SECRET has less than 16 characters"))
                .anyMatch(fault -> fault.startsWith("LIUDAN_IDENTITY_ISSUER is no address"))
                .anyMatch(fault -> fault.startsWith("LIUDAN_MASTER_KEY is not 32 bytes"))
                .noneMatch(fault -> fault.contains("liudan-link-secret"));
    }
}
