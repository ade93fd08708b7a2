package io.liudan.process.stuck;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.process.ConnectedDepartments;
import io.liudan.process.EngineClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Nothing that is to be carried to a department's system is left lying. */
class DeliverySweepTest extends HubTest {

    private static final String DEPARTMENT = "lcj";

    private final Api api = new Api(hub(), realm());
    private final Path file = departments().resolve(DEPARTMENT + ".yaml");

    @Autowired
    private DeliverySweep sweep;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private List<ConnectedDepartments> connected;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private EngineClock clock;

    /** To a system that isn't there, so that what is to be carried stays. */
    private void connect() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "- templatedRoute: {routeTemplateRef: rest, parameters: [{name: department, value: " + DEPARTMENT
                        + "}, {name: url, value: 'http://localhost:9'}]}");
        await(true);
    }

    @AfterEach
    void disconnect() throws IOException {
        Files.deleteIfExists(file);
        await(false);
    }

    private void await(boolean isConnected) {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (connected.stream().anyMatch(departments -> departments.isConnected(DEPARTMENT)) != isConnected) {
            assertThat(Instant.now()).isBefore(end);
            Thread.onSpinWait();
        }
    }

    private String dispatched() {
        String code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "河道垃圾",
                                "description",
                                "河道里有垃圾",
                                "gridCode",
                                "622901001001-01"))
                .body()
                .path("code")
                .asText();
        for (Map.Entry<String, Map<String, String>> step : List.of(
                Map.entry("grid1", Map.of("decision", "CONFIRM")),
                Map.entry("community1", Map.of("decision", "ISSUE")),
                Map.entry("street1", Map.of("decision", "DISPATCH", "lead", DEPARTMENT)))) {
            assertThat(api.complete(
                                    step.getKey(),
                                    api.task(step.getKey(), code, null)
                                            .path("id")
                                            .asText(),
                                    step.getValue())
                            .status())
                    .isEqualTo(204);
        }
        return code;
    }

    private List<ProcessInstance> deliveries(String code) {
        return runtime.createProcessInstanceQuery()
                .processDefinitionKey("work-order-delivery")
                .processInstanceBusinessKey(code)
                .list();
    }

    private List<String> waiting(String code) {
        return jdbc.sql(
                        "select kind from work_order_change where matter_id = ?::bigint / 10 and delivery = 'WAITING' order by id")
                .param(code)
                .query(String.class)
                .list();
    }

    @Test
    void an_open_order_is_carried_when_its_department_is_connected_later() throws IOException {
        String before = dispatched();
        String closed = dispatched();
        assertThat(api.complete(
                                "dept-" + DEPARTMENT,
                                api.task("dept-" + DEPARTMENT, closed, null)
                                        .path("id")
                                        .asText(),
                                Map.of("decision", "RETURN", "reason", "不是我局职责"))
                        .status())
                .isEqualTo(204);
        sweep.sweep();
        assertThat(waiting(before)).as("nobody to carry it to").isEmpty();

        connect();
        clock.moveBy(Duration.ofMinutes(5));
        sweep.sweep();
        sweep.sweep();
        assertThat(waiting(before)).containsExactly("ISSUED");
        assertThat(deliveries(before)).hasSize(1);
        assertThat(waiting(closed)).as("an order that is answered").isEmpty();
    }

    @Test
    void a_delivery_that_somebody_ended_by_hand_is_begun_anew() throws IOException {
        connect();
        String code = dispatched();
        assertThat(deliveries(code)).hasSize(1);
        runtime.deleteProcessInstance(deliveries(code).getFirst().getId(), "by hand");
        sweep.sweep();
        assertThat(deliveries(code)).as("it may be under way").isEmpty();
        clock.moveBy(Duration.ofMinutes(5));
        sweep.sweep();
        assertThat(deliveries(code)).hasSize(1);
    }
}
