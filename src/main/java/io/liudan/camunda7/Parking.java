package io.liudan.camunda7;

import io.micrometer.core.instrument.Counter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Messages for which no process waits yet. They are tried again, ever more seldom, in the order they came for each name
 * and business key, until a process waits for them or their time is over.
 */
final class Parking extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);
    private static final int BATCH = 200;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final String COLUMNS =
            "select id, name, mode, business_key, correlation, variables, tenant, expires_at from camunda7_parked ";

    private final Camunda7Component component;
    private final long interval;
    private final int rememberDays;
    private ScheduledExecutorService scheduler;

    private record Parked(long id, Correlation message, Instant expiresAt) {}

    Parking(Camunda7Component component, long interval, int rememberDays) {
        this.component = component;
        this.interval = interval;
        this.rememberDays = rememberDays;
    }

    @Override
    protected void doStart() {
        scheduler = component
                .getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadScheduledExecutor(this, "camunda7-parking");
        scheduler.scheduleWithFixedDelay(this::retryQuietly, interval, interval, TimeUnit.MILLISECONDS);
        scheduler.scheduleWithFixedDelay(this::forgetQuietly, 1, 60, TimeUnit.MINUTES);
    }

    @Override
    protected void doStop() {
        component.getCamelContext().getExecutorServiceManager().shutdownGraceful(scheduler);
    }

    /** Whether an earlier message of this name waits for the same key: a later one doesn't overtake it. */
    boolean isTaken(Correlation message) {
        return jdbc().sql(
                        "select exists (select from camunda7_parked where name = ? and business_key is not distinct from ? and correlation = ?::jsonb and not expired)")
                .params(message.name(), message.businessKey(), Json.write(message.correlation()))
                .query(Boolean.class)
                .single();
    }

    Map<String, Object> park(Correlation message, long ttl) {
        Instant now = Ledger.instant();
        jdbc().sql("""
                insert into camunda7_parked (name, mode, business_key, correlation, variables, tenant, parked_at, expires_at, next_at)
                values (?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?, ?)""")
                .params(
                        message.name(),
                        message.mode(),
                        message.businessKey(),
                        Json.write(message.correlation()),
                        Json.write(message.variables()),
                        message.tenant(),
                        Timestamp.from(now),
                        Timestamp.from(now.plusMillis(ttl)),
                        Timestamp.from(now))
                .update();
        Map<String, Object> answer = new HashMap<>();
        answer.put(Camunda7Headers.OUTCOME, "parked");
        answer.put(Camunda7Headers.BUSINESS_KEY, message.businessKey());
        return answer;
    }

    private void retryQuietly() {
        try {
            retry();
        } catch (RuntimeException e) {
            LOG.warn("Parked messages couldn't be tried again: {}", e.getClass().getName());
        }
    }

    private void forgetQuietly() {
        try {
            component.ledger().forget(Ledger.instant().minus(Duration.ofDays(rememberDays)));
        } catch (RuntimeException e) {
            LOG.warn("Old answers couldn't be forgotten: {}", e.getClass().getName());
        }
    }

    /**
     * Tries all that is due, each in a transaction of its own; of several for one place the oldest alone, which the
     * others wait for.
     */
    void retry() {
        jdbc().sql("""
                select id from camunda7_parked p where next_at <= ? and not expired and not exists (
                    select from camunda7_parked before where before.id < p.id and not before.expired and before.name = p.name
                        and before.business_key is not distinct from p.business_key and before.correlation = p.correlation)
                order by id limit\s""" + BATCH).param(Ledger.now()).query(Long.class).list().forEach(this::tryAgain);
    }

    private void tryAgain(long id) {
        try {
            component.ledger().inTransaction(() -> {
                locked(id).ifPresent(this::deliver);
                return null;
            });
        } catch (MismatchingMessageCorrelationException notYet) {
            postpone(id);
        } catch (RuntimeException e) {
            // What fails behind the message must not hold up the messages of others.
            LOG.warn(
                    "Parked message {} couldn't be delivered: {}",
                    id,
                    e.getClass().getName());
            postpone(id);
        }
    }

    private void deliver(Parked parked) {
        if (parked.expiresAt().isAfter(Ledger.instant())) {
            parked.message().correlate(component.getProcessEngine().getRuntimeService());
            delete(parked);
            count("correlated");
        } else {
            expire(parked);
        }
    }

    private void postpone(long id) {
        jdbc().sql(
                        "update camunda7_parked set attempts = attempts + 1, next_at = ?::timestamptz + least(interval '1 second' * power(2, least(attempts, 10)), interval '1 second' * ?) where id = ?")
                .params(Ledger.now(), LONGEST_WAIT.toSeconds(), id)
                .update();
    }

    /** Another node may be at it: then it is left to that one. */
    private Optional<Parked> locked(long id) {
        return jdbc().sql(COLUMNS + "where id = ? and not expired for update skip locked")
                .param(id)
                .query(Parking::parked)
                .optional();
    }

    private void expire(Parked parked) {
        jdbc().sql("update camunda7_parked set expired = true where id = ?")
                .param(parked.id())
                .update();
        count("expired");
    }

    private void delete(Parked parked) {
        jdbc().sql("delete from camunda7_parked where id = ?")
                .param(parked.id())
                .update();
    }

    private void count(String outcome) {
        Counter.builder("camunda7.parked")
                .description("Messages that came before their process waited for them")
                .tag("outcome", outcome)
                .register(component.getMeterRegistry())
                .increment();
    }

    private JdbcClient jdbc() {
        return component.ledger().jdbc();
    }

    private static Parked parked(ResultSet row, int n) throws SQLException {
        Correlation message = new Correlation(
                row.getString("name"),
                row.getString("mode"),
                row.getString("business_key"),
                null,
                Json.read(row.getString("correlation")),
                Json.read(row.getString("variables")),
                row.getString("tenant"));
        return new Parked(
                row.getLong("id"), message, row.getTimestamp("expires_at").toInstant());
    }
}
