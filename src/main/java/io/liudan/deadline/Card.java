package io.liudan.deadline;

/** What a step gets while it waits (提醒、黄牌、红牌、督办), in the order in which it gets them. */
public enum Card {
    /** Part of the limit has passed. */
    REMINDER,
    /** The limit is nearly over. */
    YELLOW,
    /** The limit is over. */
    RED,
    /** Overdue and under supervision. */
    LEVEL_1,
    /** Long overdue: supervision is raised. */
    LEVEL_2;

    /** Last part of the CloudEvents type of this card's event. */
    public String event() {
        return switch (this) {
            case REMINDER -> "reminded";
            case YELLOW -> "yellow-card";
            case RED -> "red-card";
            case LEVEL_1 -> "supervised-level-1";
            case LEVEL_2 -> "supervised-level-2";
        };
    }
}
