package io.liudan.integration;

import io.liudan.integration.Connectors.Connector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * How each connector does, for Prometheus: {@code liudan.connector.*}, tagged with the department; counted every
 * fifteen seconds and not per scrape.
 */
@Component
class ConnectorMeters {

    private final Connectors connectors;
    private final Clock clock;
    private final MultiGauge up;
    private final MultiGauge queue;
    private final MultiGauge oldest;
    private final MultiGauge deadLetters;

    ConnectorMeters(Connectors connectors, MeterRegistry meters, Clock clock) {
        this.connectors = connectors;
        this.clock = clock;
        this.up = MultiGauge.builder("liudan.connector.up")
                .description("1 while the connector carries what there is")
                .register(meters);
        this.queue = MultiGauge.builder("liudan.connector.queue")
                .description("Changes of work orders that wait to be carried")
                .register(meters);
        this.oldest = MultiGauge.builder("liudan.connector.oldest")
                .description("Age of the oldest of them")
                .baseUnit("seconds")
                .register(meters);
        this.deadLetters = MultiGauge.builder("liudan.connector.dead.letters")
                .description("Deliveries that were given up")
                .register(meters);
    }

    @Scheduled(initialDelay = 15, fixedDelay = 15, timeUnit = java.util.concurrent.TimeUnit.SECONDS)
    void count() {
        List<Connector> all = connectors.all();
        set(up, all, connector -> connector.state() == Connectors.State.UP ? 1 : 0);
        set(queue, all, Connector::queue);
        set(
                oldest,
                all,
                connector -> connector.oldest() == null
                        ? 0
                        : Duration.between(connector.oldest(), clock.instant()).toSeconds());
        set(deadLetters, all, Connector::deadLetters);
    }

    private static void set(MultiGauge gauge, List<Connector> all, ToDoubleFunction<Connector> value) {
        gauge.register(
                all.stream()
                        .map(connector -> MultiGauge.Row.of(
                                Tags.of("department", connector.id()), value.applyAsDouble(connector)))
                        .toList(),
                true);
    }
}
