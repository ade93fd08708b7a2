package io.liudan.matter;

import java.time.Instant;
import java.util.Map;

/**
 * What people did to matters and what became of them, published inside the transaction that stored it. Listeners join
 * that transaction or undo it.
 */
public final class MatterEvents {

    private MatterEvents() {}

    /**
     * A new matter; its process is to be started.
     *
     * @param kind its kind, which is the key of its process
     * @param category may be {@code null}
     * @param gridCode may be {@code null}, like the two after it, for what is the whole city's
     * @param fields what its kind's fields hold, by name; nothing that people wrote
     */
    public record Submitted(
            String code,
            String kind,
            String category,
            String gridCode,
            String communityCode,
            String streetCode,
            Map<String, Object> fields) {}

    /**
     * Somebody made a move that the matter's process is to hear of.
     *
     * @param message the name by which models catch it
     * @param said what goes with it, by name; nothing that people wrote. The process can ask for it in that moment
     * @param refusal code of the problem that it gets where the process doesn't wait for it now; {@code null} where
     *     nobody has to wait for it
     */
    public record Moved(String code, String message, Map<String, Object> said, String refusal) {}

    /**
     * Whoever began the matter urged.
     *
     * @param before when they did so last, {@code null} for never
     */
    public record Urged(String code, String kind, Instant before) {}

    /** What anybody wrote about a closed matter is to be kept no longer, wherever it is. */
    public record Forgotten(String code) {}

    /**
     * The matter came to its end.
     *
     * @param outcome one of its kind's, {@code null} where the process told none
     */
    public record Closed(String code, String kind, String outcome) {}
}
