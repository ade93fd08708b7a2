package io.liudan.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.liudan.HubTest;
import io.liudan.directory.CityDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** Realms of the version before, and what became of them by hand, are brought up to the realm's files. */
class RealmUpdateTest extends HubTest {

    private static final String REALM = "before";
    private static final Map<String, String> SETTINGS = Map.of();

    @Autowired
    private CityDirectory city;

    @TempDir
    private Path folder;

    private final KeycloakApi master =
            new KeycloakApi(realm().replaceFirst("/realms/.*", ""), "master", KeycloakApi.password("admin", "admin"));
    private final KeycloakApi api = master.in(REALM);

    /** As a Keycloak of its own would have it: ids serve once in one database. */
    private ObjectNode file(Path from) throws IOException {
        Path target = folder.resolve("realm.json");
        new RealmFile(city).write(from, "http://hub.invalid", target, false);
        String text = Files.readString(target)
                .replace("5f0c5a3e-7d0e-4b8b-9c3b-6f0b2a1d", "77777777-7d0e-4b8b-9c3b-6f0b2a1d");
        ObjectNode realm = (ObjectNode) RealmUpdate.tree(text);
        realm.put("realm", REALM);
        return realm;
    }

    @BeforeEach
    void theRealmOfTheVersionBefore() throws IOException {
        new KeycloakApi(realm().replaceFirst("/realms/.*", ""), "", KeycloakApi.password("admin", "admin"))
                .post("", file(Path.of("src/test/resources/realm-before")));
    }

    @AfterEach
    void gone() {
        api.delete("", null);
    }

    private List<String> update() throws IOException {
        return new RealmUpdate(api, SETTINGS).apply(file(Path.of("keycloak")));
    }

    @Test
    void the_realm_of_the_version_before_is_brought_up_to_date_once() throws IOException {
        assertThat(api.get("").path("accountTheme").asText("")).isEmpty();
        assertThat(update()).contains("settings of the realm");
        assertThat(api.get("").path("accountTheme").asText()).isEqualTo("liudan");
        assertThat(update()).as("a second time changes nothing").isEmpty();
    }

    @Test
    void what_was_changed_or_removed_by_hand_is_put_right_and_what_the_files_dont_know_stays() throws IOException {
        update();
        JsonNode flows = api.get("/authentication/flows/" + KeycloakApi.part("browser") + "/executions");
        ObjectNode otp = null;
        for (JsonNode step : flows) {
            if (step.path("providerId").asText().equals("auth-otp-form") && otp == null) {
                otp = (ObjectNode) step;
            }
        }
        api.put("/authentication/flows/browser/executions", otp.put("requirement", "DISABLED"));
        JsonNode factor = api.get("/roles/second-factor");
        api.delete("/roles/supervisor/composites", List.of(factor));
        JsonNode monitor = api.get("/clients?clientId=liudan-monitor").path(0);
        api.delete("/clients/" + monitor.path("id").asText(), null);
        JsonNode web = api.get("/clients?clientId=liudan-web").path(0);
        String offline = RealmUpdate.by("name", api.get("/client-scopes"))
                .get("offline_access")
                .path("id")
                .asText();
        api.put("/clients/" + web.path("id").asText() + "/optional-client-scopes/" + offline, null);
        JsonNode group = api.get("/groups?search=street-622901001&exact=true").path(0);
        api.delete("/groups/" + group.path("id").asText(), null);
        api.post("/users", Map.of("username", "somebody", "enabled", true));
        api.post("/roles", Map.of("name", "of-our-own"));
        String secret = api.get("/clients/" + web.path("id").asText() + "/client-secret")
                .path("value")
                .asText();

        assertThat(update())
                .contains("sign-in flow browser", "what the role supervisor brings", "client liudan-monitor")
                .contains("scope of liudan-web", "group street-622901001");

        assertThat(api.get("").path("browserFlow").asText()).isEqualTo("browser");
        assertThat(RealmUpdate.by("alias", api.get("/authentication/flows")).keySet())
                .noneMatch(alias -> alias.contains("before"));
        assertThat(RealmUpdate.by("name", api.get("/roles/supervisor/composites"))
                        .keySet())
                .contains("second-factor");
        assertThat(RealmUpdate.by("name", api.get("/roles?max=1000"))).containsKey("of-our-own");
        assertThat(api.get("/users?username=somebody")).hasSize(1);
        assertThat(api.get("/clients/" + web.path("id").asText() + "/client-secret")
                        .path("value")
                        .asText())
                .as("secrets stay")
                .isEqualTo(secret);
        assertThat(update()).isEmpty();
    }
}
