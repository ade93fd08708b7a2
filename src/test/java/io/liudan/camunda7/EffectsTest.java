package io.liudan.camunda7;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of an effect after a crash, with real processes that die. */
class EffectsTest extends EngineTest {

    /** What the working thread commits in turn: the effect is begun, the effect is done, the task is completed. */
    private static final int BEGUN = 1;

    private static final int DONE = 2;

    private final RouteBuilder sane =
            route(r -> r.from("camunda7:external-task/work?effects=true&pollInterval=200&variable.ref=from-the-second")
                    .process(exchange -> CrashingNode.effect(url, exchange)));

    @BeforeEach
    void deployed() {
        node.deploy(oneTask());
        node.jdbc
                .sql("create table if not exists effect_seen (n serial, key text, repeated boolean)")
                .update();
        node.jdbc.sql("truncate effect_seen").update();
    }

    private void crashAfter(int commits) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingNode.class.getName(),
                        url,
                        String.valueOf(commits))
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target/crashing-node.log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(9);
    }

    private ProcessInstance start() {
        return node.engine.getRuntimeService().startProcessInstanceByKey("order");
    }

    private List<Map<String, Object>> effects() {
        return node.jdbc
                .sql("select key, repeated from effect_seen order by n")
                .query()
                .listOfRows();
    }

    private Object answer(ProcessInstance instance) {
        return node.engine
                .getHistoryService()
                .createHistoricVariableInstanceQuery()
                .processInstanceId(instance.getId())
                .variableName("ref")
                .singleResult()
                .getValue();
    }

    private long remembered() {
        return node.jdbc
                .sql("select count(*) from camunda7_effect")
                .query(Long.class)
                .single();
    }

    @Test
    void a_crash_between_effect_and_completion_repeats_the_effect_with_the_same_key_and_says_so() throws Exception {
        ProcessInstance instance = start();
        crashAfter(0);
        assertThat(effects()).hasSize(1);
        node.routes(sane);
        eventually(() -> node.openInstances() == 0);
        assertThat(effects()).hasSize(2);
        assertThat(effects().getFirst()).containsEntry("repeated", false);
        assertThat(effects().getLast())
                .containsEntry("repeated", true)
                .containsEntry("key", effects().getFirst().get("key"));
        assertThat(answer(instance)).isEqualTo("from-the-second");
        assertThat(remembered()).isZero();
    }

    @Test
    void a_crash_after_the_effect_was_written_down_as_done_does_not_repeat_it_and_keeps_its_answer() throws Exception {
        ProcessInstance instance = start();
        crashAfter(DONE);
        assertThat(effects()).hasSize(1);
        node.routes(sane);
        eventually(() -> node.openInstances() == 0);
        assertThat(effects()).hasSize(1);
        assertThat(answer(instance)).isEqualTo("from-the-first");
        assertThat(remembered()).isZero();
    }

    @Test
    void a_crash_before_the_effect_loses_nothing() throws Exception {
        start();
        crashAfter(BEGUN);
        assertThat(effects()).isEmpty();
        node.routes(sane);
        eventually(() -> node.openInstances() == 0);
        assertThat(effects()).hasSize(1);
    }

    @Test
    void an_effect_that_failed_is_tried_again_and_known_as_begun() {
        AtomicInteger attempts = new AtomicInteger();
        node.routes(route(r -> r.from("camunda7:external-task/work?effects=true&retryCycle=PT0.1S")
                .process(exchange -> {
                    CrashingNode.effect(url, exchange);
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("no answer");
                    }
                })));
        start();
        eventually(() -> node.openInstances() == 0);
        assertThat(effects()).extracting(effect -> effect.get("repeated")).containsExactly(false, true);
    }

    @Test
    void a_key_of_the_routes_own_is_what_the_receiver_sees() {
        node.routes(route(r -> r.from(
                        "camunda7:external-task/work?effects=true&idempotencyKey=${header.CamelCamunda7BusinessKey}-send")
                .process(exchange -> CrashingNode.effect(url, exchange))));
        node.engine.getRuntimeService().startProcessInstanceByKey("order", "A-1");
        eventually(() -> node.openInstances() == 0);
        assertThat(effects().getFirst()).containsEntry("key", "A-1-send");
    }

    @Test
    void a_key_that_is_empty_fails_and_makes_no_two_tasks_one() {
        node.routes(route(r -> r.from(
                        "camunda7:external-task/work?effects=true&retryCycle=PT1H&idempotencyKey=${header.no-such-header}")
                .process(exchange -> CrashingNode.effect(url, exchange))));
        start();
        start();
        eventually(() -> node.engine.getExternalTaskService().createExternalTaskQuery().list().stream()
                .allMatch(task -> task.getRetries() != null));
        assertThat(effects()).isEmpty();
        assertThat(node.openInstances()).isEqualTo(2);
    }
}
