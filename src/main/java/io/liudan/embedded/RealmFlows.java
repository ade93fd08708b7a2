package io.liudan.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The part of {@link RealmUpdate} about how people sign in. A flow that differs from the file is made anew beside the
 * old one, everything that names it is led to the new one, and then the old one goes.
 */
class RealmFlows {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEFORE = " before";
    private static final String OF_FLOW = " · ";
    private static final int CONFLICT = 409;
    private static final int MOST_LOOKS = 5;

    private final KeycloakApi api;
    private final List<String> done;

    RealmFlows(KeycloakApi api, List<String> done) {
        this.api = api;
        this.done = done;
    }

    /**
     * What steps are told may be shared by flows, and goes with the first of them that goes: then the next look makes
     * the others anew.
     */
    void apply(ObjectNode realm) {
        for (int look = 0; look < MOST_LOOKS; look++) {
            int before = done.size();
            look(realm);
            if (done.size() == before) {
                return;
            }
        }
    }

    private void look(ObjectNode realm) {
        Map<String, JsonNode> wanted = RealmUpdate.by("alias", realm.path("authenticationFlows"));
        Map<String, JsonNode> configs = RealmUpdate.by("alias", realm.path("authenticatorConfig"));
        Map<String, JsonNode> present = RealmUpdate.by("alias", api.get("/authentication/flows"));
        for (JsonNode flow : realm.path("authenticationFlows")) {
            String alias = flow.path("alias").asText();
            if (!flow.path("topLevel").asBoolean()) {
                continue;
            }
            if (present.containsKey(alias) && shape(alias).equals(shape(flow, wanted, 0))) {
                lead(realm, flow, present.get(alias));
                continue;
            }
            List<String> before = present.containsKey(alias) ? setAside(alias, present.get(alias)) : List.of();
            JsonNode made = make(flow, wanted, configs);
            lead(realm, flow, made);
            bind(realm, alias);
            before.forEach(id -> api.delete("/authentication/flows/" + id, null));
            done.add("sign-in flow " + alias);
        }
    }

    /** As the file has it: a line for each step, its depth, what it is and whether it has to be. */
    private static List<String> shape(JsonNode flow, Map<String, JsonNode> all, int level) {
        List<String> lines = new ArrayList<>();
        flow.path("authenticationExecutions").forEach(step -> {
            boolean inner = step.path("authenticatorFlow").asBoolean();
            String what = inner
                    ? step.path("flowAlias").asText()
                    : step.path("authenticator").asText() + " "
                            + step.path("authenticatorConfig").asText("");
            lines.add(
                    level + " " + what.strip() + " " + step.path("requirement").asText());
            if (inner) {
                lines.addAll(shape(all.get(step.path("flowAlias").asText()), all, level + 1));
            }
        });
        return lines;
    }

    /** As Keycloak has it. */
    private List<String> shape(String alias) {
        List<String> lines = new ArrayList<>();
        steps(alias).forEach(step -> {
            String what = step.path("authenticationFlow").asBoolean()
                    ? step.path("displayName").asText()
                    : step.path("providerId").asText() + " "
                            + step.path("alias").asText("").replaceFirst(OF_FLOW + ".*", "");
            lines.add(step.path("level").asInt() + " " + what.strip() + " "
                    + step.path("requirement").asText());
        });
        return lines;
    }

    private JsonNode steps(String alias) {
        return api.get("/authentication/flows/" + KeycloakApi.part(alias) + "/executions");
    }

    /**
     * Names of flows serve once, those within others too.
     *
     * @return the flows that can go when nothing names them any more
     */
    private List<String> setAside(String alias, JsonNode flow) {
        steps(alias).forEach(step -> {
            if (step.path("authenticationFlow").asBoolean()) {
                rename(step.path("flowId").asText());
            }
        });
        rename(flow.path("id").asText());
        return List.of(flow.path("id").asText());
    }

    private void rename(String id) {
        ObjectNode flow = (ObjectNode) api.get("/authentication/flows/" + id);
        flow.put("alias", flow.path("alias").asText() + BEFORE);
        api.put("/authentication/flows/" + id, flow);
    }

    private JsonNode make(JsonNode flow, Map<String, JsonNode> all, Map<String, JsonNode> configs) {
        String alias = flow.path("alias").asText();
        ObjectNode head = JSON.createObjectNode();
        head.put("alias", alias)
                .put("description", flow.path("description").asText())
                .put("providerId", flow.path("providerId").asText())
                .put("topLevel", true)
                .put("builtIn", false);
        api.post("/authentication/flows", head);
        fill(alias, flow, all);
        // In the order in which they were made, the steps of inner flows behind them.
        List<JsonNode> wanted = flat(flow, all);
        JsonNode made = steps(alias);
        for (int i = 0; i < wanted.size(); i++) {
            ObjectNode step = (ObjectNode) made.get(i);
            step.put("requirement", wanted.get(i).path("requirement").asText());
            api.put("/authentication/flows/" + KeycloakApi.part(alias) + "/executions", step);
            String config = wanted.get(i).path("authenticatorConfig").asText("");
            if (!config.isEmpty()) {
                configure(
                        step.path("id").asText(),
                        config,
                        alias,
                        configs.get(config).path("config"));
            }
        }
        return RealmUpdate.by("alias", api.get("/authentication/flows")).get(alias);
    }

    /** Names of what steps are told serve once; in a file several steps may be told the same. */
    private void configure(String step, String name, String flow, JsonNode config) {
        String path = "/authentication/executions/" + step + "/config";
        try {
            api.post(path, Map.of("alias", name, "config", config));
        } catch (KeycloakApi.Refused taken) {
            if (taken.status() != CONFLICT) {
                throw taken;
            }
            api.post(path, Map.of("alias", name + OF_FLOW + flow, "config", config));
        }
    }

    private void fill(String parent, JsonNode flow, Map<String, JsonNode> all) {
        String path = "/authentication/flows/" + KeycloakApi.part(parent) + "/executions/";
        flow.path("authenticationExecutions").forEach(step -> {
            if (step.path("authenticatorFlow").asBoolean()) {
                JsonNode inner = all.get(step.path("flowAlias").asText());
                String alias = inner.path("alias").asText();
                api.post(
                        path + "flow",
                        Map.of(
                                "alias",
                                alias,
                                "type",
                                inner.path("providerId").asText(),
                                "description",
                                inner.path("description").asText(),
                                "provider",
                                step.path("authenticator").asText("")));
                fill(alias, inner, all);
            } else {
                api.post(
                        path + "execution",
                        Map.of("provider", step.path("authenticator").asText()));
            }
        });
    }

    private static List<JsonNode> flat(JsonNode flow, Map<String, JsonNode> all) {
        List<JsonNode> steps = new ArrayList<>();
        flow.path("authenticationExecutions").forEach(step -> {
            steps.add(step);
            if (step.path("authenticatorFlow").asBoolean()) {
                steps.addAll(flat(all.get(step.path("flowAlias").asText()), all));
            }
        });
        return steps;
    }

    /** A client of the file names a flow by the id that the file gives it; Keycloak may know it by another one. */
    private static void lead(ObjectNode realm, JsonNode flow, JsonNode known) {
        String wanted = flow.path("id").asText("");
        if (wanted.isEmpty()) {
            return;
        }
        realm.path("clients").forEach(client -> {
            if (client.path("authenticationFlowBindingOverrides") instanceof ObjectNode overrides) {
                overrides.properties().forEach(one -> {
                    if (one.getValue().asText().equals(wanted)) {
                        overrides.put(one.getKey(), known.path("id").asText());
                    }
                });
            }
        });
    }

    /** What names the flow: the realm, clients, agencies. */
    private void bind(ObjectNode realm, String alias) {
        ObjectNode bindings = JSON.createObjectNode();
        realm.properties().forEach(one -> {
            if (one.getKey().endsWith("Flow") && one.getValue().asText().equals(alias)) {
                bindings.put(one.getKey(), alias);
            }
        });
        if (!bindings.isEmpty()) {
            api.put("", bindings);
        }
        Map<String, JsonNode> clients = RealmUpdate.by("clientId", api.get("/clients?max=10000"));
        realm.path("clients").forEach(client -> {
            JsonNode overrides = client.path("authenticationFlowBindingOverrides");
            JsonNode present = clients.get(client.path("clientId").asText());
            if (overrides.isObject()
                    && present != null
                    && !RealmUpdate.holds(present.path("authenticationFlowBindingOverrides"), overrides)) {
                ObjectNode merged = present.deepCopy();
                merged.remove("secret");
                merged.set("authenticationFlowBindingOverrides", overrides);
                api.put("/clients/" + present.path("id").asText(), merged);
            }
        });
        Map<String, JsonNode> agencies = RealmUpdate.by("alias", api.get("/identity-provider/instances"));
        realm.path("identityProviders").forEach(agency -> {
            JsonNode present = agencies.get(agency.path("alias").asText());
            if (present != null
                    && agency.path("firstBrokerLoginFlowAlias").asText().equals(alias)) {
                ObjectNode merged = present.deepCopy();
                merged.put("firstBrokerLoginFlowAlias", alias);
                api.put(
                        "/identity-provider/instances/"
                                + KeycloakApi.part(present.path("alias").asText()),
                        merged);
            }
        });
    }
}
