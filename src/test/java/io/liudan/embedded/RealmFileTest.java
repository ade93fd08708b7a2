package io.liudan.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.HubTest;
import io.liudan.directory.CityDirectory;
import io.liudan.problem.StartupProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

class RealmFileTest extends HubTest {

    @Autowired
    private CityDirectory city;

    @TempDir
    private Path folder;

    @Test
    void every_desk_has_a_group_and_a_person_and_the_friendly_ones_are_among_them() throws IOException {
        Path target = folder.resolve("realm.json");
        new RealmFile(city).write(Path.of("keycloak"), "http://hub", target, true);
        JsonNode realm = new ObjectMapper().readTree(target.toFile());
        assertThat(realm.path("groups"))
                .extracting(group -> group.path("name").asText())
                .containsExactlyInAnyOrderElementsOf(city.desks());
        assertThat(city.desks())
                .allSatisfy(desk -> assertThat(realm.path("users")).anySatisfy(user -> assertThat(user.path("groups"))
                        .anySatisfy(group -> assertThat(group.asText()).isEqualTo("/" + desk))));
        assertThat(realm.path("users"))
                .extracting(user -> user.path("username").asText())
                .doesNotHaveDuplicates()
                .contains(
                        "resident1",
                        "resident2",
                        "resident3",
                        "grid1",
                        "community1",
                        "street1",
                        "supervisor",
                        "designer",
                        "admin",
                        "dept-cgj");
        assertThat(realm.toString()).doesNotContain("${hub}");
    }

    @Test
    void without_the_demo_there_are_desks_and_agencies_but_no_people_no_secret_and_no_password_client()
            throws IOException {
        Path target = folder.resolve("realm.json");
        new RealmFile(city).write(Path.of("keycloak"), "https://hub.example", target, false);
        JsonNode realm = new ObjectMapper().readTree(target.toFile());
        assertThat(realm.path("users")).allSatisfy(user -> {
            assertThat(user.path("serviceAccountClientId").asText())
                    .matches("agency-.*|liudan-monitor|liudan-directory");
            assertThat(user.has("credentials")).isFalse();
        });
        assertThat(realm.path("clients"))
                .filteredOn(client -> client.path("clientId").asText().startsWith("agency-"))
                .isNotEmpty()
                .noneSatisfy(client -> assertThat(client.has("secret")).isTrue());
        // The mini-program's grant asks for no password: it has a flow of its own.
        assertThat(realm.path("clients"))
                .filteredOn(client -> client.path("directAccessGrantsEnabled").asBoolean())
                .extracting(client -> client.path("clientId").asText())
                .containsExactly("liudan-miniprogram");
        assertThat(realm.path("clients"))
                .filteredOn(client -> client.path("clientId").asText().equals("liudan-web"))
                .first()
                .satisfies(
                        client -> assertThat(client.path("redirectUris").path(0).asText())
                                .isEqualTo("https://hub.example/login/oauth2/code/keycloak"));
    }

    @Test
    void who_is_at_a_desk_has_the_role_of_such_a_desk_and_nobody_has_two_duties_that_are_apart() throws IOException {
        Path target = folder.resolve("realm.json");
        new RealmFile(city).write(Path.of("keycloak"), "http://hub", target, true);
        JsonNode realm = new ObjectMapper().readTree(target.toFile());
        assertThat(realm.path("groups"))
                .allSatisfy(group -> assertThat(group.path("realmRoles")).hasSize(1));
        assertThat(realm.path("groups"))
                .filteredOn(group -> group.path("name").asText().equals("street-622901001"))
                .first()
                .satisfies(group ->
                        assertThat(group.path("realmRoles").path(0).asText()).isEqualTo("dispatcher"));
        Set<String> apart = Set.of("administrator", "auditor", "security-officer");
        assertThat(realm.path("users")).allSatisfy(user -> assertThat(user.path("realmRoles"))
                .filteredOn(role -> apart.contains(role.asText()))
                .hasSizeLessThan(2));
    }

    @Test
    void clients_are_for_the_hub_and_carry_only_the_roles_that_they_are_for() throws IOException {
        Path target = folder.resolve("realm.json");
        new RealmFile(city).write(Path.of("keycloak"), "https://hub.example", target, false);
        JsonNode realm = new ObjectMapper().readTree(target.toFile());
        assertThat(realm.path("clients"))
                .filteredOn(client -> !client.path("clientId").asText().equals("liudan-directory"))
                .isNotEmpty()
                .allSatisfy(client -> {
                    assertThat(client.path("fullScopeAllowed").asBoolean(true)).isFalse();
                    assertThat(client.path("protocolMappers").toString())
                            .contains("\"included.custom.audience\":\"liudan-hub\"");
                });
        assertThat(roles(realm, "agency-cgj")).containsExactly("agency");
        assertThat(roles(realm, "liudan-monitor")).containsExactly("monitor");
        assertThat(roles(realm, "liudan-resident")).containsExactly("resident");
        assertThat(roles(realm, "liudan-miniprogram")).containsExactly("resident");
        assertThat(roles(realm, "liudan-web"))
                .contains("clerk", "auditor", "resident")
                .doesNotContain("agency", "monitor");
        assertThat(realm.path("clients"))
                .filteredOn(client -> client.has("secret"))
                .hasSize(3)
                .allSatisfy(client -> assertThat(client.path("secret").asText()).matches("\\$\\{[A-Z_]+}"));
        assertThat(realm.path("clients"))
                .filteredOn(client -> !client.path("clientId").asText().equals("liudan-directory"))
                .allSatisfy(client -> assertThat(
                                client.path("optionalClientScopes").isEmpty() && client.has("optionalClientScopes"))
                        .isTrue());
        assertThat(realm.path("clients"))
                .filteredOn(client -> client.path("clientId").asText().equals("admin-cli"))
                .singleElement()
                .satisfies(
                        client -> assertThat(client.path("enabled").asBoolean()).isFalse());
        assertThat(realm.path("bruteForceProtected").asBoolean()).isTrue();
        assertThat(realm.path("passwordPolicy").asText()).contains("length(10)");
    }

    @Test
    void whoever_supervises_designs_administers_audits_or_keeps_keys_shows_a_second_factor_but_in_the_demo()
            throws IOException {
        Path target = folder.resolve("realm.json");
        for (boolean demo : List.of(true, false)) {
            new RealmFile(city).write(Path.of("keycloak"), "https://hub.example", target, demo);
            JsonNode realm = new ObjectMapper().readTree(target.toFile());
            assertThat(realm.path("roles").path("realm"))
                    .filteredOn(role -> role.path("composites").toString().contains("\"second-factor\""))
                    .extracting(role -> role.path("name").asText())
                    .containsExactlyInAnyOrderElementsOf(
                            demo
                                    ? List.of()
                                    : List.of(
                                            "supervisor",
                                            "designer",
                                            "process-operator",
                                            "administrator",
                                            "auditor",
                                            "security-officer"));
        }
    }

    private static List<String> roles(JsonNode realm, String client) {
        List<String> roles = new ArrayList<>();
        realm.path("scopeMappings").forEach(mapping -> {
            if (mapping.path("client").asText().equals(client)) {
                mapping.path("roles").forEach(role -> roles.add(role.asText()));
            }
        });
        return roles;
    }

    @Test
    void a_broken_realm_file_is_named_with_its_line() throws IOException {
        Files.writeString(folder.resolve("liudan-realm.json"), "{\n  \"realm\": \"liudan\",,\n}");
        assertThatThrownBy(() -> new RealmFile(city).write(folder, "http://hub", folder.resolve("out.json"), true))
                .isInstanceOf(StartupProblem.class)
                .hasMessageContaining("liudan-realm.json")
                .hasMessageContaining("line 2");
    }
}
