package io.liudan.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings a realm that Keycloak has already up to the realm file: what the file names is made or changed, what it
 * doesn't name stays, and a second time changes nothing. People's accounts, passwords and secrets that are there are
 * never touched.
 */
class RealmUpdate {

    /** Parts of the file that are more than settings of the realm. */
    private static final Set<String> PARTS = Set.of(
            "id",
            "realm",
            "roles",
            "groups",
            "users",
            "clients",
            "scopeMappings",
            "components",
            "authenticationFlows",
            "authenticatorConfig",
            "identityProviders",
            "identityProviderMappers");

    private static final Pattern SETTING = Pattern.compile("\\$\\{(LIUDAN_[A-Z_]+)(?::([^}]*))?}");
    private static final String PROFILE = "org.keycloak.userprofile.UserProfileProvider";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KeycloakApi api;
    private final Map<String, String> settings;
    private final List<String> done = new ArrayList<>();

    /** @param settings what stands for {@code ${LIUDAN_…}} in the file; Keycloak itself knows them at an import only */
    RealmUpdate(KeycloakApi api, Map<String, String> settings) {
        this.api = api;
        this.settings = settings;
    }

    /** @return what was changed, in words for a log; empty when the realm was as the file says */
    List<String> apply(JsonNode file) {
        ObjectNode wanted = (ObjectNode) set(file);
        roles(wanted.path("roles").path("realm"));
        new RealmFlows(api, done).apply(wanted);
        realm(wanted);
        new RealmClients(api, done).apply(wanted);
        groups(wanted.path("groups"));
        users(wanted.path("users"));
        agencies(wanted);
        wanted.path("components").properties().forEach(kind -> kind.getValue()
                .forEach(component -> component(kind.getKey(), component)));
        return List.copyOf(done);
    }

    /** The file with its settings in place; one that has none is left out. */
    private JsonNode set(JsonNode node) {
        if (node.isTextual()) {
            Matcher setting = SETTING.matcher(node.textValue());
            StringBuilder text = new StringBuilder();
            while (setting.find()) {
                String value = settings.getOrDefault(setting.group(1), setting.group(2));
                if (value == null) {
                    return null;
                }
                setting.appendReplacement(text, Matcher.quoteReplacement(value));
            }
            return TextNode.valueOf(setting.appendTail(text).toString());
        }
        if (node.isArray()) {
            ArrayNode all = JSON.createArrayNode();
            node.forEach(one -> {
                JsonNode value = set(one);
                if (value != null) {
                    all.add(value);
                }
            });
            return all;
        }
        if (node.isObject()) {
            ObjectNode all = JSON.createObjectNode();
            node.properties().forEach(one -> {
                JsonNode value = set(one.getValue());
                if (value != null) {
                    all.set(one.getKey(), value);
                }
            });
            return all;
        }
        return node;
    }

    private void realm(ObjectNode wanted) {
        ObjectNode settings = JSON.createObjectNode();
        wanted.properties().forEach(one -> {
            if (!PARTS.contains(one.getKey())) {
                settings.set(one.getKey(), one.getValue());
            }
        });
        if (!holds(api.get(""), settings)) {
            api.put("", settings);
            done.add("settings of the realm");
        }
    }

    private void roles(JsonNode wanted) {
        Map<String, JsonNode> known = by("name", api.get("/roles?briefRepresentation=false&max=1000"));
        for (JsonNode role : wanted) {
            String name = role.path("name").asText();
            ObjectNode plain = JSON.createObjectNode().put("name", name);
            plain.put("description", role.path("description").asText(""));
            if (!known.containsKey(name)) {
                api.post("/roles", plain);
                done.add("role " + name);
            } else if (!holds(known.get(name), plain)) {
                api.put("/roles/" + KeycloakApi.part(name), plain);
                done.add("role " + name);
            }
        }
        Map<String, JsonNode> now = by("name", api.get("/roles?max=1000"));
        for (JsonNode role : wanted) {
            String path = "/roles/" + KeycloakApi.part(role.path("name").asText()) + "/composites";
            Set<String> within = new TreeSet<>();
            role.path("composites").path("realm").forEach(one -> within.add(one.asText()));
            Set<String> present = by("name", api.get(path + "/realm")).keySet();
            change(path, "what the role " + role.path("name").asText() + " brings", now, present, within);
        }
    }

    /** Adds and takes away roles at an address that lists them. */
    private void change(
            String path, String what, Map<String, JsonNode> roles, Set<String> present, Set<String> wanted) {
        List<JsonNode> more = wanted.stream()
                .filter(one -> !present.contains(one))
                .map(roles::get)
                .toList();
        List<JsonNode> less = present.stream()
                .filter(one -> !wanted.contains(one))
                .map(roles::get)
                .toList();
        if (!more.isEmpty()) {
            api.post(path, more);
        }
        if (!less.isEmpty()) {
            api.delete(path, less);
        }
        if (!more.isEmpty() || !less.isEmpty()) {
            done.add(what);
        }
    }

    private void groups(JsonNode wanted) {
        Map<String, JsonNode> known = by("name", api.get("/groups?briefRepresentation=false&max=10000"));
        Map<String, JsonNode> roles = by("name", api.get("/roles?max=1000"));
        for (JsonNode group : wanted) {
            String name = group.path("name").asText();
            ObjectNode plain = JSON.createObjectNode().put("name", name);
            plain.set("attributes", group.path("attributes"));
            String id = known.containsKey(name) ? known.get(name).path("id").asText() : null;
            if (id == null) {
                id = api.post("/groups", plain).path("id").asText();
                done.add("group " + name);
            } else if (!holds(known.get(name), plain)) {
                api.put("/groups/" + id, plain);
                done.add("group " + name);
            }
            Set<String> present =
                    texts(known.getOrDefault(name, JSON.createObjectNode()).path("realmRoles"));
            List<JsonNode> more = texts(group.path("realmRoles")).stream()
                    .filter(role -> !present.contains(role))
                    .map(roles::get)
                    .toList();
            if (!more.isEmpty()) {
                api.post("/groups/" + id + "/role-mappings/realm", more);
                done.add("roles of the group " + name);
            }
        }
    }

    /** Accounts of the demo that are missing, and the realm's default role for people that were imported without. */
    private void users(JsonNode wanted) {
        Set<String> known = by("username", api.get("/users?max=100000&briefRepresentation=true"))
                .keySet();
        String role = "default-roles-" + api.realm();
        Map<String, JsonNode> have = null;
        for (JsonNode user : wanted) {
            String name = user.path("username").asText();
            if (user.has("serviceAccountClientId")) {
                continue;
            }
            if (!known.contains(name)) {
                api.post("/users", user);
                done.add("account " + name);
            } else if (texts(user.path("realmRoles")).contains(role)) {
                have = have != null ? have : by("username", api.get("/roles/" + role + "/users?max=100000"));
                if (!have.containsKey(name)) {
                    String id = api.get("/users?exact=true&username=" + KeycloakApi.part(name))
                            .path(0)
                            .path("id")
                            .asText();
                    api.post("/users/" + id + "/role-mappings/realm", List.of(api.get("/roles/" + role)));
                    done.add("default roles of " + name);
                }
            }
        }
    }

    private void agencies(ObjectNode wanted) {
        Map<String, JsonNode> known = by("alias", api.get("/identity-provider/instances"));
        for (JsonNode agency : wanted.path("identityProviders")) {
            String alias = agency.path("alias").asText();
            if (!known.containsKey(alias)) {
                api.post("/identity-provider/instances", agency);
                done.add("agency " + alias);
            } else if (!holds(known.get(alias), withoutSecrets(agency))) {
                ObjectNode merged = overlay(known.get(alias), withoutSecrets(agency));
                api.put("/identity-provider/instances/" + KeycloakApi.part(alias), merged);
                done.add("agency " + alias);
            }
        }
        for (JsonNode mapper : wanted.path("identityProviderMappers")) {
            String path = "/identity-provider/instances/"
                    + KeycloakApi.part(mapper.path("identityProviderAlias").asText()) + "/mappers";
            JsonNode present = by("name", api.get(path)).get(mapper.path("name").asText());
            if (present == null) {
                api.post(path, mapper);
                done.add("mapper " + mapper.path("name").asText());
            } else if (!holds(present, mapper)) {
                api.put(path + "/" + present.path("id").asText(), overlay(present, mapper));
                done.add("mapper " + mapper.path("name").asText());
            }
        }
    }

    /** The user profile has an address of its own; directories are known by their names. */
    private void component(String kind, JsonNode component) {
        if (kind.equals(PROFILE)) {
            JsonNode profile = tree(component
                    .path("config")
                    .path("kc.user.profile.config")
                    .path(0)
                    .asText("{}"));
            if (!holds(api.get("/users/profile"), profile)) {
                api.put("/users/profile", profile);
                done.add("user profile");
            }
            return;
        }
        String name = component.path("name").asText();
        JsonNode present = by("name", api.get("/components?type=" + KeycloakApi.part(kind)))
                .get(name);
        if (present == null) {
            ObjectNode made = component.deepCopy();
            made.remove("subComponents");
            made.put("providerType", kind);
            String id = api.post("/components", made).path("id").asText();
            component.path("subComponents").properties().forEach(type -> type.getValue()
                    .forEach(inner -> {
                        ObjectNode part = inner.deepCopy();
                        api.post(
                                "/components",
                                part.put("providerType", type.getKey()).put("parentId", id));
                    }));
            done.add("component " + name);
        }
    }

    static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, JsonNode> by(String key, JsonNode list) {
        Map<String, JsonNode> all = new HashMap<>();
        list.forEach(one -> all.put(one.path(key).asText(), one));
        return all;
    }

    static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    /** Whether something has all that is wanted of it; lists of plain values in any order. */
    static boolean holds(JsonNode present, JsonNode wanted) {
        if (wanted.isObject()) {
            return wanted.propertyStream().allMatch(one -> holds(present.path(one.getKey()), one.getValue()));
        }
        if (wanted.isArray()) {
            if (wanted.size() != present.size()) {
                return false;
            }
            if (wanted.valueStream().allMatch(JsonNode::isValueNode)) {
                return texts(wanted).equals(texts(present));
            }
            for (int i = 0; i < wanted.size(); i++) {
                if (!holds(present.get(i), wanted.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return wanted.asText("").equals(present.asText(""));
    }

    static ObjectNode overlay(JsonNode present, JsonNode wanted) {
        ObjectNode merged = present.deepCopy();
        wanted.properties().forEach(one -> {
            if (one.getValue().isObject() && merged.path(one.getKey()).isObject()) {
                merged.set(one.getKey(), overlay(merged.path(one.getKey()), one.getValue()));
            } else {
                merged.set(one.getKey(), one.getValue());
            }
        });
        return merged;
    }

    /** Keycloak shows none, and would take the stars that it shows in their place for a new one. */
    private static JsonNode withoutSecrets(JsonNode agency) {
        ObjectNode plain = agency.deepCopy();
        if (plain.path("config") instanceof ObjectNode config) {
            config.remove(List.of("clientSecret", "bindCredential"));
        }
        return plain;
    }
}
