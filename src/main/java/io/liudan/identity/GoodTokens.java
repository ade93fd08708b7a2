package io.liudan.identity;

import java.time.Duration;
import java.time.Instant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.stereotype.Component;

/** Tokens that were found good lately. Checking a signature costs more than most calls do: what was good is good for a minute, and never beyond its end. */
@Component
class GoodTokens {

    private static final int REMEMBERED = 20_000;

    private final Cache<String, Jwt> good = Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(Duration.ofMinutes(1)).build();

    boolean has(String token) {
        return good.getIfPresent(token) != null;
    }

    JwtDecoder remembering(JwtDecoder decoder) {
        return token -> {
            Jwt jwt = good.getIfPresent(token);
            if (jwt == null || jwt.getExpiresAt() == null || !Instant.now().isBefore(jwt.getExpiresAt())) {
                jwt = decoder.decode(token);
                good.put(token, jwt);
            }
            return jwt;
        };
    }
}
