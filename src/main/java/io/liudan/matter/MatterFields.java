package io.liudan.matter;

import io.liudan.directory.CityDirectory;
import io.liudan.problem.Problem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The fields of a matter's own kind that nobody wrote with their own words, and what matters are found by. */
@Service
@Transactional(propagation = Propagation.MANDATORY)
public class MatterFields {

    private final JdbcClient jdbc;
    private final PlainJson json;
    private final Kinds kinds;
    private final CityDirectory city;
    private final MatterProgress matters;

    MatterFields(JdbcClient jdbc, PlainJson json, Kinds kinds, CityDirectory city, MatterProgress matters) {
        this.jdbc = jdbc;
        this.json = json;
        this.kinds = kinds;
        this.city = city;
        this.matters = matters;
    }

    /**
     * Sets a field.
     *
     * @return the value as it is kept
     * @throws IllegalArgumentException when the matter's kind has no such field
     * @throws Problem 422 when it can't hold the value
     */
    public Object set(String code, String name, Object value) {
        long number = MatterCodes.number(code);
        Kind kind = jdbc.sql("select kind, kind_version from matter where id = ? for update")
                .param(number)
                .query((row, n) -> kinds.of(row.getString("kind"), row.getInt("kind_version")))
                .single();
        Kind.Field field = kind.fields().get(name);
        if (field == null || !field.declared().type().enters()) {
            throw new IllegalArgumentException("The kind " + kind.key() + " has no field to set called " + name);
        }
        Object kept;
        try {
            kept = FieldType.normalise(
                    name, field.declared(), value, new FieldType.Surroundings(code, null, city, matters, any -> false));
        } catch (FieldType.Malformed malformed) {
            throw Problem.fields(List.of(malformed.error()));
        }
        jdbc.sql("update matter set fields = coalesce(fields, '{}'::jsonb) || ?::jsonb where id = ?")
                .params(json.write(Map.of(name, kept)), number)
                .update();
        jdbc.sql("delete from matter_find where matter_id = ? and field = ?")
                .params(number, name)
                .update();
        index(kind, Map.of(name, kept), number);
        return kept;
    }

    /** What lists look for. */
    void index(Kind kind, Map<String, Object> values, long number) {
        kind.fields().values().stream()
                .filter(field -> field.find() && values.get(field.name()) != null)
                .forEach(field -> all(values.get(field.name())).forEach(one -> jdbc.sql(
                                "insert into matter_find (kind, field, value, matter_id) values (?, ?, ?, ?) on conflict do nothing")
                        .params(kind.key(), field.name(), one.toString(), number)
                        .update()));
    }

    /** What the engine may know of the fields, those without a value too; a list as its texts with commas between. */
    static Map<String, Object> entering(Kind kind, Map<String, Object> values) {
        Map<String, Object> entering = new LinkedHashMap<>();
        kind.fields().values().stream()
                .filter(field -> field.declared().type().enters())
                .forEach(field -> entering.put(
                        field.name(),
                        values.get(field.name()) instanceof Collection<?> all
                                ? String.join(
                                        ",", all.stream().map(Object::toString).toList())
                                : values.get(field.name())));
        return entering;
    }

    private static Collection<?> all(Object value) {
        return value instanceof Collection<?> several ? several : List.of(value);
    }
}
