package io.liudan.matter;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.Coordinates;
import io.liudan.directory.Datum;
import io.liudan.directory.Grid;
import io.liudan.problem.Problem;
import java.util.List;
import org.springframework.stereotype.Component;

/** Where a matter is, from whatever was said of it. */
@Component
public class Places {

    private final CityDirectory city;

    Places(CityDirectory city) {
        this.city = city;
    }

    /**
     * @param grid {@code null} for the whole city
     * @param point WGS84; {@code null} where only the grid is known
     * @param datum in which the point came
     */
    record Place(Grid grid, Coordinates point, Datum datum) {

        String gridCode() {
            return grid == null ? null : grid.code();
        }

        String communityCode() {
            return grid == null ? null : grid.communityCode();
        }

        String streetCode() {
            return grid == null ? null : grid.streetCode();
        }

        /** The desks that it belongs to from the beginning. */
        List<String> desks() {
            return grid == null
                    ? List.of()
                    : List.of(grid.desk(), "community-" + grid.communityCode(), "street-" + grid.streetCode());
        }
    }

    private static final Place CITY = new Place(null, null, null);

    /** @throws Problem 422 naming the field when it isn't in the city */
    Place of(Draft.Where where) {
        if (where.lat() != null && where.lon() != null) {
            Datum datum = datum(where.field() + ".datum", where.datum());
            Coordinates point = datum.toWgs84(new Coordinates(where.lat(), where.lon()));
            Grid grid = city.locate(point).orElseThrow(() -> Problem.field(where.field(), "outside-city"));
            return new Place(grid, point, datum);
        }
        if (where.gridCode() != null) {
            return new Place(
                    city.grid(where.gridCode())
                            .orElseThrow(() -> Problem.field("gridCode", "unknown-grid", where.gridCode())),
                    null,
                    null);
        }
        if (where.communityCode() != null) {
            return new Place(
                    city.gridsOf(where.communityCode()).stream()
                            .findFirst()
                            .orElseThrow(
                                    () -> Problem.field("communityCode", "unknown-community", where.communityCode())),
                    null,
                    null);
        }
        if (where.field() == null) {
            return CITY;
        }
        throw Problem.field(where.field(), "place-missing");
    }

    /** @throws Problem 422 when there is no such category */
    void requireCategory(String code) {
        if (code != null && city.category(code).isEmpty()) {
            throw Problem.field("category", "unknown-category", code);
        }
    }

    /**
     * @param text {@code null} for WGS84
     * @throws Problem 422 naming the field
     */
    public static Datum datum(String field, String text) {
        try {
            return Datum.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.field(field, "unknown-datum", text);
        }
    }
}
