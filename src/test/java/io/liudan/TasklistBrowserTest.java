package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import org.junit.jupiter.api.Test;

/** A department clerk with a real browser: signs in through Keycloak and finds the desk's task in the Tasklist. */
class TasklistBrowserTest extends HubTest {

    private static final Path CHROMIUM = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));

    private final Api api = new Api(hub(), realm());

    @Test
    void a_department_clerk_signs_in_and_sees_the_desks_task() {
        assumeTrue(Files.exists(CHROMIUM) || System.getenv("CI") != null, "Chromium is not installed");
        String code = dispatchTo("cgj");
        try (Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")))) {
            Browser browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setArgs(List.of(
                    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")));
            BrowserContext context = browser.newContext(new Browser.NewContextOptions().setLocale("zh-CN").setViewportSize(1440, 900));
            Page page = context.newPage();
            page.setDefaultTimeout(60_000);
            page.navigate(hub() + "/camunda/app/tasklist/");
            page.locator("#username").fill("dept-cgj");
            page.locator("#password").fill("demo");
            page.locator("#kc-login").click();
            page.locator(".tasks-list .task").first().waitFor();
            assertThat(page.locator(".tasks-list .task").first()).containsText("部门接单");
            page.locator(".tasks-list .task").first().click();
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/tasklist-dept-cgj.png")));
            org.assertj.core.api.Assertions.assertThat(api.task("dept-cgj", code, "accept").path("name").asText()).isEqualTo("部门接单");
            browser.close();
        }
    }

    private String dispatchTo(String department) {
        String code = api.submit("resident1", Map.of("category", "sanitation", "title", "垃圾没有清运", "description", "三天了", "gridCode", "622901001001-01"))
                .body().path("code").asText();
        api.complete("grid1", api.task("grid1", code, "verify").path("id").asText(), Map.of("decision", "CONFIRM"));
        api.complete("community1", api.task("community1", code, "issue").path("id").asText(), Map.of("decision", "ISSUE"));
        api.complete("street1", api.task("street1", code, "dispatch").path("id").asText(), Map.of("decision", "DISPATCH", "lead", department));
        return code;
    }
}
