package io.liudan.matter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Objects of texts, numbers, truth values and lists, as JSON in the database. */
@Component
class PlainJson {

    private final ObjectMapper json;

    PlainJson(ObjectMapper json) {
        this.json = json;
    }

    String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Must be plain JSON", e);
        }
    }

    /** @param text {@code null} for an empty object */
    Map<String, Object> read(String text) {
        try {
            return text == null ? Map.of() : json.readValue(text, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No JSON object is kept there", e);
        }
    }
}
