package io.liudan.camunda7;

import io.micrometer.core.instrument.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;

/** One external task from its lock to its end. Either a route begins to work on it, or it is let go: never both. */
final class TaskRun {

    private final LockedExternalTask task;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final long startedAt = Clock.SYSTEM.monotonicTime();
    private String effectKey;

    TaskRun(LockedExternalTask task) {
        this.task = task;
    }

    LockedExternalTask task() {
        return task;
    }

    /** @return false if it was let go */
    boolean begin() {
        return decided.compareAndSet(false, true);
    }

    /** @return false if a route has begun to work on it */
    boolean leave() {
        return decided.compareAndSet(false, true);
    }

    long startedAt() {
        return startedAt;
    }

    String effectKey() {
        return effectKey;
    }

    void effectKey(String key) {
        effectKey = key;
    }
}
