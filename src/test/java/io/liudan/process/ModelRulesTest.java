package io.liudan.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelRulesTest {

    private final ModelRules rules = new ModelRules(
            new ExpressionRules(Verbs.named(Map.of(
                    "desks",
                    Desks.class,
                    "deadlines",
                    Deadlines.class,
                    "workOrders",
                    WorkOrders.class,
                    "watch",
                    Watch.class))),
            () -> List.of(new KnownTopics.Topic("send-letter", "寄信", List.of(), List.of(), Set.of("NO_ADDRESS"))));

    private List<String> faults(String inside) {
        String model = """
                <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">
                  <bpmn:process id="p" name="试" isExecutable="true" camunda:historyTimeToLive="P1D">%s</bpmn:process></bpmn:definitions>""".formatted(inside);
        return rules.faults(model.getBytes(StandardCharsets.UTF_8), key -> key.equals("routing"));
    }

    @Test
    void the_six_orders_keep_the_rules() throws IOException {
        assertThat(rules.faults(Files.readAllBytes(Path.of("bpmn/six-orders/six-orders.bpmn")), key -> true))
                .isEmpty();
    }

    @Test
    void an_error_that_the_topic_never_ends_with_is_refused_and_one_that_it_may_end_with_is_not() {
        String model = """
                <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="P1D"><bpmn:serviceTask id="x" name="寄信" camunda:type="external" camunda:topic="send-letter"/>
                    <bpmn:boundaryEvent id="b" name="退信" attachedToRef="x"><bpmn:errorEventDefinition id="d" errorRef="e"/></bpmn:boundaryEvent></bpmn:process>
                  <bpmn:error id="e" errorCode="%s"/></bpmn:definitions>""";
        assertThat(rules.faults(model.formatted("RETURNED").getBytes(StandardCharsets.UTF_8), key -> true))
                .singleElement()
                .asString()
                .startsWith("退信 (b): ")
                .contains("never ends with the error 'RETURNED', but with: NO_ADDRESS");
        assertThat(rules.faults(model.formatted("NO_ADDRESS").getBytes(StandardCharsets.UTF_8), key -> true))
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

    @Test
    void what_is_no_bpmn_is_told_to_be_none() {
        assertThat(rules.faults("not xml".getBytes(StandardCharsets.UTF_8), key -> true))
                .singleElement()
                .asString()
                .contains("不是有效的 BPMN");
    }

    @Test
    void a_plain_new_step_keeps_the_rules() {
        assertThat(
                        faults(
                                "<bpmn:userTask id='x' name='看一看' camunda:candidateGroups='${desks.grid(gridCode)}' camunda:dueDate=\"${deadlines.due(execution, 'verify')}\"/>"))
                .isEmpty();
    }
}
