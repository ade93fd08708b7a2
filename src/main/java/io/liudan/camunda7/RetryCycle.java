package io.liudan.camunda7;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The waits between the attempts of a task.
 *
 * @param waits the first after the first failure; after as many failures as there are waits, the next one is an
 *     incident
 * @param jitter part of a wait by which it is lengthened or shortened at random, so that what failed together isn't
 *     tried together
 */
record RetryCycle(List<Duration> waits, double jitter) {

    private static final Duration LONGEST = Duration.ofHours(24);

    static RetryCycle parse(String text, double jitter) {
        if (jitter < 0 || jitter >= 1) {
            throw new IllegalArgumentException("retryJitter must be at least 0 and less than 1, but was " + jitter);
        }
        try {
            return new RetryCycle(
                    Stream.of(text.split(","))
                            .map(String::strip)
                            .filter(wait -> !wait.isEmpty())
                            .map(Duration::parse)
                            .toList(),
                    jitter);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "retryCycle is neither the name of a cycle nor waits like PT10S,PT1M: " + text, e);
        }
    }

    /** @param before attempts left before the failure, null at the first one; @return attempts left after it */
    int left(Integer before) {
        return before == null ? waits.size() : Math.max(0, before - 1);
    }

    /** @param before attempts left before a failure that doesn't count, null at the first one; @return the same */
    int untouched(Integer before) {
        return before == null ? waits.size() + 1 : Math.max(1, before);
    }

    /**
     * @param left attempts left, at least 1; operators may have given more than there are waits
     * @param asked what the other side asked to wait (Retry-After), or null; it is kept, up to a day
     */
    Duration wait(int left, Duration asked) {
        Duration wait =
                waits.isEmpty() ? Duration.ZERO : waits.get(Math.clamp(waits.size() - left, 0, waits.size() - 1));
        Duration own = Duration.ofMillis(Math.round(
                wait.toMillis() * (1 + jitter * ThreadLocalRandom.current().nextDouble(-1, 1))));
        return longer(own, asked);
    }

    /** @param asked what the other side asked to wait (Retry-After), or null; it is kept, up to a day */
    static Duration longer(Duration own, Duration asked) {
        if (asked == null || asked.compareTo(own) <= 0) {
            return own;
        }
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }
}
