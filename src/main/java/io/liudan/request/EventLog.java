package io.liudan.request;

import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The one event log. An event is appended in the transaction of what it tells, so it is there exactly when that is. */
@Component
class EventLog {

    /** Prefix of the CloudEvents type. */
    static final String TYPE_PREFIX = "io.liudan.request.";

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    EventLog(JdbcClient jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /**
     * One milestone.
     *
     * @param type  last part of the CloudEvents type, for example {@code verified}
     * @param actor username of who did it, {@code null} for the hub itself
     * @param desk  where it was done, may be {@code null}
     * @param data  what else is to be known; no names or phone numbers
     */
    record Entry(String type, Instant at, String actor, String desk, Map<String, Object> data) {
    }

    void append(String requestCode, String type, String actor, String desk, Map<String, Object> data) {
        jdbc.sql("insert into request_event (request_code, type, occurred_at, actor, desk, data) values (?, ?, ?, ?, ?, ?::jsonb)")
                // A null without a type makes the driver prepare the statement anew.
                .param(1, requestCode).param(2, TYPE_PREFIX + type).param(3, now()).param(4, actor, Types.VARCHAR)
                .param(5, desk, Types.VARCHAR).param(6, write(data)).update();
    }

    List<Entry> of(String requestCode) {
        return jdbc.sql("select type, occurred_at, actor, desk, data from request_event where request_code = ? order by id")
                .param(requestCode)
                .query((row, n) -> new Entry(row.getString("type").substring(TYPE_PREFIX.length()),
                        row.getTimestamp("occurred_at").toInstant(), row.getString("actor"), row.getString("desk"), read(row.getString("data"))))
                .list();
    }

    /** The current instant as JDBC wants it. */
    OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private String write(Map<String, Object> data) {
        try {
            return json.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Event data must be plain JSON", e);
        }
    }

    private Map<String, Object> read(String text) {
        try {
            return json.readValue(text, new TypeReference<>() { });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An event holds no JSON object", e);
        }
    }
}
