package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.WebSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What an identity administrator does in Keycloak counts at the hub within a minute, whatever somebody's token says. */
class DirectorySyncTest extends HubTest {

    /** As the purpose has it. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Api api = new Api(hub(), realm());
    private final String name = "clerk-" + UUID.randomUUID().toString().substring(0, 8);
    private String id;
    @Autowired
    private DirectorySync sync;
    @Autowired
    private People people;

    @BeforeEach
    void aClerkOfTheUrbanManagement() throws Exception {
        admin("POST", "/users", Map.of("username", name, "enabled", true, "lastName", "穆", "firstName", "晓云", "email", name + "@demo.invalid", "emailVerified", true,
                "groups", List.of("/dept-cgj")));
        id = admin("GET", "/users?exact=true&username=" + name, null).path(0).path("id").asText();
        // The realm's policy is for what people choose; the test's account has the password of the others.
        String policy = admin("GET", "", null).path("passwordPolicy").asText();
        admin("PUT", "", Map.of("passwordPolicy", ""));
        admin("PUT", "/users/" + id + "/reset-password", Map.of("type", "password", "value", "demo", "temporary", false));
        admin("PUT", "", Map.of("passwordPolicy", policy));
    }

    @AfterEach
    void gone() throws Exception {
        admin("DELETE", "/users/" + id, null);
    }

    private JsonNode admin(String method, String path, Object body) throws Exception {
        String form = "grant_type=password&client_id=admin-cli&username=admin&password=admin";
        String token = json.readTree(http.send(HttpRequest.newBuilder(URI.create(realm().replace("/realms/liudan", "/realms/master") + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(form)).build(), BodyHandlers.ofString()).body()).path("access_token").asText();
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(realm().replace("/realms/", "/admin/realms/") + path)).header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json").method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json.writeValueAsString(body))).build(), BodyHandlers.ofString());
        return answer.body().isEmpty() ? json.nullNode() : json.readTree(answer.body());
    }

    private String group(String desk) throws Exception {
        for (JsonNode group : admin("GET", "/groups?exact=true&search=" + URLEncoder.encode(desk, StandardCharsets.UTF_8), null)) {
            if (group.path("name").asText().equals(desk)) {
                return group.path("id").asText();
            }
        }
        throw new IllegalStateException("No group " + desk);
    }

    private static void soon(String what, BooleanSupplier holds) {
        Instant end = Instant.now().plus(SOON);
        while (!holds.getAsBoolean()) {
            assertThat(Instant.now()).as("after a minute still not: " + what).isBefore(end);
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private int tasks() {
        return api.get(name, "/api/v1/tasks").status();
    }

    private String dispatched() {
        String code = api.submit("resident1", Map.of("category", "sanitation", "title", "垃圾没有清运", "description", "三天了", "gridCode", "622901001001-01")).body().path("code").asText();
        for (Map.Entry<String, Map<String, String>> step : List.of(Map.entry("grid1", Map.of("decision", "CONFIRM")), Map.entry("community1", Map.of("decision", "ISSUE")),
                Map.entry("street1", Map.of("decision", "DISPATCH", "lead", "cgj")))) {
            api.complete(step.getKey(), api.task(step.getKey(), code, null).path("id").asText(), step.getValue());
        }
        return code;
    }

    @Test
    void the_realm_can_be_read_and_exported_as_a_whole_so_that_it_can_be_compared_with_its_files() throws Exception {
        assertThat(admin("GET", "", null).path("passwordPolicy").asText()).contains("length(10)");
        assertThat(admin("POST", "/partial-export", Map.of()).path("authenticationFlows")).isNotEmpty();
    }

    @Test
    void a_person_who_is_removed_can_do_nothing_more_though_their_token_is_good() throws Exception {
        assertThat(tasks()).isEqualTo(200);
        soon("in the directory", () -> people.find(name).filter(person -> person.desks().contains("dept-cgj") && person.roles().contains(Actor.Role.CLERK)).isPresent());
        admin("DELETE", "/users/" + id, null);
        soon("refused", () -> tasks() == 401);
        assertThat(api.get(name, "/engine-rest/task").status()).isEqualTo(401);
        assertThat(people.find(name)).isEmpty();
    }

    @Test
    void news_that_were_asked_for_before_somebody_was_removed_and_come_late_bring_nobody_back() throws Exception {
        assertThat(tasks()).isEqualTo(200);
        soon("in the directory", () -> people.bySubject(id).isPresent());
        admin("PUT", "/users/" + id, Map.of("lastName", "马"));
        DirectorySync.News late = sync.ask();
        assertThat(late.told().get(id)).isPresent();
        admin("DELETE", "/users/" + id, null);
        soon("gone", () -> people.bySubject(id).isEmpty());
        assertThat(sync.take(late)).isFalse();
        assertThat(people.bySubject(id)).isEmpty();
        assertThat(tasks()).isEqualTo(401);
    }

    @Test
    void a_person_who_is_disabled_loses_their_session_in_the_browser_too() throws Exception {
        WebSession browser = new WebSession(hub());
        browser.signIn(name);
        assertThat(browser.send("GET", "/camunda/api/engine/engine/default/task/count", null, Map.of()).statusCode()).isEqualTo(200);
        soon("in the directory", () -> people.bySubject(id).isPresent());
        admin("PUT", "/users/" + id, Map.of("enabled", false));
        soon("signed out", () -> browser.send("GET", "/camunda/api/engine/engine/default/task/count", null, Map.of()).statusCode() == 401);
    }

    @Test
    void a_person_who_moves_to_another_desk_sees_that_one_and_no_longer_the_old_one() throws Exception {
        String code = dispatched();
        assertThat(api.task(name, code, "accept").isMissingNode()).isFalse();
        soon("in the directory", () -> people.bySubject(id).isPresent());
        admin("DELETE", "/users/" + id + "/groups/" + group("dept-cgj"), null);
        admin("PUT", "/users/" + id + "/groups/" + group("dept-hbj"), Map.of());
        soon("moved", () -> people.find(name).filter(person -> person.desks().equals(Set.of("dept-hbj"))).isPresent());
        soon("nothing of the old desk", () -> api.task(name, code, "accept").isMissingNode());
        assertThat(api.get(name, "/api/v1/requests/" + code).status()).isEqualTo(404);
        assertThat(tasks()).as("and is at work at the new one").isEqualTo(200);
    }

    @Test
    void what_no_event_told_the_comparison_finds_and_reports() throws Exception {
        sync.takeEvents();
        sync.compare();
        assertThat(sync.compare().orElseThrow().all()).as("nothing is left to find").isZero();
        people.put(new Realm.Member("no-such-subject", "ghost-" + name, "幽灵", Set.of(Actor.Role.STAFF), Set.of("dept-cgj")));
        // Somebody to whom nothing happened lately: what the events tell of all the while isn't drift.
        People.Person known = people.find("dept-zjj").orElseThrow();
        String subject = people.all().entrySet().stream().filter(one -> one.getValue().equals(known)).map(Map.Entry::getKey).findFirst().orElseThrow();
        people.put(new Realm.Member(subject, known.username(), "别的名字", Set.of(Actor.Role.STAFF), Set.of("dept-hbj")));
        DirectorySync.Drift drift = sync.compare().orElseThrow();
        assertThat(drift).isEqualTo(new DirectorySync.Drift(0, 1, 1));
        assertThat(people.find("ghost-" + name)).isEmpty();
        assertThat(people.find("dept-zjj")).hasValue(known);
        assertThat(people.all()).hasSizeGreaterThan(300);
    }

    @Test
    void staff_are_found_by_part_of_their_name() throws Exception {
        sync.compare();
        assertThat(people.search("晓云", 10)).extracting(People.Person::username).contains(name);
        assertThat(people.search("cgj-lead", 10)).extracting(People.Person::username).contains("dept-cgj-leader");
        assertThat(people.search("%", 10)).isEmpty();
        assertThat(people.search("马小兰", 10)).as("residents aren't staff").isEmpty();
    }
}
