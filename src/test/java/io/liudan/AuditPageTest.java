package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An auditor reads who looked at a request, and why; a supervisor has to say so first. */
class AuditPageTest extends BrowserTest {

    @Test
    void a_supervisor_gives_a_reason_for_the_original_and_the_auditor_reads_it() {
        String code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "垃圾没有清运",
                                "description",
                                "我叫马占海，住3号楼2单元501室",
                                "gridCode",
                                "622901001001-01",
                                "contact",
                                Map.of("name", "马占海", "phone", "13900001111")))
                .body()
                .path("code")
                .asText();
        Page page = signIn("supervisor", 1440, 900);
        page.locator(".hub-lookup input").fill(code);
        page.locator(".hub-lookup input").press("Enter");
        Locator shown = page.locator("dialog[open]");
        assertThat(shown).containsText("139******11");
        assertThat(shown).not().containsText("马占海");
        picture(page, "masked");
        shown.getByText("查看原文").click();
        assertThat(shown.locator(".error").first()).not().isEmpty();
        shown.getByLabel("为什么要看").fill("督查核实是否已清运");
        shown.getByText("查看原文").click();
        assertThat(shown).containsText("13900001111");
        assertThat(shown).containsText("马占海");

        Page auditor = open("auditor", "/camunda/assets/hub/audit.html", 1440, 900);
        auditor.locator("input[name=subject]").fill(code);
        auditor.getByText("查询").click();
        assertThat(auditor.locator("tbody")).containsText("督查核实是否已清运");
        assertThat(auditor.locator("tbody")).containsText("request.unmask");
        auditor.getByText("核验全链").click();
        assertThat(auditor.locator("p.UP")).containsText("完整");
        picture(auditor, "audit");
        auditor.getByText("导出").click();
        assertThat(auditor.locator("p.error")).containsText("起止日期");

        Page phone = open("auditor", "/camunda/app/tasklist/", 390, 844);
        assertThat(phone.locator("h1")).containsText("审计日志");
        picture(phone, "audit-phone");
        assertThat(open("admin", "/camunda/assets/hub/audit.html", 1200, 800).locator("p.error"))
                .containsText("您没有权限");
    }
}
