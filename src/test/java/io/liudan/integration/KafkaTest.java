package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.embedded.simulator.KafkaBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A department that passes work orders over Kafka: a real broker in a process of its own, which is restarted under way.
 */
class KafkaTest extends DepartmentTest {

    private static final String DEPARTMENT = "zls";
    private static final int PORT = freePort();
    private static final int CONTROLLER = freePort();
    private static final String BROKERS = "localhost:" + PORT;

    @TempDir
    private static Path folder;

    private static Process broker;

    @BeforeAll
    static void started() throws IOException {
        broker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-Dlogback.configurationFile=simulator/logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KafkaBroker.class.getName(),
                        folder.resolve("kafka").toString(),
                        Integer.toString(PORT),
                        Integer.toString(CONTROLLER))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("kafka.log").toFile())
                .start();
    }

    @AfterAll
    static void stopped() throws InterruptedException {
        broker.destroy();
        if (!broker.waitFor(20, TimeUnit.SECONDS)) {
            broker.destroyForcibly().waitFor();
        }
    }

    private void connect() {
        connect(
                DEPARTMENT,
                templated(
                                "kafka",
                                DEPARTMENT,
                                "brokers",
                                BROKERS,
                                "topic",
                                "zls.work-orders",
                                "retryCycle",
                                "PT1S,PT1S,PT2S,PT2S,PT2S,PT2S,PT5S,PT5S,PT5S")
                        + templated("kafka-inbound", DEPARTMENT, "brokers", BROKERS, "topic", "zls.answers"));
    }

    private static List<ConsumerRecord<String, String>> received(String code) {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        BROKERS,
                        "group.id",
                        "look-" + System.nanoTime(),
                        "auto.offset.reset",
                        "earliest",
                        "default.api.timeout.ms",
                        "20000"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of("zls.work-orders"));
            for (int i = 0; i < 8; i++) {
                consumer.poll(Duration.ofMillis(400)).forEach(message -> {
                    if (code.equals(message.key())) {
                        found.add(message);
                    }
                });
            }
        }
        return found;
    }

    private static void send(String key, String json) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKERS), new StringSerializer(), new StringSerializer())) {
            ProducerRecord<String, String> message = new ProducerRecord<>("zls.answers", "k", json);
            if (key != null) {
                message.headers().add("Idempotency-Key", key.getBytes(StandardCharsets.UTF_8));
            }
            producer.send(message).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void orders_and_answers_travel_over_topics_and_outlast_a_restart_of_the_broker() throws Exception {
        connect();
        String code = dispatchTo(DEPARTMENT);
        String order = code + "-1-" + DEPARTMENT;
        await("the order", () -> connector(DEPARTMENT).path("queue").asInt() == 0);
        List<ConsumerRecord<String, String>> messages = received(code);
        assertThat(messages).hasSize(1);
        assertThat(messages.getFirst().value()).contains("东门外三天没有清运");
        assertThat(new String(
                        messages.getFirst()
                                .headers()
                                .lastHeader("Idempotency-Key")
                                .value(),
                        StandardCharsets.UTF_8))
                .startsWith("work-order-change-");

        send("a-" + code, "{\"workOrder\": \"" + order + "\", \"action\": \"accept\"}");
        send("a-" + code, "{\"workOrder\": \"" + order + "\", \"action\": \"accept\"}");
        send(null, "<poison/>");
        await("acceptance", () -> status(code).equals("ACCEPTED"));
        await(
                "the poison's dead letter",
                () -> api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT)
                                .body()
                                .path("items")
                                .size()
                        == 1);

        long before = failures(DEPARTMENT);
        stopped();
        String second = dispatchTo(DEPARTMENT);
        await("a failure", () -> connector(DEPARTMENT).path("queue").asInt() == 1 && failures(DEPARTMENT) > before);
        started();
        send(
                "f-" + code,
                "{\"workOrder\": \"" + order
                        + "\", \"action\": \"finish\", \"report\": \"已修复\", \"evidence\": [{\"content\": \"JVBERi0xLjQKJSVFT0YK\"}]}");
        await("the end", () -> status(code).equals("HANDLED"));
        await("the second order", () -> connector(DEPARTMENT).path("queue").asInt() == 0);
        assertThat(received(second))
                .extracting(ConsumerRecord::value)
                .first()
                .asString()
                .contains(second);
    }
}
