package io.liudan.camunda7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;

class RetryCycleTest {

    private static final RetryCycle CYCLE = RetryCycle.parse("PT10S, PT1M", 0);
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

    @Test
    void the_waits_come_in_their_order_and_then_no_attempt_is_left() {
        assertThat(CYCLE.left(null)).isEqualTo(2);
        assertThat(CYCLE.wait(2, null)).isEqualTo(Duration.ofSeconds(10));
        assertThat(CYCLE.left(2)).isEqualTo(1);
        assertThat(CYCLE.wait(1, null)).isEqualTo(Duration.ofMinutes(1));
        assertThat(CYCLE.left(1)).isZero();
        assertThat(CYCLE.left(0)).isZero();
    }

    @Test
    void an_operator_may_give_more_attempts_than_there_are_waits() {
        assertThat(CYCLE.wait(7, null)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void jitter_stays_within_its_part_and_is_not_always_the_same() {
        RetryCycle cycle = RetryCycle.parse("PT10S", 0.2);
        assertThat(IntStream.range(0, 200)
                        .mapToObj(n -> cycle.wait(1, null).toMillis())
                        .toList())
                .allSatisfy(wait -> assertThat(wait).isBetween(8_000L, 12_000L))
                .satisfies(all -> assertThat(all.stream().distinct().count()).isGreaterThan(10));
    }

    @Test
    void what_the_other_side_asks_for_is_kept_if_it_is_longer_and_not_for_more_than_a_day() {
        assertThat(CYCLE.wait(2, Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(5));
        assertThat(CYCLE.wait(2, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(10));
        assertThat(CYCLE.wait(2, Duration.ofDays(300))).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void retry_after_is_seconds_or_a_date_wherever_in_the_causes_and_however_it_is_written() {
        assertThat(asked("120")).isEqualTo(Duration.ofSeconds(120));
        assertThat(asked("Tue, 24 Nov 2026 08:05:00 GMT")).isEqualTo(Duration.ofMinutes(5));
        assertThat(asked("Tue, 24 Nov 2026 07:05:00 GMT")).isNull();
        assertThat(asked("soon")).isNull();
        assertThat(Faults.retryAfter(new IllegalStateException("x"), NOW)).isNull();
    }

    private static Duration asked(String header) {
        return Faults.retryAfter(
                new IllegalStateException(new HttpOperationFailedException(
                        "http://x", 503, "busy", null, Map.of("retry-after", header), "")),
                NOW);
    }

    @Test
    void what_is_neither_a_name_nor_waits_is_told() {
        assertThatThrownBy(() -> RetryCycle.parse("sometimes", 0))
                .hasMessageContaining("retryCycle")
                .hasMessageContaining("sometimes");
        assertThatThrownBy(() -> RetryCycle.parse("PT1S", 1.5)).hasMessageContaining("retryJitter");
    }
}
