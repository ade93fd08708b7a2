package io.liudan.process;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;

import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.springframework.stereotype.Component;

/** The hub's one clock is the engine's, so that deadlines, timers, events and tests agree on what time it is. */
@Component
public class EngineClock extends Clock {

    private final ZoneId zone;

    EngineClock() {
        this(ZoneId.of("UTC"));
    }

    private EngineClock(ZoneId zone) {
        this.zone = zone;
    }

    /** Moves the clock; from then on it runs at its normal pace again. Only the embedded profile offers this to people. */
    public void moveTo(Instant instant) {
        ClockUtil.offset(Duration.between(Instant.now(), instant).toMillis());
    }

    /** Back to the machine's time. */
    public void reset() {
        ClockUtil.reset();
    }

    @Override
    public Instant instant() {
        Date now = ClockUtil.getCurrentTime();
        return now.toInstant();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new EngineClock(other);
    }
}
