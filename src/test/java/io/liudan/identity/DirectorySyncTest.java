package io.liudan.identity;

import static io.liudan.RealmAdmin.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.RealmAdmin;
import io.liudan.WebSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * What an identity administrator does in Keycloak counts at the hub within a minute, whatever somebody's token says.
 */
class DirectorySyncTest extends HubTest {

    private final RealmAdmin admin = new RealmAdmin(realm());
    private final Api api = new Api(hub(), realm());
    private final String name = "clerk-" + UUID.randomUUID().toString().substring(0, 8);
    private String id;

    @Autowired
    private DirectorySync sync;

    @Autowired
    private People people;

    @BeforeEach
    void aClerkOfTheUrbanManagement() throws Exception {
        id = admin.person(name, "穆", "晓云", List.of("/dept-cgj"));
    }

    @AfterEach
    void gone() throws Exception {
        admin.call("DELETE", "/users/" + id, null);
    }

    /** The hub itself may be at it, looking for events. */
    private DirectorySync.Drift compared() {
        return await().atMost(Duration.ofMinutes(1))
                .until(sync::compare, Optional::isPresent)
                .orElseThrow();
    }

    private int tasks() {
        return api.get(name, "/api/v1/tasks").status();
    }

    private String dispatched() {
        String code = api.file("resident1");
        for (Map.Entry<String, Map<String, String>> step : List.of(
                Map.entry("grid1", Map.of("decision", "CONFIRM")),
                Map.entry("community1", Map.of("decision", "ISSUE")),
                Map.entry("street1", Map.of("decision", "DISPATCH", "lead", "cgj")))) {
            api.complete(
                    step.getKey(),
                    api.task(step.getKey(), code, null).path("id").asText(),
                    step.getValue());
        }
        return code;
    }

    @Test
    void the_realm_can_be_read_and_exported_as_a_whole_so_that_it_can_be_compared_with_its_files() throws Exception {
        assertThat(admin.call("GET", "", null).path("passwordPolicy").asText()).contains("length(10)");
        assertThat(admin.call("POST", "/partial-export", Map.of()).path("authenticationFlows"))
                .isNotEmpty();
    }

    @Test
    void a_person_who_is_removed_can_do_nothing_more_though_their_token_is_good() throws Exception {
        assertThat(tasks()).isEqualTo(200);
        soon("in the directory", () -> people.find(name)
                .filter(person ->
                        person.desks().contains("dept-cgj") && person.roles().contains(Actor.Role.CLERK))
                .isPresent());
        admin.call("DELETE", "/users/" + id, null);
        soon("refused", () -> tasks() == 401);
        assertThat(api.get(name, "/engine-rest/task").status()).isEqualTo(401);
        // A call that was let in just before may have put them there once more, until the next look at the realm.
        soon("gone from the directory", () -> people.find(name).isEmpty());
    }

    @Test
    void news_that_were_asked_for_before_somebody_was_removed_and_come_late_bring_nobody_back() throws Exception {
        assertThat(tasks()).isEqualTo(200);
        soon("in the directory", () -> people.bySubject(id).isPresent());
        admin.call("PUT", "/users/" + id, Map.of("lastName", "马"));
        DirectorySync.News late = sync.ask();
        assertThat(late.told().get(id)).isPresent();
        admin.call("DELETE", "/users/" + id, null);
        soon("gone", () -> people.bySubject(id).isEmpty());
        assertThat(sync.take(late)).isFalse();
        assertThat(people.bySubject(id)).isEmpty();
        assertThat(tasks()).isEqualTo(401);
    }

    @Test
    void a_person_who_is_disabled_loses_their_session_in_the_browser_too() throws Exception {
        WebSession browser = new WebSession(hub());
        browser.signIn(name);
        assertThat(browser.send("GET", "/camunda/api/engine/engine/default/task/count", null, Map.of())
                        .statusCode())
                .isEqualTo(200);
        soon("in the directory", () -> people.bySubject(id).isPresent());
        admin.call("PUT", "/users/" + id, Map.of("enabled", false));
        soon(
                "signed out",
                () -> browser.send("GET", "/camunda/api/engine/engine/default/task/count", null, Map.of())
                                .statusCode()
                        == 401);
    }

    @Test
    void a_person_who_moves_to_another_desk_sees_that_one_and_no_longer_the_old_one() throws Exception {
        String code = dispatched();
        assertThat(api.task(name, code, "accept").isMissingNode()).isFalse();
        soon("in the directory", () -> people.bySubject(id).isPresent());
        admin.call("DELETE", "/users/" + id + "/groups/" + admin.group("dept-cgj"), null);
        admin.call("PUT", "/users/" + id + "/groups/" + admin.group("dept-hbj"), Map.of());
        soon("moved", () -> people.find(name)
                .filter(person -> person.desks().equals(Set.of("dept-hbj")))
                .isPresent());
        soon("nothing of the old desk", () -> api.task(name, code, "accept").isMissingNode());
        assertThat(api.get(name, "/api/v1/requests/" + code).status()).isEqualTo(404);
        assertThat(tasks()).as("and is at work at the new one").isEqualTo(200);
    }

    @Test
    void what_no_event_told_the_comparison_finds_and_reports() throws Exception {
        sync.takeEvents();
        compared();
        assertThat(compared().all()).as("nothing is left to find").isZero();
        people.put(new Realm.Member(
                "no-such-subject", "ghost-" + name, "幽灵", Set.of(Actor.Role.STAFF), Set.of("dept-cgj")));
        // Somebody to whom nothing happened lately: what the events tell of all the while isn't drift.
        People.Person known = people.find("dept-zjj").orElseThrow();
        String subject = people.all().entrySet().stream()
                .filter(one -> one.getValue().equals(known))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        people.put(new Realm.Member(subject, known.username(), "别的名字", Set.of(Actor.Role.STAFF), Set.of("dept-hbj")));
        DirectorySync.Drift drift = compared();
        assertThat(drift).isEqualTo(new DirectorySync.Drift(0, 1, 1));
        assertThat(people.find("ghost-" + name)).isEmpty();
        assertThat(people.find("dept-zjj")).hasValue(known);
        assertThat(people.all()).hasSizeGreaterThan(300);
    }

    @Test
    void staff_are_found_by_part_of_their_name() throws Exception {
        compared();
        assertThat(people.search("晓云", 10)).extracting(People.Person::username).contains(name);
        assertThat(people.search("cgj-lead", 10))
                .extracting(People.Person::username)
                .contains("dept-cgj-leader");
        assertThat(people.search("%", 10)).isEmpty();
        assertThat(people.search("马小兰", 10)).as("residents aren't staff").isEmpty();
    }
}
