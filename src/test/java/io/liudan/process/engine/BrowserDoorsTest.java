package io.liudan.process.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.HubTest;
import io.liudan.WebSession;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What another site may try with the browser of somebody who is signed in. */
class BrowserDoorsTest extends HubTest {

    private static final Map<String, String> OWN_PAGE = Map.of("X-Requested-With", "liudan-web");

    private final WebSession browser = new WebSession(hub());

    @Test
    void a_form_of_another_site_moves_nothing() {
        browser.signIn("grid1");
        assertThat(browser.send("GET", "/api/v1/tasks", null, OWN_PAGE).statusCode())
                .isEqualTo(200);
        assertThat(browser.send("POST", "/api/v1/tasks/none/claim", Map.of(), Map.of())
                        .statusCode())
                .as("a form can't set the header of the hub's own pages")
                .isEqualTo(401);
        assertThat(browser.send(
                                "POST",
                                "/camunda/api/engine/engine/default/task",
                                Map.of(),
                                Map.of("X-XSRF-TOKEN", "guessed"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.send("OPTIONS", "/api/v1/tasks", null, Map.of("X-Probe", "1"))
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .as("no other site's script reads along")
                .isEmpty();
    }

    @Test
    void no_page_can_be_framed_and_no_answer_is_kept_or_guessed_at() {
        browser.signIn("grid1");
        for (String path :
                List.of("/camunda/app/tasklist/default/", "/camunda/assets/hub/operator.html", "/api/v1/tasks")) {
            HttpResponse<String> answer = browser.send("GET", path, null, OWN_PAGE);
            String framing = answer.headers().firstValue("X-Frame-Options").orElse("")
                    + answer.headers().firstValue("Content-Security-Policy").orElse("");
            assertThat(framing).as(path).containsAnyOf("DENY", "SAMEORIGIN", "frame-ancestors");
            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .hasValue("nosniff");
        }
        assertThat(browser.send("GET", "/api/v1/tasks", null, OWN_PAGE)
                        .headers()
                        .firstValue("Cache-Control")
                        .orElse(""))
                .contains("no-store");
    }

    @Test
    void every_answer_says_that_nothing_in_it_is_run_from_elsewhere() {
        browser.signIn("grid1");
        for (String path : List.of(
                "/camunda/app/tasklist/default/",
                "/camunda/assets/hub/operator.html",
                "/api/v1/tasks",
                "/v3/api-docs",
                "/swagger-ui/index.html",
                "/no/such/door",
                "/actuator/health",
                "/embedded/inbox")) {
            HttpResponse<String> answer =
                    browser.send("GET", path, null, path.startsWith("/api") ? OWN_PAGE : Map.of());
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("object-src 'none'", "base-uri", "frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .hasValue("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy").orElse(""))
                    .as(path)
                    .isIn("no-referrer", "same-origin");
        }
    }

    @Test
    void a_code_is_of_use_only_to_the_browser_that_asked_for_it() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        String asked = http.send(
                        HttpRequest.newBuilder(URI.create(hub() + "/oauth2/authorization/keycloak"))
                                .build(),
                        BodyHandlers.discarding())
                .headers()
                .firstValue("Location")
                .orElse("");
        assertThat(asked)
                .startsWith(realm())
                .contains("code_challenge_method=S256", "code_challenge=", "state=", "nonce=");
        // A code that somebody else's sign-in brought, with a state that this browser never had.
        assertThat(browser.get("/login/oauth2/code/keycloak?code=stolen&state=guessed")
                        .uri()
                        .getPath())
                .doesNotStartWith("/camunda/app");
        assertThat(browser.send("GET", "/api/v1/tasks", null, OWN_PAGE).statusCode())
                .isEqualTo(401);
    }

    @Test
    void the_session_is_a_cookie_that_no_script_reads_and_no_other_site_sends() {
        browser.signIn("grid1");
        assertThat(browser.cookieLines())
                .filteredOn(line -> line.startsWith("__Host-SESSION="))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .contains("HttpOnly")
                        .contains("SameSite=Lax")
                        .contains("Secure")
                        .contains("Path=/;"));
        assertThat(browser.cookieLines())
                .filteredOn(line -> line.startsWith("XSRF-TOKEN="))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("Secure").contains("SameSite"));
    }
}
