package io.liudan.integration;

import java.util.Map;

/**
 * When and how fast orders are carried to a department, as its file says.
 *
 * @param callsPerMinute at most so many orders are begun in any minute
 * @param maintenance when its system is known to be away
 */
record Pace(int callsPerMinute, Maintenance maintenance) {

    static final String CALLS = "callsPerMinute";
    static final String MAINTENANCE = "maintenance";
    static final Pace ANY = new Pace(Integer.MAX_VALUE, Maintenance.NEVER);

    /** @throws IllegalArgumentException with what is wrong */
    static Pace of(Map<String, Object> parameters) {
        Object calls = parameters.get(CALLS);
        Object maintenance = parameters.get(MAINTENANCE);
        return new Pace(
                calls == null ? ANY.callsPerMinute() : Integer.parseInt(calls.toString()),
                maintenance == null ? Maintenance.NEVER : Maintenance.parse(maintenance.toString()));
    }
}
