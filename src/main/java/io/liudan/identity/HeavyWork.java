package io.liudan.identity;

import io.liudan.problem.Problem;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What keeps a processor busy for tens of milliseconds: reading a very long text for names, unpacking a picture. No
 * more than half of the processors do so at once, and each rests afterwards for as long as it worked, and three times
 * as long while many are waiting, so that whoever asks for little is answered meanwhile; whoever came first goes first.
 */
public final class HeavyWork {

    private static final Semaphore TURNS =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    /** Others are told to come again: a queue of all turns would stop what costs nothing. */
    private static final int MOST_WAITING = 8;

    /** More than somebody's photos of one order. */
    private static final int MANY_WAITING = 4;

    private static final int LONG_REST = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private HeavyWork() {}

    /** @throws Problem 503 when too many are waiting, or its turn doesn't come in time */
    public static <T> T inTurn(Supplier<T> work) {
        try {
            // Whoever waits here holds a turn of its own that others wait for.
            if (TURNS.getQueueLength() >= MOST_WAITING
                    || !TURNS.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.unavailable(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable(Duration.ofSeconds(5));
        }
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            long worked = System.nanoTime() - begin;
            long rest = TURNS.getQueueLength() > MANY_WAITING ? LONG_REST * worked : worked;
            CompletableFuture.delayedExecutor(rest, TimeUnit.NANOSECONDS, Runnable::run)
                    .execute(TURNS::release);
        }
    }
}
