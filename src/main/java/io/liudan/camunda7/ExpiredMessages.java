package io.liudan.camunda7;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Parked messages for which no process waited within their time to live: to be looked at, tried again or left out by
 * operators.
 */
public final class ExpiredMessages {

    private static final String COLUMNS =
            "select id, name, business_key, correlation, variables, attempts, parked_at, expires_at from camunda7_parked where expired ";

    private final JdbcClient jdbc;

    ExpiredMessages(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param name the message's name in the models
     * @param businessKey or {@code null}
     * @param correlation values of process variables by which the instance was looked for
     * @param variables what the message carries
     * @param parkedAt when it came
     * @param expiredAt when its time was over
     */
    public record Expired(
            long id,
            String name,
            String businessKey,
            Map<String, Object> correlation,
            Map<String, Object> variables,
            int attempts,
            Instant parkedAt,
            Instant expiredAt) {}

    /** The newest first. */
    public List<Expired> list(int most) {
        return jdbc.sql(COLUMNS + "order by expires_at desc limit ?")
                .param(most)
                .query(ExpiredMessages::expired)
                .list();
    }

    public Optional<Expired> find(long id) {
        return jdbc.sql(COLUMNS + "and id = ?")
                .param(id)
                .query(ExpiredMessages::expired)
                .optional();
    }

    /**
     * Parks it once more, behind those of its name and key that wait.
     *
     * @return false if it is no longer there
     */
    public boolean retry(long id, Duration life) {
        return jdbc.sql(
                                "update camunda7_parked set expired = false, next_at = ?, expires_at = ? where id = ? and expired")
                        .params(Ledger.now(), Timestamp.from(Ledger.instant().plus(life)), id)
                        .update()
                == 1;
    }

    /**
     * Leaves it out for good.
     *
     * @return false if it is no longer there
     */
    public boolean discard(long id) {
        return jdbc.sql("delete from camunda7_parked where id = ? and expired")
                        .param(id)
                        .update()
                == 1;
    }

    private static Expired expired(ResultSet row, int n) throws SQLException {
        return new Expired(
                row.getLong("id"),
                row.getString("name"),
                row.getString("business_key"),
                Json.read(row.getString("correlation")),
                Json.read(row.getString("variables")),
                row.getInt("attempts"),
                row.getTimestamp("parked_at").toInstant(),
                row.getTimestamp("expires_at").toInstant());
    }
}
