package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the head of the Tasklist opens, and the words that have to be there before it. */
class TasklistPanelsTest extends BrowserTest {

    @Test
    void a_supervisor_reads_the_figures_of_the_city_and_takes_them_along_as_a_table() throws IOException {
        String code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "垃圾没有清运",
                                "description",
                                "三天了",
                                "gridCode",
                                "622901001001-02"))
                .body()
                .path("code")
                .asText();
        String task = api.task("grid-622901001001-02", code, null).path("id").asText();
        api.complete(
                "grid-622901001001-02", task, Map.of("decision", "DECLINE", "reason", "已进入诉讼程序", "channel", "人民法院"));
        Page page = signIn("supervisor", 1440, 900);
        page.locator(".hub-figures").click();
        Locator dialog = page.locator("dialog[open]");
        assertThat(dialog.locator("tbody tr").first()).containsText("全市");
        dialog.getByLabel("怎样分列").selectOption("UNIT");
        assertThat(dialog.locator("tbody")).containsText("城南街道");
        picture(page, "figures");
        dialog.locator("summary").click();
        assertThat(dialog.locator("dl")).containsText("超期未结");
        Download table = page.waitForDownload(() -> dialog.getByText("下载表格").click());
        assertEquals("统计.csv", table.suggestedFilename());
        assertTrue(Files.readString(table.path()).startsWith("\uFEFF单位,角色"), "a table for a spreadsheet");
        dialog.locator("input[type=date]").first().fill("2099-01-01");
        assertThat(dialog.locator(".error")).not().isEmpty();

        Page phone = signIn("street1", 390, 844);
        phone.locator(".hub-figures").evaluate("button => button.click()");
        assertThat(phone.locator("dialog[open] tbody tr").first()).containsText("城南街道");
        picture(phone, "figures-phone");
    }

    @Test
    void a_community_keeps_its_points_and_a_grid_worker_records_a_visit_to_one() {
        Page page = signIn("community1", 1440, 900);
        page.locator(".hub-register").click();
        Locator dialog = page.locator("dialog[open]");
        dialog.getByText("添加一条").click();
        dialog.getByText("保存").click();
        assertThat(dialog.locator(".error:not(:empty)").first()).isVisible();
        dialog.locator(".field:has-text('点位名称') input").fill("浏览器测试加油站");
        dialog.locator(".field:has-text('场所类别') select").selectOption("KEY");
        dialog.locator(".field:has-text('地点') select").selectOption("622901001001-01");
        dialog.locator(".field:has-text('地点') input").fill("折桥路口");
        dialog.locator(".field:has-text('责任人') input").fill("马某 13900000000");
        picture(page, "register-add");
        dialog.getByText("保存").click();
        Locator row = dialog.locator("tr:has-text('浏览器测试加油站')");
        assertThat(row).containsText("下次");
        row.getByText("修改").click();
        assertThat(dialog.locator(".field:has-text('地点') select")).hasValue("622901001001-01");
        assertThat(dialog.locator(".field:has-text('责任人') input")).hasValue("马某 13900000000");
        dialog.locator(".field:has-text('巡查要点') textarea").fill("灭火器、卸油口");
        dialog.getByText("保存").click();
        assertThat(row).containsText("灭火器、卸油口");
        picture(page, "register");

        Page phone = signIn("grid1", 390, 844);
        phone.locator(".hub-register").evaluate("button => button.click()");
        Locator on = phone.locator("dialog[open]");
        Locator point = on.locator("tr:has-text('浏览器测试加油站')");
        assertThat(point).not().containsText("13900000000");
        picture(phone, "register-phone");
        point.getByText("巡查上报").click();
        assertThat(on.locator(".field:has-text('巡查点位') select")).not().hasValue("");
        on.locator(".field:has-text('查到什么') select").selectOption("NONE");
        on.locator(".field:has-text('现场情况') textarea").fill("消防器材齐全");
        picture(phone, "register-visit-phone");
        on.locator("button:has-text('巡查上报')").click();
        on.locator(".timeline").waitFor();
        assertThat(on).containsText("浏览器测试加油站");
        assertThat(on).containsText("折桥路口");

        Page city = signIn("supervisor", 1440, 900);
        city.locator(".hub-figures").click();
        Locator figures = city.locator("dialog[open]");
        figures.getByLabel("事项种类").selectOption("hazard-patrol");
        assertThat(figures.locator("thead").first()).containsText("无隐患");
        assertThat(figures).containsText("巡查点位");
        picture(city, "figures-of-a-kind");
    }

    @Test
    void a_leader_says_who_is_away_and_what_they_claimed_goes_to_the_substitute() {
        String code = api.file("resident1");
        api.complete("grid1", api.task("grid1", code, null).path("id").asText(), Map.of("decision", "CONFIRM"));
        api.complete("community1", api.task("community1", code, null).path("id").asText(), Map.of("decision", "ISSUE"));
        api.complete(
                "street1",
                api.task("street1", code, null).path("id").asText(),
                Map.of("decision", "DISPATCH", "lead", "cgj"));
        api.get("dept-cgj-2", "/api/v1/tasks");
        String task = api.task("dept-cgj", code, null).path("id").asText();
        api.post("dept-cgj", "/api/v1/tasks/" + task + "/claim", Map.of());
        Page page = signIn("dept-cgj-leader", 1440, 900);
        page.locator(".hub-absences").click();
        Locator dialog = page.locator("dialog[open]");
        dialog.getByText("登记请假").click();
        assertThat(dialog.locator(".error")).not().isEmpty();
        dialog.getByLabel("谁请假").selectOption("dept-cgj");
        dialog.getByLabel("代办人").selectOption("dept-cgj-2");
        dialog.locator("input[type=datetime-local]")
                .fill(LocalDateTime.now()
                        .plusDays(2)
                        .truncatedTo(ChronoUnit.MINUTES)
                        .toString());
        dialog.getByText("登记请假").click();
        assertThat(dialog).containsText("件转给代办人");
        picture(page, "absence");
        assertEquals(
                "dept-cgj-2",
                api.task("dept-cgj-2", code, null).path("assignee").asText());
        dialog.getByText("已回来").click();
        assertThat(dialog).containsText("本岗没有人请假");
    }

    @Test
    void words_that_come_late_at_a_first_visit_are_words_all_the_same() {
        Page page = signIn(
                "grid1",
                1440,
                900,
                context -> context.route("**/locales/zh.json*", route -> {
                    LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
                    route.resume();
                }));
        assertThat(page.locator("body")).containsText("创建时间");
        assertThat(page.locator("body")).not().containsText(Pattern.compile("[A-Z]{4,}_[A-Z]{4,}"));
        assertThat(page.locator("input[placeholder='SEARCH_PLACEHOLDER']")).hasCount(0);
    }
}
