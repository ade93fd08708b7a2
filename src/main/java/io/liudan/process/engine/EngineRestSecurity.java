package io.liudan.process.engine;

import io.liudan.identity.Actor;
import io.liudan.identity.Actors;
import io.liudan.identity.Doors;
import io.liudan.identity.People;
import io.liudan.identity.Refusals;
import io.liudan.identity.Standing;
import io.liudan.process.tasks.EngineGrants;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/** The engine's REST API takes bearer tokens, and hands the engine the actor's desks out of them. */
@Configuration(proxyBeanMethods = false)
class EngineRestSecurity {

    @Bean
    @Order(10)
    SecurityFilterChain engineRest(
            HttpSecurity http,
            IdentityService identity,
            People people,
            Doors doors,
            Refusals refusals,
            Standing standing,
            EngineDoor door)
            throws Exception {
        return door.guard(http)
                .securityMatcher(PathPatternRequestMatcher.withDefaults().matcher("/engine-rest/**"))
                .authorizeHttpRequests(calls -> calls.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .anyRequest()
                        .access(doors))
                .oauth2ResourceServer(server -> server.withObjectPostProcessor(refusals.whileKeysAreAway())
                        .authenticationEntryPoint(refusals)
                        .accessDeniedHandler(refusals)
                        .jwt(jwt -> jwt.jwtAuthenticationConverter(standing.converter())))
                .addFilterAfter(new EngineAuthentication(identity, people), AuthorizationFilter.class)
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    /** The rules stand within the security chains, where it is known who calls, and nowhere else. */
    @Bean
    FilterRegistrationBean<EngineCallRules> rulesWithinTheChains(EngineCallRules rules) {
        FilterRegistrationBean<EngineCallRules> registration = new FilterRegistrationBean<>(rules);
        registration.setEnabled(false);
        return registration;
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
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
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
