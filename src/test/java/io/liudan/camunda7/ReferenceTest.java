package io.liudan.camunda7;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.spi.UriParam;
import org.junit.jupiter.api.Test;

/** The tables of the reference page are those of the metadata that the build generates for Kaoto and the IDEs. */
class ReferenceTest {

    private static final Path METADATA = Path.of("src/generated/resources/META-INF/io/liudan/camunda7/camunda7.json");
    private static final Path PAGE = Path.of("docs/camunda7-component.md");
    private static final String BEGIN =
            "<!-- generated from the component's metadata: ReferenceTest writes what it should be to target/camunda7-options.md -->\n";
    private static final String END = "<!-- end -->";

    /** What every Camel component has, and Camel's own pages tell. */
    private static final Set<String> INHERITED = Set.of(
            "bridgeErrorHandler", "exceptionHandler", "exchangePattern", "lazyStartProducer", "autowiredEnabled");

    private static JsonNode metadata() throws IOException {
        return new ObjectMapper().readTree(METADATA.toFile());
    }

    @Test
    void the_committed_metadata_is_that_of_the_annotations() throws IOException {
        JsonNode options = metadata().path("properties");
        Map<String, String> annotated = Stream.of(Camunda7Endpoint.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(UriParam.class))
                .collect(Collectors.toMap(Field::getName, field -> field.getAnnotation(UriParam.class)
                        .description()));
        assertThat(annotated).hasSizeGreaterThan(25).allSatisfy((name, description) -> assertThat(
                        options.path(name).path("description").asText())
                .as(name + ": a build by a JDK from 21 on writes it anew")
                .startsWith(description));
    }

    @Test
    void every_option_is_known_to_the_tools_with_a_description() throws IOException {
        JsonNode options = metadata().path("properties");
        assertThat(options.size()).isGreaterThan(30);
        options.properties().forEach(option -> assertThat(
                        option.getValue().path("description").asText())
                .as(option.getKey())
                .isNotBlank());
        assertThat(options.path("variables").path("prefix").asText()).isEqualTo("variable.");
        assertThat(options.path("lockDuration").path("type").asText()).isEqualTo("duration");
    }

    /** Kaoto and the language server of the IDEs ask this catalog what an address may say. */
    @Test
    void the_catalog_of_the_tools_completes_and_checks_addresses() throws IOException {
        CamelCatalog catalog = new DefaultCamelCatalog();
        catalog.addComponent("camunda7", Camunda7Component.class.getName(), Files.readString(METADATA));
        assertThat(catalog.validateEndpointProperties(
                                "camunda7:external-task/send?concurrency=4&lockDuration=PT1M&retryCycle=patient&error.REFUSED=java.io.IOException&variable.a=b")
                        .isSuccess())
                .isTrue();
        assertThat(catalog.validateEndpointProperties("camunda7:external-task/send?concurency=4")
                        .getUnknown())
                .containsExactly("concurency");
        assertThat(catalog.validateEndpointProperties("camunda7:external-task/send?concurrency=many")
                        .getInvalidInteger())
                .containsOnlyKeys("concurrency");
        assertThat(catalog.validateEndpointProperties("camunda7:dance/send").getInvalidEnum())
                .containsOnlyKeys("operation");
    }

    @Test
    void the_reference_page_has_every_option_as_it_is() throws IOException {
        JsonNode metadata = metadata();
        String generated = "\n"
                + Stream.of(
                                table("Of the consumer", metadata.path("properties"), option -> option.path("label")
                                        .asText()
                                        .startsWith("consumer")),
                                table("Of the producers", metadata.path("properties"), option -> option.path("label")
                                        .asText()
                                        .startsWith("producer")),
                                table(
                                        "Of both",
                                        metadata.path("properties"),
                                        option -> !option.path("kind").asText().equals("path")
                                                && option.path("label").asText().isEmpty()),
                                table("Of the component", metadata.path("componentProperties"), option -> true),
                                table("Headers", metadata.path("headers"), option -> true))
                        .collect(Collectors.joining("\n"))
                + "\n";
        Files.writeString(Path.of("target/camunda7-options.md"), generated);
        String page = Files.readString(PAGE);
        assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END)))
                .isEqualTo(generated);
    }

    private static String table(String title, JsonNode options, java.util.function.Predicate<JsonNode> which) {
        List<String> rows = StreamSupport.stream(options.properties().spliterator(), false)
                .filter(option -> which.test(option.getValue()) && !INHERITED.contains(option.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .map(option -> "| `%s` | %s | %s |"
                        .formatted(
                                option.getValue().has("prefix")
                                        ? option.getValue().path("prefix").asText() + "NAME"
                                        : option.getKey(),
                                option.getValue().path("defaultValue").asText(""),
                                option.getValue().path("description").asText() + enums(option.getValue())))
                .toList();
        return "### " + title + "\n\n| | default | |\n| --- | --- | --- |\n" + String.join("\n", rows) + "\n";
    }

    private static String enums(JsonNode option) {
        return option.path("enum").isMissingNode()
                ? ""
                : " ("
                        + StreamSupport.stream(option.path("enum").spliterator(), false)
                                .map(value -> "`" + value.asText() + "`")
                                .collect(Collectors.joining(", "))
                        + ")";
    }
}
