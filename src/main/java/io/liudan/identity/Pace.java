package io.liudan.identity;

import java.net.SocketTimeoutException;
import java.time.Instant;

/** How one body moves; whoever is slower than the limits ask is let go. */
final class Pace {

    private final RateLimits.Pace least;
    private final Instant begin = Instant.now();
    private long moved;

    Pace(RateLimits.Pace least) {
        this.least = least;
    }

    /** The peer was too slow; Tomcat answers 408 to it. */
    static final class TooSlow extends SocketTimeoutException {

        private TooSlow() {
            super("A body moves too slowly");
        }
    }

    /** @throws TooSlow when with these bytes, too, too few have moved in the time that passed */
    void moved(int bytes) throws TooSlow {
        moved += bytes;
        if (Instant.now().isAfter(begin.plus(least.after()).plusSeconds(moved / least.bytesASecond()))) {
            throw new TooSlow();
        }
    }
}
