package io.liudan.matter;

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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/** The one event log. An event is appended in the transaction of what it tells, so it is there exactly when that is. */
@Component
public class EventLog {

    /** Last part of the type of the first event. */
    static final String SUBMITTED = "submitted";

    /** What the CloudEvents type of a kind's events begins with, unless the kind has code that says otherwise. */
    private static final String PREFIX = "io.liudan.matter.";
    /** What all types of the hub begin with. */
    private static final String HUB = "io.liudan.";

    /** What is said with these words, when it looks like one. */
    private static final Set<String> VOCABULARY = Set.of(
            "status",
            "task",
            "decision",
            "channel",
            "merged",
            "into",
            "from",
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
    private final PlainJson json;
    private final Vault vault;
    private final Audit audit;
    private final Clock clock;
    /** The prefix of a matter's events in SQL, of table {@code matter m}. */
    private final Supplier<String> prefix;

    private final KindModules modules;

    EventLog(JdbcClient jdbc, PlainJson json, Vault vault, Audit audit, Clock clock, KindModules modules) {
        this.jdbc = jdbc;
        this.json = json;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
        this.modules = modules;
        this.prefix = SingletonSupplier.of(() -> modules.all().stream()
                .map(module -> "when m.kind = '" + module.kind() + "' then '" + module.events() + "' ")
                .collect(Collectors.joining(
                        "", "case when false then '' ", "else '" + PREFIX + "' || m.kind || '.' end")));
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
    public record Entry(String type, Instant at, String actor, String desk, Map<String, Object> data) {}

    /**
     * Appends a milestone, in the caller's transaction.
     *
     * @param type last part of the CloudEvents type
     * @param actor username, {@code null} for the hub itself
     * @param desk may be {@code null}
     */
    public void append(String code, String type, String actor, String desk, Map<String, Object> data) {
        Map<String, Object> said = new LinkedHashMap<>();
        Map<String, Object> words = new LinkedHashMap<>();
        split(data, false, said, words);
        String whole = jdbc.sql(
                        "insert into matter_event (matter_id, type, occurred_at, actor, desk, data, words) select m.id, "
                                + prefix.get()
                                + " || ?, ?, ?, ?, ?::jsonb, ? from matter m where m.id = ? returning type")
                // A null without a type makes the driver prepare the statement anew.
                .param(1, type)
                .param(2, now())
                .param(3, actor, Types.VARCHAR)
                .param(4, desk, Types.VARCHAR)
                .param(5, json.write(said))
                .param(6, words.isEmpty() ? null : vault.seal(json.write(words), code), Types.VARCHAR)
                .param(7, MatterCodes.number(code))
                .query(String.class)
                .single();
        if (actor != null) {
            audit.record(action(whole), code, desk == null ? "own" : desk, null, actor);
        }
    }

    /**
     * Nobody makes a matter longer without end. The matter is locked, so that calls at once are counted one after the
     * other.
     *
     * @param decision only those that took this decision; {@code null} for all of the type
     * @throws Problem 409 when there are so many already
     */
    public void requireRoom(String code, String type, String decision, int most) {
        jdbc.sql("select 1 from matter where id = ? for update")
                .param(MatterCodes.number(code))
                .query((row, n) -> 0)
                .list();
        boolean full = jdbc.sql(
                        "select count(*) >= ? from matter_event where matter_id = ? and type like ? and (?::text is null or data->>'decision' = ?)")
                .param(1, most)
                .param(2, MatterCodes.number(code))
                .param(3, "%." + type)
                .param(4, decision, Types.VARCHAR)
                .param(5, decision, Types.VARCHAR)
                .query(Boolean.class)
                .single();
        if (full) {
            throw Problem.conflict("too-many-entries", most);
        }
    }

    /** What the audit log calls an event of this CloudEvents type: {@code request.decided}. */
    private static String action(String type) {
        return type.substring(HUB.length());
    }

    /** What the audit log calls something that was done with a matter of a kind, beside its events. */
    String action(String kind, String what) {
        return modules.all().stream()
                        .filter(module -> module.kind().equals(kind))
                        .findFirst()
                        .map(module -> module.events().substring(HUB.length()))
                        .orElse("matter." + kind + ".")
                + what;
    }

    /** Whether somebody has decided at one of these steps. */
    boolean decidedBy(String code, String username, Collection<String> steps) {
        return jdbc.sql(
                        "select exists (select from matter_event where matter_id = ? and type like '%.decided' and actor = ? and data->>'task' = any (?))")
                .params(MatterCodes.number(code), username, steps.toArray(String[]::new))
                .query(Boolean.class)
                .single();
    }

    /** Whether somebody has decided on the matter at a desk. */
    public boolean decidedBy(String code, String username) {
        return jdbc.sql(
                        "select exists (select from matter_event where matter_id = ? and type like '%.decided' and actor = ?)")
                .params(MatterCodes.number(code), username)
                .query(Boolean.class)
                .single();
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
     * All that happened to a matter, in order.
     *
     * @param reading how the reader may read what people wrote
     */
    public List<Entry> of(String code, UnaryOperator<String> reading) {
        return jdbc.sql(
                        "select type, occurred_at, actor, desk, data, words from matter_event where matter_id = ? order by id")
                .param(MatterCodes.number(code))
                .query((row, n) -> new Entry(
                        row.getString("type").substring(row.getString("type").lastIndexOf('.') + 1),
                        row.getTimestamp("occurred_at").toInstant(),
                        row.getString("actor"),
                        row.getString("desk"),
                        readable(
                                json.read(row.getString("data")),
                                json.read(vault.open(row.getString("words"), code)),
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
    void forget(String code) {
        long number = MatterCodes.number(code);
        jdbc.sql("select id, data from matter_event where matter_id = ?")
                .param(number)
                .query((row, n) -> Map.entry(row.getLong("id"), row.getString("data")))
                .list()
                .forEach(event -> {
                    Map<String, Object> said = new LinkedHashMap<>();
                    split(json.read(event.getValue()), false, said, new LinkedHashMap<>());
                    jdbc.sql("update matter_event set data = ?::jsonb, words = null where matter_id = ? and id = ?")
                            .params(json.write(said), number, event.getKey())
                            .update();
                });
    }

    /** The same words, as {@code reading} has them. */
    void rewrite(String code, UnaryOperator<String> reading) {
        long number = MatterCodes.number(code);
        jdbc.sql("select id, data, words from matter_event where matter_id = ?")
                .param(number)
                .query((row, n) -> new String[] {row.getString("id"), row.getString("data"), row.getString("words")})
                .list()
                .forEach(event -> {
                    Map<String, Object> said = new LinkedHashMap<>();
                    Map<String, Object> clear = new LinkedHashMap<>();
                    split(json.read(event[1]), false, said, clear);
                    Map<String, Object> words =
                            joined(clear, json.read(vault.open(event[2], code)), UnaryOperator.identity());
                    if (!words.isEmpty()) {
                        jdbc.sql("update matter_event set data = ?::jsonb, words = ? where matter_id = ? and id = ?")
                                .params(
                                        json.write(said),
                                        vault.seal(json.write(joined(Map.of(), words, reading)), code),
                                        number,
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
    public OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
