package io.liudan.camunda7;

import java.time.Instant;
import java.util.Map;

/**
 * Takes the messages for which no process waited within their time to live, in the transaction that takes them off the parking place.
 * Without one they stay in the table {@code camunda7_parked} as expired.
 */
@FunctionalInterface
public interface ExpiredMessages {

    /**
     * @param id of the parked row
     * @param name the message's name in the models
     * @param businessKey or null
     * @param correlation values of process variables by which the instance was looked for
     * @param variables what the message carries
     * @param parkedAt when it came
     */
    record Expired(long id, String name, String businessKey, Map<String, Object> correlation, Map<String, Object> variables, Instant parkedAt) {
    }

    void expired(Expired message);
}
