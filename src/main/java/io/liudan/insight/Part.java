package io.liudan.insight;

/** In what part a unit is counted. Two-way appraisal (双向考核) sets the one who dispatched beside the one who handled. */
enum Part {
    /** Where it arose: every request of the unit's area, with all steps of whoever took them. */
    PLACE,
    /** The street or town that dispatched it. */
    DISPATCHER,
    /** Who answered for the end: the lead department, else the street or community that solved or refused it itself. */
    HANDLER,
    /** A department that supported the lead. */
    SUPPORTING,
    /** A department that sent it back. */
    RETURNED
}
