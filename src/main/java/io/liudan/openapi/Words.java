package io.liudan.openapi;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.swagger.v3.oas.models.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/** What names mean all over the API ({@code openapi/words.yaml}), where a type says nothing of its own. */
@Component
class Words {

    private final Map<String, List<Object>> words;

    Words(@Value("classpath:openapi/words.yaml") Resource file) throws IOException {
        try (InputStream in = file.getInputStream()) {
            this.words = new ObjectMapper(new YAMLFactory()).readValue(in, new TypeReference<>() {});
        }
    }

    /** @param example {@code null} where one would tell nothing */
    record Word(String means, Object example) {

        /** Whether the example is of the property's type. */
        boolean isOf(Schema<?> property) {
            String type = property.getType() != null
                    ? property.getType()
                    : property.getTypes() == null || property.getTypes().size() != 1
                            ? null
                            : property.getTypes().iterator().next();
            boolean plain = property.getEnum() == null && property.getFormat() == null;
            return switch (example) {
                case null -> false;
                case String text ->
                    "string".equals(type)
                            && (plain
                                    || "date-time".equals(property.getFormat()) && text.endsWith("Z")
                                    || "date".equals(property.getFormat()) && text.matches("\\d{4}-\\d\\d-\\d\\d"));
                case Boolean truth -> "boolean".equals(type);
                case Integer number -> "integer".equals(type) || "number".equals(type);
                case Double number -> "number".equals(type);
                default -> false;
            };
        }
    }

    Optional<Word> of(String name) {
        return Optional.ofNullable(words.get(name)).map(word -> new Word((String) word.get(0), word.get(1)));
    }
}
