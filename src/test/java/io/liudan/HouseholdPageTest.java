package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** A grid worker, at a desk and on a phone, confirms who lives where and acts for somebody without a phone. */
class HouseholdPageTest extends BrowserTest {

    private static final String PAGE = "/camunda/assets/hub/households.html";
    private static final String GRID = "622901001001-01";

    private void register(String person, String name, String address) {
        api.send(
                person,
                "PUT",
                "/api/v1/me/household",
                Api.json(Map.of("name", name, "gridCode", GRID, "address", address)),
                Map.of("Content-Type", "application/json"));
    }

    @Test
    void a_grid_worker_confirms_one_household_and_refuses_another() {
        register("resident1", "马小兰", "红园路 12 号 1 栋 301 室");
        register("resident2", "王大勇", "红园路 12 号 9 栋 101 室");
        Page page = open("grid1", PAGE, 1440, 900);
        Locator first = page.locator("tr", new Page.LocatorOptions().setHasText("1 栋 301 室"));
        assertThat(first).containsText("待核实");
        picture(page, "households");
        first.locator("button", new Locator.LocatorOptions().setHasText("核实")).click();
        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("马**")))
                .containsText("已核实");
        Locator second = page.locator("tr", new Page.LocatorOptions().setHasText("9 栋 101 室"));
        second.locator("button", new Locator.LocatorOptions().setHasText("退回")).click();
        second.locator("input").fill("没有 9 栋");
        second.locator("form button").first().click();
        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("没有 9 栋")))
                .containsText("已退回");
    }

    @Test
    void on_a_phone_somebody_without_one_gets_an_account_and_a_request_of_their_own() throws IOException {
        Page page = open("grid1", PAGE, 390, 844);
        String name = "祁老汉" + System.nanoTime() % 1000;
        page.locator("input[placeholder=姓名]").fill(name);
        page.locator("input[placeholder=地址]").fill("红园路 14 号");
        page.locator("form.bar button").click();
        Locator row = page.locator("tr", new Page.LocatorOptions().setHasText(name));
        assertThat(row).containsText("代管中");
        row.locator("button", new Locator.LocatorOptions().setHasText("代为点单")).click();
        row.locator("input").first().fill("门口路灯不亮");
        row.locator("input").last().fill("晚上看不见台阶");
        picture(page, "households-phone");
        row.locator("form button").first().click();
        assertThat(page.locator("main > p.UP")).containsText("已代为点单");

        Download copy =
                page.waitForDownload(() -> row.locator("button", new Locator.LocatorOptions().setHasText("导出资料"))
                        .click());
        Assertions.assertThat(Files.readString(copy.path())).contains(name, "晚上看不见台阶");
        row.locator("button", new Locator.LocatorOptions().setHasText("删除资料")).click();
        row.locator("input").fill("别人");
        row.locator("form button").first().click();
        assertThat(page.locator("main > p.error")).containsText("姓名不一致");
        row.locator("form button").last().click();

        String phone = "1992" + "%07d".formatted(System.nanoTime() % 10_000_000);
        row.locator("button", new Locator.LocatorOptions().setHasText("移交")).click();
        row.locator("input").fill(phone);
        row.locator("form button").first().click();
        assertThat(row.locator("input[placeholder=本人收到的验证码]")).isVisible();
        Matcher code = Pattern.compile("\\d{6}")
                .matcher(api.get(null, "/embedded/inbox?phone=" + phone)
                        .body()
                        .path(0)
                        .path("text")
                        .asText());
        code.find();
        row.locator("input").fill(code.group());
        row.locator("form button").first().click();
        assertThat(page.locator("main > p.UP")).containsText("已移交");
    }

    @Test
    void who_wants_their_data_gone_has_it_gone() {
        String name = "拜老汉" + System.nanoTime() % 1000;
        api.post("grid1", "/api/v1/households", Map.of("name", name, "gridCode", GRID, "address", "红园路 15 号"));
        Page page = open("grid1", PAGE, 1440, 900);
        Locator row = page.locator("tr", new Page.LocatorOptions().setHasText(name));
        row.locator("button", new Locator.LocatorOptions().setHasText("删除资料")).click();
        row.locator("input").fill(name);
        picture(page, "households-erase");
        row.locator("form button").first().click();
        assertThat(page.locator("main > p.UP")).containsText("已删除 0 件");
        assertThat(row).hasCount(0);
    }
}
