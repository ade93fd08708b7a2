package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a department's system has received, each message once by its key, in a file that outlasts the program. */
class Received {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final String prefix;
    private final Map<String, JsonNode> byKey = new LinkedHashMap<>();

    Received(Path file, String prefix) throws IOException {
        this.file = file;
        this.prefix = prefix;
        Files.createDirectories(file.getParent());
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                JsonNode entry = JSON.readTree(line);
                byKey.put(entry.path("key").asText(), entry.path("message"));
            }
        }
    }

    /** @return what the system calls it: the same for the same key */
    synchronized String take(String key, JsonNode message) throws IOException {
        if (!byKey.containsKey(key)) {
            String line = JSON.writeValueAsString(
                            JSON.createObjectNode().put("key", key).set("message", message)) + "\n";
            Files.writeString(file, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            byKey.put(key, message);
        }
        return prefix + "-" + (1000 + List.copyOf(byKey.keySet()).indexOf(key));
    }

    /** The newest first, without tests. */
    synchronized List<JsonNode> messages() {
        return new ArrayList<>(byKey.values().stream()
                        .filter(message -> !message.path("kind").asText().equals("TEST"))
                        .toList())
                .reversed();
    }
}
