package io.liudan.household;

import java.time.Instant;

/**
 * Somebody's place in the city, as far as its reader may see it.
 *
 * @param account the resident's account
 * @param name masked for whoever has no step to do with it; {@code address} likewise
 * @param gridCode the grid in which the household is, {@code grid} its name
 * @param together how many others are confirmed at the same address
 * @param keptBy the desk that acts for somebody without a phone, absent for all others
 * @param reason why it was refused
 * @param confirmedBy account of the grid worker who confirmed or refused
 * @param decidable whether its reader may confirm or refuse it now
 */
public record Registration(
        String account,
        String name,
        String gridCode,
        String grid,
        String address,
        State state,
        int together,
        String keptBy,
        String reason,
        Instant registeredAt,
        String confirmedBy,
        Instant confirmedAt,
        boolean decidable) {

    /** What the grid worker said. */
    public enum State {
        PENDING,
        CONFIRMED,
        REFUSED
    }
}
