package io.liudan.process.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.liudan.Api.Answer;
import io.liudan.process.ChangedModelTest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What steps, decisions and fields are called, and what fields may hold, is the model's own. */
class ModelWordsTest extends ChangedModelTest {

    private static final String CONFIRM = "<camunda:property name=\"decision.CONFIRM\" value=\"属实，报社区:\"/>";
    private static final String FIELDS = """
            <camunda:property name="decision.CONFIRM" value="属实，报社区: place?, cost?, seen?, level?, dry?, helpers?, by?, photos?, like?"/>
            <camunda:property name="field.place" value="地点: TEXT"/>
            <camunda:property name="field.cost" value="费用（万元）: NUMBER 0.0..99.5"/>
            <camunda:property name="field.seen" value="到场日期: DATE"/>
            <camunda:property name="field.level" value="等级: WORD GENERAL=一般隐患, MAJOR=重大隐患"/>
            <camunda:property name="field.dry" value="已断水: BOOLEAN"/>
            <camunda:property name="field.helpers" value="相关部门: DEPARTMENTS"/>
            <camunda:property name="field.by" value="同去人员: PERSON"/>
            <camunda:property name="field.photos" value="现场照片: ATTACHMENTS"/>
            <camunda:property name="field.like" value="同一件事: MATTER"/>""";

    @Autowired
    private JdbcClient jdbc;

    private JsonNode field(String code, String name) {
        for (JsonNode decision : api.task("grid1", code, null).path("decisions")) {
            for (JsonNode field : decision.path("fields")) {
                if (field.path("name").asText().equals(name)) {
                    return field;
                }
            }
        }
        return MissingNode.getInstance();
    }

    private JsonNode last(String code, String type) {
        JsonNode found = MissingNode.getInstance();
        for (JsonNode entry :
                api.get("grid1", "/api/v1/requests/" + code).body().path("timeline")) {
            if (entry.path("type").asText().equals(type)) {
                found = entry;
            }
        }
        return found;
    }

    @Test
    void a_task_describes_its_fields_as_the_model_declares_them() throws IOException {
        changed(CONFIRM, FIELDS);
        String code = file();
        assertThat(field(code, "cost").toString())
                .isEqualTo(
                        "{\"name\":\"cost\",\"label\":\"费用（万元）\",\"type\":\"NUMBER\",\"required\":false,\"min\":0.0,\"max\":99.5,\"decimals\":1,\"words\":[]}");
        assertThat(field(code, "level").path("words").toString())
                .isEqualTo("[{\"value\":\"GENERAL\",\"label\":\"一般隐患\"},{\"value\":\"MAJOR\",\"label\":\"重大隐患\"}]");
        assertThat(field(code, "evidence").path("label").asText())
                .as("said once, at the process")
                .isEqualTo("办结凭证");
    }

    @Test
    void what_was_decided_stands_in_the_timeline_in_the_models_words() throws IOException {
        changed(CONFIRM, FIELDS);
        String code = file();
        String other = file();
        String photo = api.evidence("grid1");
        Map<String, Object> decision = new HashMap<>(
                Map.of("decision", "CONFIRM", "cost", "12.5", "seen", "2026-11-30", "level", "MAJOR", "dry", true));
        decision.putAll(Map.of(
                "place",
                "北门",
                "helpers",
                List.of("cgj", "zjj"),
                "by",
                "grid1",
                "photos",
                List.of(photo),
                "like",
                other));
        assertThat(complete("grid1", code, decision).status()).isEqualTo(204);
        JsonNode data = last(code, "decided").path("data");
        assertThat(data.path("fields").path("cost").asDouble()).isEqualTo(12.5);
        assertThat(data.path("labels").path("cost").asText()).isEqualTo("费用（万元）");
        assertThat(data.path("labels").has("photos"))
                .as("pictures are looked at")
                .isFalse();
        assertThat(data.path("words").path("level").asText()).isEqualTo("重大隐患");
        assertThat(data.path("words").path("by").asText())
                .as("a person by name")
                .isNotBlank()
                .isNotEqualTo("grid1");
        assertThat(data.path("words").path("helpers").asText()).contains("、").doesNotContain("cgj");
        assertThat(api.get("grid1", "/api/v1/requests/" + code)
                        .body()
                        .path("attachments")
                        .findValuesAsText("id"))
                .contains(photo);
    }

    @Test
    void what_people_chose_is_kept_sealed_and_goes_with_their_other_words() throws IOException {
        changed(CONFIRM, FIELDS);
        String code = file();
        assertThat(complete("grid1", code, Map.of("decision", "CONFIRM", "level", "MAJOR", "cost", 7, "dry", true))
                        .status())
                .isEqualTo(204);
        String kept = jdbc.sql(
                        "select string_agg(data::text, ' ') from matter_event where matter_id = ?::bigint / 10 and type like '%decided'")
                .param(code)
                .query(String.class)
                .single();
        assertThat(kept).contains("等级").doesNotContain("重大隐患", "MAJOR", "7", "true");
        assertThat(last(code, "decided")
                        .path("data")
                        .path("words")
                        .path("level")
                        .asText())
                .isEqualTo("重大隐患");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cost | 12.55 | 最多 1 位小数",
                "cost | 100 | 应在 0 到 99.5 之间",
                "cost | viel | 应是数字",
                "cost | 1000E2147483647 | 应是数字",
                "cost | 1e9999999 | 应在 0 到 99.5 之间",
                "seen | 30.11.2026 | 应是日期",
                "seen | 2026-02-30 | 应是日期",
                "seen | 20260-01-01 | 应是日期",
                "level | 重大隐患 | 只能是：GENERAL (一般隐患), MAJOR (重大隐患)",
                "dry | vielleicht | true 或 false",
                "helpers | cgj,nix | nix",
                "by | dept-cgj | 不是本岗人员",
                "by | nobody | 不是本岗人员",
                "photos | x | x",
                "like | 1 | 1",
            })
    void a_value_that_a_field_cant_hold_is_refused_by_its_name(String field, String value, String reason)
            throws IOException {
        changed(CONFIRM, FIELDS);
        Answer refused = complete("grid1", file(), Map.of("decision", "CONFIRM", field, value));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("errors").path(0).path("field").asText()).isEqualTo(field);
        assertThat(refused.body().path("errors").path(0).path("reason").asText())
                .contains(reason);
    }

    @Test
    void a_step_whose_template_sets_no_limit_has_none() throws IOException {
        changed("camunda:dueDate=\"${deadlines.due(execution, 'verify')}\"", "camunda:dueDate=\"\"");
        assertThat(api.task("grid1", file(), null).has("dueAt")).isFalse();
    }

    @Test
    void a_renamed_step_and_decision_have_their_new_names_in_the_timeline() throws IOException {
        String before = file();
        changed("name=\"社区下单\"", "name=\"社区研判\"");
        String after = file();
        for (String code : List.of(before, after)) {
            assertThat(complete("grid1", code, Map.of("decision", "CONFIRM")).status())
                    .isEqualTo(204);
        }
        assertThat(last(before, "verified").path("text").asText()).isEqualTo("已核单，等待社区下单");
        assertThat(last(after, "verified").path("text").asText()).isEqualTo("已核单，等待社区研判");
        assertThat(last(after, "decided").path("text").asText()).isEqualTo("网格核单：属实，报社区");
    }

    @Test
    void a_task_of_a_version_that_says_nothing_of_its_fields_has_what_the_newest_says() throws IOException {
        changed("<camunda:property name=\"field.", "<camunda:property name=\"old.");
        String code = file();
        assertThat(field(code, "evidence").path("type").asText())
                .as("what the hub acts on")
                .isEqualTo("ATTACHMENTS");
        assertThat(field(code, "evidence").path("label").asText()).isEqualTo("evidence");
        changed(CONFIRM, CONFIRM);
        assertThat(complete(
                                "grid1",
                                code,
                                Map.of(
                                        "decision",
                                        "SOLVED_ON_SITE",
                                        "report",
                                        "已清运",
                                        "evidence",
                                        List.of(api.evidence("grid1"))))
                        .status())
                .isEqualTo(204);
        assertThat(last(code, "decided")
                        .path("data")
                        .path("labels")
                        .path("report")
                        .asText())
                .isEqualTo("办理情况");
    }
}
