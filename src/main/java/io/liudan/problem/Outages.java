package io.liudan.problem;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What isn't the hub's fault and passes by itself: callers are told to come again, and the log has a line a minute. */
public final class Outages {

    private static final Logger LOG = LoggerFactory.getLogger(Outages.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final AtomicReference<Instant> told = new AtomicReference<>(Instant.EPOCH);

    /** Whether a failure comes of the database being away: a connection that broke, or none to be had. */
    public static boolean ofDatabase(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return true;
            }
            // 08: connection; 57P: the server is stopped or starts; 53300: too many connections
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && (sql.getSQLState().startsWith("08")
                            || sql.getSQLState().startsWith("57P")
                            || sql.getSQLState().equals("53300"))) {
                return true;
            }
        }
        return false;
    }

    /** @param what a sentence without anybody's words */
    public void tell(String what) {
        Instant now = Instant.now();
        Instant before = told.get();
        if (before.plus(QUIET).isBefore(now) && told.compareAndSet(before, now)) {
            LOG.warn(what);
        }
    }
}
