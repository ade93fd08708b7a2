package io.liudan.embedded;

import static io.liudan.embedded.RealmUpdate.by;
import static io.liudan.embedded.RealmUpdate.holds;
import static io.liudan.embedded.RealmUpdate.overlay;
import static io.liudan.embedded.RealmUpdate.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The clients' part of {@link RealmUpdate}: settings, mappers, scopes, and the roles of service accounts. */
class RealmClients {

    /** What has addresses of its own, or is the client's secret. */
    private static final List<String> ELSEWHERE =
            List.of("secret", "protocolMappers", "defaultClientScopes", "optionalClientScopes");

    private final KeycloakApi api;
    private final List<String> done;

    RealmClients(KeycloakApi api, List<String> done) {
        this.api = api;
        this.done = done;
    }

    void apply(JsonNode wanted) {
        Map<String, JsonNode> known = by("clientId", api.get("/clients?max=10000"));
        Map<String, JsonNode> roles = by("name", api.get("/roles?max=1000"));
        Map<String, JsonNode> scopes = by("name", api.get("/client-scopes"));
        Map<String, String> ids = new HashMap<>();
        for (JsonNode client : wanted.path("clients")) {
            String name = client.path("clientId").asText();
            JsonNode present = known.get(name);
            String id;
            if (present == null) {
                id = api.post("/clients", client).path("id").asText();
                done.add("client " + name);
                // An empty list in a new client stands for the realm's own scopes.
                List<String> same = new ArrayList<>();
                new RealmClients(api, same).change(id, name, api.get("/clients/" + id), client, scopes);
            } else {
                id = present.path("id").asText();
                change(id, name, present, client, scopes);
            }
            ids.put(name, id);
        }
        for (JsonNode mapping : wanted.path("scopeMappings")) {
            String id = ids.get(mapping.path("client").asText());
            if (id == null) {
                continue;
            }
            String path = "/clients/" + id + "/scope-mappings/realm";
            Set<String> present = by("name", api.get(path)).keySet();
            Set<String> within = texts(mapping.path("roles"));
            List<JsonNode> more = picked(roles, within, present);
            List<JsonNode> less = picked(roles, present, within);
            if (!more.isEmpty()) {
                api.post(path, more);
            }
            if (!less.isEmpty()) {
                api.delete(path, less);
            }
            if (!more.isEmpty() || !less.isEmpty()) {
                done.add("roles in tokens of " + mapping.path("client").asText());
            }
        }
        for (JsonNode user : wanted.path("users")) {
            String id = ids.get(user.path("serviceAccountClientId").asText());
            if (id != null) {
                serviceAccount(id, user, roles);
            }
        }
    }

    private void change(String id, String name, JsonNode present, JsonNode client, Map<String, JsonNode> scopes) {
        ObjectNode plain = client.deepCopy();
        plain.remove(ELSEWHERE);
        if (!holds(present, plain)) {
            ObjectNode merged = overlay(present, plain);
            merged.remove(ELSEWHERE);
            api.put("/clients/" + id, merged);
            done.add("client " + name);
        }
        Map<String, JsonNode> mappers = by("name", present.path("protocolMappers"));
        for (JsonNode mapper : client.path("protocolMappers")) {
            JsonNode there = mappers.get(mapper.path("name").asText());
            if (there == null) {
                api.post("/clients/" + id + "/protocol-mappers/models", mapper);
                done.add("mapper of " + name);
            } else if (!holds(there, mapper)) {
                api.put(
                        "/clients/" + id + "/protocol-mappers/models/"
                                + there.path("id").asText(),
                        overlay(there, mapper));
                done.add("mapper of " + name);
            }
        }
        scopes("default", id, name, present, client, scopes);
        scopes("optional", id, name, present, client, scopes);
    }

    private void scopes(
            String kind, String id, String name, JsonNode present, JsonNode client, Map<String, JsonNode> scopes) {
        String field = kind + "ClientScopes";
        if (!client.has(field)) {
            return;
        }
        Set<String> there = texts(present.path(field));
        Set<String> wanted = texts(client.path(field));
        String path = "/clients/" + id + "/" + kind + "-client-scopes/";
        for (JsonNode more : picked(scopes, wanted, there)) {
            api.put(path + more.path("id").asText(), null);
            done.add("scope of " + name);
        }
        for (JsonNode less : picked(scopes, there, wanted)) {
            api.delete(path + less.path("id").asText(), null);
            done.add("scope of " + name);
        }
    }

    private void serviceAccount(String client, JsonNode wanted, Map<String, JsonNode> roles) {
        String path = "/users/"
                + api.get("/clients/" + client + "/service-account-user")
                        .path("id")
                        .asText()
                + "/role-mappings";
        JsonNode present = api.get(path);
        List<JsonNode> more = picked(
                roles,
                texts(wanted.path("realmRoles")),
                by("name", present.path("realmMappings")).keySet());
        if (!more.isEmpty()) {
            api.post(path + "/realm", more);
            done.add("roles of " + wanted.path("username").asText());
        }
        wanted.path("clientRoles").properties().forEach(of -> {
            String id = api.get("/clients?clientId=" + KeycloakApi.part(of.getKey()))
                    .path(0)
                    .path("id")
                    .asText();
            List<JsonNode> missing = picked(
                    by("name", api.get("/clients/" + id + "/roles?max=1000")),
                    texts(of.getValue()),
                    by("name", present.path("clientMappings").path(of.getKey()).path("mappings"))
                            .keySet());
            if (!missing.isEmpty()) {
                api.post(path + "/clients/" + id, missing);
                done.add("roles of " + wanted.path("username").asText());
            }
        });
    }

    /** Of some things those that are named in the one and not in the other. */
    private static List<JsonNode> picked(Map<String, JsonNode> things, Set<String> in, Set<String> notIn) {
        return in.stream()
                .filter(name -> !notIn.contains(name) && things.containsKey(name))
                .map(things::get)
                .toList();
    }
}
