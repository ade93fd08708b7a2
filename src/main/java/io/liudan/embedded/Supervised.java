package io.liudan.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A child process that is started again when it ended by itself: after a second, later after up to eight. */
final class Supervised implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    private static final Duration SETTLED = Duration.ofMinutes(1);
    private static final int PATIENCE_SECONDS = 15;

    private final String name;
    private final Path record;
    private final Starter starter;
    private volatile Process process;
    private volatile boolean closing;
    private volatile Duration pause = Duration.ofSeconds(1);

    /** Starts the process. */
    interface Starter {

        Process start() throws IOException;
    }

    /** @param record where {@link Leftovers} finds it after a kill of the hub */
    Supervised(String name, Path record, Starter starter) throws IOException {
        this.name = name;
        this.record = record;
        this.starter = starter;
        this.process = launch();
    }

    /** From now on it is started again whenever it ends. */
    void supervise() {
        Instant started = Instant.now();
        process.onExit().thenRunAsync(() -> again(started));
    }

    Process process() {
        return process;
    }

    private synchronized Process launch() throws IOException {
        Process started = starter.start();
        Leftovers.record(record, started.toHandle());
        return started;
    }

    private void again(Instant started) {
        if (closing) {
            return;
        }
        Duration wait = Duration.between(started, Instant.now()).compareTo(SETTLED) > 0 ? Duration.ofSeconds(1) : pause;
        pause = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
        LOG.warn("{} ended by itself and is started again", name);
        CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> relaunch(started));
    }

    private synchronized void relaunch(Instant before) {
        if (closing) {
            return;
        }
        try {
            process = launch();
            supervise();
        } catch (IOException e) {
            LOG.warn("{} can't be started again: {}", name, e.getClass().getSimpleName());
            again(before);
        }
    }

    @Override
    public void close() {
        Process last;
        synchronized (this) {
            closing = true;
            last = process;
        }
        if (last.isAlive()) {
            last.destroy();
            try {
                if (!last.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    last.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                last.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        Leftovers.forget(record);
    }
}
