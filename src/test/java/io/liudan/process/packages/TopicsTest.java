package io.liudan.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.process.KnownTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Models and routes agree on the topics of external tasks. */
class TopicsTest extends HubTest {

    private static final Pattern TOPIC = Pattern.compile("camunda:topic=\"([^\"]*)\"");

    @Autowired
    private KnownTopics topics;

    @Test
    void every_topic_of_every_model_has_a_route_and_every_route_a_model() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> models = Files.walk(Path.of("bpmn"))) {
            for (Path model : models.filter(path -> path.toString().endsWith(".bpmn")
                            && !path.toString().contains("node_modules"))
                    .toList()) {
                TOPIC.matcher(Files.readString(model)).results().forEach(topic -> used.add(topic.group(1)));
            }
        }
        assertThat(topics.all())
                .extracting(KnownTopics.Topic::topic)
                .containsExactlyInAnyOrderElementsOf(used)
                .isNotEmpty();
    }

    @Test
    void a_topic_tells_what_it_reads_and_how_it_may_end() {
        KnownTopics.Topic delivery = topics.all().getFirst();
        assertThat(delivery.topic()).isEqualTo("work-order-${department}");
        assertThat(delivery.inputs()).containsExactly("change");
        assertThat(delivery.errors()).containsExactly("DISCARDED", "REFUSED");
    }

    /** Should it fail: what it should be is in {@code target/liudan.json}. */
    @Test
    void the_committed_element_templates_are_those_that_the_hub_serves() throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        String served =
                json.writeValueAsString(new Api(hub(), realm())
                                .get("designer", "/api/v1/element-templates")
                                .body()) + "\n";
        Files.writeString(Path.of("target/liudan.json"), served);
        assertThat(Files.readString(Path.of("bpmn/element-templates/liudan.json")))
                .isEqualTo(served);
        assertThat(topics.all().stream().map(KnownTopics.Topic::name).collect(Collectors.toSet()))
                .hasSize(topics.all().size());
    }
}
