package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** Staff with a real browser, each at their own desk in the Tasklist. */
class TasklistBrowserTest extends BrowserTest {

    @Autowired
    private RepositoryService repository;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private TaskService tasks;

    /** Opens the task of a request and claims it. */
    private Locator claim(Page page, String user, String code) {
        open(page, user, code);
        page.locator("[ng-click='claim()']").first().click();
        Locator form = page.locator("form.hub-task");
        form.locator("input[name=hub-decision]:enabled").first().waitFor();
        return form;
    }

    private void open(Page page, String user, String code) {
        page.navigate(hub() + "/camunda/app/tasklist/default/#/?task="
                + api.task(user, code, null).path("id").asText());
        page.locator("form.hub-task .timeline").waitFor();
    }

    private static void decide(Locator form, String decision) {
        form.locator("input[value=" + decision + "]").check();
    }

    private static void complete(Page page, String name) {
        picture(page, name);
        page.locator("button[ng-click='complete()']").click();
        page.locator("form.hub-task").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    }

    private String status(String code) {
        return api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("status")
                .asText();
    }

    @Test
    void one_request_travels_through_the_desks_of_grid_community_street_and_department(@TempDir Path folder)
            throws IOException {
        String code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "小区东门垃圾三天没清",
                                "description",
                                "东门外的垃圾桶满了三天，味道很大，老人小孩都受不了。",
                                "location",
                                Map.of("lat", 35.6, "lon", 103.21, "address", "东门外公交站旁"),
                                "gridCode",
                                "622901001001-01",
                                "contact",
                                Map.of("name", "马小兰", "phone", "13800001234")))
                .body()
                .path("code")
                .asText();

        String user = deskOf(code);
        Page grid = signIn(user, 1440, 900);
        Locator form = claim(grid, user, code);
        assertThat(form).containsText("东门外的垃圾桶满了三天");
        assertThat(form.locator(".map polygon").first()).isVisible();
        // Nothing chosen: nothing is sent.
        grid.locator("button[ng-click='complete()']").click();
        assertThat(form).containsText("请选择办理意见");
        decide(form, "CONFIRM");
        complete(grid, "grid");
        assertThat(status(code)).isEqualTo("VERIFIED");

        String community = api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("communityCode")
                .asText();
        user = community.equals("622901001001") ? "community1" : "community-" + community;
        Page issue = signIn(user, 1440, 900);
        decide(claim(issue, user, code), "ISSUE");
        complete(issue, "community");
        assertThat(status(code)).isEqualTo("ISSUED");

        String street = api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("streetCode")
                .asText();
        user = street.equals("622901001") ? "street1" : "street-" + street;
        Page dispatch = signIn(user, 1440, 900);
        form = claim(dispatch, user, code);
        decide(form, "DISPATCH");
        Locator lead = form.locator(".field:has(> label:text('牵头部门')) select");
        assertThat(lead.locator("option:checked")).containsText("（建议）");
        lead.selectOption("cgj");
        complete(dispatch, "street");
        assertThat(status(code)).isEqualTo("DISPATCHED");

        Page clerk = signIn("dept-cgj", 1440, 900);
        decide(claim(clerk, "dept-cgj", code), "ACCEPT");
        complete(clerk, "department-accept");
        assertThat(status(code)).isEqualTo("ACCEPTED");
        Path photo = folder.resolve("after.png");
        ImageIO.write(cleanCorner(), "png", photo.toFile());
        form = claim(clerk, "dept-cgj", code);
        decide(form, "FINISH");
        form.locator("textarea").last().fill("已清运并消毒，增加一次夜间清运");
        form.locator("input[type=file]").setInputFiles(photo);
        form.locator(".photos img[src^=data]").last().waitFor();
        assertThat((Integer) form.locator(".photos img").last().evaluate("image => image.naturalWidth"))
                .as("the picture is shown")
                .isEqualTo(320);
        complete(clerk, "department-finish");
        assertThat(status(code)).isEqualTo("HANDLED");
        assertThat(api.get("resident1", "/api/v1/requests/" + code).body().path("attachments"))
                .hasSize(1);

        // The resident is on the phone: how does it stand?
        clerk.locator(".hub-lookup input").fill(code);
        clerk.locator(".hub-lookup input").press("Enter");
        assertThat(clerk.locator("dialog[open]")).containsText("已办结");
        assertThat(clerk.locator("dialog[open]")).containsText("已清运并消毒");
        picture(clerk, "look-up");
    }

    private String deskOf(String code) {
        String grid = api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("gridCode")
                .asText();
        return grid.equals("622901001001-01") ? "grid1" : "grid-" + grid;
    }

    private static BufferedImage cleanCorner() {
        BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(new Color(0xcfe3ec));
        pen.fillRect(0, 0, 320, 150);
        pen.setColor(new Color(0x9aa5a0));
        pen.fillRect(0, 150, 320, 90);
        pen.setColor(new Color(0x3d7a4e));
        pen.fillRoundRect(120, 90, 60, 90, 12, 12);
        pen.dispose();
        return image;
    }

    @Test
    void a_supervisor_sees_the_whole_city_and_decides_nothing_there() {
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
        Page page = signIn("supervisor", 1440, 900);
        page.locator(".hub-unfold").click();
        page.locator(".task-filter a", new Page.LocatorOptions().setHasText("城南街道"))
                .click();
        page.locator(".tasks-list .task").first().waitFor();
        picture(page, "supervisor");
        // The Tasklist turns a page after fifty filters.
        assertThat(page.locator(".task-filter:visible")).hasCount(50);
        assertThat(page.locator(".task-filter .name a[data-count]")).hasCount(50);
        assertThat(page.locator(".task-filters .pagination").first()).isVisible();
        page.locator(".hub-unfold").click();
        assertThat(page.locator(".task-filter:visible")).hasCount(12);
        assertThat(page.locator(".task-filters .pagination").first()).isHidden();
        open(page, "grid-622901001001-02", code);
        assertThat(page.locator("form.hub-task")).containsText("三天了");
        assertThat(page.locator("[ng-click='claim()']").first()).isHidden();
        assertThat(page.locator("input[name=hub-decision]")).hasCount(0);
        picture(page, "supervisor-task");
        page.locator(".hub-lookup input").fill(code);
        page.locator(".hub-lookup input").press("Enter");
        Locator dialog = page.locator("dialog[open]");
        dialog.locator(".supervision input[type=text]").fill("两天内清运并回复群众");
        dialog.locator(".supervision button").click();
        assertThat(dialog.locator(".supervision .error")).not().isEmpty();
        dialog.locator("input[type=datetime-local]")
                .fill(LocalDateTime.now()
                        .plusDays(2)
                        .truncatedTo(ChronoUnit.MINUTES)
                        .toString());
        dialog.locator(".supervision button").click();
        assertThat(dialog.locator(".supervision .note")).containsText("一级督办：两天内清运并回复群众");
        picture(page, "supervision");

        Page clerk = signIn("grid-622901001001-02", 1440, 900);
        clerk.locator(".task-filter a", new Page.LocatorOptions().setHasText("督办"))
                .click();
        clerk.locator(".hub-card", new Page.LocatorOptions().setHasText(code)).waitFor();
        clerk.locator(".hub-lookup input").fill(code);
        clerk.locator(".hub-lookup input").press("Enter");
        Locator answer = clerk.locator("dialog[open] .supervision");
        answer.locator("input").fill("今天下午到场");
        answer.locator("button").click();
        assertThat(answer.locator(".note")).containsText("岗位答复：今天下午到场");
        picture(clerk, "supervision-answer");
        clerk.locator("dialog[open]").getByText("关闭").click();
        clerk.locator(".hub-notices").click();
        assertThat(clerk.locator("dialog[open]")).containsText("时限提醒");
    }

    @Test
    void a_clerk_on_a_phone_reads_the_desks_tasks() {
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
                                "622901001001-03"))
                .body()
                .path("code")
                .asText();
        Page page = signIn("grid-622901001001-03", 390, 844);
        page.locator(".hub-card", new Page.LocatorOptions().setHasText(code))
                .first()
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
        picture(page, "phone");
        open(page, "grid-622901001001-03", code);
        page.locator("form.hub-task").scrollIntoViewIfNeeded();
        picture(page, "phone-task");
    }

    @Test
    void a_matter_of_any_kind_begins_with_the_form_of_its_manifest() {
        Page page = signIn("grid1", 1440, 900);
        page.locator(".hub-begin").click();
        Locator dialog = page.locator("dialog[open]");
        dialog.locator("label:has-text('群众诉求')").click();
        dialog.locator("button:has-text('群众点单')").click();
        assertThat(dialog.locator(".error:not(:empty)").first()).isVisible();
        dialog.locator(".field:has-text('标题') input").fill("井盖松动");
        dialog.locator("textarea").first().fill("过车时响，怕掉下去");
        dialog.locator(".field:has-text('地点') select").selectOption("622901001001-01");
        picture(page, "begin");
        dialog.locator("button:has-text('群众点单')").click();
        dialog.locator(".timeline").waitFor();
        assertThat(dialog).containsText("井盖松动");
        assertThat(dialog).containsText("过车时响，怕掉下去");
        String code = dialog.locator(".tags span").first().textContent();
        page.setViewportSize(390, 844);
        picture(page, "begun-on-a-phone");
        assertThat(api.task("grid1", code, "verify").path("title").asText()).isEqualTo("井盖松动");
    }

    @Test
    void somebody_who_was_not_faster_is_told_so() {
        String code = api.file("resident1");
        Page page = signIn("grid1", 1440, 900);
        open(page, "grid1", code);
        api.post(
                "grid-622901001001-01",
                "/api/v1/tasks/" + api.task("grid1", code, "verify").path("id").asText() + "/claim",
                Map.of());
        page.locator("[ng-click='claim()']").first().click();
        assertThat(page.locator(".page-notifications")).containsText("已由同事签收");
        picture(page, "not-faster");
    }

    @Test
    void signing_out_leads_back_to_keycloaks_sign_in() {
        Page page = signIn("dept-cgj", 1440, 900);
        page.locator(".account .dropdown-toggle, .dropdown-toggle:has(.glyphicon-user)")
                .first()
                .click();
        picture(page, "menu");
        page.locator(".logout a").click();
        page.locator("form[action='/logout'] button").click();
        page.locator("#kc-login").waitFor();
    }

    private void deploy(String model) {
        repository
                .createDeployment()
                .name("six-orders")
                .source("package")
                .addString("six-orders.bpmn", model)
                .deploy();
    }

    @Test
    void a_models_own_fields_are_filled_in_at_a_desk_and_on_a_phone() throws IOException {
        String model = Files.readString(Path.of("bpmn/six-orders/six-orders.bpmn"));
        String confirm = "<camunda:property name=\"decision.CONFIRM\" value=\"属实，报社区:\"/>";
        assertThat(model).contains(confirm);
        deploy(model.replace(confirm, """
                <camunda:property name="decision.CONFIRM" value="属实，报社区: place, area, level, seen, dry, by?, helpers?, say?"/>
                <camunda:property name="field.place" value="地点: TEXT"/>
                <camunda:property name="field.area" value="面积（平方米）: NUMBER 0.5..999.5"/>
                <camunda:property name="field.level" value="等级: WORD GENERAL=一般隐患, MAJOR=重大隐患"/>
                <camunda:property name="field.seen" value="到场日期: DATE"/>
                <camunda:property name="field.dry" value="已断水: BOOLEAN"/>
                <camunda:property name="field.by" value="同去人员: PERSON"/>
                <camunda:property name="field.helpers" value="相关部门: DEPARTMENTS"/>
                <camunda:property name="field.say" value="群众态度: NUMBER 1=不满, 2=满意"/>"""));
        try {
            String code = api.file("resident1");
            String user = deskOf(code);
            Page page = signIn(user, 1440, 1100);
            Locator form = claim(page, user, code);
            decide(form, "CONFIRM");
            page.locator("button[ng-click='complete()']").click();
            assertThat(form.locator(".error:text('必填')")).hasCount(5);
            form.locator(".field:has(> label:text('地点')) input").fill("北门");
            form.locator(".field:has(> label:text('面积')) input").fill("12.5");
            form.locator(".field:has(> label:text('等级')) select").selectOption("重大隐患");
            form.locator(".field:has(> label:text('到场日期')) input").fill("2026-11-30");
            form.locator(".field:has(> label:text('已断水')) select").selectOption("是");
            form.locator(".field:has(> label:text('群众态度')) select").selectOption("满意");
            assertThat(form.locator(".error:text('必填')")).hasCount(0);
            form.locator(".field:has(> label:text('已断水'))").scrollIntoViewIfNeeded();
            Page phone = signIn(user, 390, 844);
            open(phone, user, code);
            decide(phone.locator("form.hub-task"), "CONFIRM");
            phone.locator(".field:has(> label:text('到场日期')) input").scrollIntoViewIfNeeded();
            picture(phone, "own-fields-phone");
            complete(page, "own-fields");
            assertThat(status(code)).isEqualTo("VERIFIED");
            String community = api.get("resident1", "/api/v1/requests/" + code)
                    .body()
                    .path("communityCode")
                    .asText();
            String next = community.equals("622901001001") ? "community1" : "community-" + community;
            Page reader = signIn(next, 1440, 900);
            open(reader, next, code);
            assertThat(reader.locator(".timeline"))
                    .containsText("地点：北门；面积（平方米）：12.5；等级：重大隐患；到场日期：2026-11-30；已断水：是；群众态度：满意");
            picture(reader, "own-fields-read");
        } finally {
            deploy(model);
        }
    }

    @Test
    void a_designers_own_camunda_form_speaks_chinese() {
        String deployment = repository
                .createDeployment()
                .name("form-probe")
                .addString("probe.bpmn", """
                <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <process id="form-probe" isExecutable="true" camunda:historyTimeToLive="P1D">
                    <startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="visit"/>
                    <userTask id="visit" name="入户走访" camunda:candidateGroups="grid-622901001001-02" camunda:formRef="visit" camunda:formRefBinding="deployment"/>
                    <sequenceFlow id="g" sourceRef="visit" targetRef="e"/><endEvent id="e"/>
                  </process>
                </definitions>""")
                .addString("visit.form", """
                {"type": "default", "id": "visit", "schemaVersion": 16, "components": [
                  {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "日期"},
                  {"type": "select", "key": "kind", "label": "种类", "searchable": true, "values": [{"label": "甲", "value": "a"}]},
                  {"type": "textfield", "key": "who", "label": "走访人", "validate": {"required": true, "minLength": 3}}]}""")
                .deploy()
                .getId();
        try {
            String task = tasks.createTaskQuery()
                    .processInstanceId(runtime.startProcessInstanceByKey("form-probe", "form-probe")
                            .getId())
                    .singleResult()
                    .getId();
            Page page = signIn("grid-622901001001-02", 1440, 900);
            page.navigate(hub() + "/camunda/app/tasklist/default/#/?task=" + task);
            page.locator("[ng-click='claim()']").first().click();
            Locator who = page.locator(".fjs-form-field-textfield input:enabled");
            who.fill("王");
            assertThat(page.locator(".fjs-form-field-textfield")).containsText("至少 3 个字");
            who.fill("");
            assertThat(page.locator(".fjs-form-field-textfield")).containsText("必填");
            assertThat(page.locator(".fjs-form-field-select input")).hasAttribute("placeholder", "搜索");
            page.locator(".fjs-form-field-datetime input.flatpickr-input").click();
            picture(page, "designers-form");
            assertThat(page.locator(".flatpickr-calendar.open .flatpickr-weekdays"))
                    .containsText("二");
            assertThat(page.locator(".flatpickr-calendar.open")).not().containsText(Pattern.compile("[A-Z][a-z]{2}"));
        } finally {
            repository.deleteDeployment(deployment, true);
        }
    }
}
