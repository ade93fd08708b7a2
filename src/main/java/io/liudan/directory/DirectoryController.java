package io.liudan.directory;

import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Collection;
import java.util.List;
import org.locationtech.jts.io.WKTWriter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The city as programs read it. */
@RestController
@RequestMapping("/api/v1/directory")
@Tag(name = "directory", description = "组织、网格、事项分类")
class DirectoryController {

    private final CityDirectory city;

    DirectoryController(CityDirectory city) {
        this.city = city;
    }

    /** @param wkt outline in WGS84, longitude before latitude */
    record GridView(Grid grid, String wkt) {}

    @GetMapping("/org-units")
    @Operation(summary = "Streets, towns, communities, villages and member units")
    List<OrgUnit> units(
            @RequestParam(required = false) OrgUnit.Kind kind, @RequestParam(required = false) String parent) {
        return city.units().stream()
                .filter(unit -> kind == null || unit.kind() == kind)
                .filter(unit -> parent == null || parent.equals(unit.parent()))
                .toList();
    }

    @GetMapping("/org-units/{code}")
    @Operation(summary = "One street, town, community, village or member unit")
    OrgUnit unit(@PathVariable String code) {
        return city.unit(code).orElseThrow(() -> Problem.notFound("not-found"));
    }

    @GetMapping("/grids")
    @Operation(summary = "All grids, or those of a community")
    Collection<Grid> grids(@RequestParam(required = false) String communityCode) {
        return communityCode == null ? city.grids() : city.gridsOf(communityCode);
    }

    @GetMapping("/grids/{code}")
    @Operation(summary = "One grid with its outline; generated outlines say so")
    GridView grid(@PathVariable String code) {
        return city.grid(code)
                .map(grid -> new GridView(grid, new WKTWriter().write(grid.outline())))
                .orElseThrow(() -> Problem.notFound("not-found"));
    }

    @GetMapping("/locate")
    @Operation(summary = "The grid that a point falls in")
    Grid locate(@RequestParam double lat, @RequestParam double lon, @RequestParam(required = false) String datum) {
        try {
            return city.locate(Datum.parse(datum).toWgs84(new Coordinates(lat, lon)))
                    .orElseThrow(() -> Problem.field("lat", "outside-city"));
        } catch (IllegalArgumentException e) {
            throw Problem.field("datum", "unknown-datum", datum);
        }
    }

    @GetMapping("/categories")
    @Operation(summary = "What requests are about; the code is the Open311 service code")
    Collection<Category> categories() {
        return city.categories();
    }
}
