package io.liudan.integration;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.liudan.camunda7.Camunda7Component;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.problem.Problem;
import io.liudan.workorder.DepartmentOrders;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Every connected department, how its connector does, and a call to try it. A sick department is no sickness of the
 * hub: health shows it and stays up.
 */
@Component("connectors")
class Connectors implements HealthIndicator {

    /** Begins the topic of a department's external tasks, as the model {@code work-order-delivery} has it. */
    static final String TOPIC = "work-order-";

    private final DepartmentRoutes departments;
    private final DepartmentOrders orders;
    private final WorkOrderDocuments documents;
    private final Circuits circuits;
    private final CityDirectory city;
    private final CamelContext camel;
    private final Camunda7Component engine;
    private final ProducerTemplate producer;
    private final MeterRegistry meters;
    private final Clock clock;

    Connectors(
            DepartmentRoutes departments,
            DepartmentOrders orders,
            WorkOrderDocuments documents,
            Circuits circuits,
            CityDirectory city,
            CamelContext camel,
            Camunda7Component engine,
            ProducerTemplate producer,
            MeterRegistry meters,
            Clock clock) {
        this.departments = departments;
        this.orders = orders;
        this.documents = documents;
        this.circuits = circuits;
        this.city = city;
        this.camel = camel;
        this.engine = engine;
        this.producer = producer;
        this.meters = meters;
        this.clock = clock;
    }

    enum State {
        /** Carries what there is. */
        UP,
        /** Fails so often that it is left alone for a while. */
        OPEN,
        /** Its file can't be used, or a route doesn't run. */
        DOWN
    }

    /**
     * @param id code of the department
     * @param kind route template
     * @param problem what is wrong with its file, absent if nothing
     * @param circuit CLOSED, OPEN or HALF_OPEN
     * @param queue changes that wait to be carried
     * @param oldest since when the oldest of them waits
     * @param deadLetters deliveries that were given up
     * @param attempts since the start of this node
     * @param errorRate failed ones among them, absent without attempts
     * @param inbound where answers are fetched; empty if the department calls
     */
    record Connector(
            String id,
            String name,
            String kind,
            State state,
            String problem,
            CircuitBreaker.State circuit,
            long queue,
            Instant oldest,
            Instant lastSuccess,
            long deadLetters,
            long attempts,
            Double errorRate,
            List<String> routes,
            List<Inbound> inbound) {}

    /**
     * @param up whether the last look succeeded; not before the first
     * @param fault what kept it from succeeding, absent if nothing did
     */
    record Inbound(String route, boolean up, String fault) {}

    /** @param millis how long it took */
    record Trial(boolean ok, long millis, String error) {}

    List<Connector> all() {
        List<Connector> found = new ArrayList<>();
        departments.loaded().forEach((department, loaded) -> found.add(connector(department, loaded)));
        found.sort(Comparator.comparing(Connector::id));
        return found;
    }

    private Connector connector(String department, DepartmentRoutes.Loaded loaded) {
        String topic = TOPIC + department;
        DepartmentOrders.Delivery delivery = orders.delivery(department);
        long attempts = count(topic, null);
        long failed = count(topic, "failed") + count(topic, "incident");
        CircuitBreaker.State circuit =
                circuits.state(DepartmentRoutes.DELIVERY + department).orElse(null);
        return new Connector(
                department,
                city.unit(department).map(OrgUnit::name).orElse(null),
                loaded.file() == null ? null : loaded.file().outbound().template(),
                state(loaded, circuit),
                loaded.problem(),
                circuit,
                delivery.waiting(),
                delivery.oldestWaiting(),
                delivery.lastDelivered(),
                engine.failedTasks().count(topic),
                attempts,
                attempts == 0 ? null : (double) failed / attempts,
                loaded.routes(),
                loaded.routes().stream()
                        .filter(route -> route.startsWith(DepartmentRoutes.INBOUND))
                        .map(this::inbound)
                        .toList());
    }

    /**
     * Camel's own health of the consumer; its messages would tell addresses and words, and so only the kind of the
     * fault is shown.
     */
    private Inbound inbound(String id) {
        Route route = camel.getRoute(id);
        if (route == null || camel.getRouteController().getRouteStatus(id) != ServiceStatus.Started) {
            return new Inbound(id, false, null);
        }
        HealthCheck.Result result =
                route.getConsumer() instanceof HealthCheckAware aware && aware.getHealthCheck() != null
                        ? aware.getHealthCheck().call(Map.of())
                        : null;
        boolean up = result == null || result.getState() != HealthCheck.State.DOWN;
        return new Inbound(
                id, up, up ? null : result.getError().map(Connectors::kind).orElse(null));
    }

    private static String kind(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    private State state(DepartmentRoutes.Loaded loaded, CircuitBreaker.State circuit) {
        if (circuit == CircuitBreaker.State.OPEN) {
            return State.OPEN;
        }
        boolean runs = !loaded.routes().isEmpty()
                && loaded.routes().stream()
                        .allMatch(id -> camel.getRouteController().getRouteStatus(id) == ServiceStatus.Started);
        return runs && loaded.problem() == null ? State.UP : State.DOWN;
    }

    private long count(String topic, String outcome) {
        return meters.find("camunda7.external.task").tag("topic", topic).timers().stream()
                .filter(timer -> outcome == null || outcome.equals(timer.getId().getTag("outcome")))
                .mapToLong(Timer::count)
                .sum();
    }

    /** Carries a message of the kind TEST to the department's system and waits for the end. */
    Trial test(String department) {
        if (!departments.isConnected(department)) {
            throw Problem.notFound("no-such-connector", department);
        }
        long start = System.nanoTime();
        Exchange answer = producer.request(
                "direct:send-" + department, exchange -> exchange.getMessage().setBody(documents.test(department)));
        Exception failure = answer.getException();
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        return new Trial(
                failure == null,
                millis,
                failure == null ? null : failure.getClass().getSimpleName());
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        all().forEach(connector -> health.withDetail(
                connector.id(),
                Map.of(
                        "state",
                        connector.state(),
                        "queue",
                        connector.queue(),
                        "deadLetters",
                        connector.deadLetters())));
        return health.withDetail("at", clock.instant()).build();
    }
}
