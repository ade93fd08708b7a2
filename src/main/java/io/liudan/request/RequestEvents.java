package io.liudan.request;

import java.time.Instant;

/**
 * What residents did and what became of it, published inside the transaction that stored it. Listeners join that
 * transaction or undo it.
 */
public final class RequestEvents {

    private RequestEvents() {}

    /** A new request; its process is to be started. */
    public record Submitted(String code, String category, String gridCode, String communityCode, String streetCode) {}

    /** The resident added something while the hub was waiting for it. */
    public record Supplemented(String code) {}

    /**
     * The resident urged.
     *
     * @param before when they did so last, {@code null} for never
     */
    public record Urged(String code, Instant before) {}

    /** The resident rated. */
    public record Rated(String code, boolean solved) {}

    /** The resident took the request back. */
    public record Withdrawn(String code) {}

    /**
     * Something became of a department's work order that its own system is to know.
     *
     * @param change id of {@link DepartmentOrders.Change}
     */
    public record WorkOrderChanged(String code, String department, long change) {}

    /** What anybody wrote about a closed request is to be kept no longer, wherever it is. */
    public record Forgotten(String code) {}

    /** The request came to its end. */
    public record Closed(String code) {}
}
