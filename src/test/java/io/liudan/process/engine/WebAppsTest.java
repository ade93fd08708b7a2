package io.liudan.process.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.HubTest;
import io.liudan.WebSession;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Signing in and out of the web apps, and their Chinese. */
class WebAppsTest extends HubTest {

    private static final Map<String, String> OWN_PAGE = Map.of("X-Requested-With", "liudan-web");

    @Autowired
    private WebAppTexts texts;

    @Autowired
    private JdbcClient jdbc;

    private final WebSession browser = new WebSession(hub());

    @Test
    void every_text_of_the_web_apps_is_there_in_chinese_and_no_text_too_many() {
        Set<String> english = new TreeSet<>();
        WebAppTexts.APPS.forEach(app -> texts.english(app).path("labels").forEach(text -> english.add(text.asText())));
        Set<String> translated = new TreeSet<>();
        texts.chinese().path("texts").fieldNames().forEachRemaining(translated::add);
        assertThat(english).hasSizeGreaterThan(1000);
        assertThat(translated).isEqualTo(english);
    }

    @Test
    void the_web_apps_get_the_chinese_bundle_under_their_own_keys() throws IOException {
        browser.signIn("dept-cgj");
        for (String app : WebAppTexts.APPS) {
            HttpResponse<String> bundle =
                    browser.send("GET", "/camunda/app/" + app + "/locales/zh.json", null, Map.of());
            assertThat(bundle.statusCode()).isEqualTo(200);
            assertThat(bundle.body()).contains("退出登录");
        }
        assertThat(browser.get("/camunda/app/tasklist/scripts/config.js").body())
                .contains("六单枢纽");
        assertThat(browser.get("/camunda/favicon.ico").headers().firstValueAsLong("Content-Length"))
                .hasValue(Files.size(Path.of("src/main/resources/META-INF/resources/webjars/camunda/favicon.ico")));
        assertThat(browser.send("GET", "/camunda/assets/hub/texts.json", null, Map.of())
                        .body())
                .contains("办理过程")
                .doesNotContain("problem.");
    }

    @Test
    void signing_in_lands_in_the_tasklist() {
        HttpResponse<String> page = browser.signIn("dept-cgj");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.uri().getPath()).startsWith("/camunda/app/tasklist/");
        assertThat(page.body()).contains("cam-widget-header");
    }

    @Test
    void a_person_without_a_desk_reads_one_plain_sentence() {
        HttpResponse<String> page = browser.signIn("resident1");
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("马小兰，您的账号还没有分配岗位").contains("/logout").doesNotContain("cam-widget");
    }

    @Test
    void signing_out_ends_the_session_here_and_at_keycloak() {
        browser.signIn("dept-cgj");
        assertThat(browser.send("GET", "/camunda/api/admin/auth/user/default", null, Map.of())
                        .body())
                .contains("dept-cgj");
        assertThat(browser.get("/logout").body()).contains("要退出登录吗", "method=\"post\"");
        assertThat(browser.send("GET", "/camunda/api/admin/auth/user/default", null, Map.of())
                        .statusCode())
                .as("a link signs nobody out")
                .isEqualTo(200);
        HttpResponse<String> page = browser.send("POST", "/logout", null, Map.of("Accept", "text/html"));
        assertThat(page.uri().toString()).contains("/protocol/openid-connect/auth");
        assertThat(page.body()).contains("kc-form-login");
        assertThat(browser.send("GET", "/camunda/api/admin/auth/user/default", null, Map.of())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoever_only_knocks_leaves_no_session_behind_and_comes_back_to_the_page_they_wanted() {
        long before = jdbc.sql("select count(*) from spring_session")
                .query(Long.class)
                .single();
        for (int i = 0; i < 20; i++) {
            assertThat(new WebSession(hub()).get("/camunda/app/tasklist/").body())
                    .contains("kc-form-login");
        }
        assertThat(jdbc.sql("select count(*) from spring_session")
                        .query(Long.class)
                        .single())
                .isEqualTo(before);
        assertThat(browser.trySignIn("dept-cgj").uri().getPath()).startsWith("/camunda/app/tasklist/");
        assertThat(jdbc.sql("select count(*) from spring_session")
                        .query(Long.class)
                        .single())
                .isEqualTo(before + 1);
    }

    @Test
    void an_unknown_way_to_sign_in_is_not_there() {
        assertThat(browser.get("/oauth2/authorization/nosuch").statusCode()).isEqualTo(404);
        assertThat(browser.get("/login/oauth2/code/nosuch?code=x&state=y").statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_host_that_a_caller_names_goes_into_no_address() throws IOException {
        for (String path :
                List.of("/camunda/app/tasklist/", "/oauth2/authorization/keycloak", "/v3/api-docs", "/logout")) {
            try (Socket socket = new Socket("localhost", URI.create(hub()).getPort())) {
                socket.getOutputStream()
                        .write(("GET " + path
                                        + " HTTP/1.1\r\nHost: elsewhere.invalid\r\nAccept: text/html\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .as(path)
                        .startsWith("HTTP/1.1 ")
                        .doesNotContain("elsewhere.invalid");
            }
        }
    }

    @Test
    void the_hubs_own_pages_call_the_api_with_the_session_and_other_sites_cannot() {
        browser.signIn("dept-cgj");
        assertThat(browser.send("GET", "/api/v1/tasks", null, OWN_PAGE).statusCode())
                .isEqualTo(200);
        assertThat(browser.send("GET", "/api/v1/tasks", null, Map.of()).statusCode())
                .isEqualTo(401);
        assertThat(new WebSession(hub())
                        .send("GET", "/api/v1/tasks", null, OWN_PAGE)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void the_session_is_kept_in_the_database() {
        browser.signIn("dept-cgj");
        assertThat(jdbc.sql("select count(*) from spring_session where principal_name = 'dept-cgj'")
                        .query(Long.class)
                        .single())
                .isPositive();
    }
}
