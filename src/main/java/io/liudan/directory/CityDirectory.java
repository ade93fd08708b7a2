package io.liudan.directory;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.index.strtree.STRtree;

/** The city as one immutable value: look-ups by code and by place. Safe for use by many threads. */
public class CityDirectory {

    /** Desk of the city's supervision centre (督查). */
    public static final String SUPERVISION_DESK = "city-supervision";

    /**
     * Outlines may leave slivers thinner than this between them (degrees, about 10 cm); a point in one still has a
     * grid.
     */
    private static final double SLIVER = 1e-6;

    private static final GeometryFactory GEOMETRY = new GeometryFactory();

    private final Map<String, OrgUnit> units;
    private final Map<String, Grid> grids;
    private final Map<String, Category> categories;
    private final Map<String, List<String>> neighbours;
    private final STRtree index = new STRtree();

    CityDirectory(Collection<OrgUnit> units, Collection<Grid> grids, Collection<Category> categories) {
        this.units = byKey(units.stream(), OrgUnit::code);
        this.grids = byKey(grids.stream(), Grid::code);
        this.categories = byKey(categories.stream(), Category::code);
        grids.forEach(grid -> index.insert(grid.outline().getEnvelopeInternal(), grid));
        index.build();
        this.neighbours = grids.stream().collect(Collectors.toUnmodifiableMap(Grid::code, this::touching));
    }

    /** All org units, streets first, in the order of the city's files. */
    public Collection<OrgUnit> units() {
        return units.values();
    }

    public Optional<OrgUnit> unit(String code) {
        return Optional.ofNullable(units.get(code));
    }

    /**
     * A member unit to which requests may be dispatched; empty for streets, communities and units that answer nothing.
     */
    public Optional<OrgUnit> department(String code) {
        return unit(code).filter(unit -> unit.kind().memberUnit() && unit.answers());
    }

    public Collection<Grid> grids() {
        return grids.values();
    }

    public Optional<Grid> grid(String code) {
        return Optional.ofNullable(grids.get(code));
    }

    /** The grids of a community or village, by number. */
    public List<Grid> gridsOf(String communityCode) {
        return grids.values().stream()
                .filter(grid -> grid.communityCode().equals(communityCode))
                .toList();
    }

    public Collection<Category> categories() {
        return categories.values();
    }

    public Optional<Category> category(String code) {
        return Optional.ofNullable(categories.get(code));
    }

    /**
     * The one grid that a point falls in. A point on a border belongs to the grid with the lowest code among those it
     * touches.
     *
     * @param wgs84 a point in WGS84
     * @return empty when the point lies outside the city
     */
    public Optional<Grid> locate(Coordinates wgs84) {
        Point point = GEOMETRY.createPoint(new Coordinate(wgs84.lon(), wgs84.lat()));
        return near(point.getEnvelopeInternal())
                .filter(grid -> grid.outline().covers(point))
                .min(Comparator.comparing(Grid::code))
                .or(() -> near(point.getEnvelopeInternal())
                        .filter(grid -> grid.outline().isWithinDistance(point, SLIVER))
                        .min(Comparator.comparing(Grid::code)));
    }

    /** A grid and those that touch it. */
    public Set<String> neighbourhood(String gridCode) {
        Set<String> all = new LinkedHashSet<>(Set.of(gridCode));
        all.addAll(neighbours.getOrDefault(gridCode, List.of()));
        return all;
    }

    /** Names every desk of the city, for people: {@code grid-622901001001-01} is 青年社区第01网格. */
    public String deskName(String desk) {
        if (SUPERVISION_DESK.equals(desk)) {
            return "市督查中心";
        }
        String code = desk.substring(desk.indexOf('-') + 1);
        return desk.startsWith("grid-")
                ? grid(code).map(Grid::name).orElse(desk)
                : unit(code).map(OrgUnit::name).orElse(desk);
    }

    /** Every desk: grids, communities, streets, departments that answer requests, and supervision. */
    public List<String> desks() {
        return Stream.of(
                        grids.values().stream().map(Grid::desk),
                        units.values().stream()
                                .filter(unit -> !unit.kind().memberUnit() || unit.answers())
                                .map(OrgUnit::desk),
                        Stream.of(SUPERVISION_DESK))
                .flatMap(desks -> desks)
                .toList();
    }

    /**
     * Who answers for a desk: the community for its grids, the street for its communities, city supervision for streets
     * and departments.
     */
    public String superior(String desk) {
        String code = desk.substring(desk.indexOf('-') + 1);
        String above = desk.startsWith("grid-")
                ? grid(code).map(Grid::communityCode).orElse(null)
                : unit(code).map(OrgUnit::parent).orElse(null);
        return above == null ? SUPERVISION_DESK : unit(above).map(OrgUnit::desk).orElse(SUPERVISION_DESK);
    }

    /** The desk of a unit and those of all communities and grids below it. */
    public List<String> desksBelow(OrgUnit unit) {
        return Stream.of(
                        Stream.of(unit.desk()),
                        units.values().stream()
                                .filter(below -> unit.code().equals(below.parent()))
                                .map(OrgUnit::desk),
                        grids.values().stream()
                                .filter(grid -> grid.communityCode().equals(unit.code())
                                        || grid.streetCode().equals(unit.code()))
                                .map(Grid::desk))
                .flatMap(desks -> desks)
                .toList();
    }

    private List<String> touching(Grid grid) {
        return near(grid.outline().getEnvelopeInternal())
                .filter(other ->
                        !other.code().equals(grid.code()) && other.outline().isWithinDistance(grid.outline(), SLIVER))
                .map(Grid::code)
                .sorted()
                .toList();
    }

    @SuppressWarnings("unchecked")
    private Stream<Grid> near(Envelope envelope) {
        Envelope wider = new Envelope(envelope);
        wider.expandBy(SLIVER);
        return ((List<Grid>) index.query(wider)).stream();
    }

    private static <T> Map<String, T> byKey(Stream<T> items, java.util.function.Function<T, String> key) {
        return items.collect(Collectors.toMap(
                key,
                item -> item,
                (a, b) -> {
                    throw new IllegalStateException("The city's files name " + key.apply(a) + " twice");
                },
                java.util.LinkedHashMap::new));
    }
}
