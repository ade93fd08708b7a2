package io.liudan.camunda7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProducersTest extends EngineTest {

    /** A user task, then it waits for the message "answered", then another user task. */
    private static BpmnModelInstance order() {
        return Bpmn.createExecutableProcess("order")
                .startEvent()
                .userTask("prepare")
                .receiveTask("wait")
                .message("answered")
                .userTask("look")
                .endEvent()
                .done();
    }

    @BeforeEach
    void deployed() {
        node.deploy(order());
        node.camel.start();
    }

    private Exchange send(String uri, Map<String, Object> headers, Object body) {
        Exchange exchange = new DefaultExchange(node.camel);
        exchange.getIn().setHeaders(new java.util.HashMap<>(headers));
        exchange.getIn().setBody(body);
        return node.camel.createProducerTemplate().send(uri, exchange);
    }

    private Map<String, Object> sent(String uri, Map<String, Object> headers) {
        Exchange exchange = send(uri, headers, "the body stays");
        if (exchange.getException() != null) {
            throw new CamelExecutionException("failed", exchange, exchange.getException());
        }
        return exchange.getMessage().getHeaders();
    }

    private Task task() {
        return node.engine.getTaskService().createTaskQuery().singleResult();
    }

    private Object variable(String name) {
        return node.engine
                .getRuntimeService()
                .createVariableInstanceQuery()
                .variableName(name)
                .singleResult()
                .getValue();
    }

    private long parked() {
        return node.jdbc
                .sql("select count(*) from camunda7_parked where not expired")
                .query(Long.class)
                .single();
    }

    @Test
    void start_hands_over_what_is_declared() {
        Exchange exchange = send(
                "camunda7:start/order?businessKey=${header.code}&variable.title=${body[title]}&variable.count=${body[count]}&variable.at=${body[at]}",
                Map.of("code", "A-1", "traceparent", "00-11111111111111111111111111111111-2222222222222222-01"),
                Map.of("title", "灯不亮", "count", 3L, "at", new Date(0), "secret", "no"));
        assertThat(exchange.getMessage().getHeader(Camunda7Headers.BUSINESS_KEY))
                .isEqualTo("A-1");
        assertThat(exchange.getMessage().getHeader(Camunda7Headers.OUTCOME)).isEqualTo("started");
        assertThat(exchange.getMessage().getBody()).isInstanceOf(Map.class);
        assertThat(node.engine
                        .getRuntimeService()
                        .getVariables(
                                exchange.getMessage().getHeader(Camunda7Headers.PROCESS_INSTANCE_ID, String.class)))
                .containsOnly(
                        Map.entry("title", "灯不亮"),
                        Map.entry("count", 3L),
                        Map.entry("at", new Date(0)),
                        Map.entry("traceparent", "00-11111111111111111111111111111111-2222222222222222-01"));
    }

    @Test
    void start_by_version_tag_leaves_later_versions_alone() {
        node.deploy(Bpmn.createExecutableProcess("order")
                .camundaVersionTag("pilot")
                .startEvent()
                .userTask("of-pilot")
                .endEvent()
                .done());
        node.deploy(order());
        sent("camunda7:start/order?versionTag=pilot", Map.of());
        assertThat(task().getTaskDefinitionKey()).isEqualTo("of-pilot");
        assertThatThrownBy(() -> sent("camunda7:start/order?versionTag=none", Map.of()))
                .hasRootCauseMessage("No process order with the version tag none is deployed");
    }

    @Test
    void the_same_call_again_has_the_first_answer_and_no_effect() {
        String uri = "camunda7:start/order?businessKey=A-1&idempotencyKey=${header.id}";
        Map<String, Object> first = sent(uri, Map.of("id", "m-1"));
        Map<String, Object> again = sent(uri, Map.of("id", "m-1"));
        assertThat(first).doesNotContainKey(Camunda7Headers.DUPLICATE);
        assertThat(again)
                .containsEntry(Camunda7Headers.DUPLICATE, true)
                .containsEntry(Camunda7Headers.PROCESS_INSTANCE_ID, first.get(Camunda7Headers.PROCESS_INSTANCE_ID));
        assertThat(node.openInstances()).isEqualTo(1);
        sent(uri, Map.of("id", "m-2"));
        assertThat(node.openInstances()).isEqualTo(2);
    }

    @Test
    void of_ten_calls_at_once_with_one_key_one_has_an_effect() {
        List<Object> ids = new CopyOnWriteArrayList<>();
        CompletableFuture.allOf(IntStream.range(0, 10)
                        .mapToObj(n -> CompletableFuture.runAsync(
                                () -> ids.add(sent("camunda7:start/order?idempotencyKey=m-1", Map.of())
                                        .get(Camunda7Headers.PROCESS_INSTANCE_ID))))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(node.openInstances()).isEqualTo(1);
        assertThat(ids).hasSize(10).containsOnly(ids.getFirst());
    }

    @Test
    void a_call_that_failed_is_not_taken_for_received() {
        String uri = "camunda7:message/answered?businessKey=A-1&idempotencyKey=m-1";
        assertThatThrownBy(() -> sent(uri, Map.of()))
                .hasRootCauseInstanceOf(MismatchingMessageCorrelationException.class);
        sent("camunda7:start/order?businessKey=A-1", Map.of());
        sent("camunda7:task/complete?businessKey=A-1&taskKey=prepare", Map.of());
        assertThat(sent(uri, Map.of())).doesNotContainKey(Camunda7Headers.DUPLICATE);
        assertThat(task().getTaskDefinitionKey()).isEqualTo("look");
    }

    @Test
    void a_call_without_its_declared_key_is_refused() {
        assertThatThrownBy(() -> sent("camunda7:start/order?idempotencyKey=${header.id}", Map.of()))
                .hasStackTraceContaining("The idempotency key is empty");
        assertThat(node.openInstances()).isZero();
    }

    @Test
    void a_message_finds_its_instance_by_variables() {
        sent("camunda7:start/order?businessKey=A-1&variable.external=77", Map.of());
        sent("camunda7:start/order?businessKey=A-2&variable.external=78", Map.of());
        sent("camunda7:task/complete?businessKey=A-1&taskKey=prepare", Map.of());
        sent("camunda7:task/complete?businessKey=A-2&taskKey=prepare", Map.of());
        sent("camunda7:message/answered?correlate.external=${header.ref}&variable.said=yes", Map.of("ref", "78"));
        assertThat(task("A-2")).isEqualTo("look");
        assertThat(node.engine
                        .getTaskService()
                        .createTaskQuery()
                        .processInstanceBusinessKey("A-1")
                        .count())
                .isZero();
        assertThat(variable("said")).isEqualTo("yes");
    }

    private String task(String key) {
        return node.engine
                .getTaskService()
                .createTaskQuery()
                .processInstanceBusinessKey(key)
                .singleResult()
                .getTaskDefinitionKey();
    }

    @Test
    void a_message_that_comes_too_early_waits_for_its_process() {
        sent("camunda7:start/order?businessKey=A-1", Map.of());
        String uri =
                "camunda7:message/answered?businessKey=A-1&variable.said=${header.said}&ttl=PT10M&idempotencyKey=${header.id}";
        assertThat(sent(uri, Map.of("id", "m-1", "said", "yes"))).containsEntry(Camunda7Headers.OUTCOME, "parked");
        assertThat(sent(uri, Map.of("id", "m-1", "said", "yes"))).containsEntry(Camunda7Headers.DUPLICATE, true);
        assertThat(parked()).isEqualTo(1);
        sent("camunda7:task/complete?businessKey=A-1&taskKey=prepare", Map.of());
        eventually(() -> task() != null && task().getTaskDefinitionKey().equals("look"));
        eventually(() -> parked() == 0);
        assertThat(variable("said")).isEqualTo("yes");
    }

    @Test
    void a_later_message_does_not_overtake_a_parked_one_that_is_not_due_yet() {
        sent("camunda7:start/order?businessKey=A-1", Map.of());
        String uri = "camunda7:message/answered?businessKey=A-1&variable.said=${header.said}&ttl=PT10M";
        node.component.parking().stop();
        sent(uri, Map.of("said", "first"));
        node.component.parking().retry();
        sent("camunda7:task/complete?businessKey=A-1&taskKey=prepare", Map.of());
        assertThat(sent(uri, Map.of("said", "second"))).containsEntry(Camunda7Headers.OUTCOME, "parked");
        node.component.parking().retry();
        assertThat(parked()).isEqualTo(2);
        ClockUtil.offset(Duration.ofMinutes(2).toMillis());
        node.component.parking().retry();
        assertThat(variable("said")).isEqualTo("first");
        assertThat(parked()).isEqualTo(1);
    }

    @Test
    void a_parked_message_whose_process_fails_behind_it_holds_up_nobody_else() {
        node.component.parking().stop();
        node.deploy(Bpmn.createExecutableProcess("broken")
                .startEvent()
                .userTask("prepare")
                .receiveTask("wait")
                .message("answered")
                .serviceTask("fail")
                .camundaExpression("${nobody.knows()}")
                .endEvent()
                .done());
        sent("camunda7:start/broken?businessKey=A-1", Map.of());
        sent("camunda7:start/order?businessKey=A-2", Map.of());
        for (String key : List.of("A-1", "A-2")) {
            sent("camunda7:message/answered?ttl=PT10M&businessKey=" + key, Map.of());
            sent("camunda7:task/complete?taskKey=prepare&businessKey=" + key, Map.of());
        }
        node.component.parking().retry();
        assertThat(task("A-2")).isEqualTo("look");
        assertThat(parked()).isEqualTo(1);
    }

    @Test
    void a_message_for_which_nobody_waits_in_time_expires_and_is_not_lost() {
        ExpiredMessages expired = node.component.expiredMessages();
        sent("camunda7:message/answered?businessKey=A-1&variable.said=yes&ttl=PT10M", Map.of());
        assertThat(expired.list(10)).isEmpty();
        ClockUtil.offset(Duration.ofMinutes(11).toMillis());
        eventually(() -> parked() == 0);
        ExpiredMessages.Expired dead = expired.list(10).getFirst();
        assertThat(dead.name() + " " + dead.businessKey() + " " + dead.variables())
                .isEqualTo("answered A-1 {said=yes}");

        assertThat(expired.retry(dead.id(), Duration.ofMinutes(10))).isTrue();
        assertThat(expired.find(dead.id())).as("it waits again").isEmpty();
        assertThat(expired.retry(dead.id(), Duration.ofMinutes(10)))
                .as("once is enough")
                .isFalse();
        sent("camunda7:start/order?businessKey=A-1", Map.of());
        sent("camunda7:task/complete?businessKey=A-1&taskKey=prepare", Map.of());
        eventually(() -> parked() == 0);
        assertThat(variable("said")).isEqualTo("yes");

        sent("camunda7:message/answered?businessKey=A-2&ttl=PT10M", Map.of());
        ClockUtil.offset(Duration.ofMinutes(30).toMillis());
        eventually(() -> expired.list(10).size() == 1);
        long second = expired.list(10).getFirst().id();
        assertThat(expired.discard(second)).isTrue();
        assertThat(expired.discard(second)).isFalse();
        assertThat(expired.list(10)).isEmpty();
    }

    @Test
    void without_a_time_to_live_it_fails_at_once() {
        assertThatThrownBy(() -> sent("camunda7:message/answered?businessKey=A-1", Map.of()))
                .hasRootCauseInstanceOf(MismatchingMessageCorrelationException.class);
        assertThat(parked()).isZero();
    }

    @Test
    void one_or_start_starts_where_nobody_waits() {
        node.deploy(Bpmn.createExecutableProcess("by-message")
                .startEvent()
                .message("reported")
                .userTask("hear")
                .endEvent()
                .done());
        assertThat(sent("camunda7:message/reported?mode=oneOrStart&businessKey=A-1&variable.said=yes", Map.of()))
                .containsEntry(Camunda7Headers.OUTCOME, "started");
        assertThat(task().getTaskDefinitionKey()).isEqualTo("hear");
    }

    @Test
    void all_that_wait_hear_a_message_for_all() {
        for (String key : List.of("A-1", "A-2")) {
            sent("camunda7:start/order?businessKey=" + key, Map.of());
            sent("camunda7:task/complete?businessKey=" + key + "&taskKey=prepare", Map.of());
        }
        sent("camunda7:message/answered?mode=all", Map.of());
        assertThat(node.engine
                        .getTaskService()
                        .createTaskQuery()
                        .taskDefinitionKey("look")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void a_signal_reaches_all_that_wait_for_it() {
        node.deploy(Bpmn.createExecutableProcess("alarm")
                .startEvent()
                .intermediateCatchEvent("wait")
                .signal("siren")
                .userTask("run")
                .endEvent()
                .done());
        sent("camunda7:start/alarm", Map.of());
        sent("camunda7:start/alarm", Map.of());
        assertThat(sent("camunda7:signal/siren?variable.where=${header.where}", Map.of("where", "东区")))
                .containsEntry(Camunda7Headers.OUTCOME, "signalled");
        assertThat(node.engine
                        .getTaskService()
                        .createTaskQuery()
                        .taskDefinitionKey("run")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void a_decision_makes_the_body() {
        node.engine
                .getRepositoryService()
                .createDeployment()
                .addString("limits.dmn", """
                <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="limits" name="limits" namespace="test">
                  <decision id="limit" name="limit"><decisionTable id="t" hitPolicy="COLLECT">
                    <input id="i"><inputExpression id="e" typeRef="integer"><text>count</text></inputExpression></input>
                    <output id="o" name="hours" typeRef="integer"/><output id="p" name="who" typeRef="string"/>
                    <rule id="r1"><inputEntry id="a"><text>&gt; 1</text></inputEntry><outputEntry id="b"><text>24</text></outputEntry><outputEntry id="b2"><text>"street"</text></outputEntry></rule>
                    <rule id="r2"><inputEntry id="c"><text>&gt; 5</text></inputEntry><outputEntry id="d"><text>2</text></outputEntry><outputEntry id="d2"><text>"city"</text></outputEntry></rule>
                  </decisionTable></decision></definitions>""")
                .deploy();
        assertThat(decided("row", 2)).isEqualTo(Map.of("hours", 24, "who", "street"));
        assertThat(decided("row", 0)).isNull();
        assertThat(decided("values", 9)).isEqualTo(List.of(24, 2));
        assertThat(decided("rows", 9))
                .isEqualTo(List.of(Map.of("hours", 24, "who", "street"), Map.of("hours", 2, "who", "city")));
    }

    private Object decided(String result, int count) {
        return send("camunda7:decision/limit?variable.count=${body}&result=" + result, Map.of(), count)
                .getMessage()
                .getBody();
    }

    @Test
    void a_task_is_claimed_and_completed_with_what_was_decided() {
        sent("camunda7:start/order?businessKey=A-1", Map.of());
        sent(
                "camunda7:task/claim?taskId=${header.task}&user=${header.user}",
                Map.of("task", task().getId(), "user", "anna"));
        assertThat(task().getAssignee()).isEqualTo("anna");
        sent("camunda7:task/unclaim?taskId=${header.task}", Map.of("task", task().getId()));
        assertThat(task().getAssignee()).isNull();
        sent("camunda7:task/complete?taskKey=prepare&businessKey=A-1&variable.decision=GO", Map.of());
        assertThat(task()).isNull();
        assertThat(variable("decision")).isEqualTo("GO");
        assertThatThrownBy(() -> sent("camunda7:task/complete?taskKey=prepare&businessKey=A-1", Map.of()))
                .hasRootCauseMessage("No open task prepare in the instance of A-1");
    }

    @Test
    void what_an_address_lacks_is_told_at_the_start() {
        for (Map.Entry<String, String> wrong : Map.of(
                        "camunda7:order",
                        "camunda7:operation/name is needed",
                        "camunda7:stop/order",
                        "can't be sent to",
                        "camunda7:task/complete",
                        "camunda7:task needs taskId",
                        "camunda7:message/m?mode=some",
                        "mode is one of",
                        "camunda7:message/m?mode=all&ttl=1000",
                        "ttl needs mode=one",
                        "camunda7:start/order?bussinessKey=x",
                        "bussinessKey")
                .entrySet()) {
            assertThatThrownBy(() -> sent(wrong.getKey(), Map.of()))
                    .as(wrong.getKey())
                    .hasStackTraceContaining(wrong.getValue());
        }
    }
}
