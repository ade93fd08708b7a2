package io.liudan.camunda7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.ProcessEngineTests.assertThat;
import static org.camunda.bpm.engine.test.assertions.ProcessEngineTests.init;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExternalTaskTest extends EngineTest {

    private static final String WORK = "camunda7:external-task/work?retryJitter=0";

    @BeforeEach
    void deployed() {
        init(node.engine);
        node.deploy(oneTask());
    }

    private ProcessInstance start(String key) {
        return node.engine.getRuntimeService().startProcessInstanceByKey("order", key, Map.of("no", 7, "text", "灯不亮"));
    }

    private ExternalTask task() {
        return node.engine.getExternalTaskService().createExternalTaskQuery().singleResult();
    }

    private List<String> locked() {
        return node.engine.getExternalTaskService().createExternalTaskQuery().locked().list().stream()
                .map(ExternalTask::getId)
                .toList();
    }

    @Test
    void a_route_answers_with_the_declared_variables_and_with_nothing_else() {
        node.routes(route(r -> r.from(
                        WORK + "&variable.ref=${body[no]}&variable.by=${header.CamelCamunda7Topic}&fetchVariables=no")
                .process(exchange -> {
                    assertThat(exchange.getIn().getBody(Map.class)).containsOnlyKeys("no");
                    assertThat(exchange.getIn().getHeader(Camunda7Headers.BUSINESS_KEY))
                            .isEqualTo("A-1");
                    assertThat(exchange.getIn().getHeader("traceparent", String.class))
                            .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
                })));
        ProcessInstance instance = start("A-1");
        eventually(() -> node.openInstances() == 0);
        assertThat(instance)
                .variables()
                .containsEntry("ref", 7)
                .containsEntry("by", "work")
                .containsOnlyKeys("no", "text", "ref", "by");
        assertThat(node.count("work", "completed")).isEqualTo(1);
    }

    @Test
    void a_body_of_text_means_nothing() {
        node.routes(route(r -> r.from(WORK).setBody().constant("REFUSED")));
        start("A-1");
        eventually(() -> node.openInstances() == 0);
        assertThat(node.count("work", "bpmn_error")).isZero();
    }

    @Test
    void a_task_reaches_its_route_without_the_poll_interval() {
        AtomicInteger seen = new AtomicInteger();
        node.routes(route(r -> r.from(WORK + "&pollInterval=60000").process(exchange -> seen.incrementAndGet())));
        for (int n = 0; n < 5; n++) {
            start("A-" + n);
            int expected = n + 1;
            eventually(() -> seen.get() == expected);
        }
    }

    @Test
    void no_more_tasks_are_locked_than_are_allowed_and_no_more_are_worked_on_than_threads() {
        Semaphore gate = new Semaphore(0);
        AtomicInteger working = new AtomicInteger();
        IntStream.range(0, 12).forEach(n -> start("A-" + n));
        node.routes(route(r -> r.from(WORK + "&concurrency=2&maxTasks=5").process(exchange -> {
            working.incrementAndGet();
            gate.acquire();
        })));
        eventually(() -> working.get() == 2 && locked().size() == 5);
        assertThat(locked()).hasSize(5);
        gate.release(12);
        eventually(() -> node.openInstances() == 0);
        assertThat(working).hasValue(12);
    }

    @Test
    void the_most_urgent_goes_first_and_of_those_the_oldest() {
        node.deploy(Bpmn.createExecutableProcess("order")
                .startEvent()
                .serviceTask("work")
                .camundaExternalTask("work")
                .camundaTaskPriority("${no}")
                .endEvent()
                .done());
        IntStream.of(1, 9, 5, 9).forEach(priority -> {
            ClockUtil.setCurrentTime(
                    new java.util.Date(ClockUtil.getCurrentTime().getTime() + 1000));
            node.engine
                    .getRuntimeService()
                    .startProcessInstanceByKey(
                            "order", "P" + priority + "-" + node.openInstances(), Map.of("no", priority));
        });
        List<String> order = Collections.synchronizedList(new java.util.ArrayList<>());
        node.routes(route(r -> r.from(WORK + "&concurrency=1&maxTasks=1")
                .process(exchange ->
                        order.add(exchange.getIn().getHeader(Camunda7Headers.BUSINESS_KEY, String.class)))));
        eventually(() -> order.size() == 4);
        assertThat(order).containsExactly("P9-1", "P9-3", "P5-2", "P1-0");
    }

    @Test
    void a_declared_exception_is_a_bpmn_error_with_message_and_variables() {
        node.routes(route(
                r -> r.from(WORK + "&error.REFUSED=IllegalStateException&errorVariable.reason=${exception.message}")
                        .throwException(new RuntimeException("outer", new IllegalStateException("not ours")))));
        ProcessInstance instance = start("A-1");
        eventually(() -> node.engine.getTaskService().createTaskQuery().count() == 1);
        assertThat(instance).isWaitingAt("answer").variables().containsEntry("reason", "outer");
        assertThat(node.count("work", "bpmn_error")).isEqualTo(1);
    }

    @Test
    void an_error_that_no_event_catches_is_no_silent_end_but_an_incident() {
        node.routes(route(r -> r.from(WORK + "&retryCycle=PT0.1S&error.NEVER_HEARD_OF=IllegalStateException")
                .throwException(new IllegalStateException("x"))));
        start("A-1");
        eventually(() -> node.count("work", "incident") == 1);
        assertThat(node.openInstances()).isEqualTo(1);
    }

    @Test
    void other_exceptions_are_tried_again_by_the_cycle_and_then_are_an_incident_that_tells_where() {
        AtomicInteger attempts = new AtomicInteger();
        List<Object> failures = Collections.synchronizedList(new java.util.ArrayList<>());
        node.routes(route(r ->
                r.from(WORK + "&retryCycle=PT0.1S,PT0.2S").routeId("to-cgj").to("direct:remote")));
        EngineNode.unchecked(() -> {
            node.camel.addRoutes(route(r -> r.from("direct:remote").process(exchange -> {
                failures.add(exchange.getIn().getHeader(Camunda7Headers.FAILURES));
                attempts.incrementAndGet();
                throw new IllegalStateException("resident 13800000000 wrote");
            })));
            return null;
        });
        start("A-1");
        eventually(() -> task().getRetries() != null && task().getRetries() == 0);
        assertThat(failures).containsExactly(0, 1, 2);
        var incident = node.engine.getRuntimeService().createIncidentQuery().singleResult();
        assertThat(incident.getIncidentMessage()).contains("direct://remote").contains("IllegalStateException");
        String details = node.engine.getExternalTaskService().getExternalTaskErrorDetails(task().getId());
        assertThat(details)
                .contains("route", "endpoint  direct://remote", "exchange", "java.lang.IllegalStateException")
                .doesNotContain("13800000000")
                .doesNotContain("灯不亮");
        assertThat(node.count("work", "incident")).isEqualTo(1);
        assertThat(node.count("work", "failed")).isEqualTo(2);
    }

    @Test
    void a_named_cycle_is_the_components() {
        node.component.getRetryCycles().put("never", "");
        node.routes(route(r -> r.from(WORK + "&retryCycle=never").throwException(new IllegalStateException("x"))));
        start("A-1");
        eventually(() -> task().getRetries() != null && task().getRetries() == 0);
    }

    @Test
    void an_answer_that_cannot_be_stored_fails_and_names_the_variable() {
        node.component.setMasking(text -> text);
        node.routes(route(r -> r.from(WORK + "&retryCycle=PT1H&variable.answer=${body}")
                .setBody()
                .constant(new Object())));
        start("A-1");
        eventually(() -> task().getRetries() != null);
        assertThat(node.engine.getExternalTaskService().getExternalTaskErrorDetails(task().getId()))
                .contains("Variable answer can't be stored");
    }

    @Test
    void the_lock_of_a_long_route_is_extended() {
        AtomicInteger attempts = new AtomicInteger();
        node.routes(
                route(r -> r.from(WORK + "&lockDuration=600&pollInterval=100").process(exchange -> {
                    attempts.incrementAndGet();
                    Thread.sleep(2500);
                })));
        start("A-1");
        eventually(() -> node.openInstances() == 0);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void without_it_the_lock_ends_and_the_late_one_of_two_ends_changes_nothing() {
        AtomicInteger attempts = new AtomicInteger();
        node.routes(route(r -> r.from(WORK + "&lockDuration=300&pollInterval=50&extendLock=false")
                .process(exchange -> {
                    if (attempts.incrementAndGet() == 1) {
                        Thread.sleep(1500);
                    }
                })));
        start("A-1");
        eventually(() -> node.count("work", "completed") == 1 && node.count("work", "cancelled") == 1);
        assertThat(attempts).hasValue(2);
        assertThat(node.openInstances()).isZero();
    }

    @Test
    void a_task_whose_process_goes_another_way_meanwhile_ends_quietly() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Semaphore gate = new Semaphore(0);
        node.routes(route(r -> r.from(WORK).process(exchange -> {
            begun.countDown();
            gate.acquire();
        })));
        ProcessInstance instance = start("A-1");
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        node.engine.getRuntimeService().deleteProcessInstance(instance.getId(), "withdrawn");
        gate.release();
        eventually(() -> node.count("work", "cancelled") == 1);
    }

    @Test
    void a_stop_in_the_middle_of_a_batch_finishes_what_is_begun_and_lets_the_rest_go_unharmed() throws Exception {
        Semaphore gate = new Semaphore(0);
        Set<String> done = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 6).forEach(n -> start("A-" + n));
        node.routes(route(
                r -> r.from(WORK + "&concurrency=2&maxTasks=6").routeId("work").process(exchange -> {
                    done.add(exchange.getIn().getHeader(Camunda7Headers.TASK_ID, String.class));
                    gate.acquire();
                })));
        eventually(() -> done.size() == 2 && locked().size() == 6);
        Thread stopping = new Thread(() -> EngineNode.unchecked(() -> {
            node.camel.getRouteController().stopRoute("work");
            return null;
        }));
        stopping.start();
        eventually(() -> locked().size() == 2);
        gate.release(2);
        stopping.join();
        assertThat(done).hasSize(2);
        assertThat(node.count("work", "completed")).isEqualTo(2);
        assertThat(node.engine
                        .getExternalTaskService()
                        .createExternalTaskQuery()
                        .list())
                .hasSize(4)
                .allSatisfy(task -> assertThat(task.getWorkerId()).isNull())
                .allSatisfy(task -> assertThat(task.getRetries()).isNull());
        gate.release(4);
        node.camel.getRouteController().startRoute("work");
        eventually(() -> node.openInstances() == 0);
    }

    @Test
    void two_nodes_on_one_topic_share_the_work_and_do_nothing_twice() {
        EngineNode other = node("two");
        Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<String> by = new ConcurrentLinkedQueue<>();
        for (EngineNode one : List.of(node, other)) {
            one.routes(route(r -> r.from(WORK + "&concurrency=2&maxTasks=4&pollInterval=200")
                    .process(exchange -> count(exchange, seen, by))));
        }
        IntStream.range(0, 100).forEach(n -> start("A-" + n));
        eventually(() -> node.openInstances() == 0);
        assertThat(seen).hasSize(100).allSatisfy((task, times) -> assertThat(times)
                .hasValue(1));
        assertThat(Set.copyOf(by)).hasSize(2);
    }

    private static void count(Exchange exchange, Map<String, AtomicInteger> seen, ConcurrentLinkedQueue<String> by)
            throws InterruptedException {
        seen.computeIfAbsent(
                        exchange.getIn().getHeader(Camunda7Headers.TASK_ID, String.class), id -> new AtomicInteger())
                .incrementAndGet();
        by.add(exchange.getContext().getName());
        Thread.sleep(10);
    }
}
