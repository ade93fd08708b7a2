package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.WebSession;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** Nobody calls more often than {@code limits.yaml} says. The tests count to a twentieth of it. */
class CallLimitsTest extends HubTest {

    private static final double TWENTIETH = 0.05;

    @Autowired
    private CallLimits limits;

    @Autowired
    private RateLimits declared;

    @Value("${liudan.identity.call-limit-factor}")
    private double usual;

    private final Api api = new Api(hub(), realm());

    @BeforeEach
    void strict() {
        api.token("resident2");
        api.token("resident3");
        limits.factor = TWENTIETH;
        limits.forget();
    }

    @AfterEach
    void asUsual() {
        limits.factor = usual;
        limits.forget();
    }

    private int files(String person) {
        return api.get(person, "/api/v1/requests").status();
    }

    @Test
    void an_account_that_calls_too_often_is_told_to_wait_and_nobody_else() {
        // Six, and perhaps one more that comes back meanwhile.
        int calls = 0;
        while (files("resident2") == 200) {
            assertThat(++calls).isLessThan(20);
        }
        assertThat(calls).isGreaterThanOrEqualTo(6);
        Api.Answer refused = api.get("resident2", "/api/v1/requests");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body().path("code").asText()).isEqualTo("too-many-calls");
        assertThat(refused.body().path("detail").asText()).isEqualTo("操作过于频繁，请稍后再试。");
        assertThat(files("resident3")).isEqualTo(200);
        assertThat(api.get(null, "/actuator/health").status())
                .as("health isn't counted")
                .isEqualTo(200);
    }

    @Test
    void the_web_apps_calls_are_counted_too() {
        WebSession browser = new WebSession(hub());
        limits.factor = usual;
        browser.signIn("dept-hbj");
        limits.factor = TWENTIETH;
        limits.forget();
        int calls = 0;
        while (browser.send("GET", "/camunda/api/engine/engine/default/task/count", null, Map.of())
                        .statusCode()
                == 200) {
            assertThat(++calls).isLessThan(100);
        }
        var refused = browser.send("GET", "/camunda/api/engine/engine/default/task/count", null, Map.of());
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void an_address_that_knocks_without_a_sign_in_is_told_to_wait_and_whoever_has_one_is_let_in_all_the_same() {
        int calls = 0;
        while (files(null) == 401) {
            assertThat(++calls).isLessThan(100);
        }
        assertThat(calls).isGreaterThanOrEqualTo(30);
        assertThat(files(null)).isEqualTo(429);
        assertThat(files("resident3")).isEqualTo(200);
    }

    private int guess(int i) {
        return api.send(
                        null,
                        "GET",
                        "/api/v1/requests",
                        BodyPublishers.noBody(),
                        Map.of("Authorization", "Bearer guessed" + i))
                .status();
    }

    @Test
    void whoever_guesses_tokens_is_told_to_wait_and_takes_nothing_from_their_neighbours() {
        assertThat(files("resident3")).isEqualTo(200);
        int guesses = 0;
        while (guess(guesses) == 401) {
            assertThat(++guesses).isLessThan(100);
        }
        assertThat(guesses).isGreaterThanOrEqualTo(30);
        assertThat(guess(guesses)).isEqualTo(429);
        assertThat(files(null)).as("whoever has nothing to show").isEqualTo(401);
        assertThat(files("resident3")).as("whoever is known to be good").isEqualTo(200);
    }

    @Test
    void a_made_up_session_is_no_way_round_it() {
        int calls = 0;
        while (api.send(
                                null,
                                "GET",
                                "/api/v1/requests",
                                BodyPublishers.noBody(),
                                Map.of("Cookie", "__Host-SESSION=made-up" + calls, "X-Requested-With", "liudan-web"))
                        .status()
                == 401) {
            assertThat(++calls).isLessThan(100);
        }
        assertThat(calls).isGreaterThanOrEqualTo(30);
    }

    @Test
    void refused_doors_count_and_a_path_that_is_written_otherwise_does_too() {
        int calls = 0;
        while (api.get("resident2", calls % 2 == 0 ? "/api/v1/tasks" : "/%61pi/v1/tasks")
                        .status()
                == 403) {
            assertThat(++calls).isLessThan(20);
        }
        assertThat(calls).isBetween(6, 8);
        assertThat(api.get("resident2", "/%61pi/v1/requests").status()).isEqualTo(429);
        assertThat(api.get("resident2", "/engine-rest/task").status())
                .as("at the engine's door too")
                .isEqualTo(429);
    }

    @Test
    void a_network_of_ipv6_counts_as_one_address() {
        assertThat(Addresses.network("2001:db8:1:2:3:4:5:6"))
                .isEqualTo(Addresses.network("2001:db8:1:2::1"))
                .isNotEqualTo(Addresses.network("2001:db8:1:3::1"));
        assertThat(Addresses.network("10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(Addresses.network("::ffff:10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(Addresses.network("somewhere")).isEqualTo("somewhere");
    }

    @Test
    void the_most_generous_of_somebodys_roles_counts() {
        Actor clerk = new Actor("a", "a", Set.of(Actor.Role.RESIDENT, Actor.Role.STAFF), Set.of());
        assertThat(declared.calls().of(clerk)).isEqualTo(600);
        assertThat(declared.calls().of(new Actor("a", "a", Set.of(Actor.Role.RESIDENT), Set.of())))
                .isEqualTo(120);
        assertThat(declared.calls().of(new Actor("a", "a", Set.of(), Set.of()))).isEqualTo(600);
    }
}
