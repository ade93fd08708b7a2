package io.liudan.camunda7;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.camel.builder.RouteBuilder;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Tests of the component: a real engine on a real PostgreSQL, nothing of the product. */
abstract class EngineTest {

    private static EmbeddedPostgres postgres;
    static String url;
    private final List<EngineNode> nodes = new ArrayList<>();
    EngineNode node;

    /** A route of a test, written as a lambda. */
    interface Route {

        void configure(RouteBuilder routes) throws Exception;
    }

    @BeforeAll
    static void startDatabase() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "200")
                .start();
        url = postgres.getJdbcUrl("postgres", "postgres");
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void startNode() {
        node = node("one");
    }

    @AfterEach
    void emptied() {
        ClockUtil.reset();
        nodes.forEach(one -> one.camel.stop());
        node.engine.getRepositoryService().createDeploymentQuery().list().forEach(deployment -> node.engine
                .getRepositoryService()
                .deleteDeployment(deployment.getId(), true));
        node.jdbc
                .sql("truncate camunda7_inbox, camunda7_parked, camunda7_effect")
                .update();
        nodes.forEach(EngineNode::close);
    }

    EngineNode node(String name) {
        EngineNode one = new EngineNode(name, url);
        nodes.add(one);
        return one;
    }

    static RouteBuilder route(Route route) {
        return new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                route.configure(this);
            }
        };
    }

    /**
     * Start, one external task of the topic "work", end; a boundary event for the error "REFUSED" leads to a user task.
     */
    static BpmnModelInstance oneTask() {
        return Bpmn.createExecutableProcess("order")
                .startEvent()
                .serviceTask("work")
                .camundaExternalTask("work")
                .boundaryEvent("refused")
                .error("REFUSED")
                .userTask("answer")
                .endEvent()
                .moveToActivity("work")
                .endEvent()
                .done();
    }

    static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }
}
