package io.liudan.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.user.OAuth2User;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Reads actors from the claims of Keycloak's tokens: {@code preferred_username}, {@code name}, {@code groups},
 * {@code realm_access.roles}.
 */
public final class Actors {

    private Actors() {}

    /** The actor behind an authentication, whether it came as bearer token or by sign-in with a browser. */
    public static Optional<Actor> of(Authentication authentication) {
        if (authentication == null) {
            return Optional.empty();
        }
        return switch (authentication.getPrincipal()) {
            case null -> Optional.empty();
            case Actor actor -> Optional.of(actor);
            case OAuth2User user -> Optional.of(fromClaims(user.getAttributes()));
            default -> Optional.empty();
        };
    }

    /** An authentication whose principal is the actor, for somebody who signed in with a browser. */
    public static Authentication authentication(Actor actor) {
        return new ActorToken(actor, null, authorities(actor));
    }

    /** Turns a verified token into an authentication whose principal is the actor. */
    public static Converter<Jwt, AbstractAuthenticationToken> converter() {
        // As long as the decoder remembers a token, what it says is remembered with it.
        Cache<Jwt, AbstractAuthenticationToken> read =
                Caffeine.newBuilder().weakKeys().build();
        return jwt -> read.get(jwt, Actors::token);
    }

    private static ActorToken token(Jwt jwt) {
        return token(fromClaims(((ClaimAccessor) jwt).getClaims()), jwt);
    }

    static ActorToken token(Actor actor, Jwt jwt) {
        return new ActorToken(actor, jwt, authorities(actor));
    }

    private static List<SimpleGrantedAuthority> authorities(Actor actor) {
        return actor.roles().stream()
                .map(role -> new SimpleGrantedAuthority("ROLE_" + role))
                .toList();
    }

    static Actor fromClaims(Map<String, Object> claims) {
        String username = String.valueOf(claims.get("preferred_username"));
        Map<?, ?> access = claims.get("realm_access") instanceof Map<?, ?> map ? map : Map.of();
        Set<String> names = strings(access.get("roles"));
        Set<Actor.Role> roles = Arrays.stream(Actor.Role.values())
                .filter(role -> names.contains(role.realmName()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Actor.Role.class)));
        if (roles.contains(Actor.Role.AGENCY)) {
            // Its client is its name; a client is at no desk, whatever its token says: it comes in by its own door
            // only.
            String client = String.valueOf(claims.get("azp"));
            return new Actor(client, client, Set.of(Actor.Role.AGENCY), Set.of());
        }
        return new Actor(username, name(claims, username), Set.copyOf(roles), strings(claims.get("groups")));
    }

    /** Chinese names have the family name first; Keycloak's own {@code name} claim would turn them round. */
    private static String name(Map<String, Object> claims, String username) {
        return name(
                String.valueOf(claims.getOrDefault("family_name", "")),
                String.valueOf(claims.getOrDefault("given_name", "")),
                username);
    }

    static String name(String family, String given, String username) {
        boolean chinese = (family + given)
                .codePoints()
                .anyMatch(point -> Character.UnicodeScript.of(point) == Character.UnicodeScript.HAN);
        String name = chinese ? family + given : (given + " " + family).strip();
        return name.isEmpty() ? username : name;
    }

    private static Set<String> strings(Object claim) {
        return claim instanceof Collection<?> values
                ? values.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet())
                : claim == null ? Set.of() : Set.copyOf(List.of(claim.toString()));
    }
}
