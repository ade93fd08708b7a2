package io.liudan.identity;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.authorization.AuthenticatedAuthorizationManager;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagers;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.problem.Problem;
import io.liudan.problem.ProblemTexts;
import jakarta.servlet.http.HttpServletResponse;

/** The REST API takes bearer tokens only; a few addresses that tell nothing about anybody are open. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({IdentityProperties.class, PrivacyProperties.class})
class ApiSecurity {

    private static final int TOKENS_REMEMBERED = 20_000;
    private static final String[] OPEN = {
        "/actuator/health/**", "/actuator/info", "/v3/api-docs/**", "/v3/api-docs.yaml", "/docs", "/docs/**",
        "/swagger-ui/**", "/error", "/",
        // Signed links: whoever has one may follow it, for as long as it says.
        "/integration/v1/attachments/*"};

    /** Keys are fetched at the first token and not at start, so that the hub starts while Keycloak is still starting. */
    @Bean
    JwtDecoder jwtDecoder(IdentityProperties identity) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(identity.backchannel() + "/protocol/openid-connect/certs").build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(), new JwtIssuerValidator(identity.issuer())));
        return remembering(decoder);
    }

    /** Checking a signature costs more than most calls do. A token that was good is good for a minute, and never beyond its end. */
    private static JwtDecoder remembering(JwtDecoder decoder) {
        Cache<String, Jwt> good = Caffeine.newBuilder().maximumSize(TOKENS_REMEMBERED).expireAfterWrite(Duration.ofMinutes(1)).build();
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
    SecurityFilterChain api(HttpSecurity http, ProblemTexts texts, ObjectMapper json) throws Exception {
        AuthenticationEntryPoint unauthenticated = (request, response, e) ->
                write(response, texts, json, 401, "unauthenticated");
        AccessDeniedHandler denied = (request, response, e) -> write(response, texts, json, 403, "forbidden");
        return http
                .authorizeHttpRequests(calls -> calls.requestMatchers(HttpMethod.GET, OPEN).permitAll()
                        .requestMatchers("/error").permitAll()
                        .requestMatchers("/actuator/prometheus").hasAnyRole(Actor.Role.MONITOR.name(), Actor.Role.ADMINISTRATOR.name())
                        .requestMatchers("/actuator/**", "/embedded/**").hasRole(Actor.Role.ADMINISTRATOR.name())
                        .requestMatchers("/integration/**").hasRole(Actor.Role.AGENCY.name())
                        .anyRequest().access(AuthorizationManagers.allOf(AuthenticatedAuthorizationManager.authenticated(),
                                AuthorizationManagers.not(AuthorityAuthorizationManager.hasAnyRole(Actor.Role.AGENCY.name(), Actor.Role.MONITOR.name())))))
                .oauth2ResourceServer(server -> server.authenticationEntryPoint(unauthenticated).accessDeniedHandler(denied)
                        .jwt(jwt -> jwt.jwtAuthenticationConverter(Actors.converter())))
                .exceptionHandling(handling -> handling.authenticationEntryPoint(unauthenticated).accessDeniedHandler(denied))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    private static void write(HttpServletResponse response, ProblemTexts texts, ObjectMapper json, int status, String code)
            throws IOException {
        response.setStatus(status);
        if (status == 401) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding("UTF-8");
        json.writeValue(response.getOutputStream(), texts.render(Problem.refusal(status, code)));
    }
}
