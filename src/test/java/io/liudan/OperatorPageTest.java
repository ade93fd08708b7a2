package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator sees a connector fail, looks at the dead letter and sends it again. */
class OperatorPageTest extends BrowserTest {

    private static final LocatorAssertions.ContainsTextOptions PATIENTLY =
            new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);

    private static final String PAGE = "/camunda/assets/hub/operator.html";

    private final AtomicBoolean well = new AtomicBoolean();
    private HttpServer system;
    private Path file;

    @BeforeEach
    void aSickDepartment() throws IOException {
        system = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        system.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                byte[] answer = "{\"receipt\": \"1\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(well.get() ? 200 : 500, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        system.start();
        Files.createDirectories(departments());
        file = departments().resolve("hbj.yaml");
        Files.writeString(
                file,
                "- templatedRoute:\n    routeTemplateRef: rest\n    parameters:\n      - {name: department, value: hbj}\n      - {name: url, value: \"http://localhost:"
                        + system.getAddress().getPort() + "/\"}\n      - {name: retryCycle, value: PT0.1S}\n");
    }

    @AfterEach
    void gone() throws IOException {
        Files.deleteIfExists(file);
        system.stop(0);
    }

    @Test
    void a_dead_letter_is_looked_at_and_sent_again() {
        Page page = open("integrator", PAGE, 1440, 900);
        assertThat(page.locator("main")).containsText("生态环境分局", PATIENTLY);
        String code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "夜间噪声扰民",
                                "description",
                                "楼下工地夜间施工",
                                "gridCode",
                                "622901001001-03"))
                .body()
                .path("code")
                .asText();
        complete("grid-622901001001-03", code, Map.of("decision", "CONFIRM"));
        complete("community1", code, Map.of("decision", "ISSUE"));
        complete("street1", code, Map.of("decision", "DISPATCH", "lead", "hbj"));
        Locator letter = page.locator("tr", new Page.LocatorOptions().setHasText(code + "-1-hbj"));
        assertThat(letter).containsText("HTTP 500", PATIENTLY);
        picture(page, "operator");
        letter.getByText("查看").click();
        Locator dialog = page.locator("dialog[open]");
        assertThat(dialog).containsText(code + "-1-hbj");
        assertThat(dialog).not().containsText("夜间噪声扰民");
        picture(page, "operator-letter");
        dialog.getByText("放弃", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(dialog.locator(".error")).containsText("必填");
        well.set(true);
        dialog.getByText("重发", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(letter).hasCount(0);
        page.locator("tr", new Page.LocatorOptions().setHasText("生态环境分局"))
                .first()
                .getByText("测试连通")
                .click();
        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("生态环境分局"))
                        .first())
                .containsText("连通，", PATIENTLY);

        Page phone = open("integrator", PAGE, 390, 844);
        assertThat(phone.locator("main")).containsText("生态环境分局", PATIENTLY);
        picture(phone, "operator-phone");
    }

    @Test
    void whoever_is_no_operator_is_told_so() {
        assertThat(open("dept-cgj", PAGE, 1200, 800).locator(".error")).containsText("您没有权限");
    }

    private void complete(String user, String code, Map<String, ?> decision) {
        api.complete(user, api.task(user, code, null).path("id").asText(), decision);
    }
}
