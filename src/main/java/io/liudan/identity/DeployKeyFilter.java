package io.liudan.identity;

import io.liudan.problem.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes a deploy key in place of a token, as Camunda Modeler sends it: as bearer token, or as the password of a
 * designer's username. Stands before the filter that reads tokens.
 */
@Component
class DeployKeyFilter extends OncePerRequestFilter {

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final DeployKeys keys;
    private final Doors doors;
    private final Refusals refusals;
    private final Audit audit;

    DeployKeyFilter(DeployKeys keys, Doors doors, Refusals refusals, Audit audit) {
        this.keys = keys;
        this.doors = doors;
        this.refusals = refusals;
        this.audit = audit;
    }

    /** The filter stands within the security chains and nowhere else. */
    @Configuration(proxyBeanMethods = false)
    static class Registration {

        @Bean
        FilterRegistrationBean<DeployKeyFilter> deployKeysWithinTheChains(DeployKeyFilter filter) {
            FilterRegistrationBean<DeployKeyFilter> registration = new FilterRegistrationBean<>(filter);
            registration.setEnabled(false);
            return registration;
        }
    }

    /** @param owner username that came with it, {@code null} where none did */
    private record Given(String key, String owner) {}

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Given> given = given(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (given.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        Optional<DeployKeys.Owner> owner =
                keys.owner(given.get().key(), given.get().owner());
        if (owner.isEmpty()) {
            refusals.refuse(
                    request, response, Problem.refusal(HttpServletResponse.SC_UNAUTHORIZED, "no-good-deploy-key"));
            return;
        }
        if (!doors.openToDeployKeys(request.getMethod(), Paths.of(request))) {
            refusals.refuse(request, response, Problem.forbidden("deploy-key-elsewhere"));
            return;
        }
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(Actors.authentication(owner.get().designer()));
        SecurityContextHolder.setContext(context);
        if (!request.getMethod().equals("GET")) {
            audit.record("deploy-key.use", String.valueOf(owner.get().key()), "deploy-key");
        }
        chain.doFilter(new WithoutKey(request), response);
    }

    private static Optional<Given> given(String header) {
        if (header == null) {
            return Optional.empty();
        }
        if (header.startsWith(BEARER + DeployKeys.PREFIX)) {
            return Optional.of(new Given(header.substring(BEARER.length()).strip(), null));
        }
        if (!header.startsWith(BASIC)) {
            return Optional.empty();
        }
        try {
            String[] parts = new String(
                            Base64.getDecoder()
                                    .decode(header.substring(BASIC.length()).strip()),
                            StandardCharsets.UTF_8)
                    .split(":", 2);
            return parts.length == 2 && parts[1].startsWith(DeployKeys.PREFIX)
                    ? Optional.of(new Given(parts[1], parts[0]))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What comes after takes the header for a token. */
    private static final class WithoutKey extends HttpServletRequestWrapper {

        WithoutKey(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getHeader(String name) {
            return HttpHeaders.AUTHORIZATION.equalsIgnoreCase(name) ? null : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return HttpHeaders.AUTHORIZATION.equalsIgnoreCase(name)
                    ? Collections.emptyEnumeration()
                    : super.getHeaders(name);
        }
    }
}
