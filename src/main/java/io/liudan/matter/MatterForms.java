package io.liudan.matter;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.identity.Actor;
import io.liudan.matter.Kind.Field;
import io.liudan.problem.Nearest;
import io.liudan.problem.Problem;
import io.liudan.problem.Problem.FieldError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** From what somebody filled into a kind's form to a matter that arrives. Every wrong field is told at once. */
@Component
class MatterForms {

    /** Beside a kind's own fields: whom an account stands for that a desk keeps, and not to be named to the desks. */
    static final Set<String> COMMON = Set.of("onBehalfOf", "anonymous");

    private static final Pattern PHONE = Pattern.compile("\\+?[0-9][0-9-]{4,18}[0-9]");
    /** What isn't one value of its own. */
    private static final Set<FieldType> ELSEWHERE = EnumSet.of(FieldType.PLACE, FieldType.CONTACT, FieldType.ENTRY);

    private static final int LONGEST_NAME = 50;
    private static final int LONGEST_ADDRESS = 200;
    private static final int MOST_FILES = 9;
    private static final int LONGEST_HEADING = 60;

    private final CityDirectory city;
    private final MatterProgress matters;
    private final Registers registers;
    private final Places places;

    MatterForms(CityDirectory city, MatterProgress matters, Registers registers, Places places) {
        this.city = city;
        this.matters = matters;
        this.registers = registers;
        this.places = places;
    }

    /**
     * What was filled in, by what becomes of it.
     *
     * @param texts what people wrote, by field; {@code values} the rest
     */
    record Filled(Map<String, String> texts, Map<String, Object> values) {}

    /** @throws Problem 422 naming every field that is missing, unknown or wrong */
    Draft draft(Kind kind, Actor actor, Map<String, Object> body) {
        List<FieldError> errors = new ArrayList<>();
        Set<String> known = new HashSet<>(kind.fields().keySet());
        known.addAll(COMMON);
        refuseUnknown(body.keySet(), known, errors);
        Registers.Entry entry = entry(kind, actor, body, errors);
        // What it refers to says where it is, unless it is said more closely.
        boolean placed = entry != null
                && entry.where().gridCode() != null
                && kind.only(FieldType.PLACE)
                        .map(field -> FieldType.missing(body.get(field.name())))
                        .orElse(true);
        Filled filled = fill(
                kind.fields().values().stream()
                        .filter(field -> !placed || field.declared().type() != FieldType.PLACE)
                        .toList(),
                "",
                actor,
                body,
                errors);
        Draft.Where where =
                placed ? entry.where() : where(kind.only(FieldType.PLACE).orElse(null), actor, body, errors);
        Draft.Contact contact = contact(kind, body, errors);
        List<UUID> files = files(kind, filled.values(), errors);
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
        Map<String, String> texts = new LinkedHashMap<>(filled.texts());
        String heading = heading(kind, texts);
        if (isLine(kind)) {
            texts.remove(kind.title());
        }
        Map<String, Object> values = new LinkedHashMap<>(filled.values());
        if (entry != null) {
            kind.only(FieldType.ENTRY).ifPresent(field -> values.put(field.name(), Long.toString(entry.id())));
        }
        String category = kind.only(FieldType.CATEGORY)
                .map(field -> (String) values.remove(field.name()))
                .orElse(null);
        return new Draft(
                kind.key(),
                heading,
                texts,
                kind.fields().values().stream()
                        .filter(Field::contact)
                        .map(Field::name)
                        .toList(),
                values,
                category,
                where,
                contact,
                Boolean.TRUE.equals(body.get("anonymous")),
                files,
                body.get("onBehalfOf") instanceof String account ? account : null);
    }

    /** @throws Problem 422 naming every field that is missing, unknown or wrong */
    Filled move(Kind.Move move, String code, Actor actor, Map<String, Object> body) {
        List<FieldError> errors = new ArrayList<>();
        refuseUnknown(body.keySet(), move.fields().keySet(), errors);
        Filled filled = fill(move.fields().values(), code, actor, body, errors);
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
        return filled;
    }

    /** @throws Problem 422 naming every field that is missing, unknown or wrong */
    Registers.Content entry(Kind.Register register, Actor actor, Map<String, Object> body) {
        List<FieldError> errors = new ArrayList<>();
        refuseUnknown(body.keySet(), register.fields().keySet(), errors);
        Filled filled = fill(register.fields().values(), "", actor, body, errors);
        Draft.Where where = where(register.place().orElse(null), actor, body, errors);
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
        Places.Place place = places.of(where);
        if (!Registers.sees(actor, place)) {
            throw Problem.field(register.place().map(Field::name).orElse(register.title()), "not-where-you-work");
        }
        return new Registers.Content(filled.texts(), filled.values(), place, where.address());
    }

    /** The one that a matter refers to; {@code null} for none. */
    private Registers.Entry entry(Kind kind, Actor actor, Map<String, Object> body, List<FieldError> errors) {
        Field field = kind.only(FieldType.ENTRY).orElse(null);
        if (field == null || FieldType.missing(body.get(field.name()))) {
            return null;
        }
        String id = body.get(field.name()).toString();
        return registers
                .find(kind, kind.registers().get(field.register()), actor, id)
                .filter(entry -> !entry.retired())
                .orElseGet(() -> {
                    errors.add(new FieldError(field.name(), "unknown-entry", id));
                    return null;
                });
    }

    private static void refuseUnknown(Collection<String> given, Collection<String> known, List<FieldError> errors) {
        given.stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> errors.add(Nearest.of(name, known)
                        .map(near -> new FieldError(name, "unknown-field-near", near))
                        .orElseGet(() -> new FieldError(name, "unknown-field"))));
    }

    private Filled fill(
            Collection<Field> fields, String code, Actor actor, Map<String, Object> body, List<FieldError> errors) {
        FieldType.Surroundings around =
                new FieldType.Surroundings(code, actor.username(), city, matters, person -> false);
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : fields) {
            Object value = body.get(field.name());
            FieldType type = field.declared().type();
            if (FieldType.missing(value)) {
                if (field.required()) {
                    errors.add(new FieldError(field.name(), "required"));
                }
            } else if (!ELSEWHERE.contains(type)) {
                try {
                    Object kept = FieldType.normalise(field.name(), field.declared(), value, around);
                    if (type.isText()) {
                        texts.put(field.name(), (String) kept);
                    } else {
                        values.put(field.name(), kept);
                    }
                } catch (FieldType.Malformed malformed) {
                    errors.add(malformed.error());
                }
            }
        }
        return new Filled(texts, values);
    }

    /** What heads it: the text that its kind names, else the first one; the kind's name where there is none. */
    private static String heading(Kind kind, Map<String, String> texts) {
        String text = kind.title() == null
                ? texts.entrySet().stream()
                        .filter(one -> !kind.fields().get(one.getKey()).contact())
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(null)
                : texts.get(kind.title());
        String line = text == null || text.isBlank() ? kind.name().zh() : text.strip();
        return isLine(kind) || line.codePointCount(0, line.length()) <= LONGEST_HEADING
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_HEADING - 1)) + "…";
    }

    /** Whether the heading is a field of its own, and not the beginning of a longer text. */
    private static boolean isLine(Kind kind) {
        return kind.title() != null
                && kind.fields().get(kind.title()).declared().type() == FieldType.TEXT;
    }

    /** @param field {@code null} where nothing is asked of it */
    private Draft.Where where(Field field, Actor actor, Map<String, Object> body, List<FieldError> errors) {
        Object given = field == null ? null : body.get(field.name());
        if (given == null) {
            return ofDesk(actor);
        }
        String name = field.name();
        if (!(given instanceof Map<?, ?> place)) {
            errors.add(new FieldError(name, "not-a-place"));
            return Draft.Where.NOWHERE;
        }
        boolean point = place.get("lat") != null || place.get("lon") != null;
        if (point && !(place.get("lat") instanceof Number && place.get("lon") instanceof Number)) {
            errors.add(new FieldError(name, "not-a-place"));
            return Draft.Where.NOWHERE;
        }
        String address = text(place, "address");
        if (address != null && address.length() > LONGEST_ADDRESS) {
            errors.add(new FieldError(name + ".address", "too-long", LONGEST_ADDRESS));
        }
        String grid = text(place, "gridCode");
        if (grid != null && city.grid(grid).isEmpty()) {
            errors.add(new FieldError(name + ".gridCode", "unknown-grid", grid));
        }
        String community = text(place, "communityCode");
        if (community != null && city.gridsOf(community).isEmpty()) {
            errors.add(new FieldError(name + ".communityCode", "unknown-community", community));
        }
        return new Draft.Where(
                point ? ((Number) place.get("lat")).doubleValue() : null,
                point ? ((Number) place.get("lon")).doubleValue() : null,
                text(place, "datum"),
                address,
                community,
                grid,
                name);
    }

    /** Where nothing is said of it, a grid's or a community's matter is there; any other one is the whole city's. */
    private Draft.Where ofDesk(Actor actor) {
        return actor.desks().stream()
                .sorted()
                .map(desk -> desk.startsWith("grid-")
                        ? Draft.Where.grid(desk.substring("grid-".length()))
                        : city.units().stream()
                                .filter(unit ->
                                        unit.desk().equals(desk) && unit.kind().issues())
                                .map(OrgUnit::code)
                                .map(Draft.Where::community)
                                .findFirst()
                                .orElse(Draft.Where.NOWHERE))
                .filter(where -> where != Draft.Where.NOWHERE)
                .findFirst()
                .orElse(Draft.Where.NOWHERE);
    }

    private static Draft.Contact contact(Kind kind, Map<String, Object> body, List<FieldError> errors) {
        Field field = kind.only(FieldType.CONTACT).orElse(null);
        Object given = field == null ? null : body.get(field.name());
        if (given == null) {
            return Draft.Contact.NOBODY;
        }
        if (!(given instanceof Map<?, ?> contact)) {
            errors.add(new FieldError(field.name(), "not-a-contact"));
            return Draft.Contact.NOBODY;
        }
        String name = text(contact, "name");
        String phone = text(contact, "phone");
        if (name != null && name.length() > LONGEST_NAME) {
            errors.add(new FieldError(field.name() + ".name", "too-long", LONGEST_NAME));
        }
        if (phone != null && !PHONE.matcher(phone).matches()) {
            errors.add(new FieldError(field.name() + ".phone", "malformed"));
        }
        return new Draft.Contact(name, phone);
    }

    private static List<UUID> files(Kind kind, Map<String, Object> values, List<FieldError> errors) {
        List<UUID> files = new ArrayList<>();
        kind.fields().values().stream()
                .filter(field -> field.declared().type() == FieldType.ATTACHMENTS)
                .filter(field -> values.get(field.name()) != null)
                .forEach(field -> {
                    Collection<?> ids = (Collection<?>) values.get(field.name());
                    if (ids.size() > MOST_FILES) {
                        errors.add(new FieldError(field.name(), "too-many", MOST_FILES));
                    }
                    ids.forEach(id -> files.add(UUID.fromString(id.toString())));
                });
        return files.stream().distinct().toList();
    }

    private static String text(Map<?, ?> map, String name) {
        Object value = map.get(name);
        return value == null || value.toString().isBlank()
                ? null
                : value.toString().strip();
    }
}
