package io.liudan.camunda7;

import java.time.Duration;

/**
 * How many external tasks of a topic may be taken now. Whoever knows how the other side does closes the gate while that
 * is down, and lets a single task through to try it. Asked all the time, and so to be answered out of memory.
 */
public interface Gate {

    /** Lets everything through. */
    Gate OPEN = new Gate() {

        @Override
        public int more(String topic, int underWay) {
            return Integer.MAX_VALUE;
        }

        @Override
        public boolean held(String topic) {
            return false;
        }

        @Override
        public Duration pause(String topic) {
            return Duration.ZERO;
        }
    };

    /**
     * How many tasks may be taken.
     *
     * @param underWay those that were taken and have not ended
     */
    int more(String topic, int underWay);

    /**
     * Whether the other side is left alone: tasks that no thread has begun go back to the engine unharmed, and what
     * fails meanwhile takes none of the task's attempts.
     */
    boolean held(String topic);

    /** After so long a task that failed without losing an attempt may be taken again. */
    Duration pause(String topic);

    /** So many were taken. */
    default void took(String topic, int tasks) {}
}
