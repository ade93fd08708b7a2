package io.liudan.process.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.HubTest;
import io.liudan.matter.Kind;
import io.liudan.matter.Manifests;
import io.liudan.process.KnownTopics;
import io.liudan.process.limits.Deadlines;
import io.liudan.process.limits.LimitSteps;
import io.liudan.process.limits.Watch;
import io.liudan.process.tasks.Desks;
import io.liudan.process.tasks.WorkOrders;
import io.liudan.request.Rating;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

class ModelRulesTest extends HubTest {

    private static final String MODEL = """
            <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">
              <bpmn:process id="p" name="试" isExecutable="true" camunda:historyTimeToLive="P1D">%s</bpmn:process></bpmn:definitions>""";

    @Autowired
    private VerbWords words;

    private ModelRules rules() {
        return new ModelRules(
                new ExpressionRules(
                        Verbs.named(Map.of(
                                "desks",
                                Desks.class,
                                "deadlines",
                                Deadlines.class,
                                "workOrders",
                                WorkOrders.class,
                                "watch",
                                Watch.class)),
                        words),
                words,
                () -> List.of(new KnownTopics.Topic("send-letter", "寄信", List.of(), List.of(), Set.of("NO_ADDRESS"))));
    }

    private List<String> faults(byte[] model) {
        Set<String> variables = new TreeSet<>();
        Set<String> signals = new TreeSet<>();
        Optional<Set<String>> limits;
        try {
            BpmnModelInstance read = Bpmn.readModelFromStream(new ByteArrayInputStream(model));
            variables.addAll(ModelNames.set(read));
            signals.addAll(ModelEvents.thrown(read));
        } catch (RuntimeException unreadable) {
            // told by the rules
        }
        try {
            limits = LimitSteps.of(Files.readAllBytes(Path.of("bpmn/six-orders/deadlines.dmn")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(limits).isPresent();
        KindWords words = requests();
        return rules().faults(
                        model,
                        new ModelRules.Neighbours(
                                key -> List.of("routing", "deadlines").contains(key),
                                key -> key.equals("routing"),
                                key -> List.of("p", "with-desks").contains(key),
                                key -> key.equals("visit"),
                                key -> key.equals("with-desks"),
                                words,
                                new ModelRules.Said(variables, words.messages(), signals, limits)));
    }

    private static KindWords requests() {
        try {
            Kind kind = Manifests.read(Files.readString(Path.of("bpmn/six-orders/matter.yaml")));
            return new KindWords(
                    kind.statuses().keySet(),
                    kind.outcomes().keySet(),
                    new TreeSet<>(kind.messages()),
                    kind.variables(),
                    kind.begun(),
                    List.of(Rating.FIELDS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process with these parts and a step that leads to them. */
    private List<String> faults(String inside) {
        return faults(MODEL.formatted(inside).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void the_six_orders_keep_the_rules() throws IOException {
        assertThat(faults(Files.readAllBytes(Path.of("bpmn/six-orders/six-orders.bpmn"))))
                .isEmpty();
    }

    @Test
    void an_error_that_the_topic_never_ends_with_is_refused_and_one_that_it_may_end_with_is_not() {
        String model = """
                <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="P1D"><bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x"/><bpmn:serviceTask id="x" name="寄信" camunda:type="external" camunda:topic="send-letter"/>
                    <bpmn:boundaryEvent id="b" name="退信" attachedToRef="x"><bpmn:errorEventDefinition id="d" errorRef="e"/></bpmn:boundaryEvent></bpmn:process>
                  <bpmn:error id="e" errorCode="%s"/></bpmn:definitions>""";
        assertThat(faults(model.formatted("RETURNED").getBytes(StandardCharsets.UTF_8)))
                .singleElement()
                .asString()
                .startsWith("退信 (b): ")
                .contains("never ends with the error 'RETURNED', but with: NO_ADDRESS");
        assertThat(faults(model.formatted("NO_ADDRESS").getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<bpmn:scriptTask id='x' name='算一算' scriptFormat='groovy'><bpmn:script>1</bpmn:script></bpmn:scriptTask> | 算一算 (x) | 脚本已禁用",
                "<bpmn:serviceTask id='x' name='调用' camunda:class='java.lang.Runtime'/> | 调用 (x) | camunda:class",
                "<bpmn:serviceTask id='x' name='寄信' camunda:type='external' camunda:topic='send-leter'/> | 寄信 (x) | no route works on the topic 'send-leter', but on: send-letter",
                "<bpmn:serviceTask id='x' name='调用' camunda:expression='${runtimeService.suspend()}'/> | 调用 (x) | unknown bean 'runtimeService'",
                "<bpmn:serviceTask id='x' name='调用' camunda:expression='${desks.everything()}'/> | 调用 (x) | unknown verb 'desks.everything'",
                "<bpmn:serviceTask id='x' name='调用' camunda:expression='${execution.processEngineServices}'/> | 调用 (x) | reached into",
                "<bpmn:serviceTask id='x' name='调用' camunda:expression='${execution.getProcessEngineServices()}'/> | 调用 (x) | unknown bean 'execution'",
                "<bpmn:serviceTask id='x' name='调用' camunda:expression=\"${''.getClass()}\"/> | 调用 (x) | whitelisted",
                "<bpmn:serviceTask id='x' name='调用' camunda:expression='${broken'/> | 调用 (x) | can't be read",
                "<bpmn:serviceTask id='x' name='调用' camunda:delegateExpression='${myDelegate.run()}'/> | 调用 (x) | unknown bean 'myDelegate'",
                "<bpmn:userTask id='x' name='看一看'/> | 看一看 (x) | 没有岗位",
                "<bpmn:businessRuleTask id='x' name='查表' camunda:decisionRef='nothing'/> | 查表 (x) | 找不到决策表",
                "<bpmn:userTask id='x' name='看一看' camunda:candidateGroups='g'><bpmn:extensionElements><camunda:properties><camunda:property name='status' value='DONE'/></camunda:properties></bpmn:extensionElements></bpmn:userTask> | 看一看 (x) | status 'DONE'",
                "<bpmn:task id='x' name='看一看'><bpmn:extensionElements><camunda:properties><camunda:property name='decision.GO' value='去:'/></camunda:properties></bpmn:extensionElements></bpmn:task> | 看一看 (x) | only user tasks",
                "<bpmn:task id='x' name='看一看'><bpmn:extensionElements><camunda:executionListener event='start'><camunda:script scriptFormat='javascript'>1</camunda:script></camunda:executionListener></bpmn:extensionElements></bpmn:task> | 看一看 (x) | camunda:script",
                "<bpmn:userTask id='x' name='看一看' camunda:candidateGroups='g' camunda:asyncAfter='true'><bpmn:extensionElements><camunda:properties><camunda:property name='decision.GO' value='去:'/></camunda:properties></bpmn:extensionElements></bpmn:userTask> | 看一看 (x) | asynchronous",
            })
    void a_model_that_breaks_a_rule_is_told_the_element_and_the_reason(String inside, String element, String reason) {
        assertThat(faults(inside))
                .anySatisfy(fault -> assertThat(fault).startsWith(element).contains(reason));
    }

    @Test
    void a_condition_on_a_decision_that_no_task_offers_is_told() {
        String model = """
                <bpmn:startEvent id='s'/><bpmn:sequenceFlow id='f' name='往前' sourceRef='s' targetRef='e'>
                <bpmn:conditionExpression xsi:type='bpmn:tFormalExpression'>${decision == 'GO'}</bpmn:conditionExpression></bpmn:sequenceFlow><bpmn:endEvent id='e'/>""";
        assertThat(faults(model))
                .singleElement()
                .asString()
                .startsWith("往前 (f)")
                .contains("'GO'");
    }

    private static String step(String attributes, String properties) {
        return "<bpmn:startEvent id='s'/><bpmn:sequenceFlow id='f' sourceRef='s' targetRef='x'/><bpmn:userTask id='x' name='看一看' "
                + (attributes.contains("candidateGroups") ? "" : "camunda:candidateGroups='city-supervision' ")
                + attributes + "><bpmn:extensionElements><camunda:properties>" + properties
                + "</camunda:properties></bpmn:extensionElements></bpmn:userTask>";
    }

    private static String property(String name, String value) {
        return "<camunda:property name='%s' value=\"%s\"/>".formatted(name, value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "camunda:candidateGroups='dept-cgjj' | | 没有这个岗位 there is no desk 'dept-cgjj'，是否指 did you mean 'dept-cgj'?",
                "camunda:candidateGroups=\"${desks.department('cgjj')}\" | | 没有这个部门 there is no department 'cgjj'",
                "camunda:dueDate='uebermorgen' | | 时间写法读不懂 is no time that can be read: 'uebermorgen'，例如 for example P3D",
                "camunda:followUpDate='2026-13-45' | | 时间写法读不懂",
                "| statuss=CLOSED | 不认识的属性 unknown property 'statuss'，是否指 did you mean 'status'?",
                "| decison.A=同意: | 不认识的属性 unknown property 'decison.A'，是否指 did you mean 'decision.'?",
                "| decision.Q.when=${true} | 没有这个决定 there is no decision 'Q'",
                "| decision.A=同意:;decision.A=不同意: | 属性写了两次 stands there twice: decision.A",
                "| decision.A=:reason | 决定没有名称 the decision has no label: A",
                "| status=${solved ? 'CLOSED' : 'CLOZED'} | status 'CLOZED' 不在允许的取值中",
                "| outcome=${solved ? 'SOLVED' : (supervised ? 'MAYBE' : '')} | outcome 'MAYBE'",
            })
    void a_step_that_would_fail_at_somebodys_desk_is_told(String attributes, String properties, String reason) {
        assertThat(faults(step(attributes == null ? "" : attributes, listed(properties))))
                .anySatisfy(fault -> assertThat(fault).startsWith("看一看 (x): ").contains(reason));
    }

    private static String listed(String properties) {
        StringBuilder all = new StringBuilder();
        for (String one : properties == null ? new String[0] : properties.split(";")) {
            String[] parts = one.split("=", 2);
            all.append(property(parts[0], parts[1]));
        }
        return all.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "camunda:candidateGroups='dept-cgj' |",
                "camunda:candidateGroups='dept-cgj, city-supervision' |",
                "camunda:candidateGroups=\"${desks.department('cgj')}\" |",
                "camunda:dueDate='P3D' |",
                "camunda:dueDate='2026-12-31T18:00:00' camunda:followUpDate='${deadlines.endOfToday()}' |",
                "| colour=red;owner=信息中心;state=open",
                "camunda:dueDate='' camunda:modelerTemplate='io.liudan.step' | status=",
                "| status=CLOSED;outcome=SOLVED",
                "| status=${solved ? 'RETURNED' : 'ISSUED'};mark.returned=${supervised}",
                "| decision.A=同意: reason?;decision.A.when=${not solved};decision.B=不同意",
            })
    void a_step_that_is_only_unusual_passes(String attributes, String properties) {
        assertThat(faults(step(attributes == null ? "" : attributes, listed(properties))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cost | 费用 | 写成“名称: 类型” is written as 'label: TYPE'",
                "cost | : NUMBER | 写成“名称: 类型”",
                "cost | 费用: NUMER | 没有这种类型 there is no type 'NUMER'，是否指 did you mean 'NUMBER'?",
                "cost | 费用: number | 没有这种类型 there is no type 'number'，是否指 did you mean 'NUMBER'?",
                "cost | 费用: NUMBER 10..1 | 范围前大后小 the range ends before it begins: 10..1",
                "cost | 费用: NUMBER 1-10 | 选项写成“代码=文字” a value is written as CODE=word: '1-10'",
                "cost | 费用: NUMBER many=很多 | is no whole number: 'many'",
                "cost | 费用: NUMBER 01=一级, 02=二级 | is no whole number: '01'",
                "cost | 费用: NUMBER， | 写成 write NUMBER 1..10",
                "cost | 费用: NUMBER 0.5..5, 1=差 | 有小数的范围不能列选项 a range with decimals has no words",
                "comment | 意见: NUMBER 1..10 | 类型须为 the hub uses this field, its type is: LONG_TEXT, TEXT",
                "cost | 费用: NUMBER 1..3, 4=很多 | 不在范围内 is out of the range: 4",
                "cost | 费用: WORD | 没有选项 has no values",
                "cost | 费用: WORD 高=高 | 选项代码只能用字母、数字和下划线",
                "cost | 费用: WORD HIGH=高, HIGH=很高 | 选项写了两次 a value stands there twice: HIGH",
                "cost | 费用: DATE 2026 | DATE 后面不应有内容 has nothing behind it: '2026'",
                "co-st | 费用: TEXT | 字段名无效 is no name of a field: 'co-st'",
                "evidence | 凭证: TEXT | 系统要用这个字段，类型须为 the hub uses this field, its type is: ATTACHMENTS",
                "satisfied | 满意度: NUMBER 1..7 | 系统要用这个字段，取值须在此范围内 the hub uses this field, its whole numbers are within: 1..5",
                "days | 天数: NUMBER | 取值须在此范围内",
                "urgency | 紧急: WORD NORMAL=一般, SOON=快 | 选项只能是 the hub uses this field, its values are among: EMERGENCY, NORMAL, URGENT",
                "costt | 费用: NUMBER | 没有决定用到这个字段 no decision asks for this field，是否指 did you mean 'cost'?",
            })
    void a_field_that_cant_be_shown_or_used_is_told(String name, String declaration, String reason) {
        assertThat(faults(step("", property("decision.A", "同意: cost") + property("field." + name, declaration))))
                .singleElement()
                .asString()
                .startsWith("看一看 (x): field." + name + ": ")
                .contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cost | 费用: NUMBER",
                "cost | 费用（万元）： NUMBER 0.00..1000.00",
                "cost | 费用: NUMBER -5..5, 0=不变",
                "cost | 费用: NUMBER 3=多, 1=少",
                "cost | 费用: WORD HIGH=高，LOW=低",
                "cost | 费用: WORD ONE=只有一个",
                "cost | 谁来: PERSON",
                "evidence | 照片: ATTACHMENTS",
                "satisfied | 满意度: NUMBER 1=不满意, 5=满意",
                "urgency | 紧急: WORD URGENT=急",
                "other | 不相干: TEXT",
                "comment | 意见: TEXT",
                "note | 不再用的备注: TEXT",
            })
    void a_field_that_is_only_unusual_passes(String name, String declaration) {
        assertThat(faults(step("", property("decision.A", "同意: cost") + property("field." + name, declaration))))
                .isEmpty();
    }

    @Test
    void a_field_that_is_asked_for_twice_or_has_no_declaration_in_it_is_told() {
        assertThat(faults(step("", property("decision.A", "同意: cost, note?, cost"))))
                .containsExactly("看一看 (x): decision.A: 字段写了两次 a field stands there twice: cost");
        assertThat(faults(step("", property("decision.A", "同意: cost") + "<camunda:property name='field.cost'/>")))
                .containsExactly("看一看 (x): 属性没有内容 has no value: field.cost");
        assertThat(faults(step("", property("decision.A", "同意: date") + property("field.note", "备注: TEXT"))))
                .as("another word, not a misspelt one")
                .isEmpty();
    }

    @Test
    void a_rating_without_all_of_it_is_told() {
        assertThat(faults(step("", property("decision.RATE", "评价: contacted?, solved, satisfied"))))
                .containsExactly(
                        "看一看 (x): decision.RATE: 评价须有这些必填字段 a rating has these fields, none left out: contacted, solved, satisfied");
        assertThat(faults(step("", property("decision.RATE", "评价: contacted, solved, satisfied, comment?"))))
                .isEmpty();
    }

    @Test
    void fields_of_which_nothing_is_said_are_noted() {
        BpmnModelInstance model = Bpmn.readModelFromStream(new ByteArrayInputStream(MODEL.formatted(
                        step("", property("decision.A", "同意: cost, note?") + property("field.note", "备注: TEXT")))
                .getBytes(StandardCharsets.UTF_8)));
        assertThat(ModelFields.notes(model))
                .singleElement()
                .asString()
                .startsWith("看一看 (x): 字段没有说明名称和类型")
                .contains("'cost'", "field.cost = 名称: LONG_TEXT");
    }

    private static final String STEP =
            "<bpmn:startEvent id='s'/><bpmn:sequenceFlow id='f' sourceRef='s' targetRef='x'/><bpmn:userTask id='x' name='审批' camunda:candidateGroups='city-supervision'><bpmn:extensionElements><camunda:properties><camunda:property name='decision.YES' value='同意'/><camunda:property name='decision.NO' value='不同意'/></camunda:properties></bpmn:extensionElements></bpmn:userTask><bpmn:sequenceFlow id='g' sourceRef='x' targetRef='w'/><bpmn:exclusiveGateway id='w'%s/><bpmn:endEvent id='e'/>";

    private static String way(String id, String condition) {
        return "<bpmn:sequenceFlow id='w" + id + "' name='路" + id + "' sourceRef='w' targetRef='e'>"
                + (condition.isEmpty()
                        ? ""
                        : "<bpmn:conditionExpression xsi:type='bpmn:tFormalExpression'>" + condition
                                + "</bpmn:conditionExpression>")
                + "</bpmn:sequenceFlow>";
    }

    @Test
    void a_decision_without_a_way_out_is_told() {
        assertThat(faults(STEP.formatted("") + way("1", "${decision == 'YES'}")))
                .containsExactly("审批 (x): 这个决定没有出路 no way leads on from the decision 'NO'");
        assertThat(faults(STEP.formatted("") + way("1", "${decision == 'YES'}") + way("2", "${decision == 'NO'}")))
                .isEmpty();
        assertThat(faults(STEP.formatted(" default='w2'") + way("1", "${decision == 'YES'}") + way("2", "")))
                .isEmpty();
        assertThat(faults(STEP.formatted("") + way("1", "${decision == 'YES'}") + way("2", "${decision != 'YES'}")))
                .isEmpty();
    }

    @Test
    void a_way_for_a_decision_that_the_step_before_doesnt_offer_is_told() {
        assertThat(faults(STEP.formatted("")
                        + way("1", "${decision == 'YES' or decision == 'NO'}")
                        + way("2", "${decision == 'MAYBE'}")))
                .anySatisfy(fault -> assertThat(fault)
                        .startsWith("路2 (w2): ")
                        .contains("上一步不提供这个决定 the step before doesn't offer the decision 'MAYBE', but: NO, YES"));
    }

    @Test
    void a_condition_without_an_expression_is_told() {
        assertThat(faults(STEP.formatted(" default='w2'") + way("1", "decision == 'YES'") + way("2", "")))
                .containsExactly("路1 (w1): 条件要写成 ${…} a condition is written as ${…}: decision == 'YES'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<bpmn:timeDuration>drei Tage</bpmn:timeDuration> | 'drei Tage'，例如 for example PT4H",
                "<bpmn:timeDate>2026-13-45</bpmn:timeDate> | '2026-13-45'，例如 for example 2026-12-31T18:00:00",
                "<bpmn:timeCycle>R5/abc</bpmn:timeCycle> | 'R5/abc'，例如 for example R/PT4H",
                "<bpmn:timeDuration>PT4H</bpmn:timeDuration> |",
                "<bpmn:timeDate>2026-12-31T18:00:00</bpmn:timeDate> |",
                "<bpmn:timeCycle>R3/PT10M</bpmn:timeCycle> |",
                "<bpmn:timeCycle>0 0 9 * * ?</bpmn:timeCycle> |",
                "<bpmn:timeDate>${deadlines.due(execution, 'verify')}</bpmn:timeDate> |",
            })
    void a_timer_that_the_engine_cant_read_is_told(String time, String reason) {
        List<String> faults = faults(
                "<bpmn:startEvent id='s'/><bpmn:sequenceFlow id='f' sourceRef='s' targetRef='t'/><bpmn:intermediateCatchEvent id='t' name='等等'><bpmn:timerEventDefinition id='d'>"
                        + time + "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>");
        if (reason == null) {
            assertThat(faults).isEmpty();
        } else {
            assertThat(faults)
                    .singleElement()
                    .asString()
                    .startsWith("等等 (t): 时间写法读不懂")
                    .endsWith(reason);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<bpmn:task id='x' name='看一看'/> | 看一看 (x): 没有路走到这一步",
                "<bpmn:subProcess id='sub' name='里面'><bpmn:task id='x' name='看一看'/></bpmn:subProcess> | 看一看 (x): 没有路走到这一步",
                "<bpmn:startEvent id='s'/><bpmn:sequenceFlow id='f' sourceRef='s' targetRef='t'/><bpmn:intermediateThrowEvent id='t' name='转'><bpmn:linkEventDefinition id='d' name='甲'/></bpmn:intermediateThrowEvent> | 转 (t): 没有对应的链接接收事件",
                "<bpmn:callActivity id='x' name='叫' calledElement='nowhere'/> | 叫 (x): 找不到被调用的流程 there is no process 'nowhere'",
                "<bpmn:businessRuleTask id='x' name='查' camunda:decisionRef='deadlines' camunda:decisionRefBinding='deployment'/> | 查 (x): 决策表绑定为随流程部署",
                "<bpmn:serviceTask id='x' name='给' camunda:expression=\"${watch.card(execution, 'mayor')}\"/> | 给 (x): 没有这个告知对象 nobody is called 'mayor'; there are: desk, superior, supervision",
                "<bpmn:serviceTask id='x' name='答' camunda:expression=\"${workOrders.answer(execution, department, 'DONE')}\"/> | 答 (x): 没有这种答复 there is no answer 'DONE'; there are: ACCEPTED, EXPLAINED, FINISHED, RETURNED",
            })
    void a_model_that_leads_nowhere_is_told(String inside, String fault) {
        assertThat(faults(inside)).anySatisfy(one -> assertThat(one).startsWith(fault));
    }

    private static final String EVENTS = """
            <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
              <bpmn:message id="m" name="%s"/><bpmn:signal id="g" name="%s"/>
              <bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="P1D"><bpmn:startEvent id="s" name="开始">%s</bpmn:startEvent><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="a"/>%s</bpmn:process></bpmn:definitions>""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "resident-suplemented | x | | <bpmn:intermediateCatchEvent id='a' name='等'><bpmn:messageEventDefinition messageRef='m'/></bpmn:intermediateCatchEvent> | 等 (a): 没有谁发这条消息 nobody sends the message 'resident-suplemented'，是否指 did you mean 'resident-supplemented'?",
                "x | y | | <bpmn:receiveTask id='a' name='等' messageRef='m'/> | 等 (a): 没有谁发这条消息 nobody sends the message 'x'; there are: resident-rated, resident-supplemented, resident-withdrew",
                "x | y | | <bpmn:receiveTask id='a' name='等'/> | 等 (a): 没有写明等哪条消息",
                "x | 停电 | | <bpmn:intermediateCatchEvent id='a' name='等'><bpmn:signalEventDefinition signalRef='g'/></bpmn:intermediateCatchEvent> | 等 (a): 没有谁发这个信号 nobody throws the signal '停电'",
                "x | y | <bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition> | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision'/> | 开始 (s): 这样开始的流程没有对应的诉求",
                "x | y | <bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition> | <bpmn:subProcess id='a' name='里面'><bpmn:startEvent id='as'/><bpmn:sequenceFlow id='af' sourceRef='as' targetRef='at'/><bpmn:userTask id='at' name='办' camunda:candidateGroups='city-supervision'/></bpmn:subProcess> | 开始 (s): 这样开始的流程没有对应的诉求",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision' camunda:formKey='embedded:app:forms/visit.html'/> | 办 (a): 没有这个表单 there is no form 'embedded:app:forms/visit.html'",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision' camunda:formRef='vist' camunda:formRefBinding='deployment'/> | 办 (a): 没有这个表单 there is no form 'vist'",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='${desks.grid(gridcode)}'/> | 办 (a): 没有谁给出这个变量 nobody ever sets the variable 'gridcode'，是否指 did you mean 'gridCode'?",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision'><bpmn:documentation>见 ${nosuch}</bpmn:documentation></bpmn:userTask> | 办 (a): 没有谁给出这个变量 nobody ever sets the variable 'nosuch'",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision' camunda:dueDate=\"${deadlines.due(execution, 'verfy')}\"/> | 办 (a): 决策表 deadlines 里没有这一步的时限 has no limit for the step 'verfy'，是否指 did you mean 'verify'?",
                "x | y | | <bpmn:callActivity id='a' name='叫' calledElement='with-desks'/> | 叫 (a): 被调用的流程有人工任务，要把业务标识传给它",
            })
    void what_nobody_sends_sets_or_works_on_is_told(
            String message, String signal, String start, String step, String fault) {
        assertThat(faults(EVENTS.formatted(message, signal, start == null ? "" : start, step)
                        .getBytes(StandardCharsets.UTF_8)))
                .anySatisfy(one -> assertThat(one).startsWith(fault));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "resident-supplemented | x | | <bpmn:intermediateCatchEvent id='a' name='等'><bpmn:messageEventDefinition messageRef='m'/></bpmn:intermediateCatchEvent>",
                "resident-rated | y | | <bpmn:receiveTask id='a' name='等' messageRef='m'/>",
                "x | 停电 | | <bpmn:intermediateThrowEvent id='a' name='告'><bpmn:signalEventDefinition signalRef='g'/></bpmn:intermediateThrowEvent><bpmn:sequenceFlow id='h' sourceRef='a' targetRef='b'/><bpmn:intermediateCatchEvent id='b' name='等'><bpmn:signalEventDefinition signalRef='g'/></bpmn:intermediateCatchEvent>",
                "x | y | <bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition> | <bpmn:task id='a' name='记一笔'/>",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision' camunda:formKey='embedded:/camunda/assets/hub/task.html'/>",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision' camunda:formRef='visit' camunda:formRefBinding='deployment'/>",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision' camunda:formKey='${card}'/>",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision' camunda:dueDate='${soon}'><bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name='soon'>PT1H</camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements></bpmn:userTask>",
                "x | y | | <bpmn:userTask id='a' name='办' camunda:candidateGroups='city-supervision'><bpmn:extensionElements><camunda:properties><camunda:property name='decision.A' value='同意: visitors'/></camunda:properties></bpmn:extensionElements></bpmn:userTask><bpmn:sequenceFlow id='h' sourceRef='a' targetRef='b'/><bpmn:exclusiveGateway id='b' default='k'/><bpmn:sequenceFlow id='k' sourceRef='b' targetRef='c'/><bpmn:sequenceFlow id='l' sourceRef='b' targetRef='c'><bpmn:conditionExpression>${visitors == '3'}</bpmn:conditionExpression></bpmn:sequenceFlow><bpmn:endEvent id='c'/>",
                "x | y | | <bpmn:callActivity id='a' name='叫' calledElement='with-desks'><bpmn:extensionElements><camunda:in businessKey='#{execution.processBusinessKey}'/></bpmn:extensionElements></bpmn:callActivity>",
                "x | y | | <bpmn:callActivity id='a' name='叫' calledElement='p'><bpmn:extensionElements><camunda:out variables='all'/></bpmn:extensionElements></bpmn:callActivity><bpmn:sequenceFlow id='h' sourceRef='a' targetRef='b'/><bpmn:task id='b' name='${found}'/>",
                "x | y | | <bpmn:businessRuleTask id='a' name='查' camunda:decisionRef='routing' camunda:resultVariable='route' camunda:mapDecisionResult='singleEntry'/><bpmn:sequenceFlow id='h' sourceRef='a' targetRef='b'/><bpmn:task id='b' name='交给${route}'/>",
                "x | y | | <bpmn:subProcess id='a' name='各家'><bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name='who'><camunda:list><camunda:value>甲</camunda:value></camunda:list></camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements><bpmn:multiInstanceLoopCharacteristics camunda:collection='${who}' camunda:elementVariable='one'/><bpmn:startEvent id='as'/><bpmn:sequenceFlow id='af' sourceRef='as' targetRef='at'/><bpmn:task id='at' name='第${loopCounter}家${one}'/></bpmn:subProcess>",
            })
    void what_is_sent_set_and_worked_on_passes(String message, String signal, String start, String step) {
        assertThat(faults(EVENTS.formatted(message, signal, start == null ? "" : start, step)
                        .getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void a_file_in_which_nothing_can_be_executed_is_told_so_and_a_drawn_neighbour_is_not() {
        String model = """
                <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <bpmn:process id="p" isExecutable="%s" camunda:historyTimeToLive="P1D"><bpmn:startEvent id="s"/></bpmn:process><bpmn:process id="q" isExecutable="false"/></bpmn:definitions>""";
        assertThat(faults(model.formatted("false").getBytes(StandardCharsets.UTF_8)))
                .singleElement()
                .asString()
                .contains("没有一个流程标为可执行");
        assertThat(faults(model.formatted("true").getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void links_handlers_and_events_within_reach_pass() {
        assertThat(
                        faults(
                                "<bpmn:startEvent id='s'/><bpmn:sequenceFlow id='f' sourceRef='s' targetRef='a'/><bpmn:task id='a' name='一'/><bpmn:boundaryEvent id='b' attachedToRef='a'><bpmn:timerEventDefinition id='bd'><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:sequenceFlow id='g' sourceRef='b' targetRef='t'/><bpmn:intermediateThrowEvent id='t'><bpmn:linkEventDefinition id='td' name='甲'/></bpmn:intermediateThrowEvent><bpmn:intermediateCatchEvent id='c'><bpmn:linkEventDefinition id='cd' name='甲'/></bpmn:intermediateCatchEvent><bpmn:sequenceFlow id='h' sourceRef='c' targetRef='e'/><bpmn:callActivity id='e' name='叫' calledElement='p'/><bpmn:task id='k' name='补偿' isForCompensation='true'/><bpmn:subProcess id='q' triggeredByEvent='true'><bpmn:startEvent id='qs'><bpmn:timerEventDefinition id='qd'><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:startEvent></bpmn:subProcess>"))
                .isEmpty();
    }

    @Test
    void what_is_no_bpmn_is_told_to_be_none() {
        assertThat(faults("not xml".getBytes(StandardCharsets.UTF_8)))
                .singleElement()
                .asString()
                .contains("不是有效的 BPMN");
    }

    @Test
    void a_plain_new_step_keeps_the_rules() {
        assertThat(
                        faults(
                                "<bpmn:startEvent id='s'/><bpmn:sequenceFlow id='f' sourceRef='s' targetRef='x'/><bpmn:userTask id='x' name='看一看' camunda:candidateGroups='${desks.grid(gridCode)}' camunda:dueDate=\"${deadlines.due(execution, 'verify')}\"/>"))
                .isEmpty();
    }
}
