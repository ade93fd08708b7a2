package io.liudan.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/** How often, and for how long, as {@code keycloak/limits.yaml} says. */
@Component
public class RateLimits {

    private static final String ELSE = "everybody-else";

    private final Declared declared;
    private final double factor;

    /**
     * Proof of work.
     *
     * @param bits zero bits that are asked for
     * @param free so many texts to a number a day before it gets harder
     * @param most zero bits at most
     */
    public record Work(int bits, int free, int most) {

        /** @param before texts that strangers had sent to the number within a day */
        public int bits(long before) {
            return (int) Math.min(most, bits + Math.max(0, before - free));
        }
    }

    /**
     * Limits of one-time codes.
     *
     * @param valid how long a code is good
     * @param tries how often one code may be guessed at
     * @param between least time between two codes to one number
     * @param work what a browser does before a code is sent
     * @param phoneFromAddressADay codes to one number from one address within a day; {@code phoneByStrangersADay} to
     *     one number from all addresses where its owner didn't sign in before; {@code addressAnHour} of one caller and
     *     {@code cityAnHour} of all within an hour
     * @param addressTriesAMinute sign-ins tried from one address
     * @param numberProvedFor how long after its last code a number still opens the account that it opened
     */
    public record Codes(
            Duration valid,
            int tries,
            Duration between,
            Work work,
            @JsonProperty("phone-from-address-a-day") int phoneFromAddressADay,
            @JsonProperty("phone-by-strangers-a-day") int phoneByStrangersADay,
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
            return most(aMinute, actor);
        }
    }

    /**
     * Limits of uploads, by the realm's name of a role; {@code everybody-else} for all others.
     *
     * @param files of one account within a day
     * @param megabytes all together
     */
    public record Uploads(Map<String, Integer> files, Map<String, Integer> megabytes) {

        private static final long MEGABYTE = 1024L * 1024;

        public int filesADay(Actor actor) {
            return most(files, actor);
        }

        public long bytesADay(Actor actor) {
            return most(megabytes, actor) * MEGABYTE;
        }
    }

    /** The most generous of somebody's roles counts. */
    private static int most(Map<String, Integer> limits, Actor actor) {
        return actor.roles().stream()
                .mapToInt(role -> limits.getOrDefault(role.realmName(), limits.get(ELSE)))
                .max()
                .orElse(limits.get(ELSE));
    }

    /**
     * How many calls are worked on at the same time, on one node.
     *
     * @param atOnce of everybody; the others wait, the first that came first
     * @param patience how long
     * @param ofAddress of one address, waiting ones counted in
     */
    public record Turns(
            @JsonProperty("at-once") int atOnce,
            Duration patience,
            @JsonProperty("of-address") int ofAddress) {}

    /**
     * How fast a body moves at least, in either direction.
     *
     * @param bytesASecond on average
     * @param after so long nobody looks
     */
    public record Pace(@JsonProperty("bytes-a-second") int bytesASecond, Duration after) {}

    private record Declared(Codes codes, Calls calls, Uploads uploads, Turns turns, Pace pace) {}

    /** @param factor by how much limits of accounts are more generous than the file says */
    RateLimits(
            @Value("${liudan.identity.limits:classpath:keycloak/limits.yaml}") Resource file,
            @Value("${liudan.identity.call-limit-factor:1}") double factor)
            throws IOException {
        this.factor = factor;
        try (InputStream in = file.getInputStream()) {
            this.declared = new ObjectMapper(new YAMLFactory())
                    .registerModule(new JavaTimeModule())
                    .readValue(in, Declared.class);
        }
    }

    public Calls calls() {
        return declared.calls();
    }

    private Map<String, Integer> generous(Map<String, Integer> limits) {
        return limits.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, limit -> (int) (limit.getValue() * factor)));
    }

    public Turns turns() {
        return declared.turns();
    }

    public Pace pace() {
        return declared.pace();
    }

    public Uploads uploads() {
        return new Uploads(
                generous(declared.uploads().files()),
                generous(declared.uploads().megabytes()));
    }

    public Codes codes() {
        return declared.codes();
    }
}
