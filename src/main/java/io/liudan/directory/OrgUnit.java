package io.liudan.directory;

/**
 * A part of the city that can hold work or take part in it.
 *
 * @param code the national statistical division code of a street, town, community or village; the short code of a
 *     member unit
 * @param name Chinese name as people say it, for example 青年社区
 * @param kind what it is
 * @param parent code of the unit above: a community's street; {@code null} for streets, towns and member units
 * @param answers whether requests may be dispatched to it as lead or supporting department
 */
public record OrgUnit(String code, String name, Kind kind, String parent, boolean answers) {

    /** Kinds of org unit; the last four are member units of the city's Party-building alliance. */
    public enum Kind {
        STREET,
        TOWN,
        COMMUNITY,
        VILLAGE,
        DEPARTMENT,
        COMPANY,
        SCHOOL,
        SOCIAL;

        /** Streets and towns dispatch. */
        public boolean dispatches() {
            return this == STREET || this == TOWN;
        }

        /** Communities and villages issue orders. */
        public boolean issues() {
            return this == COMMUNITY || this == VILLAGE;
        }

        /** Whether it is one of the 79 member units. */
        public boolean memberUnit() {
            return !dispatches() && !issues();
        }
    }

    /** The desk of this unit, for example {@code community-622901001001} or {@code dept-cgj}. */
    public String desk() {
        return (kind.dispatches() ? "street-" : kind.issues() ? "community-" : "dept-") + code;
    }
}
