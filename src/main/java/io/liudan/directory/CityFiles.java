package io.liudan.directory;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKTReader;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Reads a city from its folder: {@code streets.csv}, {@code communities.csv}, {@code member-units.csv},
 * {@code grids.csv} (outlines as WKT in WGS84) and {@code categories.csv}, all with a header line, in UTF-8.
 */
class CityFiles {

    private final ResourceLoader resources;
    private final String folder;

    CityFiles(ResourceLoader resources, String folder) {
        this.resources = resources;
        this.folder = folder.endsWith("/") ? folder : folder + "/";
    }

    CityDirectory read() {
        List<OrgUnit> units = new ArrayList<>();
        rows("streets.csv").forEach(row -> units.add(unit(row, null, false)));
        rows("communities.csv").forEach(row -> units.add(unit(row, row.get("street_code"), false)));
        rows("member-units.csv").forEach(row -> units.add(unit(row, null, Boolean.parseBoolean(row.get("answers")))));
        Map<String, OrgUnit> byCode = units.stream().collect(Collectors.toMap(OrgUnit::code, unit -> unit));
        List<Grid> grids =
                rows("grids.csv").stream().map(row -> grid(row, byCode)).toList();
        List<Category> categories = rows("categories.csv").stream()
                .map(row -> new Category(
                        row.get("code"), row.get("name"), emptyToNull(row.get("parent")), row.get("description")))
                .toList();
        return new CityDirectory(units, grids, categories);
    }

    private static OrgUnit unit(CSVRecord row, String parent, boolean answers) {
        OrgUnit.Kind kind = OrgUnit.Kind.valueOf(row.get("kind").toUpperCase());
        return new OrgUnit(row.get("code"), asSpoken(row.get("name")), kind, parent, answers);
    }

    /** 青年社区居委会 is the committee's name; people say 青年社区. */
    private static String asSpoken(String name) {
        return name.replaceFirst("(居民委员会|居委会|委会)$", "");
    }

    private static Grid grid(CSVRecord row, Map<String, OrgUnit> units) {
        OrgUnit community = units.get(row.get("community_code"));
        if (community == null) {
            throw new IllegalStateException("grids.csv: grid " + row.get("code") + " names no known community");
        }
        try {
            return new Grid(
                    row.get("code"),
                    row.get("name"),
                    community.code(),
                    community.parent(),
                    community.kind() == OrgUnit.Kind.COMMUNITY,
                    Boolean.parseBoolean(row.get("generated")),
                    new WKTReader().read(row.get("outline")));
        } catch (ParseException e) {
            throw new IllegalStateException("grids.csv: the outline of grid " + row.get("code") + " is not WKT", e);
        }
    }

    private List<CSVRecord> rows(String file) {
        Resource resource = resources.getResource(folder + file);
        try (Reader reader = new InputStreamReader(resource.getInputStream(), StandardCharsets.UTF_8)) {
            return CSVFormat.RFC4180
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(reader)
                    .getRecords();
        } catch (IOException e) {
            throw new IllegalStateException("The city's file " + folder + file + " can't be read", e);
        }
    }

    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
