package io.liudan.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.matter.Kinds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A folder is a kind of matter: deployed whole, begun by whom it names, worked on and read in its own words. */
class KindsTest extends HubTest {

    private static final Path VISIT = Path.of("src/test/resources/kinds/visit");
    private static final Map<String, Object> ORDINARY =
            Map.of("subject", "看望独居老人", "urgent", "LATER", "where", Map.of("gridCode", "622901001001-01"));

    @Autowired
    private RepositoryService repository;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private DeploymentRecords records;

    @Autowired
    private Kinds kinds;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transaction;

    private final Api api = new Api(hub(), realm());

    @BeforeEach
    void theKindIsThere() throws IOException {
        if (kinds.find("visit").isEmpty()) {
            Api.Answer made = api.uploadTo("designer", "/api/v1/packages", "visit.zip", zip("visit", text -> text));
            assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
        }
    }

    /** The folder as a ZIP file, with its texts changed. */
    private static byte[] zip(String name, UnaryOperator<String> changed) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String file : List.of("matter.yaml", "visit.bpmn")) {
                zip.putNextEntry(new ZipEntry(name + "/" + file));
                zip.write(changed.apply(Files.readString(VISIT.resolve(file))).getBytes(StandardCharsets.UTF_8));
            }
            zip.putNextEntry(new ZipEntry(name + "/README.md"));
        }
        return bytes.toByteArray();
    }

    private Api.Answer begin(String user, String kind, Map<String, ?> fields) {
        return api.post(
                user,
                "/api/v1/matters/" + kind,
                fields,
                Map.of("Idempotency-Key", UUID.randomUUID().toString()));
    }

    private String begun(Map<String, ?> fields) {
        Api.Answer answer = begin("resident1", "visit", fields);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        return answer.body().path("code").asText();
    }

    private static Map<String, Object> with(String field, Object value) {
        Map<String, Object> fields = new HashMap<>(ORDINARY);
        fields.put(field, value);
        return fields;
    }

    @Test
    void a_package_is_looked_at_before_it_is_deployed() throws IOException {
        JsonNode same = api.uploadTo("designer", "/api/v1/packages/check", "visit.zip", zip("visit", text -> text))
                .body();
        assertThat(same.path("faults")).isEmpty();
        assertThat(same.path("words")).as("nothing changes").isEmpty();
        JsonNode wrong = api.uploadTo(
                        "designer", "/api/v1/packages/check", "visit.zip", zip("visit", text -> text.replace(
                                        "ASKED: 待答复, ", "")
                                .replace("name=\"走访\"", "name=\"上门\"")))
                .body();
        assertThat(wrong.path("faults").toString())
                .contains("moves.answer.from: 'ASKED' 不在允许的取值中")
                .contains("matter.yaml");
        assertThat(wrong.path("words").toString()).contains("上门");
        Api.Answer refused = api.uploadTo(
                "designer",
                "/api/v1/packages",
                "visit.zip",
                zip("visit", text -> text.replace("value=\"ASKED\"", "value=\"ASKT\"")));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("detail").asText())
                .contains("status 'ASKT' 不在允许的取值中 is none of PLANNED, ASKED, CLOSED");
        assertThat(api.uploadTo("designer", "/api/v1/packages", "x.zip", "no zip".getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(422);
        assertThat(api.uploadTo("community1", "/api/v1/packages", "visit.zip", zip("visit", text -> text))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void whoever_may_begin_one_is_told_how_and_nobody_else_may() {
        JsonNode kind = api.get("resident1", "/api/v1/kinds/visit").body();
        assertThat(kind.path("mayBegin").asBoolean()).isTrue();
        assertThat(kind.path("fields").findValuesAsText("name"))
                .containsSubsequence("subject", "story", "urgent", "times", "secret", "where", "who", "pictures");
        assertThat(kind.path("way").findValuesAsText("name")).containsExactly("待走访", "待答复", "已结束");
        assertThat(kind.path("moves").get(0).path("fields").findValuesAsText("name"))
                .contains("yes", "words");
        assertThat(api.get("grid1", "/api/v1/kinds/visit")
                        .body()
                        .path("mayBegin")
                        .asBoolean())
                .isFalse();
        assertThat(begin("grid1", "visit", ORDINARY).status()).isEqualTo(403);
        assertThat(begin("community1", "visit", ORDINARY).status())
                .as("desk:community-*")
                .isEqualTo(201);
        assertThat(begin("resident1", "visits", ORDINARY).status()).isEqualTo(404);
    }

    @Test
    void a_request_begins_at_the_door_of_all_kinds_too() {
        Api.Answer made = begin(
                "resident1",
                "six-orders",
                Map.of(
                        "title",
                        "路灯不亮",
                        "description",
                        "三盏",
                        "category",
                        "sanitation",
                        "place",
                        Map.of("gridCode", "622901001001-01")));
        assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
        String code = made.body().path("code").asText();
        JsonNode request = api.get("resident1", "/api/v1/requests/" + code).body();
        assertThat(request.path("description").asText()).isEqualTo("三盏");
        assertThat(request.path("category").asText()).isEqualTo("sanitation");
        assertThat(api.post("resident1", "/api/v1/matters/" + code + "/withdraw", Map.of("reason", "修好了"))
                        .body()
                        .path("outcomeName")
                        .asText())
                .isEqualTo("已撤单");
        assertThat(begin(
                                "resident1",
                                "six-orders",
                                Map.of(
                                        "title",
                                        "x",
                                        "description",
                                        "y",
                                        "category",
                                        "nothing",
                                        "place",
                                        Map.of("gridCode", "622901001001-01")))
                        .body()
                        .path("errors")
                        .findValuesAsText("code"))
                .containsExactly("unknown-category");
    }

    @Test
    void every_wrong_field_is_told_at_once_and_nothing_is_kept() {
        long before = jdbc.sql("select count(*) from matter where kind = 'visit'")
                .query(Long.class)
                .single();
        JsonNode errors = begin(
                        "resident1",
                        "visit",
                        Map.of(
                                "urgent",
                                "NEVER",
                                "times",
                                10,
                                "where",
                                "here",
                                "who",
                                Map.of("phone", "abc"),
                                "subjct",
                                "x"))
                .body()
                .path("errors");
        Map<String, String> told = new TreeMap<>();
        errors.forEach(error ->
                told.put(error.path("field").asText(), error.path("code").asText()));
        assertThat(told)
                .containsEntry("subject", "required")
                .containsEntry("urgent", "not-among")
                .containsEntry("times", "range")
                .containsEntry("where", "not-a-place")
                .containsEntry("who.phone", "malformed")
                .containsEntry("subjct", "unknown-field-near");
        assertThat(begin("resident1", "visit", with("where", Map.of("gridCode", "1", "communityCode", "2")))
                        .body()
                        .path("errors")
                        .findValuesAsText("field"))
                .containsExactly("where.gridCode", "where.communityCode");
        assertThat(jdbc.sql("select count(*) from matter where kind = 'visit'")
                        .query(Long.class)
                        .single())
                .isEqualTo(before);
    }

    @Test
    void it_is_read_in_its_own_words_and_found_by_its_own_fields() {
        Map<String, Object> fields = with("story", "门口有坡道");
        fields.put("secret", "青年路 1 号");
        fields.put("times", 3);
        fields.put("who", Map.of("name", "马占海", "phone", "13900001111"));
        String code = begun(fields);
        JsonNode own = api.get("resident1", "/api/v1/matters/" + code).body();
        assertThat(own.path("statusName").asText()).isEqualTo("待走访");
        assertThat(own.path("title").asText()).isEqualTo("看望独居老人");
        assertThat(own.path("fields").findValuesAsText("word"))
                .containsExactly("看望独居老人", "门口有坡道", "不急，下周", "3", "青年路 1 号");
        assertThat(own.path("timeline").get(0).path("text").asText()).isEqualTo("登记走访");
        assertThat(own.path("contact").path("name").asText()).isEqualTo("马占海");
        assertThat(api.get("resident1", "/api/v1/matters?kind=visit&field.urgent=LATER")
                        .body()
                        .path("items")
                        .findValuesAsText("code"))
                .contains(code);
        assertThat(api.get("resident1", "/api/v1/matters?kind=visit&field.urgent=SOON")
                        .body()
                        .path("items")
                        .findValuesAsText("code"))
                .doesNotContain(code);
        assertThat(api.get("resident2", "/api/v1/matters/" + code).status()).isEqualTo(404);
        assertThat(api.get("supervisor", "/api/v1/matters/" + code).status())
                .as("its manifest names no supervision")
                .isEqualTo(404);
        assertThat(api.get("resident1", "/api/v1/requests/" + code).status())
                .as("a visit is no request")
                .isEqualTo(404);
        assertThat(api.post("resident2", "/api/v1/matters/" + code + "/follow", Map.of())
                        .status())
                .as("its manifest names no followers")
                .isEqualTo(404);
    }

    @Test
    void nothing_that_people_wrote_gets_into_the_engine() {
        String code = begun(with("story", "只写在这里的话"));
        Map<String, Object> known = runtime.getVariables(runtime.createProcessInstanceQuery()
                .processInstanceBusinessKey(code)
                .singleResult()
                .getId());
        assertThat(known).containsEntry("urgent", "LATER").containsEntry("times", null);
        assertThat(known.toString()).doesNotContain("只写在这里的话", "看望独居老人");
    }

    @Test
    void a_move_is_made_by_whom_and_when_the_manifest_says() {
        String code = begun(with("urgent", "SOON"));
        assertThat(api.get("resident1", "/api/v1/matters/" + code)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("ASKED");
        String answer = "/api/v1/matters/" + code + "/answer";
        assertThat(api.post("community1", answer, Map.of("yes", true)).status())
                .as("a desk sees it and may not answer")
                .isEqualTo(404);
        assertThat(api.post("resident1", answer, Map.of("words", "下午在")).status())
                .as("yes is required")
                .isEqualTo(422);
        JsonNode answered = api.post("resident1", answer, Map.of("yes", true, "words", "下午在"))
                .body();
        assertThat(answered.path("status").asText()).isEqualTo("PLANNED");
        assertThat(answered.path("timeline").findValuesAsText("text")).contains("答复");
        assertThat(api.post("resident1", answer, Map.of("yes", true)).status()).isEqualTo(409);
        assertThat(api.post("resident1", "/api/v1/matters/" + code + "/jump", Map.of())
                        .status())
                .isEqualTo(404);
        String nobody = begun(with("urgent", "SOON"));
        JsonNode closed = api.post("resident1", "/api/v1/matters/" + nobody + "/answer", Map.of("yes", false))
                .body();
        assertThat(closed.path("outcomeName").asText()).isEqualTo("无人在家");
    }

    @Test
    void a_second_step_is_for_another_person_and_a_model_sets_a_field() {
        String code = begun(ORDINARY);
        String task = api.task("community1", code, "go").path("id").asText();
        assertThat(api.complete("community1", task, Map.of("decision", "DONE", "report", "都好"))
                        .status())
                .isEqualTo(204);
        assertThat(api.get("resident1", "/api/v1/matters/" + code)
                        .body()
                        .path("fields")
                        .findValuesAsText("word"))
                .contains("2");
        String second = api.task("community1", code, "second").path("id").asText();
        Api.Answer again = api.complete("community1", second, Map.of("decision", "DONE"));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body().path("code").asText()).isEqualTo("decided-before-by-oneself");
    }

    /** What deploying the folder with its manifest changed would be refused for. */
    private List<String> faults(UnaryOperator<String> changed) throws IOException {
        List<String> faults = new ArrayList<>();
        api.uploadTo("designer", "/api/v1/packages/check", "visit.zip", zip("visit", changed))
                .body()
                .path("faults")
                .forEach(fault -> faults.add(fault.asText()));
        return faults;
    }

    @Test
    void what_running_matters_still_go_by_cant_be_dropped() throws IOException {
        UnaryOperator<String> withoutStory = text -> text.replace("  story: {type: LONG_TEXT, label: 情况}\n", "");
        Map<String, Object> fields = with("urgent", "SOON");
        fields.put("story", "门口有坡道");
        String code = begun(fields);
        assertThat(faults(withoutStory))
                .singleElement()
                .asString()
                .startsWith("matter.yaml: fields.story: 不能去掉，有")
                .endsWith("have this field filled in");
        assertThat(faults(text -> text.replace("ASKED: 待答复, ", "")
                        .replace("value=\"ASKED\"", "value=\"PLANNED\"")
                        .replace("from: [ASKED]", "from: [PLANNED]")))
                .anySatisfy(fault -> assertThat(fault).startsWith("matter.yaml: statuses.ASKED: 不能去掉，有"));
        assertThat(faults(text -> text.replace("  answer:\n", "  reply:\n")))
                .anySatisfy(fault -> assertThat(fault).startsWith("matter.yaml: moves.answer: 不能去掉，有"));
        Api.Answer home = api.post(
                "community1",
                "/api/v1/kinds/visit/registers/homes",
                Map.of("home", "3 号楼 201", "sort", "ALONE", "at", Map.of("gridCode", "622901001001-01")));
        assertThat(home.status()).as("%s", home.body()).isEqualTo(201);
        UnaryOperator<String> withoutHomes = text -> text.contains("registers:")
                ? text.substring(0, text.indexOf("registers:"))
                        .replace("  at: {type: ENTRY, register: homes, label: 住处, find: true}\n", "")
                : text;
        assertThat(faults(withoutHomes))
                .anySatisfy(fault -> assertThat(fault).startsWith("matter.yaml: registers.homes: 不能去掉，有 1 件"));
        api.post(
                "community1",
                "/api/v1/kinds/visit/registers/homes/" + home.body().path("id").asText() + "/retire",
                Map.of());
        assertThat(faults(withoutHomes)).noneMatch(fault -> fault.contains("registers.homes"));
        api.post("resident1", "/api/v1/matters/" + code + "/answer", Map.of("yes", false));
        for (String open : jdbc.sql(
                        "select code from matter m join matter_text t on t.matter_id = m.id where kind = 'visit' and status <> 'CLOSED' and field = 'story'")
                .query(String.class)
                .list()) {
            jdbc.sql("update matter_search set open = false where matter_id = ?::bigint / 10")
                    .param(open)
                    .update();
        }
        assertThat(faults(withoutStory)).as("nobody needs it any more").isEmpty();
    }

    @Test
    void a_kind_belongs_to_its_package_and_changes_of_its_words_are_told() throws IOException {
        JsonNode stranger = api.uploadTo("designer", "/api/v1/packages/check", "x.zip", zip("stranger", text -> text))
                .body();
        assertThat(stranger.path("faults").toString()).contains("visit: 这个标识属于 'visit'");
        ByteArrayOutputStream alone = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(alone)) {
            zip.putNextEntry(new ZipEntry("stranger/matter.yaml"));
            zip.write(Files.readAllBytes(VISIT.resolve("matter.yaml")));
        }
        assertThat(api.uploadTo("designer", "/api/v1/packages/check", "x.zip", alone.toByteArray())
                        .body()
                        .path("faults")
                        .toString())
                .as("a manifest alone")
                .contains("visit: 这个标识属于 'visit'");
        JsonNode changed = api.uploadTo(
                        "designer",
                        "/api/v1/packages/check",
                        "visit.zip",
                        zip("visit", text -> text.replace("ASKED: 待答复", "ASKED: 等答复")))
                .body();
        assertThat(changed.path("words").toString()).contains("“statuses.ASKED”的内容由“待答复”改为“等答复”");
        ByteArrayOutputStream half = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(half)) {
            zip.putNextEntry(new ZipEntry("visit/matter.yaml"));
            zip.write(Files.readAllBytes(VISIT.resolve("matter.yaml")));
        }
        assertThat(api.uploadTo("designer", "/api/v1/packages/check", "visit.zip", half.toByteArray())
                        .body()
                        .path("notes")
                        .toString())
                .contains("visit.bpmn: 包里没有，线上的继续有效");
    }

    @Test
    void supervision_takes_up_what_it_sees_and_nothing_else() {
        Map<String, Object> demand = Map.of("demand", "尽快答复", "until", "2030-01-01T00:00:00Z");
        String unseen = begun(ORDINARY);
        assertThat(api.post("supervisor", "/api/v1/matters/" + unseen + "/supervision", demand)
                        .status())
                .as("its manifest names no supervision")
                .isEqualTo(404);
        assertThat(api.post("supervisor", "/api/v1/requests/" + unseen + "/supervision", demand)
                        .status())
                .isEqualTo(404);
        jdbc.sql(
                        "insert into supervision (matter_id, level, demand, until, opened_at) values (?::bigint / 10, 1, '', now(), now())")
                .param(unseen)
                .update();
        assertThat(api.get("supervisor", "/api/v1/supervisions?matterCode=" + unseen)
                        .body()
                        .path("items"))
                .as("what its own cards raised")
                .isEmpty();
        assertThat(api.get("community1", "/api/v1/supervisions?matterCode=" + unseen)
                        .body()
                        .path("items"))
                .hasSize(1);
        String seen = begin(
                        "grid1",
                        "hazard-patrol",
                        Map.of(
                                "finding",
                                "HAZARD",
                                "level",
                                "GENERAL",
                                "what",
                                "井盖松动",
                                "place",
                                Map.of("gridCode", "622901001001-01")))
                .body()
                .path("code")
                .asText();
        assertThat(api.post("supervisor", "/api/v1/matters/" + seen + "/supervision", demand)
                        .status())
                .isEqualTo(201);
        assertThat(api.get("supervisor", "/api/v1/supervisions?matterCode=" + seen)
                        .body()
                        .path("items")
                        .findValuesAsText("demand"))
                .containsExactly("尽快答复");
        assertThat(api.post("supervisor", "/api/v1/matters/" + seen + "/supervision", demand)
                        .status())
                .isEqualTo(409);
    }

    @Test
    void what_turns_out_to_be_a_request_isnt_typed_again() {
        Map<String, Object> fields = with("story", "楼道灯坏了");
        fields.put("who", Map.of("name", "马占海", "phone", "13900001111"));
        fields.put("pictures", List.of(api.evidence("resident1")));
        fields.put("secret", "青年路 1 号");
        String code = begun(fields);
        assertThat(api.get("grid1", "/api/v1/matters/" + code)
                        .body()
                        .path("fields")
                        .toString())
                .as("a desk that isn't at work on it reads nothing that tells who somebody is")
                .contains("楼道灯坏了")
                .doesNotContain("青年路");
        String task = api.task("community1", code, "go").path("id").asText();
        assertThat(api.complete("community1", task, Map.of("decision", "HAND_ON", "report", "转"))
                        .status())
                .isEqualTo(204);
        JsonNode visit = api.get("resident1", "/api/v1/matters/" + code).body();
        assertThat(visit.path("status").asText()).isEqualTo("CLOSED");
        String made = visit.path("timeline").findValues("into").getFirst().asText();
        JsonNode request = api.get("resident1", "/api/v1/requests/" + made).body();
        assertThat(request.path("title").asText()).isEqualTo("看望独居老人");
        assertThat(request.path("description").asText()).isEqualTo("楼道灯坏了");
        assertThat(request.toString()).as("a contact is no description").doesNotContain("青年路");
        assertThat(request.path("contact").path("phone").asText()).isEqualTo("13900001111");
        assertThat(request.path("gridCode").asText()).isEqualTo("622901001001-01");
        String file = request.path("attachments").get(0).path("id").asText();
        assertThat(file)
                .isNotEqualTo(visit.path("attachments").get(0).path("id").asText());
        assertThat(api.get("grid1", "/api/v1/attachments/" + file).status()).isEqualTo(200);
        assertThat(api.task("grid1", made, "verify").path("id").asText()).isNotEmpty();
    }

    @Test
    void words_are_those_of_the_version_it_began_with_and_rights_those_of_the_newest() throws IOException {
        String code = begun(ORDINARY);
        String renamed = Files.readString(VISIT.resolve("matter.yaml"))
                .replace("PLANNED: 待走访", "PLANNED: 等人上门")
                .replace("see: {desk: all, reporter: all}", "see: {desk: all, reporter: all, supervision: masked}");
        transaction.executeWithoutResult(status -> kinds.publish(renamed));
        try {
            JsonNode seen = api.get("supervisor", "/api/v1/matters/" + code).body();
            assertThat(seen.path("statusName").asText()).isEqualTo("待走访");
            assertThat(api.get("resident1", "/api/v1/matters/" + begun(ORDINARY))
                            .body()
                            .path("statusName")
                            .asText())
                    .isEqualTo("等人上门");
        } finally {
            String before = Files.readString(VISIT.resolve("matter.yaml"));
            transaction.executeWithoutResult(status -> kinds.publish(before));
        }
    }

    @Test
    void a_copied_folder_is_a_new_kind_while_the_hub_runs_and_a_wrong_one_is_told(@TempDir Path folder)
            throws IOException {
        ProcessPackages packages = new ProcessPackages(
                repository, records, transaction, new String[] {folder.toUri().toString()});
        copy(folder, "visit", text -> text);
        packages.deploy();
        copy(folder, "call", text -> text.replace("visit", "call"));
        packages.watch();
        assertThat(kinds.find("call")).as("it may still be written").isEmpty();
        packages.watch();
        assertThat(kinds.find("call")).isPresent();
        assertThat(begin("resident1", "call", ORDINARY).status())
                .as("with all that it needs")
                .isEqualTo(201);
        assertThat(repository
                        .createProcessDefinitionQuery()
                        .processDefinitionKey("call")
                        .count())
                .isEqualTo(1);
        copy(folder, "call", text -> text.replace("visit", "call").replace("value=\"ASKED\"", "value=\"AWAITED\""));
        packages.watch();
        packages.watch();
        assertThat(packages.known().get("call").faults())
                .singleElement()
                .asString()
                .contains("status 'AWAITED' 不在允许的取值中");
        assertThat(begin("resident1", "call", ORDINARY).status())
                .as("what was there goes on")
                .isEqualTo(201);
        copy(folder, "call", text -> text.replace("visit", "call").replace("待走访", "等着"));
        packages.watch();
        packages.watch();
        assertThat(packages.known().get("call").faults()).isEmpty();
        assertThat(kinds.find("call").orElseThrow().status("PLANNED").zh()).isEqualTo("等着");
    }

    private static void copy(Path folder, String name, UnaryOperator<String> changed) throws IOException {
        Path to = Files.createDirectories(folder.resolve(name));
        Files.writeString(to.resolve("matter.yaml"), changed.apply(Files.readString(VISIT.resolve("matter.yaml"))));
        Files.writeString(to.resolve(name + ".bpmn"), changed.apply(Files.readString(VISIT.resolve("visit.bpmn"))));
    }
}
