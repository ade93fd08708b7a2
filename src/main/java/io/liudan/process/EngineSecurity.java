package io.liudan.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.liudan.identity.Actor;
import io.liudan.identity.Actors;
import io.liudan.identity.People;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.rest.security.auth.AuthenticationResult;
import org.camunda.bpm.engine.rest.security.auth.impl.ContainerBasedAuthenticationProvider;
import org.camunda.bpm.webapp.impl.security.auth.ContainerBasedAuthenticationFilter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The engine's own doors behind Keycloak: its REST API takes bearer tokens, its web apps sign in with the browser. Both hand
 * the engine the actor's desks out of the token, so that the engine's own authorizations isolate the desks.
 */
@Configuration(proxyBeanMethods = false)
class EngineSecurity {

    /** Matched by path and not by a string, which would miss addresses that Jersey serves. */
    private static PathPatternRequestMatcher path(String pattern) {
        return PathPatternRequestMatcher.withDefaults().matcher(pattern);
    }

    @Bean
    @Order(10)
    SecurityFilterChain engineRest(HttpSecurity http, IdentityService identity, People people) throws Exception {
        return http.securityMatcher(path("/engine-rest/**"))
                .authorizeHttpRequests(calls -> calls.anyRequest().authenticated())
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtAuthenticationConverter(Actors.converter())))
                .addFilterAfter(new EngineAuthentication(identity, people), AuthorizationFilter.class)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    @Bean
    @Order(20)
    SecurityFilterChain webApps(HttpSecurity http, People people, Environment settings) throws Exception {
        SavedRequestAwareAuthenticationSuccessHandler signedIn = new SavedRequestAwareAuthenticationSuccessHandler() {

            /** The web apps ask the local directory who this is, so it has to know before they do. */
            @Override
            public void onAuthenticationSuccess(HttpServletRequest request, HttpServletResponse response, Authentication authentication)
                    throws ServletException, IOException {
                Actors.of(authentication).ifPresent(people::saw);
                super.onAuthenticationSuccess(request, response, authentication);
            }
        };
        signedIn.setDefaultTargetUrl("/camunda/app/tasklist/");
        String logout = settings.getRequiredProperty("liudan.identity.issuer") + "/protocol/openid-connect/logout";
        return http.securityMatcher(new OrRequestMatcher(path("/camunda/**"), path("/oauth2/**"), path("/login/**"), path("/logout")))
                .authorizeHttpRequests(calls -> calls.anyRequest().authenticated())
                .oauth2Login(login -> login.loginPage("/oauth2/authorization/keycloak").successHandler(signedIn))
                .logout(out -> out.logoutRequestMatcher(path("/logout"))
                        .logoutSuccessHandler((request, response, authentication) -> response.sendRedirect(logout)))
                // The web apps bring a CSRF filter of their own.
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    @Bean
    FilterRegistrationBean<ContainerBasedAuthenticationFilter> webAppAuthentication() {
        FilterRegistrationBean<ContainerBasedAuthenticationFilter> filter = new FilterRegistrationBean<>(new ContainerBasedAuthenticationFilter());
        filter.setInitParameters(Map.of("authentication-provider", KeycloakSignIn.class.getName()));
        filter.setOrder(201);
        filter.addUrlPatterns("/camunda/app/*", "/camunda/api/*");
        return filter;
    }

    /** Tells the engine's web apps who signed in. */
    public static class KeycloakSignIn extends ContainerBasedAuthenticationProvider {

        @Override
        public AuthenticationResult extractAuthenticatedUser(HttpServletRequest request, ProcessEngine engine) {
            return Actors.of(SecurityContextHolder.getContext().getAuthentication()).map(actor -> {
                AuthenticationResult result = AuthenticationResult.successful(actor.username());
                result.setGroups(EngineGrants.groups(actor));
                result.setTenants(List.of());
                return result;
            }).orElseGet(AuthenticationResult::unsuccessful);
        }
    }

    /** Makes the bearer token's actor the engine's current user for one call. */
    private static final class EngineAuthentication extends OncePerRequestFilter {

        private final IdentityService identity;
        private final People people;

        EngineAuthentication(IdentityService identity, People people) {
            this.identity = identity;
            this.people = people;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws ServletException, IOException {
            Optional<Actor> actor = Actors.of(SecurityContextHolder.getContext().getAuthentication());
            if (actor.isEmpty()) {
                response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
                return;
            }
            people.saw(actor.get());
            try {
                identity.setAuthentication(actor.get().username(), EngineGrants.groups(actor.get()));
                chain.doFilter(request, response);
            } finally {
                identity.clearAuthentication();
            }
        }
    }
}
