package io.liudan.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.problem.StartupProblem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Composes the file that Keycloak imports: the realm as code in {@code keycloak/liudan-realm.json}, a desk group for
 * every desk of the directory and, for the demo city, {@code keycloak/demo} with its synthetic people and an agency
 * that has accounts of its own.
 */
class RealmFile {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final Map<String, String> KINDS = Map.of(
            "grid-",
            "grid-worker",
            "community-",
            "community-officer",
            "street-",
            "dispatcher",
            "dept-",
            "clerk",
            "city-",
            "staff");

    /** What the hub asks of every token, {@code liudan.identity.audience}. */
    private static final String AUDIENCE = "liudan-hub";

    private static final List<String> SCOPES = List.of("basic", "acr", "roles", "profile", "web-origins");
    private static final Set<String> SYSTEMS = Set.of("agency", "monitor");
    /** Whoever has this role shows more than a password. */
    private static final String SECOND_FACTOR = "second-factor";

    private final CityDirectory city;

    RealmFile(CityDirectory city) {
        this.city = city;
    }

    /**
     * @param folder the realm's folder, {@code keycloak/}
     * @param webUrl the hub's own address, to which browsers come back after signing in
     * @param target the file to write
     * @param demo whether to add the demo client and the synthetic people
     * @throws StartupProblem when a file of the realm is missing or isn't JSON, naming file, line and column
     */
    void write(Path folder, String webUrl, Path target, boolean demo) {
        ObjectNode realm = read(folder.resolve("liudan-realm.json"));
        realm.setAll(read(folder.resolve("flows.json")));
        ArrayNode groups = realm.withArray("groups");
        city.desks().forEach(desk -> desk(groups.addObject().put("name", desk), desk));
        city.units().stream().filter(OrgUnit::answers).forEach(department -> agency(realm, department, demo));
        agencies(realm, folder.resolve("agencies"));
        if (demo) {
            realm.path("roles").path("realm").forEach(RealmFile::withoutSecondFactor);
            agencies(realm, folder.resolve("demo/agencies"));
            ObjectNode extra = read(folder.resolve("demo/people.json"));
            realm.withArray("clients").addAll((ArrayNode) extra.withArray("clients"));
            realm.withArray("users").addAll(new DemoPeople(city).accounts(extra.withArray("users")));
        }
        realm.withArray("clients").forEach(client -> {
            narrow(realm, (ObjectNode) client);
            if (!demo && client.has("secret")) {
                // Outside the demo a secret that isn't set is better missing than known to everybody.
                ((ObjectNode) client)
                        .put("secret", client.path("secret").asText().replaceFirst("^(\\$\\{[^:}]+):[^}]*}$", "$1}"));
            }
            addressesOf(client, "redirectUris", webUrl);
            addressesOf(client, "webOrigins", webUrl);
            if (client.path("attributes") instanceof ObjectNode attributes
                    && attributes.has("post.logout.redirect.uris")) {
                attributes.put("post.logout.redirect.uris", webUrl + "/*");
            }
        });
        try {
            Files.createDirectories(target.getParent());
            JSON.writeValue(target.toFile(), realm);
        } catch (IOException e) {
            throw new StartupProblem("The realm can't be written to " + target + ".", "Make that folder writable.", e);
        }
    }

    /** Whoever is put into a desk's group has the role that goes with such a desk. */
    private void desk(ObjectNode group, String desk) {
        group.putObject("attributes").putArray("title").add(city.deskName(desk));
        KINDS.forEach((prefix, role) -> {
            if (desk.startsWith(prefix)) {
                group.putArray("realmRoles").add(role);
            }
        });
    }

    /** A client for each department's own system; Keycloak makes up its secret, but for the demo. */
    private static void agency(ObjectNode realm, OrgUnit department, boolean demo) {
        String id = "agency-" + department.code();
        ObjectNode client = realm.withArray("clients")
                .addObject()
                .put("clientId", id)
                .put("name", department.name() + "系统")
                .put("publicClient", false)
                .put("standardFlowEnabled", false)
                .put("serviceAccountsEnabled", true);
        client.putObject("attributes").put("access.token.lifespan", "300");
        if (demo) {
            client.put("secret", "demo");
        }
        realm.withArray("users")
                .addObject()
                .put("username", "service-account-" + id)
                .put("enabled", true)
                .put("serviceAccountClientId", id)
                .putArray("realmRoles")
                .add("agency");
    }

    /**
     * How agencies' own accounts come in, a file for each agency: identity providers with what they map, and LDAP
     * directories.
     */
    private static void agencies(ObjectNode realm, Path folder) {
        File[] files = folder.toFile().listFiles((dir, name) -> name.endsWith(".json"));
        for (File file : files == null ? new File[0] : files) {
            ObjectNode agency = read(file.toPath());
            realm.withArray("identityProviders").addAll(agency.withArray("identityProviders"));
            realm.withArray("identityProviderMappers").addAll(agency.withArray("identityProviderMappers"));
            agency.path("components").properties().forEach(kind -> realm.withObject("components")
                    .withArray(kind.getKey())
                    .addAll((ArrayNode) kind.getValue()));
        }
    }

    /** People of the demo city have no phone to prove themselves with. */
    private static void withoutSecondFactor(JsonNode role) {
        if (role.path("composites").path("realm") instanceof ArrayNode roles) {
            Iterator<JsonNode> names = roles.iterator();
            while (names.hasNext()) {
                if (names.next().asText().equals(SECOND_FACTOR)) {
                    names.remove();
                }
            }
        }
    }

    /**
     * Tokens of every client are for the hub, and carry none but the roles that the client is for: its own, or those of
     * people.
     */
    private static void narrow(ObjectNode realm, ObjectNode client) {
        if (client.path("fullScopeAllowed").asBoolean()) {
            // Reads the realm itself, and is no caller of the hub.
            return;
        }
        client.withArray("protocolMappers")
                .addObject()
                .put("name", "hub")
                .put("protocol", "openid-connect")
                .put("protocolMapper", "oidc-audience-mapper")
                .putObject("config")
                .put("included.custom.audience", AUDIENCE)
                .put("access.token.claim", "true")
                .put("id.token.claim", "false");
        client.put("fullScopeAllowed", false);
        // Keycloak's usual ones but for those that anybody may ask for: no token outlives a working day.
        client.putArray("optionalClientScopes");
        ArrayNode scopes = client.putArray("defaultClientScopes");
        SCOPES.forEach(scopes::add);
        String id = client.path("clientId").asText();
        if (realm.path("scopeMappings")
                .valueStream()
                .anyMatch(mapping -> mapping.path("client").asText().equals(id))) {
            return;
        }
        boolean people = client.path("standardFlowEnabled").asBoolean()
                || client.path("directAccessGrantsEnabled").asBoolean();
        ArrayNode roles =
                realm.withArray("scopeMappings").addObject().put("client", id).putArray("roles");
        realm.path("roles").path("realm").forEach(role -> {
            String name = role.path("name").asText();
            if (people != SYSTEMS.contains(name) && (people || id.startsWith(name) || id.endsWith(name))) {
                roles.add(name);
            }
        });
    }

    /** The realm's files name the hub as {@code ${hub}}. */
    private static void addressesOf(JsonNode client, String field, String webUrl) {
        if (client.path(field) instanceof ArrayNode addresses) {
            List<String> texts = addresses
                    .valueStream()
                    .map(text -> text.asText().replace("${hub}", webUrl))
                    .toList();
            addresses.removeAll();
            texts.forEach(addresses::add);
        }
    }

    private static ObjectNode read(Path file) {
        try {
            if (JSON.readTree(file.toFile()) instanceof ObjectNode object) {
                return object;
            }
            throw new StartupProblem(
                    "The realm file " + file + " doesn't hold a JSON object.",
                    "Mend it; git knows its last good state.");
        } catch (JsonProcessingException e) {
            throw new StartupProblem(
                    "The realm file " + file + " is not valid JSON: line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ".",
                    "Mend it; git knows its last good state.",
                    e);
        } catch (IOException e) {
            throw new StartupProblem(
                    "The realm file " + file + " can't be read.", "Start the hub from the project's folder.", e);
        }
    }
}
