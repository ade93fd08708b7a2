package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The page of steps that can't go on, at a desk and on a phone. */
class StuckStepsPageTest extends BrowserTest {

    private static final String PAGE = "/camunda/assets/hub/stuck.html";

    private static final LocatorAssertions.ContainsTextOptions PATIENTLY =
            new LocatorAssertions.ContainsTextOptions().setTimeout(20_000);

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private ManagementService jobs;

    @Test
    void a_stuck_step_is_found_explained_tried_again_moved_and_ended() {
        String code = api.file("resident1");
        String instance = runtime.createProcessInstanceQuery()
                .processInstanceBusinessKey(code)
                .singleResult()
                .getId();
        jobs.setJobRetries(
                jobs.createJobQuery()
                        .processInstanceId(instance)
                        .list()
                        .getFirst()
                        .getId(),
                0);

        Page page = open("process-operator", PAGE, 1440, 900);
        Locator line = page.locator("tr", new Page.LocatorOptions().setHasText(code));
        assertThat(line).containsText("自动环节", PATIENTLY);
        picture(page, "stuck-steps");
        line.getByText("处理").click();
        Locator dialog = page.locator("dialog[open]");
        assertThat(dialog).containsText("网格核单");
        assertThat(dialog).containsText("现在是 环境卫生服务中心");
        picture(page, "stuck-step");
        dialog.getByText("再试一次").click();
        assertThat(dialog.locator(".error")).containsText("必填");
        dialog.locator("textarea").fill("模型已经修正");
        dialog.getByText("再试一次").click();
        assertThat(line).hasCount(0);

        page.getByRole(AriaRole.SEARCHBOX).fill(code);
        page.getByText("查找", new Page.GetByTextOptions().setExact(true)).click();
        dialog.getByLabel("移到").selectOption("社区下单");
        dialog.locator("textarea").fill("网格已经核实");
        dialog.getByText("移动").click();
        assertThat(page.locator("main")).containsText("已处理");
        assertThat(api.task("community1", code, "issue").isMissingNode()).isFalse();

        Page phone = open("process-operator", PAGE, 390, 844);
        phone.getByRole(AriaRole.SEARCHBOX).fill(code);
        phone.getByText("查找", new Page.GetByTextOptions().setExact(true)).click();
        Locator sheet = phone.locator("dialog[open]");
        assertThat(sheet).containsText("社区下单", PATIENTLY);
        picture(phone, "stuck-step-phone");
        sheet.locator("textarea").fill("重复的测试诉求");
        phone.onDialog(question -> question.accept());
        sheet.getByLabel("结果").selectOption("不予受理");
        sheet.getByText("结束诉求").click();
        assertThat(phone.locator("main")).containsText("已处理");
        assertThat(api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("outcome")
                        .asText())
                .isEqualTo("DECLINED");
    }

    @Test
    void whoever_is_no_process_operator_is_told_so() {
        assertThat(open("dept-cgj", PAGE, 1200, 800).locator(".error")).containsText("您没有权限");
    }
}
