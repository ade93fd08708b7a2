package io.liudan.directory;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.locationtech.jts.geom.Geometry;

/**
 * The smallest place that work is addressed to.
 *
 * @param code community code and a two-digit number, for example {@code 622901001001-01}
 * @param name Chinese name
 * @param communityCode the community or village it belongs to
 * @param streetCode the street or town above that
 * @param urban whether it is one of the 210 urban grids (else one of the 35 rural ones)
 * @param generated true while the outline is generated: the real one is not published
 * @param outline outline in WGS84, longitude before latitude
 */
public record Grid(
        String code,
        String name,
        String communityCode,
        String streetCode,
        boolean urban,
        boolean generated,
        @JsonIgnore Geometry outline) {

    /** The desk of this grid's workers. */
    public String desk() {
        return "grid-" + code;
    }
}
