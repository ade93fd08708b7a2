package io.liudan.camunda7;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What was received and answered, and which effects were begun and done: in the engine's database and its transactions.
 */
final class Ledger {

    /** What is known of an effect before it is begun (again). */
    enum Known {
        NEW,
        BEGUN,
        DONE
    }

    /** @param outputs what the effect answered, where it is done */
    record Effect(Known known, Map<String, Object> outputs) {}

    private final JdbcClient jdbc;
    private final DataSource dataSource;
    private final TransactionTemplate transaction;

    Ledger(DataSource dataSource, TransactionTemplate transaction) {
        this.jdbc = JdbcClient.create(dataSource);
        this.dataSource = dataSource;
        this.transaction = transaction;
    }

    void createTables() {
        transaction.executeWithoutResult(
                status -> new ResourceDatabasePopulator(new ClassPathResource("io/liudan/camunda7/schema.sql"))
                        .execute(dataSource));
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    <T> T inTransaction(Supplier<T> work) {
        return transaction.execute(status -> work.get());
    }

    static Timestamp now() {
        return Timestamp.from(instant());
    }

    /** The engine's time, which may have been moved. */
    static Instant instant() {
        return ClockUtil.getCurrentTime().toInstant();
    }

    /**
     * Does what was not done under this key before and remembers the answer, both or neither. A call with the same key
     * that comes in the meantime waits for it.
     */
    Map<String, Object> once(String scope, String key, Supplier<Map<String, Object>> call) {
        return inTransaction(() -> {
            int fresh = jdbc.sql(
                            "insert into camunda7_inbox (scope, key, received_at) values (?, ?, ?) on conflict do nothing")
                    .params(scope, key, now())
                    .update();
            if (fresh == 0) {
                Map<String, Object> first = new HashMap<>(
                        Json.read(jdbc.sql("select answer from camunda7_inbox where scope = ? and key = ?")
                                .params(scope, key)
                                .query(String.class)
                                .single()));
                first.put(Camunda7Headers.DUPLICATE, true);
                return first;
            }
            Map<String, Object> answer = call.get();
            jdbc.sql("update camunda7_inbox set answer = ?::jsonb where scope = ? and key = ?")
                    .params(Json.write(answer), scope, key)
                    .update();
            return answer;
        });
    }

    /** Written down and committed before the effect. */
    Effect begin(String key) {
        return inTransaction(() -> {
            int fresh = jdbc.sql("insert into camunda7_effect (key, begun_at) values (?, ?) on conflict do nothing")
                    .params(key, now())
                    .update();
            if (fresh == 1) {
                return new Effect(Known.NEW, Map.of());
            }
            return jdbc.sql("select outputs from camunda7_effect where key = ? and done_at is not null")
                    .param(key)
                    .query(String.class)
                    .optional()
                    .map(outputs -> new Effect(Known.DONE, Json.read(outputs)))
                    .orElse(new Effect(Known.BEGUN, Map.of()));
        });
    }

    /** Written down and committed right after the effect: should the task come again, it isn't done again. */
    void done(String key, Map<String, Object> outputs) {
        inTransaction(() -> jdbc.sql("update camunda7_effect set done_at = ?, outputs = ?::jsonb where key = ?")
                .params(now(), Json.write(outputs), key)
                .update());
    }

    /** What was answered and begun before is forgotten; what is parked is not. */
    void forget(Instant before) {
        inTransaction(() -> jdbc.sql("delete from camunda7_inbox where received_at < ?")
                        .param(Timestamp.from(before))
                        .update()
                + jdbc.sql("delete from camunda7_effect where begun_at < ?")
                        .param(Timestamp.from(before))
                        .update());
    }

    void forgetEffect(String key) {
        jdbc.sql("delete from camunda7_effect where key = ?").param(key).update();
    }
}
