package io.liudan.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import jakarta.servlet.DispatcherType;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter;

/** The REST API takes bearer tokens only, from those whom the {@link Doors} let in. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({IdentityProperties.class, PrivacyProperties.class})
class ApiSecurity {

    private static final int TOKENS_REMEMBERED = 20_000;
    private static final int KEYS_PATIENCE = 2000;
    private static final int KEYS_LIMIT = 200_000;
    private static final Duration KEYS_LIFE = Duration.ofMinutes(5);
    /** The description of the API, and the demo's inbox. */
    private static final List<String> PAGES = List.of("/swagger-ui/", "/embedded/");

    /**
     * Keys are fetched at the first token and not at start, so that the hub starts while Keycloak is still starting;
     * those that are known go on while it is away.
     */
    @Bean
    JwtDecoder jwtDecoder(IdentityProperties identity) throws MalformedURLException {
        RealmKeys asked = new RealmKeys(
                URI.create(identity.backchannel() + "/protocol/openid-connect/certs")
                        .toURL(),
                new DefaultResourceRetriever(KEYS_PATIENCE, KEYS_PATIENCE, KEYS_LIMIT));
        JWKSource<SecurityContext> keys = asked.knownOrTold(JWKSourceBuilder.create(asked)
                .cache(KEYS_LIFE.toMillis(), 2L * KEYS_PATIENCE)
                .rateLimited(Duration.ofSeconds(5).toMillis())
                .outageTolerantForever()
                .build());
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys));
        // Spring's validators look at the claims.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(),
                new JwtIssuerValidator(identity.issuer()),
                new JwtClaimValidator<Collection<String>>(
                        JwtClaimNames.AUD, audiences -> audiences != null && audiences.contains(identity.audience())),
                // An identity token or a refresh token is no key to the hub.
                new JwtClaimValidator<String>("typ", "Bearer"::equals)));
        return remembering(decoder);
    }

    /**
     * Checking a signature costs more than most calls do. A token that was good is good for a minute, and never beyond
     * its end.
     */
    private static JwtDecoder remembering(JwtDecoder decoder) {
        Cache<String, Jwt> good = Caffeine.newBuilder()
                .maximumSize(TOKENS_REMEMBERED)
                .expireAfterWrite(Duration.ofMinutes(1))
                .build();
        return token -> {
            Jwt jwt = good.getIfPresent(token);
            if (jwt == null || jwt.getExpiresAt() == null || !Instant.now().isBefore(jwt.getExpiresAt())) {
                jwt = decoder.decode(token);
                good.put(token, jwt);
            }
            return jwt;
        };
    }

    /** Nobody reads a span for every security filter of every call. */
    @Bean
    SecurityObservationSettings securityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    @Order(30)
    SecurityFilterChain api(HttpSecurity http, Doors doors, Refusals refusals, Standing standing, CallGuard guard)
            throws Exception {
        return guard.guard(http)
                .authorizeHttpRequests(calls -> calls.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .anyRequest()
                        .access(doors))
                .oauth2ResourceServer(server -> server.withObjectPostProcessor(refusals.whileKeysAreAway())
                        .authenticationEntryPoint(refusals)
                        .accessDeniedHandler(refusals)
                        .jwt(jwt -> jwt.jwtAuthenticationConverter(standing.converter())))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .headers(headers -> headers.referrerPolicy(
                                policy -> policy.policy(ReferrerPolicyHeaderWriter.ReferrerPolicy.NO_REFERRER))
                        .addHeaderWriter((request, response) -> response.setHeader(
                                "Content-Security-Policy",
                                PAGES.stream().anyMatch(request.getRequestURI()::startsWith)
                                        ? ContentPolicies.PAGES
                                        : ContentPolicies.ANSWERS)))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }
}
