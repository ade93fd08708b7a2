package io.liudan.process.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The Chinese of Camunda's web apps. Keys come from each app's own English bundle, words from {@code webapps/zh.json}
 * by the English text; what that file lacks, or has too much of, fails the tests.
 */
@RestController
@Hidden
class WebAppTexts {

    static final List<String> APPS = List.of("tasklist", "welcome", "admin", "cockpit");
    /** What the hub's own pages say. */
    private static final List<String> PAGES =
            List.of("desk.", "operator.", "audit.", "household.", "stuck.", "versions.", "begin.", "register.");

    private final ObjectMapper json;
    private final Map<String, JsonNode> bundles = new ConcurrentHashMap<>();

    WebAppTexts(ObjectMapper json) {
        this.json = json;
    }

    @GetMapping(
            path = "/camunda/app/{app:tasklist|welcome|admin|cockpit}/locales/zh.json",
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<JsonNode> bundle(@PathVariable String app) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .body(bundles.computeIfAbsent(app, this::translate));
    }

    /** The words of the hub's own pages. */
    @GetMapping(path = "/camunda/assets/hub/texts.json", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Map<String, String>> deskTexts() {
        ResourceBundle messages = ResourceBundle.getBundle("messages", Locale.ROOT);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .body(messages.keySet().stream()
                        .filter(key -> PAGES.stream().anyMatch(key::startsWith))
                        .collect(Collectors.toMap(key -> key, messages::getString, (a, b) -> a, TreeMap::new)));
    }

    private JsonNode translate(String app) {
        ObjectNode bundle = (ObjectNode) english(app);
        JsonNode chinese = chinese();
        ObjectNode labels = (ObjectNode) bundle.path("labels");
        labels.properties().forEach(label -> {
            JsonNode word = chinese.path("texts").path(label.getValue().asText());
            if (word.isTextual()) {
                labels.set(label.getKey(), word);
            }
        });
        bundle.set("dateLocales", chinese.path("dateLocales"));
        return bundle;
    }

    JsonNode english(String app) {
        return read("META-INF/resources/webjars/camunda/app/" + app + "/locales/en.json");
    }

    JsonNode chinese() {
        return read("webapps/zh.json");
    }

    private JsonNode read(String path) {
        try (InputStream in = new ClassPathResource(path).getInputStream()) {
            return json.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\uFEFF", ""));
        } catch (IOException e) {
            throw new IllegalStateException(path + " can't be read", e);
        }
    }
}
