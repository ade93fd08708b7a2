package io.liudan.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api.Answer;
import io.liudan.process.ChangedModelTest;
import io.liudan.process.EngineClock;
import io.liudan.process.Packages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Who changed what in a package, and the way back. */
class VersionsTest extends ChangedModelTest {

    private static final String ROUTING = "routing.dmn";

    @Autowired
    private EngineClock clock;

    @Autowired
    private DeploymentRecords records;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private JdbcClient jdbc;

    private JsonNode newest() {
        return api.get("designer", "/api/v1/deployments").body().path(0);
    }

    private List<String> words(String id, String since) {
        return texts(api.get(
                        "designer",
                        "/api/v1/deployments/" + id + "/changes" + (since.isEmpty() ? "" : "?since=" + since))
                .body()
                .path("words"));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }

    private Answer back(String id, String reason) {
        return api.post("designer", "/api/v1/deployments/" + id + "/restore", Map.of("reason", reason));
    }

    private String step(String code) {
        return api.task("grid1", code, "verify").path("name").asText();
    }

    private void start() throws IOException {
        new ProcessPackages(engine.getRepositoryService(), records, transaction, new String[] {
                    Path.of("bpmn").toAbsolutePath().toUri().toString()
                })
                .deploy();
    }

    /** Other tests deploy in moved time: what this one deploys is to be the newest. */
    @BeforeEach
    void afterAllThatWasDeployed() {
        Instant newest = jdbc.sql("select max(deployed_at) from process_deployment")
                .query(Timestamp.class)
                .single()
                .toInstant();
        if (newest.isAfter(clock.instant())) {
            clock.moveTo(newest.plusSeconds(1));
        }
    }

    @Test
    void a_designer_goes_back_by_one_call_and_no_start_undoes_it() throws IOException {
        changed("name=\"网格核单\"", "name=\"网格核实\"");
        String renamed = newest().path("id").asText();
        Packages.ours(engine.getRepositoryService());
        String ours = newest().path("id").asText();
        assertThat(ours).isNotEqualTo(renamed);
        String before = file();

        Answer gone = back(renamed, "新名称群众更易懂");
        assertThat(gone.status()).isEqualTo(200);
        assertThat(texts(gone.body().path("words"))).containsExactly("人工任务“网格核实 (verify)”的名称由“网格核单”改为“网格核实”");
        assertThat(newest().path("by").asText()).isEqualTo("designer");
        assertThat(newest().path("why").asText()).startsWith("退回 back to ").endsWith("：新名称群众更易懂");
        assertThat(step(file())).isEqualTo("网格核实");
        assertThat(step(before)).as("what runs goes on as it began").isEqualTo("网格核单");
        assertThat(api.get("auditor", "/api/v1/audit?action=deployment.restore")
                        .body()
                        .path("items")
                        .path(0)
                        .path("reason")
                        .asText())
                .isEqualTo("新名称群众更易懂");

        start();
        assertThat(step(file())).as("the folder was deployed before").isEqualTo("网格核实");
        assertThat(back(renamed, "再来一次").status()).as("it stands like that").isEqualTo(409);
        assertThat(back(ours, " ").status()).isEqualTo(422);
        assertThat(back("nosuch", "退回").status()).isEqualTo(404);
        assertThat(api.post("grid1", "/api/v1/deployments/" + ours + "/restore", Map.of("reason", "退回"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_version_that_would_be_refused_today_is_refused() throws IOException {
        changed("name=\"网格核单\"", "name=\"网格核实\"");
        String bad = newest().path("id").asText();
        // As if the rules had been laxer when it was deployed.
        jdbc.sql(
                        "update act_ge_bytearray set bytes_ = convert_to(replace(convert_from(bytes_, 'UTF8'), 'desks.grid(', 'desks.nosuch('), 'UTF8') where deployment_id_ = ? and name_ = 'six-orders.bpmn'")
                .param(bad)
                .update();
        Packages.ours(engine.getRepositoryService());
        Answer refused = back(bad, "退回");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().toString()).contains("网格核实 (verify)", "nosuch");
        assertThat(step(file())).isEqualTo("网格核单");
    }

    @Test
    void what_a_deployment_changed_is_told_in_words() throws IOException {
        String before = newest().path("id").asText();
        Path there = Packages.copy(folder);
        Path table = there.resolve(ROUTING);
        String rows = Files.readString(table);
        Files.writeString(table, rows.replaceFirst("<text>\"hwzx\"</text>", "<text>\"hbj\"</text>"));
        Path model = there.resolve("six-orders.bpmn");
        Files.writeString(
                model,
                Files.readString(model)
                        .replace("现场已解决: report, evidence", "当场办结: report, evidence")
                        .replace("<dc:Bounds x=\"", "<dc:Bounds x=\"1"));
        Packages.deploy(engine.getRepositoryService(), there);
        String now = newest().path("id").asText();
        assertThat(words(now, ""))
                .hasSize(2)
                .anySatisfy(
                        line -> assertThat(line)
                                .isEqualTo(
                                        "人工任务“网格核单 (verify)”的决定 SOLVED_ON_SITE由“现场已解决: report, evidence”改为“当场办结: report, evidence”"))
                .anySatisfy(line -> assertThat(line).startsWith("表格行“routing ").contains("由“\"hwzx\"”改为“\"hbj\"”"));
        assertThat(words(now, before)).hasSize(2);
        assertThat(words(before, now)).as("the other way round").hasSize(2);
        JsonNode first = api.get("designer", "/api/v1/deployments/" + now + "/changes")
                .body()
                .path("changes")
                .path(0);
        assertThat(first.path("kind").asText()).isEqualTo("CHANGED");
        assertThat(first.path("file").asText()).isIn(ROUTING, "six-orders.bpmn");
        assertThat(api.get("designer", "/api/v1/deployments/" + now + "/changes?since=nosuch")
                        .status())
                .isEqualTo(404);
    }

    private static List<String> kinds(String file, String before, String after) {
        return PackageChanges.between(
                        Map.of(file, before.getBytes(StandardCharsets.UTF_8)),
                        Map.of(file, after.getBytes(StandardCharsets.UTF_8)))
                .stream()
                .map(change -> change.kind() + " " + change.type() + " " + change.name())
                .toList();
    }

    @Test
    void steps_that_came_and_went_and_arrows_that_lead_elsewhere_are_told() throws IOException {
        String model = Files.readString(Path.of("bpmn/six-orders/six-orders.bpmn"));
        String without = model.replaceAll("(?s)<bpmn:endEvent id=\"closed-declined\".*?</bpmn:endEvent>", "")
                .replace("targetRef=\"closed-declined\"", "targetRef=\"closed-merged\"");
        assertThat(kinds("m.bpmn", model, without))
                .containsExactlyInAnyOrder("REMOVED endEvent 不予受理", "CHANGED sequenceFlow 不予受理");
        assertThat(kinds("m.bpmn", without, model)).contains("ADDED endEvent 不予受理");
        assertThat(kinds("m.bpmn", model, model.replace("<dc:Bounds x=\"", "<dc:Bounds x=\"1")))
                .containsExactly("DRAWN file m.bpmn");
        assertThat(kinds("m.bpmn", model, model.replace("<bpmn:terminateEventDefinition id=\"finished-def\"/>", "")))
                .as("an end that ends all becomes one that doesn't")
                .containsExactly("CHANGED endEvent 已办结");
        String first = "<bpmn:sequenceFlow id=\"f-yes\"";
        String way = model.substring(model.indexOf(first), model.indexOf("<bpmn:sequenceFlow id=\"f-no\""));
        String second = "<bpmn:sequenceFlow id=\"f-second\"";
        assertThat(kinds("m.bpmn", model, model.replace(way, "").replace(second, way + second)))
                .as("which condition is looked at first")
                .containsExactly("CHANGED exclusiveGateway 解决了吗？");
        assertThat(kinds("m.bpmn", model, model)).isEmpty();
    }

    private static String table(String... rows) {
        StringBuilder text = new StringBuilder(
                "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='d' name='d' namespace='n'><decision id='t' name='表'><decisionTable id='x' hitPolicy='FIRST'><input id='i' label='事项'><inputExpression id='ie' typeRef='string'><text>category</text></inputExpression></input><output id='o' label='牵头' name='lead' typeRef='string'/>");
        for (String row : rows) {
            String[] cells = row.split("=");
            text.append("<rule id='r")
                    .append(cells[0])
                    .append("'><inputEntry id='a")
                    .append(cells[0])
                    .append("'><text>\"")
                    .append(cells[0])
                    .append("\"</text></inputEntry><outputEntry id='b")
                    .append(cells[0])
                    .append("'><text>\"")
                    .append(cells[1])
                    .append("\"</text></outputEntry></rule>");
        }
        return text + "</decisionTable></decision></definitions>";
    }

    @Test
    void a_column_that_asks_for_something_else_is_told() {
        String before = table("A=x");
        assertThat(kinds("t.dmn", before, before.replace("<text>category</text>", "<text>urgency</text>")))
                .containsExactly("CHANGED table 表");
        String same = before.replace("label='牵头'", "label='事项'");
        assertThat(kinds("t.dmn", same, same.replace("<text>\"A\"</text>", "<text>\"B\"</text>")))
                .as("two columns with one label")
                .containsExactly("CHANGED row 1: \"B\"");
    }

    private String small(String file, String name) {
        return engine.getRepositoryService()
                .createDeployment()
                .name("small")
                .addString(
                        file,
                        "<bpmn:definitions xmlns:bpmn='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:camunda='http://camunda.org/schema/1.0/bpmn' targetNamespace='t'><bpmn:process id='small' isExecutable='true' camunda:historyTimeToLive='P1D'><bpmn:startEvent id='s' name='"
                                + name + "'/></bpmn:process></bpmn:definitions>")
                .deploy()
                .getId();
    }

    @Test
    void a_file_that_got_another_name_is_no_second_one() {
        String first = small("a.bpmn", "一");
        String second = small("b.bpmn", "二");
        small("b.bpmn", "三");
        assertThat(words(second, first)).containsExactlyInAnyOrder("删去文件“a.bpmn”", "新增文件“b.bpmn”");
        assertThat(back(second, "退回").status()).isEqualTo(200);
        assertThat(back(first, "退回").status()).isEqualTo(200);
    }

    @Test
    void a_deployment_that_was_deleted_is_listed_as_such_and_its_folder_is_deployed_again() throws IOException {
        Path there = Files.createDirectories(folder.resolve("deletable"));
        Files.writeString(
                there.resolve("deletable.bpmn"),
                "<bpmn:definitions xmlns:bpmn='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:camunda='http://camunda.org/schema/1.0/bpmn' targetNamespace='t'><bpmn:process id='deletable' isExecutable='true' camunda:historyTimeToLive='P1D'><bpmn:startEvent id='s'/></bpmn:process></bpmn:definitions>");
        ProcessPackages packages =
                new ProcessPackages(engine.getRepositoryService(), records, transaction, new String[] {
                    folder.toUri().toString()
                });
        packages.deploy();
        String id = newest().path("id").asText();
        engine.getRepositoryService().deleteDeployment(id);
        assertThat(newest().path("gone").asBoolean()).isTrue();
        packages.deploy();
        assertThat(newest().path("id").asText()).isNotEqualTo(id);
        assertThat(newest().path("gone").asBoolean()).isFalse();
    }

    @Test
    void rows_that_came_went_changed_and_moved_are_told() {
        String before = table("A=x", "B=x", "C=x", "D=x", "E=x");
        assertThat(kinds("t.dmn", before, table("A=x", "B=y", "C=x", "D=x", "E=x")))
                .containsExactly("CHANGED row 2: \"B\"");
        assertThat(kinds("t.dmn", before, table("A=x", "B=x", "D=x", "E=x", "F=x")))
                .containsExactlyInAnyOrder("REMOVED row 3: \"C\"", "ADDED row 5: \"F\"");
        assertThat(kinds("t.dmn", before, table("E=x", "A=x", "B=x", "C=x", "D=x")))
                .as("the fewest that were moved")
                .containsExactly("MOVED row 1: \"E\"");
    }
}
