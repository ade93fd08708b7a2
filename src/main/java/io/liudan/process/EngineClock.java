package io.liudan.process;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The hub's one clock is the engine's, so that deadlines, timers, events and tests agree on what time it is. */
@Component
public class EngineClock extends Clock {

    private final ObjectProvider<ProcessEngine> engine;
    private final ZoneId zone;

    @Autowired
    EngineClock(ObjectProvider<ProcessEngine> engine) {
        this(engine, ZoneId.of("UTC"));
    }

    private EngineClock(ObjectProvider<ProcessEngine> engine, ZoneId zone) {
        this.engine = engine;
        this.zone = zone;
    }

    /**
     * Moves the clock; from then on it runs at its normal pace again. Only the embedded profile offers this to people.
     */
    public void moveTo(Instant instant) {
        moveBy(Duration.between(Instant.now(), instant));
        // What is due now needn't wait for the next look at the timers.
        JobExecutor timers =
                ((ProcessEngineConfigurationImpl) engine.getObject().getProcessEngineConfiguration()).getJobExecutor();
        if (timers.isActive()) {
            timers.jobWasAdded();
        }
    }

    /** Lets the clock go by so much ahead of the machine's, before the engine is there. */
    public void moveBy(Duration ahead) {
        ClockUtil.offset(ahead.toMillis());
    }

    /** How much the clock is ahead of the machine's. */
    public Duration ahead() {
        return Duration.between(Instant.now(), instant()).truncatedTo(ChronoUnit.SECONDS);
    }

    /** How many timers are due and haven't fired yet. */
    public long dueTimers() {
        return engine.getObject()
                .getManagementService()
                .createJobQuery()
                .timers()
                .executable()
                .count();
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
        return new EngineClock(engine, other);
    }
}
