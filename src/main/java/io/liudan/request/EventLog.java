package io.liudan.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.identity.Audit;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The one event log. An event is appended in the transaction of what it tells, so it is there exactly when that is. */
@Component
class EventLog {

    /** Prefix of the CloudEvents type. */
    static final String TYPE_PREFIX = "io.liudan.request.";

    /** What is said with these words, when it looks like one. */
    private static final Set<String> VOCABULARY = Set.of(
            "status",
            "task",
            "decision",
            "channel",
            "merged",
            "into",
            "by",
            "until",
            "due",
            "told",
            "card",
            "lead",
            "supporting",
            "urgency",
            "evidence",
            "department",
            "outcome");

    private static final Set<String> OF_FIELDS =
            Set.of("lead", "supporting", "urgency", "into", "evidence", "days", "contacted", "solved", "satisfied");
    private static final Set<String> OF_THE_MODEL = Set.of("step", "label", "labels");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:/+-]{0,80}");

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Vault vault;
    private final Audit audit;
    private final Clock clock;

    EventLog(JdbcClient jdbc, ObjectMapper json, Vault vault, Audit audit, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * One milestone.
     *
     * @param type last part of the CloudEvents type, for example {@code verified}
     * @param actor username of who did it, {@code null} for the hub itself
     * @param desk where it was done, may be {@code null}
     * @param data what else is to be known; what people wrote is sealed, what the hub and its models say is kept in
     *     clear
     */
    record Entry(String type, Instant at, String actor, String desk, Map<String, Object> data) {}

    void append(String requestCode, String type, String actor, String desk, Map<String, Object> data) {
        Map<String, Object> said = new LinkedHashMap<>();
        Map<String, Object> words = new LinkedHashMap<>();
        split(data, false, said, words);
        jdbc.sql(
                        "insert into request_event (request_code, type, occurred_at, actor, desk, data, words) values (?, ?, ?, ?, ?, ?::jsonb, ?)")
                // A null without a type makes the driver prepare the statement anew.
                .param(1, requestCode)
                .param(2, TYPE_PREFIX + type)
                .param(3, now())
                .param(4, actor, Types.VARCHAR)
                .param(5, desk, Types.VARCHAR)
                .param(6, write(said))
                .param(7, words.isEmpty() ? null : vault.seal(write(words), requestCode), Types.VARCHAR)
                .update();
        if (actor != null) {
            audit.record("request." + type, requestCode, desk == null ? "own" : desk, null, actor);
        }
    }

    /**
     * Nobody makes a request longer without end. The request is locked, so that calls at once are counted one after the
     * other.
     *
     * @param decision only those that took this decision; {@code null} for all of the type
     * @throws Problem 409 when there are so many already
     */
    void requireRoom(String requestCode, String type, String decision, int most) {
        jdbc.sql("select 1 from service_request where code = ? for update")
                .param(requestCode)
                .query((row, n) -> 0)
                .list();
        boolean full = jdbc.sql(
                        "select count(*) >= ? from request_event where request_code = ? and type = ? and (?::text is null or data->>'decision' = ?)")
                .param(1, most)
                .param(2, requestCode)
                .param(3, TYPE_PREFIX + type)
                .param(4, decision, Types.VARCHAR)
                .param(5, decision, Types.VARCHAR)
                .query(Boolean.class)
                .single();
        if (full) {
            throw Problem.conflict("too-many-entries", most);
        }
    }

    /** A text of the hub's own vocabulary names nobody; any other one may. */
    private static void split(
            Map<String, Object> data, boolean fields, Map<String, Object> said, Map<String, Object> words) {
        data.forEach((name, value) -> {
            if (OF_THE_MODEL.contains(name) && !fields) {
                said.put(name, value);
            } else if (value instanceof Map<?, ?> inner) {
                Map<String, Object> innerSaid = new LinkedHashMap<>();
                Map<String, Object> innerWords = new LinkedHashMap<>();
                Map<String, Object> named = new LinkedHashMap<>();
                inner.forEach((key, field) -> named.put(key.toString(), field));
                split(named, true, innerSaid, innerWords);
                said.put(name, innerSaid);
                if (!innerWords.isEmpty()) {
                    words.put(name, innerWords);
                }
            } else {
                ((fields ? ofTheHub(name, value) : plain(name, value)) ? said : words).put(name, value);
            }
        });
    }

    private static boolean plain(String name, Object value) {
        return switch (value) {
            case null -> true;
            case Number number -> true;
            case Boolean bool -> true;
            case Collection<?> all -> all.stream().allMatch(one -> plain(name, one));
            default ->
                VOCABULARY.contains(name) && WORD.matcher(value.toString()).matches();
        };
    }

    /** Of a decision's fields: the model says what those are called, and people write or choose what they hold. */
    private static boolean ofTheHub(String name, Object value) {
        return value == null
                || OF_FIELDS.contains(name)
                        && (value instanceof Collection<?> all ? all.stream() : Stream.of(value))
                                .allMatch(one -> WORD.matcher(one.toString()).matches());
    }

    /**
     * All that happened to a request, in order.
     *
     * @param reading how the reader may read what people wrote
     */
    List<Entry> of(String requestCode, UnaryOperator<String> reading) {
        return jdbc.sql(
                        "select type, occurred_at, actor, desk, data, words from request_event where request_code = ? order by id")
                .param(requestCode)
                .query((row, n) -> new Entry(
                        row.getString("type").substring(TYPE_PREFIX.length()),
                        row.getTimestamp("occurred_at").toInstant(),
                        row.getString("actor"),
                        row.getString("desk"),
                        readable(
                                read(row.getString("data")),
                                read(vault.open(row.getString("words"), requestCode)),
                                reading)))
                .list();
    }

    /** Before words were sealed, all of an event lay together. */
    private static Map<String, Object> readable(
            Map<String, Object> data, Map<String, Object> words, UnaryOperator<String> reading) {
        Map<String, Object> said = new LinkedHashMap<>();
        Map<String, Object> clear = new LinkedHashMap<>();
        split(data, false, said, clear);
        return joined(joined(said, clear, reading), words, reading);
    }

    /** What anybody wrote goes, what the hub and its models said stays. */
    void forget(String requestCode) {
        jdbc.sql("select id, data from request_event where request_code = ?")
                .param(requestCode)
                .query((row, n) -> Map.entry(row.getLong("id"), row.getString("data")))
                .list()
                .forEach(event -> {
                    Map<String, Object> said = new LinkedHashMap<>();
                    split(read(event.getValue()), false, said, new LinkedHashMap<>());
                    jdbc.sql("update request_event set data = ?::jsonb, words = null where id = ?")
                            .params(write(said), event.getKey())
                            .update();
                });
    }

    /** The same words, as {@code reading} has them. */
    void rewrite(String requestCode, UnaryOperator<String> reading) {
        jdbc.sql("select id, data, words from request_event where request_code = ?")
                .param(requestCode)
                .query((row, n) -> new String[] {row.getString("id"), row.getString("data"), row.getString("words")})
                .list()
                .forEach(event -> {
                    Map<String, Object> said = new LinkedHashMap<>();
                    Map<String, Object> clear = new LinkedHashMap<>();
                    split(read(event[1]), false, said, clear);
                    Map<String, Object> words =
                            joined(clear, read(vault.open(event[2], requestCode)), UnaryOperator.identity());
                    if (!words.isEmpty()) {
                        jdbc.sql("update request_event set data = ?::jsonb, words = ? where id = ?")
                                .params(
                                        write(said),
                                        vault.seal(write(joined(Map.of(), words, reading)), requestCode),
                                        Long.parseLong(event[0]))
                                .update();
                    }
                });
    }

    private static Map<String, Object> joined(
            Map<String, Object> said, Map<String, Object> words, UnaryOperator<String> reading) {
        Map<String, Object> all = new LinkedHashMap<>(said);
        words.forEach((name, value) -> {
            if (value instanceof Map<?, ?> inner && said.get(name) instanceof Map<?, ?> outer) {
                all.put(name, joined(texts(outer), texts(inner), reading));
            } else if (value instanceof Map<?, ?> inner) {
                all.put(name, joined(Map.of(), texts(inner), reading));
            } else {
                all.put(
                        name,
                        value instanceof String text
                                ? reading.apply(text)
                                : value instanceof List<?> list
                                        ? list.stream()
                                                .map(one -> one instanceof String text ? reading.apply(text) : one)
                                                .toList()
                                        : value);
            }
        });
        return all;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> texts(Map<?, ?> map) {
        return (Map<String, Object>) map;
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
            return text == null ? Map.of() : json.readValue(text, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An event holds no JSON object", e);
        }
    }
}
