package io.liudan.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * So many calls a minute of one account, and so many from one address without a sign-in or with a bad one
 * ({@code keycloak/limits.yaml}). Each node counts its own: with two, somebody may have twice as many. What is static
 * isn't counted.
 */
@Component
public class CallLimits {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int REMEMBERED = 200_000;
    /** Tells the outer filter that the inner one knew who called. */
    private static final String KNOWN = CallLimits.class.getName() + ".known";
    /** As the cookie's name ends, whatever stands before. */
    private static final String SESSION = "SESSION";

    private final RateLimits.Calls limits;
    private final Refusals refusals;
    private final Cache<String, Bucket> accounts = buckets();
    private final Cache<String, Bucket> unknown = buckets();
    private final Cache<String, Bucket> refused = buckets();
    /** Tokens and sessions that turned out good within the last minute. */
    private final Cache<String, Boolean> good = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(MINUTE)
            .build();
    /** By how much limits are more generous than the file says. */
    volatile double factor;

    CallLimits(RateLimits limits, Refusals refusals, @Value("${liudan.identity.call-limit-factor:1}") double factor) {
        this.limits = limits.calls();
        this.refusals = refusals;
        this.factor = factor;
    }

    private static Cache<String, Bucket> buckets() {
        return Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterAccess(MINUTE.multipliedBy(2))
                .build();
    }

    /**
     * For security chains, where it is known who calls and before any door is looked at: what is refused there is
     * counted, too.
     */
    public Filter ofAccounts() {
        return new Known();
    }

    /** Before anybody is known. */
    @Bean
    FilterRegistrationBean<OncePerRequestFilter> limitOfAddresses() {
        FilterRegistrationBean<OncePerRequestFilter> registration = new FilterRegistrationBean<>(new Unknown());
        registration.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER - 1);
        return registration;
    }

    /** Forgets what was counted. */
    void forget() {
        List.of(accounts, unknown, refused, good).forEach(Cache::invalidateAll);
    }

    private Bucket bucket(Cache<String, Bucket> cache, String key, Supplier<Integer> aMinute) {
        return cache.get(key, one -> {
            long calls = Math.max(1, Math.round(aMinute.get() * factor));
            return Bucket.builder()
                    .addLimit(limit -> limit.capacity(calls).refillGreedy(calls, MINUTE))
                    .build();
        });
    }

    static boolean counted(HttpServletRequest request) {
        String path = Paths.of(request);
        return path.startsWith("/api/")
                || path.startsWith("/integration/")
                || path.startsWith("/engine-rest/")
                || path.startsWith("/camunda/api/");
    }

    /** By what somebody wants to be known: a token or a session; {@code null} for neither. */
    private static String shown(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null || request.getCookies() == null
                ? header
                : Arrays.stream(request.getCookies())
                        .filter(cookie -> cookie.getName().endsWith(SESSION))
                        .map(Cookie::getValue)
                        .findFirst()
                        .orElse(null);
    }

    private void tellToWait(HttpServletRequest request, HttpServletResponse response, Bucket bucket)
            throws IOException {
        refusals.tooMany(
                request,
                response,
                Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill()));
    }

    private final class Known extends OncePerRequestFilter {

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            Optional<Actor> actor = counted(request)
                    ? Actors.of(SecurityContextHolder.getContext().getAuthentication())
                    : Optional.empty();
            actor.ifPresent(one -> request.setAttribute(KNOWN, true));
            // The realm asks for everybody who signs in; how often, the limits of codes say.
            Bucket bucket = actor.filter(one -> !one.is(Actor.Role.IDENTITY_PROVIDER))
                    .map(one -> bucket(accounts, one.username(), () -> limits.of(one)))
                    .orElse(null);
            if (bucket == null || bucket.tryConsume(1)) {
                chain.doFilter(request, response);
            } else {
                tellToWait(request, response, bucket);
            }
        }
    }

    private final class Unknown extends OncePerRequestFilter {

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            if (!counted(request)) {
                chain.doFilter(request, response);
                return;
            }
            String shown = shown(request);
            // Those who show something bad don't use up what their neighbours behind the same address have; and what
            // was good lately is let in all the same.
            Bucket bucket = bucket(
                    shown == null ? unknown : refused,
                    Addresses.network(request.getRemoteAddr()),
                    limits::unknownAMinute);
            if ((shown == null || good.getIfPresent(shown) == null) && bucket.getAvailableTokens() < 1) {
                tellToWait(request, response, bucket);
                return;
            }
            chain.doFilter(request, response);
            if (request.getAttribute(KNOWN) == null) {
                bucket.tryConsume(1);
            } else if (shown != null) {
                good.put(shown, true);
            }
        }
    }
}
