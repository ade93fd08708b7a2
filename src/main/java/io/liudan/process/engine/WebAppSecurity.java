package io.liudan.process.engine;

import io.liudan.identity.Actor;
import io.liudan.identity.Actors;
import io.liudan.identity.ContentPolicies;
import io.liudan.identity.Doors;
import io.liudan.identity.IdentityProperties;
import io.liudan.identity.People;
import io.liudan.identity.Refusals;
import io.liudan.identity.Standing;
import io.liudan.identity.Vault;
import io.liudan.process.tasks.EngineGrants;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.rest.security.auth.AuthenticationResult;
import org.camunda.bpm.engine.rest.security.auth.impl.ContainerBasedAuthenticationProvider;
import org.camunda.bpm.webapp.impl.security.auth.ContainerBasedAuthenticationFilter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.DelegatingAuthenticationEntryPoint;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.authentication.logout.LogoutSuccessHandler;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestHeaderRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.util.HtmlUtils;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Camunda's web apps behind Keycloak's sign-in, with the actor's desks out of the token, so that the engine's own
 * authorizations isolate the desks; and the hub's API for those pages of its own that live inside the web apps.
 */
@Configuration(proxyBeanMethods = false)
class WebAppSecurity {

    /** Matched by path and not by a string, which would miss addresses that Jersey serves. */
    private static PathPatternRequestMatcher path(String pattern) {
        return PathPatternRequestMatcher.withDefaults().matcher(pattern);
    }

    @Bean
    @Order(20)
    SecurityFilterChain webApps(
            HttpSecurity http,
            ClientRegistrationRepository clients,
            Doors doors,
            Refusals refusals,
            Standing standing,
            People people,
            MessageSource messages,
            LocaleResolver locales,
            IdentityProperties keycloak,
            EngineDoor door,
            Vault vault,
            Environment settings)
            throws Exception {
        RequestMatcher ownPages = new AndRequestMatcher(
                path("/api/v1/**"), new RequestHeaderRequestMatcher("X-Requested-With", "liudan-web"));
        RequestCache wayBack = new WayBack();
        // A browser follows no redirect of a form to where forms may not go.
        URI realm = URI.create(keycloak.issuer());
        String signOut = ContentPolicies.PAGES.replace(
                "form-action 'self'", "form-action 'self' " + realm.getScheme() + "://" + realm.getAuthority());
        RequestMatcher calls = new OrRequestMatcher(ownPages, path("/camunda/api/**"));
        boolean secure = settings.getProperty("server.servlet.session.cookie.secure", Boolean.class, false);
        return door.guard(http)
                .securityMatcher(new OrRequestMatcher(
                        ownPages, path("/camunda/**"), path("/oauth2/**"), path("/login/**"), path("/logout")))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(calls)
                        .access(doors)
                        .anyRequest()
                        .authenticated())
                .oauth2Login(login -> login.authorizationEndpoint(
                                ask -> ask.authorizationRequestResolver(withProofKey(clients))
                                        .authorizationRequestRepository(new SignInState(vault, secure)))
                        .loginPage("/oauth2/authorization/keycloak")
                        .successHandler(new SignedIn(people, wayBack)))
                .requestCache(cache -> cache.requestCache(wayBack))
                .addFilterBefore(new KnownRegistrations(), OAuth2AuthorizationRequestRedirectFilter.class)
                // A script can't follow a redirect to Keycloak; the page it belongs to can (assets/hub/session.js).
                .exceptionHandling(handling ->
                        handling.authenticationEntryPoint(signIn(calls)).defaultAccessDeniedHandlerFor(refusals, calls))
                .logout(out -> out.logoutRequestMatcher(
                                PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.POST, "/logout"))
                        .logoutSuccessHandler(new SignedOut(
                                keycloak,
                                settings.getRequiredProperty("liudan.web-url"),
                                settings.getRequiredProperty(
                                        "spring.security.oauth2.client.registration.keycloak.client-id"))))
                .addFilterBefore(new StillSo(standing), AuthorizationFilter.class)
                .addFilterAfter(new NoDesk(messages, locales), AuthorizationFilter.class)
                .addFilterAfter(new SessionActor(), AuthorizationFilter.class)
                // Camunda's pages bring a policy of their own.
                .headers(headers -> headers.referrerPolicy(
                                policy -> policy.policy(ReferrerPolicyHeaderWriter.ReferrerPolicy.SAME_ORIGIN))
                        .addHeaderWriter((request, response) -> {
                            if (request.getRequestURI().equals("/logout")) {
                                response.setHeader("Content-Security-Policy", signOut);
                            } else if (!request.getRequestURI().startsWith("/camunda/app/")) {
                                response.setHeader("Content-Security-Policy", ContentPolicies.PAGES);
                            }
                        }))
                // The web apps bring a CSRF filter of their own; calls of the hub's own pages carry a header that no
                // other site can set.
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    private static AuthenticationEntryPoint signIn(RequestMatcher calls) {
        LoginUrlAuthenticationEntryPoint pages = new LoginUrlAuthenticationEntryPoint("/oauth2/authorization/keycloak");
        pages.setFavorRelativeUris(true);
        LinkedHashMap<RequestMatcher, AuthenticationEntryPoint> ways = new LinkedHashMap<>();
        ways.put(calls, new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED));
        DelegatingAuthenticationEntryPoint way = new DelegatingAuthenticationEntryPoint(ways);
        way.setDefaultEntryPoint(pages);
        return way;
    }

    /** A code that somebody caught on its way is of no use without it. */
    private static OAuth2AuthorizationRequestResolver withProofKey(ClientRegistrationRepository clients) {
        DefaultOAuth2AuthorizationRequestResolver resolver = new DefaultOAuth2AuthorizationRequestResolver(
                clients, OAuth2AuthorizationRequestRedirectFilter.DEFAULT_AUTHORIZATION_REQUEST_BASE_URI);
        resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
        return resolver;
    }

    @Bean
    FilterRegistrationBean<ContainerBasedAuthenticationFilter> webAppAuthentication() {
        FilterRegistrationBean<ContainerBasedAuthenticationFilter> filter =
                new FilterRegistrationBean<>(new ContainerBasedAuthenticationFilter());
        filter.setInitParameters(Map.of("authentication-provider", KeycloakSignIn.class.getName()));
        filter.setOrder(201);
        filter.addUrlPatterns("/camunda/app/*", "/camunda/api/*");
        return filter;
    }

    /** Tells the engine's web apps who signed in. */
    public static class KeycloakSignIn extends ContainerBasedAuthenticationProvider {

        @Override
        public AuthenticationResult extractAuthenticatedUser(HttpServletRequest request, ProcessEngine engine) {
            return Actors.of(SecurityContextHolder.getContext().getAuthentication())
                    .map(actor -> {
                        AuthenticationResult result = AuthenticationResult.successful(actor.username());
                        result.setGroups(EngineGrants.groups(actor));
                        result.setTenants(List.of());
                        return result;
                    })
                    .orElseGet(AuthenticationResult::unsuccessful);
        }
    }

    /** There is one realm to sign in at; any other name is no address of the hub's. */
    private static final class KnownRegistrations extends OncePerRequestFilter {

        private static final Pattern SIGN_IN = Pattern.compile("/(?:oauth2/authorization|login/oauth2/code)/(.*)");

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            Matcher asked = SIGN_IN.matcher(request.getRequestURI());
            if (asked.matches() && !asked.group(1).equals("keycloak")) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
            } else {
                chain.doFilter(request, response);
            }
        }
    }

    /** To the app that the actor works with; the local directory knows them before the web apps ask it. */
    private static final class SignedIn extends SavedRequestAwareAuthenticationSuccessHandler {

        private final People people;

        SignedIn(People people, RequestCache wayBack) {
            this.people = people;
            setRequestCache(wayBack);
        }

        @Override
        public void onAuthenticationSuccess(
                HttpServletRequest request, HttpServletResponse response, Authentication authentication)
                throws ServletException, IOException {
            Actors.of(authentication).ifPresent(people::saw);
            super.onAuthenticationSuccess(request, response, authentication);
        }

        @Override
        protected String determineTargetUrl(
                HttpServletRequest request, HttpServletResponse response, Authentication authentication) {
            Actor actor = Actors.of(authentication).orElseThrow();
            String app = !actor.desks().isEmpty()
                    ? "tasklist"
                    : actor.is(Actor.Role.DESIGNER)
                            ? "cockpit"
                            : actor.is(Actor.Role.ADMINISTRATOR) ? "admin" : "tasklist";
            return "/camunda/app/" + app + "/";
        }
    }

    /** Ends the session at Keycloak as well, and comes back to its sign-in page. */
    private record SignedOut(IdentityProperties keycloak, String home, String client) implements LogoutSuccessHandler {

        @Override
        public void onLogoutSuccess(
                HttpServletRequest request, HttpServletResponse response, Authentication authentication)
                throws IOException {
            UriComponentsBuilder end = UriComponentsBuilder.fromUriString(
                            keycloak.issuer() + "/protocol/openid-connect/logout")
                    .queryParam("post_logout_redirect_uri", "{home}");
            if (authentication != null && authentication.getPrincipal() instanceof OidcUser user) {
                end.queryParam("id_token_hint", user.getIdToken().getTokenValue());
            } else {
                end.queryParam("client_id", client);
            }
            response.sendRedirect(
                    end.encode().buildAndExpand(home + "/camunda/app/tasklist/").toUriString());
        }
    }

    /**
     * Tells somebody without a desk so in one sentence, where the web apps would show an empty page; some have a page
     * of their own.
     */
    private static final class NoDesk extends OncePerRequestFilter {

        private final MessageSource messages;
        private final LocaleResolver locales;

        NoDesk(MessageSource messages, LocaleResolver locales) {
            this.messages = messages;
            this.locales = locales;
        }

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return !request.getRequestURI().startsWith("/camunda/app/");
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            Optional<Actor> actor = Actors.of(SecurityContextHolder.getContext().getAuthentication());
            if (actor.isEmpty() || !EngineGrants.groups(actor.get()).isEmpty()) {
                chain.doFilter(request, response);
                return;
            }
            if (actor.get().is(Actor.Role.AUDITOR) || actor.get().is(Actor.Role.INTEGRATOR)) {
                response.sendRedirect(
                        "/camunda/assets/hub/" + (actor.get().is(Actor.Role.AUDITOR) ? "audit" : "operator") + ".html");
                return;
            }
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            response.setContentType("text/html;charset=UTF-8");
            response.getWriter()
                    .write(messages.getMessage(
                            "no-desk.page",
                            new Object[] {HtmlUtils.htmlEscape(actor.get().name())},
                            locales.resolveLocale(request)));
        }
    }

    /**
     * Ends the session of somebody whose account changed since they signed in; what comes next leads them to Keycloak,
     * where they sign in anew or can't.
     */
    private static final class StillSo extends OncePerRequestFilter {

        private final Standing standing;

        StillSo(Standing standing) {
            this.standing = standing;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
            if (authentication != null
                    && authentication.getPrincipal() instanceof OidcUser user
                    && standing.changed(user.getSubject(), user.getIssuedAt())) {
                if (request.getSession(false) != null) {
                    request.getSession(false).invalidate();
                }
                SecurityContextHolder.clearContext();
            }
            chain.doFilter(request, response);
        }
    }

    /** Makes whoever signed in with a browser the actor of the hub's own API, for one call. */
    private static final class SessionActor extends OncePerRequestFilter {

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return !request.getRequestURI().startsWith("/api/");
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            Actors.of(SecurityContextHolder.getContext().getAuthentication()).ifPresent(actor -> {
                SecurityContext own = SecurityContextHolder.createEmptyContext();
                own.setAuthentication(Actors.authentication(actor));
                SecurityContextHolder.setContext(own);
            });
            chain.doFilter(request, response);
        }
    }
}
