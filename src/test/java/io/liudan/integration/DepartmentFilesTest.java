package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** An integrator adds, changes, breaks and removes a department's file while the hub runs. */
class DepartmentFilesTest extends DepartmentTest {

    private static final String DEPARTMENT = "yllh";

    @Test
    void a_department_is_added_changed_and_taken_away_without_a_restart() throws Exception {
        try (HttpDepartment first = new HttpDepartment();
                HttpDepartment second = new HttpDepartment()) {
            connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", first.url()));
            String one = dispatchTo(DEPARTMENT);
            await("the first address", () -> first.kinds(one).size() == 1);

            Path file = departments().resolve(DEPARTMENT + ".yaml");
            Files.writeString(file, templated("rest", DEPARTMENT, "url", second.url()));
            await(
                    "a trial at the second address",
                    () -> api.post("admin", "/api/v1/connectors/" + DEPARTMENT + "/test", "{}")
                                            .status()
                                    == 200
                            && !second.calls.isEmpty());
            String two = dispatchTo(DEPARTMENT);
            await("the second address", () -> second.kinds(two).size() == 1);

            Files.writeString(
                    file,
                    "- templatedRoute: {routeTemplateRef: no-such-template, parameters: [{name: department, value: "
                            + DEPARTMENT + "}]}");
            await(
                    "the problem",
                    () -> connector(DEPARTMENT).path("problem").asText().contains("no-such-template"));
            String three = dispatchTo(DEPARTMENT);
            await("what was there before", () -> second.kinds(three).size() == 1);

            Files.write(file, "# 园林绿化".getBytes("GB18030"));
            await(
                    "the problem",
                    () -> connector(DEPARTMENT).path("problem").asText().contains("UTF-8"));
            Files.writeString(file, templated("rest", "cgj", "url", second.url()));
            await(
                    "the problem",
                    () -> connector(DEPARTMENT).path("problem").asText().contains("named after its department"));

            Files.writeString(file, "a: [broken");
            await(
                    "the problem",
                    () -> connector(DEPARTMENT).path("problem").asText().contains("YAML"));
            String four = dispatchTo(DEPARTMENT);
            await("what was there before", () -> second.kinds(four).size() == 1);

            Files.delete(file);
            await("its end", () -> connector(DEPARTMENT).isMissingNode());
            String five = dispatchTo(DEPARTMENT);
            assertThat(api.task("dept-" + DEPARTMENT, five, "accept").isMissingNode())
                    .isFalse();
            assertThat(second.kinds(five)).isEmpty();
        }
    }

    @Test
    void a_connector_is_tried_without_an_order() throws Exception {
        try (HttpDepartment system = new HttpDepartment()) {
            connect(DEPARTMENT, templated("rest", DEPARTMENT, "url", system.url()));
            JsonNode well = api.post("admin", "/api/v1/connectors/" + DEPARTMENT + "/test", "{}")
                    .body();
            assertThat(well.path("ok").asBoolean()).isTrue();
            assertThat(system.calls.getFirst().path("kind").asText()).isEqualTo("TEST");
            system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 500, "{}");
            JsonNode sick = api.post("admin", "/api/v1/connectors/" + DEPARTMENT + "/test", "{}")
                    .body();
            assertThat(sick.path("ok").asBoolean()).isFalse();
            assertThat(sick.path("fault").asText()).isEqualTo("http-status");
            assertThat(sick.path("status").asInt()).isEqualTo(500);
            assertThat(sick.path("error").asText()).isEqualTo("对方答复 HTTP 500");
            assertThat(sick.path("sent").asText()).contains("TEST-" + DEPARTMENT);
            assertThat(api.post("admin", "/api/v1/connectors/nobody/test", "{}").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void a_file_says_what_is_wrong_with_it() {
        assertThatThrownBy(() -> DepartmentFile.read("hello")).hasMessageContaining("list of templatedRoute");
        assertThatThrownBy(() -> DepartmentFile.read("- route: {}"))
                .hasMessageContaining("each entry has to be a templatedRoute");
        assertThatThrownBy(() -> DepartmentFile.read("- templatedRoute: {parameters: []}"))
                .hasMessageContaining("routeTemplateRef");
        assertThatThrownBy(() -> DepartmentFile.read("- templatedRoute: {routeTemplateRef: rest}"))
                .hasMessageContaining("same department");
        assertThatThrownBy(() -> DepartmentFile.read(templated("rest", "a") + templated("kafka-inbound", "b")))
                .hasMessageContaining("same department");
        assertThatThrownBy(() -> DepartmentFile.read(templated("rest", "a") + templated("kafka", "a")))
                .hasMessageContaining("exactly one");
        assertThatThrownBy(() -> DepartmentFile.read(templated("kafka-inbound", "a")))
                .hasMessageContaining("exactly one");
        assertThat(DepartmentFile.read(templated("kafka", "a") + templated("kafka-inbound", "a"))
                        .outbound()
                        .template())
                .isEqualTo("kafka");
    }
}
