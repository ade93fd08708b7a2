package io.liudan.matter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.liudan.matter.Kind.Field;
import io.liudan.matter.Kind.Level;
import io.liudan.matter.Kind.Move;
import io.liudan.matter.Kind.Plan;
import io.liudan.matter.Kind.Register;
import io.liudan.matter.Kind.Relation;
import io.liudan.problem.Nearest;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads {@code matter.yaml}, and tells all that is wrong with one at once, in sentences that an official understands.
 */
public final class Manifests {

    /** Its name in a process package. */
    public static final String FILE = "matter.yaml";

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]*");
    private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9_]*");
    private static final Pattern MOVE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    /** Paths below a matter that are the hub's own. */
    private static final Set<String> OWN_MOVES =
            Set.of("urge", "follow", "comments", "unmask", "events", "supervision", "similar");

    private static final int LONGEST_KEY = 40;
    private static final int LONGEST_WORDS = 40;
    private static final Words BEGIN = new Words("上报", "Begun");
    private static final Set<String> CLASSES = Set.of("contact", "words");
    private static final Set<String> TOP = Set.of(
            "kind",
            "name",
            "begin",
            "statuses",
            "outcomes",
            "concluded",
            "endings",
            "fields",
            "title",
            "start",
            "see",
            "keep",
            "moves",
            "registers");

    private final List<String> faults = new ArrayList<>();

    private Manifests() {}

    /** A text that is no manifest, with all that is wrong. */
    public static class Unreadable extends IllegalArgumentException {

        private final List<String> faults;

        Unreadable(List<String> faults) {
            super(FILE + ": " + String.join("; ", faults));
            this.faults = List.copyOf(faults);
        }

        public List<String> faults() {
            return faults;
        }
    }

    /** What a manifest says, line by line: by the names on the way to it; empty for what can't be read. */
    public static Map<String, String> lines(String text) {
        Map<String, String> lines = new LinkedHashMap<>();
        try {
            lines("", tree(text), lines);
        } catch (Unreadable unreadable) {
            // Told by whoever deploys it.
        }
        return lines;
    }

    private static void lines(String at, JsonNode node, Map<String, String> lines) {
        if (node.isObject()) {
            node.fields()
                    .forEachRemaining(
                            one -> lines(at.isEmpty() ? one.getKey() : at + "." + one.getKey(), one.getValue(), lines));
        } else if (node.isArray()) {
            List<String> all = new ArrayList<>();
            node.forEach(one -> all.add(one.asText()));
            lines.put(at, String.join(", ", all));
        } else {
            lines.put(at, node.asText());
        }
    }

    /** @throws Unreadable when it is none */
    public static Kind read(String text) {
        Manifests reading = new Manifests();
        Kind kind = reading.kind(tree(text));
        if (!reading.faults.isEmpty()) {
            throw new Unreadable(reading.faults);
        }
        return kind;
    }

    /** As it was published once: what rules say today doesn't count for it any more. */
    static Kind published(String text) {
        return new Manifests().kind(tree(text));
    }

    private static JsonNode tree(String text) {
        try {
            JsonNode root = YAML.readTree(text);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? "" : "第 " + e.getLocation().getLineNr() + " 行 line: ";
            throw new Unreadable(List.of(where + "不是有效的 YAML is not valid YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse("")));
        }
        throw new Unreadable(List.of("是空的 is empty"));
    }

    private Kind kind(JsonNode root) {
        known("", root, TOP);
        String key = text(root, "kind", true);
        if (key != null && (!KEY.matcher(key).matches() || key.length() > LONGEST_KEY)) {
            fault("kind", "只能用小写字母、数字和连字符，最多 40 个字符 has small letters, digits and hyphens, 40 at most: '" + key + "'");
        }
        Map<String, Words> statuses = words(root, "statuses");
        if (!statuses.containsKey(Kind.CLOSED)) {
            fault("statuses", "缺少 CLOSED（办结） lacks CLOSED, for matters that have ended");
        }
        Map<String, Words> outcomes = words(root, "outcomes");
        Map<String, Register> registers = registers(root.path("registers"));
        Map<String, Field> fields = fields("fields", root.path("fields"), FieldType::ofBeginning);
        fields.values().stream()
                .filter(field -> field.declared().type() == FieldType.ENTRY && !registers.containsKey(field.register()))
                .forEach(field -> fault(
                        "fields." + field.name() + ".register",
                        "没有这个台账 there is no register '" + field.register() + "'"
                                + Nearest.hint(String.valueOf(field.register()), registers.keySet())));
        for (FieldType one : List.of(FieldType.PLACE, FieldType.CONTACT, FieldType.CATEGORY, FieldType.ENTRY)) {
            if (fields.values().stream()
                            .filter(field -> field.declared().type() == one)
                            .count()
                    > 1) {
                fault("fields", "只能有一个 " + one + " 字段 there can be but one field of the type " + one);
            }
        }
        String title = text(root, "title", false);
        if (title != null
                && (!fields.containsKey(title)
                        || !fields.get(title).declared().type().isText())) {
            fault("title", "须是一个文字字段 has to be a text field: '" + title + "'" + Nearest.hint(title, fields.keySet()));
        }
        return new Kind(
                key,
                words("name", root.path("name")),
                root.has("begin") ? words("begin", root.path("begin")) : BEGIN,
                statuses,
                outcomes,
                among("concluded", root.path("concluded"), statuses.keySet()),
                among("endings", root.path("endings"), outcomes.keySet()),
                fields,
                title,
                people("start", root.path("start")),
                see(root.path("see")),
                keep(root.path("keep")),
                moves(root.path("moves"), statuses.keySet()),
                registers);
    }

    private Map<String, Register> registers(JsonNode node) {
        Map<String, Register> found = new LinkedHashMap<>();
        node.fields().forEachRemaining(entry -> {
            String at = "registers." + entry.getKey();
            if (!MOVE.matcher(entry.getKey()).matches()) {
                fault(at, "名称只用小写字母、数字和连字符 has small letters, digits, hyphens");
            }
            JsonNode register = entry.getValue();
            known(at, register, Set.of("name", "fields", "title", "keepers", "plan"));
            Map<String, Field> fields = fields(at + ".fields", register.path("fields"), FieldType::ofEntries);
            if (fields.values().stream()
                            .filter(field -> field.declared().type() == FieldType.PLACE)
                            .count()
                    > 1) {
                fault(at + ".fields", "只能有一个 PLACE 字段 there can be but one field of the type PLACE");
            }
            String title = text(register, "title", false);
            if (title == null
                    || !fields.containsKey(title)
                    || fields.get(title).declared().type() != FieldType.TEXT
                    || !fields.get(title).required()) {
                fault(
                        at + ".title",
                        "须是一个必填的 TEXT 字段 has to be a required field of the type TEXT: '" + title + "'"
                                + Nearest.hint(String.valueOf(title), fields.keySet()));
            }
            found.put(
                    entry.getKey(),
                    new Register(
                            entry.getKey(),
                            words(at + ".name", register.path("name")),
                            fields,
                            title,
                            people(at + ".keepers", register.path("keepers")),
                            register.has("plan") ? plan(at + ".plan", register.path("plan"), fields) : null));
        });
        return Collections.unmodifiableMap(found);
    }

    private Plan plan(String at, JsonNode node, Map<String, Field> fields) {
        known(at, node, Set.of("by", "every"));
        String by = node.path("by").asText();
        Field field = fields.get(by);
        if (field == null || field.declared().type() != FieldType.WORD || !field.required()) {
            fault(
                    at + ".by",
                    "须是一个必填的 WORD 字段 has to be a required field of the type WORD: '" + by + "'"
                            + Nearest.hint(by, fields.keySet()));
            return null;
        }
        Map<String, Period> every = new LinkedHashMap<>();
        Set<String> words = field.declared().words().keySet();
        node.path("every").fields().forEachRemaining(one -> {
            if (!words.contains(one.getKey())) {
                fault(
                        at + ".every",
                        "'" + one.getKey() + "' 不在允许的取值中 is none of " + String.join(", ", words)
                                + Nearest.hint(one.getKey(), words));
            }
            Period term = term(at + ".every." + one.getKey(), one.getValue());
            if (term != null) {
                every.put(one.getKey(), term);
            }
        });
        words.stream()
                .filter(word -> !node.path("every").has(word))
                .forEach(word -> fault(at + ".every", "没有写多久一次 doesn't say how often: " + word));
        return new Plan(by, Collections.unmodifiableMap(every));
    }

    private Map<String, Words> words(JsonNode root, String name) {
        JsonNode node = root.path(name);
        Map<String, Words> found = new LinkedHashMap<>();
        if (!node.isObject() || node.isEmpty()) {
            fault(name, "写成“代码: 文字” is written as CODE: words, 例如 for example REPORTED: 已上报");
            return found;
        }
        node.fields().forEachRemaining(entry -> {
            if (!CODE.matcher(entry.getKey()).matches()) {
                fault(
                        name,
                        "代码只能用大写字母、数字和下划线 a code has capital letters, digits and underscores: '" + entry.getKey()
                                + "'");
            }
            found.put(entry.getKey(), words(name + "." + entry.getKey(), entry.getValue()));
        });
        return found;
    }

    private Words words(String at, JsonNode node) {
        if (node.isValueNode() && !node.isNull() && !node.asText().isBlank()) {
            return brief(at, Words.of(node.asText().strip()));
        }
        if (node.isObject()) {
            known(at, node, Set.of("zh", "en"));
            if (node.path("zh").isValueNode() && !node.path("zh").asText().isBlank()) {
                return brief(
                        at,
                        new Words(
                                node.path("zh").asText().strip(),
                                node.hasNonNull("en") ? node.path("en").asText().strip() : null));
            }
        }
        fault(at, "没有名称 has no words: 写成 write 已上报 或 or {zh: 已上报, en: Reported}");
        return Words.of("?");
    }

    private Words brief(String at, Words words) {
        if (words.zh().length() > LONGEST_WORDS
                || words.en() != null && words.en().length() > 2 * LONGEST_WORDS) {
            fault(at, "名称太长，最多 " + LONGEST_WORDS + " 个字 is too long");
        }
        return words;
    }

    private Map<String, Field> fields(String at, JsonNode node, Predicate<FieldType> fits) {
        Map<String, Field> found = new LinkedHashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return found;
        }
        if (!node.isObject()) {
            fault(at, "写成“字段名: {type: …, label: …}” is written as name: {type: …, label: …}");
            return found;
        }
        node.fields().forEachRemaining(entry -> {
            String place = at + "." + entry.getKey();
            if (!NAME.matcher(entry.getKey()).matches()) {
                fault(
                        place,
                        "字段名以小写字母开头，只用字母、数字和下划线 a name begins with a small letter and has letters, digits, underscores");
            }
            Field field = field(place, entry.getKey(), entry.getValue());
            if (field != null && !fits.test(field.declared().type())) {
                fault(
                        place,
                        "这里不能用这种类型 this type can't stand here: "
                                + field.declared().type() + "，可用 there are: "
                                + Arrays.stream(FieldType.values())
                                        .filter(fits)
                                        .map(Enum::name)
                                        .collect(Collectors.joining(", ")));
            }
            if (field != null) {
                found.put(entry.getKey(), field);
            }
        });
        return Collections.unmodifiableMap(found);
    }

    private Field field(String at, String name, JsonNode node) {
        known(at, node, Set.of("type", "label", "required", "find", "class", "words", "range", "register"));
        Words label = words(at + ".label", node.path("label"));
        String type = node.path("type").asText("");
        FieldType known = Arrays.stream(FieldType.values())
                .filter(one -> one.name().equals(type))
                .findFirst()
                .orElse(null);
        if (known == null) {
            fault(
                    at,
                    "没有这种类型 there is no type '" + type + "'"
                            + Nearest.hint(type.toUpperCase(Locale.ROOT), FieldType.names()) + "，可用 there are: "
                            + String.join(", ", FieldType.names()));
            return null;
        }
        FieldDeclaration declared;
        try {
            declared = FieldDeclaration.of(
                    label.zh(),
                    known,
                    FieldDeclaration.range(
                            node.hasNonNull("range") ? node.path("range").asText() : null),
                    choices(node));
        } catch (FieldDeclaration.Unreadable unreadable) {
            fault(at, unreadable.getMessage());
            return null;
        }
        String dataClass = node.path("class").asText("words");
        if (!CLASSES.contains(dataClass)) {
            fault(at + ".class", "只能是 has to be contact, words: '" + dataClass + "'");
        }
        boolean find = flag(at, node, "find");
        if (find && !known.isFindable()) {
            fault(at + ".find", "这种类型不能检索 nothing is found by a field of the type " + known);
        }
        String register = text(node, "register", false);
        if ((register != null) != (known == FieldType.ENTRY)) {
            fault(
                    at + ".register",
                    register == null
                            ? "没有写是哪个台账的 doesn't say of which register"
                            : "只用于 ENTRY 类型 is for the type ENTRY only");
        }
        return new Field(
                name, label, declared, flag(at, node, "required"), find, dataClass.equals("contact"), register);
    }

    private static Map<String, String> choices(JsonNode node) {
        Map<String, String> words = new LinkedHashMap<>();
        node.path("words")
                .fields()
                .forEachRemaining(
                        word -> words.put(word.getKey(), word.getValue().asText()));
        return Collections.unmodifiableMap(words);
    }

    private boolean flag(String at, JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            fault(at + "." + name, "只能是 has to be true, false");
        }
        return value.asBoolean(false);
    }

    private List<String> people(String at, JsonNode node) {
        List<String> found = texts(at, node);
        // An empty list is nobody, and said so.
        if (found.isEmpty() && !node.isArray()) {
            fault(at, "没有写是谁 doesn't say who: 例如 for example [resident, grid-worker, \"desk:dept-yjj\"]");
        }
        found.stream()
                .filter(one ->
                        !one.startsWith(Starters.DESK) && !Starters.roles().contains(one))
                .forEach(one -> fault(
                        at,
                        "没有这个角色 there is no role '" + one + "'" + Nearest.hint(one, Starters.roles())
                                + "，可用 there are: " + String.join(", ", Starters.roles()) + "，或 or desk:…"));
        return found;
    }

    private Map<Relation, Level> see(JsonNode node) {
        Map<Relation, Level> found = new LinkedHashMap<>();
        if (!node.isObject() || node.isEmpty()) {
            fault(
                    "see",
                    "没有写谁能看到 doesn't say who sees it: 例如 for example {desk: all, reporter: all, supervision: masked}");
            return found;
        }
        node.fields().forEachRemaining(entry -> {
            Relation relation = one("see", entry.getKey(), Relation.values());
            Level level = one("see." + entry.getKey(), entry.getValue().asText(), Level.values());
            if (relation != null && level != null) {
                found.put(relation, level);
            }
        });
        if (!found.containsKey(Relation.DESK)) {
            fault("see", "办理的岗位必须能看到 the desks that work on it have to see it: desk: all");
        }
        return Collections.unmodifiableMap(found);
    }

    private Map<String, Period> keep(JsonNode node) {
        Map<String, Period> found = new LinkedHashMap<>();
        node.fields().forEachRemaining(entry -> {
            if (!CLASSES.contains(entry.getKey())) {
                fault("keep", "没有这一类资料 there is no class '" + entry.getKey() + "'，可用 there are: contact, words");
            }
            Period term = term("keep." + entry.getKey(), entry.getValue());
            if (term != null) {
                found.put(entry.getKey(), term);
            }
        });
        return found;
    }

    /** {@code null} and told where it is none. */
    private Period term(String at, JsonNode node) {
        try {
            Period term = Period.parse(node.asText());
            if (!term.isNegative() && !term.isZero()) {
                return term;
            }
        } catch (DateTimeParseException e) {
            // told below, like one of no days
        }
        fault(at, "期限写成 P180D 或 P3Y a term is written as P180D or P3Y: '" + node.asText() + "'");
        return null;
    }

    private Map<String, Move> moves(JsonNode node, Collection<String> statuses) {
        Map<String, Move> found = new LinkedHashMap<>();
        node.fields().forEachRemaining(entry -> {
            String at = "moves." + entry.getKey();
            JsonNode move = entry.getValue();
            if (!MOVE.matcher(entry.getKey()).matches() || OWN_MOVES.contains(entry.getKey())) {
                fault(
                        at,
                        "名称只用小写字母、数字和连字符，且不能是 has small letters, digits, hyphens, and is none of: "
                                + String.join(", ", OWN_MOVES.stream().sorted().toList()));
            }
            known(at, move, Set.of("name", "who", "message", "optional", "from", "fields"));
            Set<Relation> who = new LinkedHashSet<>();
            texts(at + ".who", move.path("who")).forEach(one -> {
                Relation relation = one(at + ".who", one, Relation.values());
                if (relation != null) {
                    who.add(relation);
                }
            });
            if (who.isEmpty()) {
                fault(at + ".who", "没有写谁可以做 doesn't say who may do it: 例如 for example reporter");
            }
            found.put(
                    entry.getKey(),
                    new Move(
                            move.has("name") ? words(at + ".name", move.path("name")) : Words.of(entry.getKey()),
                            who,
                            text(move, "message", false),
                            flag(at, move, "optional"),
                            among(at + ".from", move.path("from"), statuses),
                            fields(at + ".fields", move.path("fields"), FieldType::ofDecisions)));
        });
        return found;
    }

    private Set<String> among(String at, JsonNode node, Collection<String> words) {
        Set<String> found = new LinkedHashSet<>(texts(at, node));
        found.stream()
                .filter(one -> !words.contains(one))
                .forEach(one -> fault(
                        at,
                        "'" + one + "' 不在允许的取值中 is none of " + String.join(", ", words) + Nearest.hint(one, words)));
        return found;
    }

    private <T extends Enum<T>> T one(String at, String text, T[] values) {
        List<String> names = Stream.of(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
        int place = names.indexOf(text);
        if (place < 0) {
            fault(at, "'" + text + "' 不在允许的取值中 is none of " + String.join(", ", names) + Nearest.hint(text, names));
            return null;
        }
        return values[place];
    }

    /** One text or a list of texts. */
    private List<String> texts(String at, JsonNode node) {
        List<String> found = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(one -> found.add(one.asText()));
        } else if (node.isValueNode() && !node.isNull()) {
            found.add(node.asText());
        } else if (node.isObject()) {
            fault(at, "写成列表 is written as a list: [a, b]");
        }
        return found;
    }

    private String text(JsonNode node, String name, boolean required) {
        String text = node.path(name).asText("").strip();
        if (text.isEmpty() && required) {
            fault(name, "没有填写 is missing");
        }
        return text.isEmpty() ? null : text;
    }

    private void known(String at, JsonNode node, Set<String> names) {
        node.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                fault(
                        at,
                        "不认识的属性 unknown property '" + name + "'" + Nearest.hint(name, names) + "，可用 there are: "
                                + String.join(", ", names.stream().sorted().toList()));
            }
        });
    }

    private void fault(String at, String sentence) {
        faults.add(at.isEmpty() ? sentence : at + ": " + sentence);
    }
}
