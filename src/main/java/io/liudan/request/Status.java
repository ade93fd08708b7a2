package io.liudan.request;

/** The order last given; which desk holds the request follows from it. */
public enum Status {
    ORDERED,
    AWAITING_RESIDENT,
    VERIFIED,
    ISSUED,
    DISPATCHED,
    RETURNED,
    ACCEPTED,
    HANDLED,
    CLOSED;

    /** A resident may take a request back until it has been handled. */
    public boolean withdrawable() {
        return this != HANDLED && this != CLOSED;
    }
}
