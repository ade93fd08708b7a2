package io.liudan.matter;

import io.liudan.matter.Kind.Field;
import io.liudan.matter.Kind.Register;
import io.liudan.problem.Nearest;
import io.liudan.problem.Problem;
import io.liudan.problem.Problem.FieldError;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * Entries of a register as a table of a spreadsheet: UTF-8, commas, a head with the fields' names or labels. Words are
 * written as codes or as people read them; where an entry is stands in columns of its own.
 */
final class RegisterTable {

    /** Rows of one table. */
    static final int MOST = 2_000;

    /** Columns for a place, by what people may call them. */
    private static final Map<String, String> PLACE = Map.of(
            "网格代码", "gridCode", "社区代码", "communityCode", "详细地址", "address", "纬度", "lat", "经度", "lon", "坐标系", "datum");

    private static final Set<String> NUMBERS = Set.of("lat", "lon");

    private RegisterTable() {}

    /**
     * The rows as forms are filled in.
     *
     * @throws Problem 422 for what is no table, has a column too many, or too many rows
     */
    static List<Map<String, Object>> read(Register register, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "");
        CSVFormat format = CSVFormat.EXCEL
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
                .setTrim(true)
                .setIgnoreEmptyLines(true)
                .get();
        try (CSVParser rows = CSVParser.parse(new StringReader(text), format)) {
            Map<String, String> columns = columns(register, rows.getHeaderNames());
            List<Map<String, Object>> read = new ArrayList<>();
            for (CSVRecord row : rows) {
                if (read.size() == MOST) {
                    throw Problem.field("file", "too-many", MOST);
                }
                read.add(form(register, columns, row));
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException | UncheckedIOException noTable) {
            throw Problem.field("file", "not-a-table");
        }
    }

    /** By a column's head, the name of what it holds. */
    private static Map<String, String> columns(Register register, List<String> heads) {
        Map<String, String> known = new LinkedHashMap<>();
        for (Field field : register.fields().values()) {
            if (field.declared().type() == FieldType.PLACE) {
                PLACE.forEach((label, name) -> {
                    known.put(name, name);
                    known.put(label, name);
                });
            } else {
                known.put(field.name(), field.name());
                known.put(field.label().zh(), field.name());
                if (field.label().en() != null) {
                    known.put(field.label().en(), field.name());
                }
            }
        }
        List<FieldError> errors = new ArrayList<>();
        heads.stream()
                .filter(head -> !known.containsKey(head))
                .forEach(head -> errors.add(Nearest.of(head, new TreeSet<>(known.keySet()))
                        .map(near -> new FieldError(head, "unknown-field-near", near))
                        .orElseGet(() -> new FieldError(head, "unknown-field"))));
        if (!errors.isEmpty()) {
            throw Problem.fields(errors);
        }
        return known;
    }

    private static Map<String, Object> form(Register register, Map<String, String> columns, CSVRecord row) {
        Map<String, Object> form = new LinkedHashMap<>();
        Map<String, Object> place = new LinkedHashMap<>();
        row.toMap().forEach((head, cell) -> {
            String name = columns.get(head);
            if (cell.isBlank()) {
                return;
            }
            Field field = register.fields().get(name);
            if (field == null) {
                place.put(name, NUMBERS.contains(name) ? number(cell) : cell);
            } else {
                form.put(name, word(field, cell));
            }
        });
        if (!place.isEmpty()) {
            register.place().ifPresent(field -> form.put(field.name(), place));
        }
        return form;
    }

    /** As the form refuses it, where it is none. */
    private static Object number(String cell) {
        try {
            return Double.valueOf(cell);
        } catch (NumberFormatException e) {
            return cell;
        }
    }

    private static String word(Field field, String cell) {
        return field.declared().words().entrySet().stream()
                .filter(word -> word.getValue().equals(cell))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(cell);
    }
}
