package io.liudan.benchmark;

import static org.awaitility.Awaitility.await;

import io.liudan.Api;
import io.liudan.replay.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The start of a working day: of 100,000 open requests with their timers, 10,000 get a card at once. How long until the
 * last has it, and what intake and task lists take meanwhile against a quiet system; both are called at a steady pace,
 * one after the other.
 */
class DueAtOnce {

    private static final int OPEN = 100_000;
    private static final int DUE = 10_000;
    private static final Duration QUIET = Duration.ofSeconds(90);
    private static final Duration WARM = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final Duration PACE = Duration.ofMillis(200);

    private final Api api;
    private final OpenRequests open;
    private final TasklistCalls tasklist;

    DueAtOnce(Api api, String hub, OpenRequests open) {
        this.api = api;
        this.open = open;
        this.tasklist = new TasklistCalls(hub);
    }

    void measure() throws InterruptedException {
        open.fillUpTo(Benchmark.original(api), OPEN);
        calls(new Tally(), until(WARM));
        Tally quiet = new Tally();
        calls(quiet, until(QUIET));
        Instant due = Instant.now().plusSeconds(15);
        open.dueAt(due, DUE);
        await().atMost(Duration.ofMinutes(5)).until(() -> !Instant.now().isBefore(due));
        Tally busy = new Tally();
        long start = System.nanoTime();
        BooleanSupplier patient = until(PATIENCE);
        calls(busy, () -> open.cards() < DUE && patient.getAsBoolean());
        System.out.printf(
                "%n  %,d of %,d open requests due at once: the last of %,d has its card after %.0f s%n",
                DUE, OPEN, open.cards(), (System.nanoTime() - start) / 1e9);
        System.out.printf("    %-28s %10s %10s %8s%n", "p95 ms", "quiet", "meanwhile", "ratio");
        for (String call : new String[] {"submit", "task list", "Tasklist, my desk"}) {
            System.out.printf(
                    "    %-28s %10.1f %10.1f %8.2f%n",
                    call,
                    quiet.quantile(call, 0.95),
                    busy.quantile(call, 0.95),
                    busy.quantile(call, 0.95) / quiet.quantile(call, 0.95));
        }
    }

    private static BooleanSupplier until(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        return () -> System.nanoTime() < end;
    }

    private void calls(Tally tally, BooleanSupplier goOn) throws InterruptedException {
        while (goOn.getAsBoolean()) {
            long start = System.nanoTime();
            Benchmark.timed(tally, "submit", 201, () -> Benchmark.submit(api));
            Benchmark.timed(tally, "task list", 200, () -> api.get("grid1", "/api/v1/tasks"));
            tasklist.myDesk("grid-leader", "Tasklist, my desk", tally);
            TimeUnit.NANOSECONDS.sleep(PACE.toNanos() - (System.nanoTime() - start));
        }
    }
}
