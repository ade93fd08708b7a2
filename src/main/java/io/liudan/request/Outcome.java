package io.liudan.request;

/** How a request ended; honest endings are told apart everywhere. */
public enum Outcome {
    SOLVED,
    SOLVED_ON_SITE,
    SOLVED_BY_COMMUNITY,
    SOLVED_BY_STREET,
    /** Can't be solved now: the resident got an explanation and a plan. */
    EXPLAINED,
    /** Not admissible: the resident got the reason and the right channel. */
    DECLINED,
    MERGED,
    WITHDRAWN;

    /** Whether the resident is asked to rate it. */
    public boolean ratable() {
        return this != DECLINED && this != MERGED && this != WITHDRAWN;
    }
}
