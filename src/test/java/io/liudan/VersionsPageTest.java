package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.camunda.bpm.engine.RepositoryService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The page of versions and deploy keys, at a desk and on a phone. */
class VersionsPageTest extends BrowserTest {

    private static final String PAGE = "/camunda/assets/hub/versions.html";
    private static final String NAME = "by-page";

    @Autowired
    private RepositoryService repository;

    private void deploy(String step) {
        repository
                .createDeployment()
                .name(NAME)
                .addString("by-page.bpmn", """
                        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                          <bpmn:process id="by-page" name="试" isExecutable="true" camunda:historyTimeToLive="P1D"><bpmn:documentation>%1$s</bpmn:documentation>
                            <bpmn:startEvent id="s" name="%1$s"/></bpmn:process></bpmn:definitions>""".formatted(step))
                .deploy();
    }

    @Test
    void a_designer_sees_what_changed_and_goes_back() {
        deploy("群众报名");
        deploy("网上报名");
        Page page = open("designer", PAGE, 1440, 900);
        Locator versions = page.locator("tr", new Page.LocatorOptions().setHasText(NAME));
        assertThat(versions.first()).containsText("现行");
        assertThat(versions.nth(1)).not().containsText("现行");
        picture(page, "versions");
        versions.first().getByText("改了什么").click();
        Locator dialog = page.locator("dialog[open]");
        assertThat(dialog).containsText("开始事件“网上报名 (s)”的名称由“群众报名”改为“网上报名”");
        assertThat(dialog.getByText("退回这个版本")).hasCount(0);
        picture(page, "versions-changes");
        dialog.getByText("关闭").click();

        versions.nth(1).getByText("改了什么").click();
        page.onDialog(Dialog::accept);
        dialog.getByText("退回这个版本").click();
        assertThat(dialog).containsText("必填");
        dialog.getByLabel("为什么退回").fill("现场报名更方便");
        dialog.getByText("退回这个版本").click();
        assertThat(page.locator("main")).containsText("已退回");
        assertThat(versions.first()).containsText("现场报名更方便");
        assertThat(versions.first()).containsText("designer");

        Page phone = open("designer", PAGE, 390, 844);
        assertThat(phone.locator("tr", new Page.LocatorOptions().setHasText(NAME))
                        .first())
                .containsText("现行");
        picture(phone, "versions-phone");
    }

    @Test
    void a_designer_makes_a_deploy_key_and_takes_it_back() throws Exception {
        Page page = open("designer", PAGE, 1440, 900);
        page.getByLabel("名称，例如办公室的电脑").fill("信息中心的电脑");
        page.getByText("新建密钥").click();
        assertThat(page.locator("pre")).containsText("ldk_");
        String key = page.locator("pre").textContent();
        Locator line = page.locator("tr", new Page.LocatorOptions().setHasText("信息中心的电脑"));
        assertThat(line).containsText("还没用过");
        page.locator("pre").scrollIntoViewIfNeeded();
        picture(page, "deploy-keys");
        assertThat(status(key)).isEqualTo(200);
        line.getByText("收回").click();
        assertThat(line).containsText("已收回");
        assertThat(status(key)).isEqualTo(401);
    }

    private int status(String key) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(hub() + "/api/v1/deployments"))
                                .header("Authorization", "Bearer " + key)
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
