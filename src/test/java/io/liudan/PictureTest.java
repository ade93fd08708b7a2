package io.liudan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Draws the pictures of the six orders from the model. Should it fail: the pictures were older than the model, and were
 * drawn anew for you to look at and commit.
 */
class PictureTest extends BrowserTest {

    private static final Path MODEL = Path.of("bpmn/six-orders/six-orders.bpmn");
    private static final Path LINT = Path.of("bpmn/lint");
    private static final String STYLE = """
            <style>@page { size: A3 landscape; margin: 12mm } body { font: 12px/1.5 sans-serif; margin: 0; color: #222 }
            h1 { font-size: 26px; margin: 0 0 8px } h2 { font-size: 17px; margin: 0 0 4px; color: #0d4372 } h3 { font-size: 13px; margin: 6px 0 0 } p { margin: 0 }
            .cards { display: grid; grid-template-columns: 1.3fr 1fr 1fr 1fr 2.6fr 1fr; gap: 8px; margin-bottom: 8px } section { border: 2px solid #0d4372; border-radius: 8px; padding: 6px 10px; background: #f5faff }
            .steps { display: flex; gap: 14px; flex-wrap: wrap } section:not(:nth-child(5)) .steps { flex-direction: column; gap: 4px }
            .picture svg { width: 100%; height: 172mm } </style>""";

    private static String model;
    private static String mark;

    @BeforeEach
    void models() throws IOException {
        model = Files.readString(MODEL);
        mark = "model " + DigestUtils.sha256Hex(model);
    }

    private Page drawing() {
        Path viewer = LINT.resolve("node_modules/bpmn-js/dist/bpmn-viewer.production.min.js");
        assumeTrue(Files.exists(viewer) || System.getenv("CI") != null, "npm ci has not run in bpmn/lint");
        Page page = window(1600, 1100);
        page.setContent("<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'><title>" + mark + "</title>"
                + STYLE + "</head><body></body></html>");
        page.addScriptTag(new Page.AddScriptTagOptions().setPath(viewer));
        page.addScriptTag(new Page.AddScriptTagOptions().setPath(LINT.resolve("draw.js")));
        return page;
    }

    private static boolean isOfThisModel(Path picture) throws IOException {
        return Files.exists(picture)
                && new String(Files.readAllBytes(picture), StandardCharsets.ISO_8859_1).contains(mark);
    }

    @ParameterizedTest
    @CsvSource({"six-orders, ''", "six-orders-handling, handling", "six-orders-limits, limits"})
    void the_pictures_are_of_the_model(String name, String plane) throws IOException {
        Path picture = Path.of("docs/images", name + ".svg");
        if (!isOfThisModel(picture)) {
            String svg = (String) drawing().evaluate("([xml, plane]) => draw(xml, plane)", new String[] {model, plane});
            Files.writeString(picture, svg.replace("<svg ", "<!-- " + mark + " -->\n<svg ") + "\n");
            throw new AssertionError(picture + " was drawn anew");
        }
        assertThat(Files.readString(picture)).contains("<path");
    }

    @Test
    void the_poster_is_of_the_model() throws IOException {
        Path poster = Path.of("docs/six-orders-a3.pdf");
        if (!isOfThisModel(poster)) {
            Page page = drawing();
            page.evaluate("([xml, words]) => poster(xml, words)", new Object[] {model, statuses()});
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/poster.png")));
            page.pdf(new Page.PdfOptions()
                    .setPath(poster)
                    .setPreferCSSPageSize(true)
                    .setPrintBackground(true));
            throw new AssertionError(poster + " was drawn anew");
        }
    }

    private static Map<String, String> statuses() throws IOException {
        Properties bundle = new Properties();
        bundle.load(new StringReader(Files.readString(Path.of("src/main/resources/messages.properties"))));
        return Arrays.stream(bundle.stringPropertyNames().toArray(String[]::new))
                .filter(key -> key.startsWith("status."))
                .collect(Collectors.toMap(key -> key.substring("status.".length()), bundle::getProperty));
    }
}
