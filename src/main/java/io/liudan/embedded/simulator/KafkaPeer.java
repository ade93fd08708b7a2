package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads work orders from a topic and answers on another one. */
class KafkaPeer extends Peer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "Idempotency-Key";

    private final String brokers;
    private final KafkaProducer<String, String> producer;

    KafkaPeer(String code, String name, Received received, String brokers) {
        super(code, name, "Kafka", received);
        this.brokers = brokers;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all", "max.block.ms", "5000"),
                new StringSerializer(),
                new StringSerializer());
    }

    /** Its broker is another program. */
    @Override
    Set<Faults> possible() {
        return EnumSet.of(Faults.NONE);
    }

    @Override
    void start() {
        Thread.ofPlatform().daemon().name(code() + "-reader").start(this::read);
    }

    private void read() {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        brokers,
                        "group.id",
                        code(),
                        "auto.offset.reset",
                        "earliest",
                        "metadata.max.age.ms",
                        "2000",
                        "enable.auto.commit",
                        "false"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(code() + ".work-orders"));
            while (true) {
                try {
                    readOnce(consumer);
                } catch (IOException | KafkaException e) {
                    System.err.println(
                            code() + " couldn't read its topic: " + e.getClass().getName());
                }
            }
        }
    }

    private void readOnce(KafkaConsumer<String, String> consumer) throws IOException {
        for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofSeconds(1))) {
            Header key = message.headers().lastHeader(KEY);
            received()
                    .take(
                            key == null
                                    ? message.partition() + "-" + message.offset()
                                    : new String(key.value(), StandardCharsets.UTF_8),
                            JSON.readTree(message.value()));
        }
        consumer.commitSync();
    }

    @Override
    String answer(String key, JsonNode answer) throws ExecutionException, InterruptedException, TimeoutException {
        ProducerRecord<String, String> message = new ProducerRecord<>(
                code() + ".answers", answer.path("workOrder").asText(), answer.toString());
        message.headers().add(KEY, key.getBytes(StandardCharsets.UTF_8));
        producer.send(message).get(10, TimeUnit.SECONDS);
        return "已发到主题 " + code() + ".answers";
    }
}
