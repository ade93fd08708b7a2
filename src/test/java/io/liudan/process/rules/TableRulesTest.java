package io.liudan.process.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.HubTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Odd decision tables, each with the words that it has to be told, and near ones that pass. A table is written as
 * {@code policy; column:type, …; cell, … -> cell, …; …}.
 */
class TableRulesTest extends HubTest {

    private static final String ROUTING =
            "FIRST; category:string -> lead:string, supporting:string, urgency:string, " + "emergency:boolean; ";
    private static final String DEADLINES =
            "FIRST; step:string, urgency:string -> amount:integer, unit:string, yellow:string; ";

    @Autowired
    private TableRules rules;

    private static String cells(String kind, String cells) {
        StringBuilder xml = new StringBuilder();
        Arrays.stream(cells.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"))
                .map(String::strip)
                .filter(cell -> !cell.isEmpty())
                .forEach(cell -> xml.append("<%s><text><![CDATA[%s]]></text></%s>".formatted(kind, cell, kind)));
        return xml.toString();
    }

    /** Semicolons part rows, an arrow the inputs from the outputs. */
    private static byte[] dmn(String key, String table) {
        String[] parts = table.split(";");
        StringBuilder xml = new StringBuilder();
        String[] columns = parts[1].split("->");
        for (String column : columns[0].split(",")) {
            String[] input = column.strip().split(":");
            xml.append("<input label='%s'><inputExpression%s><text>%s</text></inputExpression></input>"
                    .formatted(input[0], input.length > 1 ? " typeRef='" + input[1] + "'" : "", input[0]));
        }
        for (String column : columns[1].split(",")) {
            String[] output = column.strip().split(":");
            xml.append("<output name='%s'%s/>"
                    .formatted(output[0], output.length > 1 ? " typeRef='" + output[1] + "'" : ""));
        }
        for (int row = 2; row < parts.length; row++) {
            if (!parts[row].isBlank()) {
                String[] rule = parts[row].split("->");
                xml.append("<rule>")
                        .append(cells("inputEntry", rule[0]))
                        .append(cells("outputEntry", rule[1]))
                        .append("</rule>");
            }
        }
        return """
                <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="d" name="d" namespace="t"><decision id="%s" name="某表" camunda:historyTimeToLive="P1D">
                <decisionTable hitPolicy="%s">%s</decisionTable></decision></definitions>""".formatted(key, parts[0].strip(), xml).getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // cells that can't be read
                "FIRST; a:string -> b:string; \"x\" -> \"y\"; \"z -> \"y\" | 第 2 行「a」 row 2, column a: 写法读不懂",
                "FIRST; a:string -> b:string; \"x\" -> \"y; | 第 1 行「b」 row 1, column b: 写法读不懂",
                "FIRST; a:string -> b:string; gas -> \"y\" | 文字要加引号 words stand in quotation marks: \"gas\"",
                "FIRST; a:string -> b:string; \"x\" -> yes | 文字要加引号 words stand in quotation marks: \"yes\"",
                "FIRST; a:string -> b:string; “x” -> \"y\" | 引号和逗号要用英文的",
                "FIRST; a:string -> b:string; ${x} -> \"y\" | 单元格里不能写 ${…}",
                "FIRST; a:integer -> b:string; > -> \"y\" | 写法读不懂",
                "FIRST; a:integer -> b:string; [1..] -> \"y\" | 第 1 行「a」",
                "FIRST; a:date -> b:string; date and time(\"2026-13-45T00:00:00\") -> \"y\" | 没有这个日期 there is no such time: 2026-13-45T00:00:00",
                // types
                "FIRST; a:integer -> b:string; \"three\" -> \"y\" | 与本列的类型不符 doesn't fit the type of the column (integer): \"three\"",
                "FIRST; a:string -> b:string; \"x\" -> ''.getClass() | 写法读不懂",
                "FIRST; a:string -> b:integer; \"x\" -> \"many\" | 与本列的类型不符",
                "FIRST; a:string -> b:boolean; \"x\" -> 3 | 与本列的类型不符",
                "FIRST; a:strin -> b:string; \"x\" -> \"y\" | 不认识的类型 unknown type 'strin'",
                "FIRST; a:string -> b:text; \"x\" -> \"y\" | 不认识的类型 unknown type 'text'",
                // shape
                "FIRST; a:string -> b:string, c:string; \"x\" -> \"y\" | 第 1 行 row 1: 单元格的个数与列数不一致",
                "FIRST; a:string -> b:string; | 一行也没有 has no row",
                "PRIORITY; a:string -> b:string; \"x\" -> \"y\" | 命中策略不支持",
                "FIRST; a+1:integer -> b:string; 1 -> \"y\" | 输入表达式应是一个变量名",
                // rows against each other
                "UNIQUE; a:string -> b:string; \"x\",  -> \"y\"; \"x\" -> \"z\" | 第 1 行和第 2 行 rows 1 and 2: 同时适用于 both apply to a = x",
                "UNIQUE; a:integer -> b:string; [1..5] -> \"y\"; >= 5 -> \"z\" | rows 1 and 2: 同时适用于 both apply to a = 5",
                "UNIQUE; a:integer -> b:string; < 3 -> \"y\"; ]1..4[ -> \"z\" | rows 1 and 2",
                "ANY; a:string -> b:string; \"x\" -> \"y\"; - -> \"z\" | 结果不同 and say different things",
                "ANY; a:string -> b:string; \"x\" -> \"y\"; not(\"q\") -> \"y\"; - -> \"z\" | rows 1 and 3: 同时适用于 both apply to a = x，结果不同",
                "FIRST; a:string -> b:string; - -> \"y\"; \"x\" -> \"z\" | 第 2 行 row 2: 永远轮不到",
                "FIRST; a:integer, c:string -> b:string; > 3, - -> \"y\"; [5..9], \"q\" -> \"z\" | row 2: 永远轮不到",
                "FIRST; a:boolean -> b:string; true -> \"y\"; false -> \"z\"; - -> \"q\" | row 3: 永远轮不到",
            })
    void a_table_that_would_fail_later_is_told_the_cell_and_the_reason(String table, String words) {
        assertThat(rules.faults(dmn("some", table)))
                .anySatisfy(fault -> assertThat(fault).startsWith("某表 (some)").contains(words));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FIRST; a:string -> b:string; \"x\", -> \"y\"; not(\"x\") -> \"z\"",
                "UNIQUE; a:string -> b:string; \"x\" -> \"y\"; \"z\" -> \"y\"",
                "UNIQUE; a:integer -> b:string; < 3 -> \"y\"; [3..9] -> \"z\"; > 9 -> \"q\"",
                "UNIQUE; a:date -> b:string; < date and time(\"2026-10-01T00:00:00\") -> \"y\"; >= date and time(\"2026-10-01T00:00:00\") -> \"z\"",
                "ANY; a:string -> b:string; \"x\" -> \"y\"; - -> \"y\"",
                "COLLECT; a:string -> b:string; \"x\" -> \"y\"; - -> \"z\"",
                "RULE ORDER; a:string -> b:integer; \"x\" -> 3; - -> 4",
                "FIRST; a -> b; \"x\" -> \"y\"; 3 -> 4; - -> true",
                "FIRST; a:double -> b:double; >= 1.5 -> 2.5; - -> -",
                "FIRST; a:string -> b:string; \"其他\" -> \"y\"; - -> \"z\"",
                "FIRST; a:string, c:string -> b:string; \"暖气，不热\", not(\"水，停了\") -> \"y\"",
                "FIRST; 事项:string -> 结果:string; \"暖气，不热\" -> \"说“好”\"",
            })
    void a_table_that_works_passes(String table) {
        assertThat(rules.faults(dmn("some", table))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "routing | \"heatin\" -> \"cgj\", \"\", \"NORMAL\", false | 没有这个事项 there is no category 'heatin'，是否指 did you mean 'heating'?",
                "routing | \"heating\" -> \"cgjj\", \"\", \"NORMAL\", false | 没有这个部门 there is no department 'cgjj'，是否指 did you mean 'cgj'?",
                "routing | \"heating\" -> \"cgj\", \"yjj,nobody\", \"NORMAL\", false | there is no department 'nobody'",
                "routing | \"heating\" -> \"cgj\", \"\", \"URGENTLY\", false | there is no urgency 'URGENTLY'; there are: EMERGENCY, NORMAL, URGENT",
                "deadlines | \"verify\", - -> 4, \"WORKING_HOUR\", \"1 HOURS\" | 不认识的时间单位 is no unit of time: WORKING_HOUR; 例如 for example 4 WORKING_HOURS",
                "deadlines | \"verify\", - -> 4, \"HOURS\", \"soon\" | is no unit of time: soon",
                "deadlines | \"verify\", - -> 0, \"HOURS\", \"1 HOURS\" | 时限应大于零",
                "deadlines | \"verify\", \"EMERGENCY\" -> 4, \"HOURS\", \"1 HOURS\" | 没有一行适用于 no row applies to step = verify, urgency = 其他 any other",
            })
    void the_hubs_own_tables_say_what_it_understands(String key, String row, String words) {
        String head = key.equals("routing") ? ROUTING : DEADLINES;
        assertThat(rules.faults(dmn(key, head + row)))
                .anySatisfy(fault ->
                        assertThat(fault).startsWith("某表 (" + key + ")").contains(words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FIRST; weather:string -> lead:string, supporting:string, urgency:string, emergency:boolean; - -> \"cgj\", \"\", \"NORMAL\", false | 这张表得不到这个变量 this table isn't given the variable 'weather', but: category",
                "COLLECT; category:string -> lead:string, supporting:string, urgency:string, emergency:boolean; - -> \"cgj\", \"\", \"NORMAL\", false | 这张表只取一行",
                "FIRST; category:string -> lead:string; - -> \"cgj\" | 缺少输出列 there is no output column 'urgency'",
            })
    void the_hubs_own_tables_have_the_columns_it_asks_for(String table, String words) {
        assertThat(rules.faults(dmn("routing", table)))
                .anySatisfy(fault -> assertThat(fault).contains(words));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FIRST; category:string, step:string -> amount:integer, unit:string; \"heating\", \"verify\" -> 4, \"HOURS\"; -, \"verify\" -> 8, \"HOURS\"",
                "FIRST; step:string, day:date -> amount:integer, unit:string; \"verify\", >= date and time(\"2026-01-01T00:00:00\") -> 4, \"HOURS\"",
            })
    void a_step_with_a_row_for_every_day_to_come_passes(String table) {
        assertThat(rules.faults(dmn("deadlines", table))).isEmpty();
    }

    @Test
    void a_step_whose_only_row_is_over_is_told() {
        assertThat(
                        rules.faults(
                                dmn(
                                        "deadlines",
                                        "FIRST; step:string, day:date -> amount:integer, unit:string; \"verify\", < date and time(\"2026-01-01T00:00:00\") -> 4, \"HOURS\"")))
                .singleElement()
                .asString()
                .contains("没有一行适用于 no row applies to step = verify");
    }

    @Test
    void a_language_that_the_engine_cant_read_in_its_place_is_told() {
        String table = new String(dmn("some", "FIRST; a:string -> b:string; \"x\" -> \"y\""), StandardCharsets.UTF_8);
        assertThat(faultsWith(table, "<inputEntry>", "<inputEntry expressionLanguage='groovy'>"))
                .containsExactly(
                        "某表 (some) 第 1 行「a」 row 1, column a: 这里不能用这种表达式语言 this expression language can't be used here: 'groovy'");
        assertThat(faultsWith(table, "<outputEntry>", "<outputEntry expressionLanguage='feel'>"))
                .hasSize(1);
        assertThat(faultsWith(table, "<inputEntry>", "<inputEntry expressionLanguage='feel'>"))
                .isEmpty();
    }

    private List<String> faultsWith(String table, String here, String there) {
        return rules.faults(table.replace(here, there).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void all_faults_are_told_at_once() {
        assertThat(rules.faults(dmn("some", "FIRST; a:string -> b:integer; gas -> \"y\"; \"x -> 3; - -> 4")))
                .hasSize(3);
        assertThat(rules.faults(dmn("routing", ROUTING + "heating -> \"cgjj\", \"nobody\", \"URGENTLY\", 3")))
                .hasSize(5);
    }

    @Test
    void the_hubs_own_tables_keep_the_rules() throws IOException {
        for (String name : List.of("routing", "deadlines")) {
            assertThat(rules.faults(Files.readAllBytes(Path.of("bpmn/six-orders", name + ".dmn"))))
                    .as(name)
                    .isEmpty();
        }
    }
}
