package io.liudan;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Somebody with a real browser, signed in through Keycloak. Pictures go to target/screenshots. */
abstract class BrowserTest extends HubTest {

    private static final Path CHROMIUM = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));
    private static Playwright playwright;
    private static Browser browser;

    final Api api = new Api(hub(), realm());

    @BeforeAll
    static void launch() {
        assumeTrue(Files.exists(CHROMIUM) || System.getenv("CI") != null, "Chromium is not installed");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--no-first-run")));
    }

    @AfterAll
    static void close() {
        if (playwright != null) {
            playwright.close();
        }
    }

    /** Somebody's browser window, signed in and at the own desk. */
    Page signIn(String user, int width, int height) {
        return signIn(user, width, height, context -> {});
    }

    Page signIn(String user, int width, int height, Consumer<BrowserContext> prepare) {
        Page page = window(width, height, prepare);
        page.navigate(hub() + "/camunda/app/tasklist/");
        page.locator("#username").fill(user);
        page.locator("#password").fill("demo");
        page.locator("#kc-login").click();
        page.locator(".task-filter").first().waitFor();
        return page;
    }

    /** Signs in on the way to a page of the hub. */
    Page open(String user, String path, int width, int height) {
        Page page = window(width, height);
        page.navigate(hub() + path);
        page.locator("#username").fill(user);
        page.locator("#password").fill("demo");
        page.locator("#kc-login").click();
        return page;
    }

    /** Somebody's browser window, before signing in. */
    Page window(int width, int height) {
        return window(width, height, context -> {});
    }

    private Page window(int width, int height, Consumer<BrowserContext> prepare) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setLocale("zh-CN")
                .setTimezoneId("Asia/Shanghai")
                .setViewportSize(width, height));
        prepare.accept(context);
        Page page = context.newPage();
        page.setDefaultTimeout(60_000);
        return page;
    }

    static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots", name + ".png")));
    }
}
