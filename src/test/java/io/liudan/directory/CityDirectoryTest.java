package io.liudan.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.springframework.core.io.DefaultResourceLoader;

class CityDirectoryTest {

    private final CityDirectory city = new CityFiles(new DefaultResourceLoader(), "classpath:city/linxia").read();

    @Test
    void the_city_has_its_published_counts() {
        assertThat(city.units()).filteredOn(unit -> unit.kind().dispatches()).hasSize(11);
        assertThat(city.units()).filteredOn(unit -> unit.kind().issues()).hasSize(79);
        assertThat(city.units()).filteredOn(unit -> unit.kind().memberUnit()).hasSize(79);
        assertThat(city.grids()).filteredOn(Grid::urban).hasSize(210);
        assertThat(city.grids()).filteredOn(grid -> !grid.urban()).hasSize(35);
        assertThat(city.categories())
                .filteredOn(category -> category.parent() == null)
                .hasSize(15);
        assertThat(city.unit("622901001001")).get().extracting(OrgUnit::name).isEqualTo("青年社区");
        assertThat(city.deskName("dept-cgj")).isEqualTo("城市管理局");
    }

    @Test
    void every_point_of_the_city_falls_in_exactly_one_grid() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            Coordinates point =
                    new Coordinates(35.51 + random.nextDouble() * 0.17, 103.10 + random.nextDouble() * 0.22);
            assertThat(city.locate(point)).as("%s", point).isPresent();
        }
        double sum = city.grids().stream()
                .mapToDouble(grid -> grid.outline().getArea())
                .sum();
        assertThat(sum).as("no overlaps: the areas add up to the city's").isCloseTo(0.22 * 0.17, within(1e-6));
    }

    @Test
    void a_point_on_a_border_belongs_to_the_grid_with_the_lowest_code() {
        for (Grid grid : city.grids()) {
            for (Coordinate corner : grid.outline().getCoordinates()) {
                Grid found = city.locate(new Coordinates(corner.y, corner.x)).orElseThrow();
                assertThat(found.code()).isLessThanOrEqualTo(grid.code());
                assertThat(found.outline()
                                .isWithinDistance(grid.outline().getFactory().createPoint(corner), 1e-5))
                        .isTrue();
            }
        }
    }

    @Test
    void a_point_outside_the_city_has_no_grid() {
        assertThat(city.locate(new Coordinates(39.9, 116.4))).isEmpty();
        assertThat(city.locate(new Coordinates(35.6, 103.33))).isEmpty();
    }

    @Test
    void neighbours_touch() {
        Geometry own = city.grid("622901001001-01").orElseThrow().outline();
        assertThat(city.neighbourhood("622901001001-01"))
                .hasSizeGreaterThan(3)
                .contains("622901001001-01")
                .allSatisfy(code -> assertThat(
                                city.grid(code).orElseThrow().outline().isWithinDistance(own, 1e-5))
                        .isTrue());
    }

    @Test
    void only_units_that_answer_are_departments() {
        assertThat(city.department("cgj")).isPresent();
        assertThat(city.department("sjj")).isEmpty();
        assertThat(city.department("622901001")).isEmpty();
    }

    @Test
    void the_grids_file_is_what_its_generator_makes() throws IOException {
        assertThat(Files.readString(Path.of("src/main/resources/city/linxia/grids.csv")))
                .isEqualTo(GridOutlines.generate());
    }

    @Test
    void datums_are_converted_there_and_back_to_a_centimetre() {
        Coordinates place = new Coordinates(35.6, 103.21);
        for (Datum datum : Datum.values()) {
            Coordinates back = datum.toWgs84(datum.fromWgs84(place));
            assertThat(back.lat()).isCloseTo(place.lat(), within(datum == Datum.BD09 ? 1e-5 : 1e-7));
            assertThat(back.lon()).isCloseTo(place.lon(), within(datum == Datum.BD09 ? 1e-5 : 1e-7));
        }
        // Tiananmen as public converters give it: WGS84 39.9087, 116.3975 is about 39.9101, 116.4037 in GCJ-02.
        Coordinates gcj = Datum.GCJ02.fromWgs84(new Coordinates(39.9087, 116.3975));
        assertThat(gcj.lat()).isCloseTo(39.9101, within(2e-4));
        assertThat(gcj.lon()).isCloseTo(116.4037, within(2e-4));
    }
}
