package io.liudan.matter;

import java.time.Instant;
import java.util.List;

/** Who is at work on a matter right now; answered by whoever drives the matters. */
public interface OpenWork {

    /**
     * @param desk the desk that holds it
     * @param taskKey what it has to do, for example {@code verify}
     * @param taskName the same in Chinese
     * @param dueAt until when; {@code null} while there is no limit
     */
    record Work(String desk, String taskKey, String taskName, Instant dueAt) {}

    /** The open work on a matter, the most urgent first; empty when it is closed or waits for somebody else. */
    List<Work> of(String code);
}
