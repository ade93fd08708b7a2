package io.liudan.identity;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * So many calls a minute of one account, and so many from one address without a sign-in ({@code keycloak/limits.yaml}). Each node counts its own: with two, somebody may have twice as many.
 * What is static isn't counted.
 */
@Configuration(proxyBeanMethods = false)
class CallLimits {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int REMEMBERED = 200_000;
    /** As the cookie's name ends, whatever stands before. */
    private static final String SESSION = "SESSION";

    private final RateLimits.Calls limits;
    private final Refusals refusals;
    private final Cache<String, Bucket> accounts = buckets();
    private final Cache<String, Bucket> addresses = buckets();
    /** By how much limits are more generous than the file says. */
    volatile double factor;

    CallLimits(RateLimits limits, Refusals refusals, @Value("${liudan.identity.call-limit-factor:1}") double factor) {
        this.limits = limits.calls();
        this.refusals = refusals;
        this.factor = factor;
    }

    private static Cache<String, Bucket> buckets() {
        return Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterAccess(MINUTE.multipliedBy(2)).build();
    }

    /** Before anybody is known. */
    @Bean
    FilterRegistrationBean<OncePerRequestFilter> limitOfAddresses() {
        return registered(new Unknown(), SecurityProperties.DEFAULT_FILTER_ORDER - 1);
    }

    /** Behind the doors, where it is known who calls. */
    @Bean
    FilterRegistrationBean<OncePerRequestFilter> limitOfAccounts() {
        return registered(new Known(), SecurityProperties.DEFAULT_FILTER_ORDER + 1);
    }

    private static FilterRegistrationBean<OncePerRequestFilter> registered(OncePerRequestFilter filter, int order) {
        FilterRegistrationBean<OncePerRequestFilter> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(order);
        return registration;
    }

    /** Forgets what was counted. */
    void forget() {
        accounts.invalidateAll();
        addresses.invalidateAll();
    }

    private Bucket bucket(Cache<String, Bucket> cache, String key, Supplier<Integer> aMinute) {
        return cache.get(key, one -> {
            long calls = Math.max(1, Math.round(aMinute.get() * factor));
            return Bucket.builder().addLimit(limit -> limit.capacity(calls).refillGreedy(calls, MINUTE)).build();
        });
    }

    private static boolean counted(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/api/") || path.startsWith("/integration/") || path.startsWith("/engine-rest/") || path.startsWith("/camunda/api/");
    }

    private static boolean hasSession(HttpServletRequest request) {
        return request.getCookies() != null && Arrays.stream(request.getCookies()).anyMatch(cookie -> cookie.getName().endsWith(SESSION));
    }

    private final class Known extends OncePerRequestFilter {

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws ServletException, IOException {
            Optional<Actor> actor = counted(request) ? Actors.of(SecurityContextHolder.getContext().getAuthentication()) : Optional.empty();
            Bucket bucket = actor.map(one -> bucket(accounts, one.username(), () -> limits.of(one))).orElse(null);
            if (bucket == null || bucket.tryConsume(1)) {
                chain.doFilter(request, response);
            } else {
                refusals.tooMany(request, response, Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill()));
            }
        }
    }

    private final class Unknown extends OncePerRequestFilter {

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws ServletException, IOException {
            if (!counted(request)) {
                chain.doFilter(request, response);
                return;
            }
            Bucket bucket = bucket(addresses, request.getRemoteAddr(), limits::unknownAMinute);
            // Whoever has something to show is listened to, whatever their neighbours behind the same address do.
            boolean shows = request.getHeader(HttpHeaders.AUTHORIZATION) != null || hasSession(request);
            if (!shows && bucket.getAvailableTokens() < 1) {
                refusals.tooMany(request, response, Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill()));
                return;
            }
            chain.doFilter(request, response);
            if (!shows || response.getStatus() == HttpServletResponse.SC_UNAUTHORIZED) {
                bucket.tryConsume(1);
            }
        }
    }
}
