package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.liudan.camunda7.Masking;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Shows operators how a message is built and what the hub itself put into it; of what people wrote only the length.
 * What isn't JSON is shown by its length alone.
 */
@Component
class PayloadMask implements Masking {

    /** Words of the hub's own vocabulary, which name nobody. */
    private static final Set<String> PLAIN = Set.of(
            "id",
            "key",
            "kind",
            "at",
            "action",
            "code",
            "workOrder",
            "requestCode",
            "round",
            "role",
            "status",
            "department",
            "lead",
            "category",
            "urgency",
            "issuedAt",
            "acceptedAt",
            "closedAt",
            "submittedAt",
            "dueAt",
            "version",
            "mediaType",
            "gridCode",
            "communityCode",
            "days",
            "error");
    /** What a word of the vocabulary looks like: a text in its place is masked all the same. */
    private static final String WORD = "[A-Za-z0-9_.:/+-]{0,80}";

    private final ObjectMapper json;

    PayloadMask(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public String mask(String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        try {
            JsonNode message = json.readTree(text);
            return message.isContainerNode() ? json.writeValueAsString(masked(null, message)) : length(text);
        } catch (JsonProcessingException e) {
            return length(text);
        }
    }

    private JsonNode masked(String name, JsonNode node) {
        switch (node) {
            case ObjectNode object -> {
                ObjectNode shown = json.createObjectNode();
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    shown.set(field.getKey(), masked(field.getKey(), field.getValue()));
                }
                return shown;
            }
            case ArrayNode array -> {
                ArrayNode shown = json.createArrayNode();
                array.forEach(item -> shown.add(masked(name, item)));
                return shown;
            }
            default -> {
                boolean plain = node.isBoolean()
                        || node.isNull()
                        || name != null && PLAIN.contains(name) && node.asText().matches(WORD);
                return plain ? node : TextNode.valueOf(length(node.asText()));
            }
        }
    }

    private static String length(String text) {
        return "‹" + text.length() + "›";
    }
}
