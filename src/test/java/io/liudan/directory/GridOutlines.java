package io.liudan.directory;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.io.WKTWriter;
import org.locationtech.jts.triangulate.VoronoiDiagramBuilder;

/**
 * Makes {@code grids.csv}: 210 urban grids over the communities and one for each village. Numbers and outlines of the
 * real grids are not published, so these are Voronoi cells inside the city's box around points drawn with a fixed seed.
 * Run it with {@code ./mvnw -q -Pgrids} after a change of the communities; put the real outlines in its place when
 * there are any.
 */
class GridOutlines {

    private static final Envelope CITY = new Envelope(103.10, 103.32, 35.51, 35.68);
    private static final int URBAN_GRIDS = 210;
    private static final int DECIMALS = 1_000_000;
    private static final Path FOLDER = Path.of("src/main/resources/city/linxia");

    public static void main(String[] args) throws IOException {
        Files.writeString(FOLDER.resolve("grids.csv"), generate());
    }

    static String generate() throws IOException {
        Random random = new Random(622901);
        Map<String, Coordinate> centres = new HashMap<>();
        List<CSVRecord> streets = rows("streets.csv");
        for (int i = 0; i < streets.size(); i++) {
            boolean town = streets.get(i).get("kind").equals("town");
            double angle = 2 * Math.PI * i / streets.size() * 3;
            double radius = town ? 0.35 : i == 0 ? 0 : 0.16;
            centres.put(
                    streets.get(i).get("code"),
                    new Coordinate(
                            CITY.centre().x + radius * CITY.getWidth() * Math.cos(angle),
                            CITY.centre().y + radius * CITY.getHeight() * Math.sin(angle)));
        }
        List<CSVRecord> communities = rows("communities.csv");
        long urban = communities.stream()
                .filter(row -> row.get("kind").equals("community"))
                .count();
        Map<Coordinate, String[]> sites = new LinkedHashMap<>();
        int seen = 0;
        for (CSVRecord community : communities) {
            boolean isUrban = community.get("kind").equals("community");
            int grids = isUrban ? (int) (URBAN_GRIDS * (seen + 1) / urban - URBAN_GRIDS * seen / urban) : 1;
            seen += isUrban ? 1 : 0;
            Coordinate centre = around(centres.get(community.get("street_code")), isUrban ? 0.09 : 0.17, random);
            for (int n = 1; n <= grids; n++) {
                String number = "%02d".formatted(n);
                String name = community.get("name").replaceFirst("(居民委员会|居委会|委会)$", "") + "第" + number + "网格";
                sites.put(
                        around(centre, 0.025, random),
                        new String[] {community.get("code") + "-" + number, name, community.get("code")});
            }
        }
        return csv(sites);
    }

    private static String csv(Map<Coordinate, String[]> sites) throws IOException {
        GeometryFactory geometry = new GeometryFactory();
        VoronoiDiagramBuilder voronoi = new VoronoiDiagramBuilder();
        voronoi.setSites(new ArrayList<>(sites.keySet()));
        voronoi.setClipEnvelope(CITY);
        Geometry cells = voronoi.getDiagram(geometry);
        Geometry box = geometry.toGeometry(CITY);
        Map<String, String> outlines = new HashMap<>();
        for (int i = 0; i < cells.getNumGeometries(); i++) {
            Geometry cell = cells.getGeometryN(i).intersection(box).copy();
            String[] grid = sites.get((Coordinate) cells.getGeometryN(i).getUserData());
            cell.apply((Coordinate c) -> c.setCoordinate(new Coordinate(round(c.x), round(c.y))));
            outlines.put(grid[0], new WKTWriter().write(cell));
        }
        StringWriter out = new StringWriter();
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setRecordSeparator('\n')
                .setHeader("code", "name", "community_code", "generated", "outline")
                .get();
        try (CSVPrinter printer = new CSVPrinter(out, format)) {
            for (String[] grid : sites.values()) {
                printer.printRecord(grid[0], grid[1], grid[2], true, outlines.get(grid[0]));
            }
        }
        return out.toString();
    }

    private static Coordinate around(Coordinate centre, double spread, Random random) {
        return new Coordinate(
                clamp(centre.x + spread * CITY.getWidth() * random.nextGaussian(), CITY.getMinX(), CITY.getMaxX()),
                clamp(centre.y + spread * CITY.getHeight() * random.nextGaussian(), CITY.getMinY(), CITY.getMaxY()));
    }

    private static double clamp(double value, double low, double high) {
        double margin = (high - low) * 0.01;
        return Math.max(low + margin, Math.min(high - margin, value));
    }

    private static double round(double degrees) {
        return Math.round(degrees * DECIMALS) / (double) DECIMALS;
    }

    private static List<CSVRecord> rows(String file) throws IOException {
        try (var reader = Files.newBufferedReader(FOLDER.resolve(file), StandardCharsets.UTF_8)) {
            return CSVFormat.RFC4180
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(reader)
                    .getRecords();
        }
    }
}
