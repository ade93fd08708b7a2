package io.liudan.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/**
 * How long which class of personal data is kept, and of which class each column is, as {@code keycloak/privacy.yaml}
 * says.
 */
@Component
public class Retention {

    private final Declared declared;

    private record Declared(Map<String, String> retention, Map<String, Map<String, String>> fields) {}

    Retention(@Value("${liudan.privacy.rules:classpath:keycloak/privacy.yaml}") Resource file) throws IOException {
        try (InputStream in = file.getInputStream()) {
            this.declared = new ObjectMapper(new YAMLFactory()).readValue(in, Declared.class);
        }
    }

    /**
     * @param dataClass contact, words or answers
     * @throws IllegalStateException when the file doesn't say
     */
    public Duration of(String dataClass) {
        String kept = declared.retention().get(dataClass);
        if (kept == null) {
            throw new IllegalStateException("privacy.yaml doesn't say how long '" + dataClass + "' is kept");
        }
        return Duration.parse(kept);
    }

    /** Table, column, class. */
    Map<String, Map<String, String>> fields() {
        return declared.fields();
    }
}
