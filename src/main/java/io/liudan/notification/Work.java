package io.liudan.notification;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * What a browser does before a text is sent: it looks for a number whose SHA-256, written behind the challenge and a
 * colon, begins with so many zero bits. A challenge is sealed, so that nothing has to be kept of those that nobody
 * answers; it is for one number and one browser, and serves once.
 *
 * @param id serves once
 * @param phone keyed hash of the number, hexadecimal
 * @param browser who asked
 */
record Work(
        @JsonProperty("i") String id,
        @JsonProperty("p") String phone,
        @JsonProperty("b") String browser,
        @JsonProperty("n") int bits,
        @JsonProperty("t") long millis) {

    private static final Duration LIFE = Duration.ofMinutes(15);
    private static final String PLACE = "work";
    private static final int HASH_BITS = 256;
    private static final int LONGEST_ANSWER = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    static String challenge(Vault vault, String phone, String browser, int bits, Instant now) {
        try {
            return vault.seal(
                    JSON.writeValueAsString(
                            new Work(UUID.randomUUID().toString(), phone, browser, bits, now.toEpochMilli())),
                    PLACE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws Problem 422 for what the hub didn't make */
    static Work read(Vault vault, String challenge) {
        try {
            String clear = vault.open(challenge, PLACE);
            if (!clear.equals(challenge)) {
                return JSON.readValue(clear, Work.class);
            }
        } catch (JsonProcessingException | IllegalStateException notOurs) {
            // told below
        }
        throw Problem.field("challenge", "malformed");
    }

    /** @throws Problem 422 when it isn't done, or not for this number, or too long ago */
    void require(String challenge, String answer, String number, Instant now) {
        boolean done = answer != null
                && answer.length() <= LONGEST_ANSWER
                && new BigInteger(1, DigestUtils.sha256(challenge + ":" + answer)).bitLength() <= HASH_BITS - bits;
        if (!done
                || !phone.equals(number)
                || Instant.ofEpochMilli(millis).plus(LIFE).isBefore(now)) {
            throw Problem.field("work", "work-not-done");
        }
    }
}
