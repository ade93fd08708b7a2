package io.liudan.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/** How often, and for how long, as {@code keycloak/limits.yaml} says. */
@Component
public class RateLimits {

    private static final String ELSE = "everybody-else";

    private final Declared declared;

    /**
     * Limits of one-time codes.
     *
     * @param valid how long a code is good
     * @param tries how often one code may be guessed at
     * @param between least time between two codes to one number
     * @param phoneADay codes to one number within a day; {@code addressAnHour} of one caller and {@code cityAnHour} of
     *     all within an hour
     * @param addressTriesAMinute sign-ins tried from one address
     * @param numberProvedFor how long after its last code a number still opens the account that it opened
     */
    public record Codes(
            Duration valid,
            int tries,
            Duration between,
            @JsonProperty("phone-a-day") int phoneADay,
            @JsonProperty("address-an-hour") int addressAnHour,
            @JsonProperty("address-tries-a-minute") int addressTriesAMinute,
            @JsonProperty("city-an-hour") int cityAnHour,
            @JsonProperty("number-proved-for") Duration numberProvedFor) {}

    /**
     * Limits of calls.
     *
     * @param aMinute of one account, by the realm's name of a role; {@code everybody-else} for all others
     * @param unknownAMinute from one address without a sign-in, or with one that was refused
     */
    public record Calls(
            @JsonProperty("a-minute") Map<String, Integer> aMinute,
            @JsonProperty("unknown-a-minute") int unknownAMinute) {

        int of(Actor actor) {
            return actor.roles().stream()
                    .mapToInt(role -> aMinute.getOrDefault(role.realmName(), aMinute.get(ELSE)))
                    .max()
                    .orElse(aMinute.get(ELSE));
        }
    }

    private record Declared(Codes codes, Calls calls) {}

    RateLimits(@Value("${liudan.identity.limits:classpath:keycloak/limits.yaml}") Resource file) throws IOException {
        try (InputStream in = file.getInputStream()) {
            this.declared = new ObjectMapper(new YAMLFactory())
                    .registerModule(new JavaTimeModule())
                    .readValue(in, Declared.class);
        }
    }

    public Calls calls() {
        return declared.calls();
    }

    public Codes codes() {
        return declared.codes();
    }
}
