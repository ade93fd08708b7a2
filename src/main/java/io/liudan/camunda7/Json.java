package io.liudan.camunda7;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;

/** Variables in a row of a table: numbers keep their type, instants are written as {@code {"instant": …}}. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String INSTANT = "instant";
    private static final String LONG = "long";

    private Json() {}

    static String write(Map<String, Object> values) {
        Map<String, Object> marked = new LinkedHashMap<>();
        values.forEach((name, value) -> marked.put(
                name,
                switch (value) {
                    case null -> value;
                    case Date date -> Map.of(INSTANT, date.toInstant().toString());
                    case Long number -> Map.of(LONG, number);
                    default -> value;
                }));
        try {
            return MAPPER.writeValueAsString(marked);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> read(String text) {
        if (text == null) {
            return Map.of();
        }
        try {
            Map<String, Object> values = MAPPER.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
            values.replaceAll((name, value) -> value instanceof Map<?, ?> marked ? unmarked(marked) : value);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object unmarked(Map<?, ?> marked) {
        return marked.get(INSTANT) instanceof String instant
                ? Date.from(Instant.parse(instant))
                : ((Number) marked.get(LONG)).longValue();
    }
}
