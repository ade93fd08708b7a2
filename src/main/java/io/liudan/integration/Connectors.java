package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.liudan.camunda7.Camunda7Component;
import io.liudan.camunda7.Camunda7Headers;
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
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/**
 * Every connected department, how its connector does, and a call to try it. A sick department is no sickness of the
 * hub: health shows it and stays up.
 */
@Component("connectors")
class Connectors implements HealthIndicator {

    /** Begins the topic of a department's external tasks, as the model {@code work-order-delivery} has it. */
    static final String TOPIC = "work-order-";

    /** The department whose orders a topic carries; empty for a topic of something else. */
    static Optional<String> department(String topic) {
        return topic.startsWith(TOPIC) ? Optional.of(topic.substring(TOPIC.length())) : Optional.empty();
    }

    private final DepartmentRoutes departments;
    private final RouteMaker maker;
    private final DepartmentOrders orders;
    private final WorkOrderDocuments documents;
    private final Circuits circuits;
    private final Holds holds;
    private final PayloadMask mask;
    private final ObjectMapper json;
    private final MessageSource messages;
    private final CityDirectory city;
    private final CamelContext camel;
    private final Camunda7Component engine;
    private final ProducerTemplate producer;
    private final MeterRegistry meters;
    private final Clock clock;

    Connectors(
            DepartmentRoutes departments,
            RouteMaker maker,
            DepartmentOrders orders,
            WorkOrderDocuments documents,
            Circuits circuits,
            Holds holds,
            PayloadMask mask,
            ObjectMapper json,
            MessageSource messages,
            CityDirectory city,
            CamelContext camel,
            Camunda7Component engine,
            ProducerTemplate producer,
            MeterRegistry meters,
            Clock clock) {
        this.departments = departments;
        this.maker = maker;
        this.orders = orders;
        this.documents = documents;
        this.circuits = circuits;
        this.holds = holds;
        this.mask = mask;
        this.json = json;
        this.messages = messages;
        this.city = city;
        this.camel = camel;
        this.engine = engine;
        this.producer = producer;
        this.meters = meters;
        this.clock = clock;
    }

    /** The worst first. */
    enum State {
        /** Its file can't be used, or a route doesn't run. */
        DOWN,
        /** Fails so often that it is left alone for a while. */
        OPEN,
        /** The last attempt failed; after a start, the one that what waits longest had. */
        FAILING,
        /** Operators have paused it. */
        PAUSED,
        /** Its file says that its system is away now. */
        MAINTENANCE,
        /** Carries what there is. */
        UP
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
     * @param hold by whom it is paused and why, absent if it isn't
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
            Holds.Hold hold,
            List<Inbound> inbound) {}

    /**
     * @param up whether the last look succeeded; not before the first
     * @param fault what kept it from succeeding, absent if nothing did
     * @param error the same as a sentence in the reader's language
     */
    record Inbound(String route, boolean up, String fault, String error) {}

    /**
     * How a trial ended.
     *
     * @param millis how long it took
     * @param fault what went wrong: a code, for example {@code no-receipt}; absent when all went well
     * @param error the same as a sentence in the reader's language
     * @param status of the answer, over HTTP
     * @param sent the message, masked
     * @param answer what came back, masked; absent when nothing did
     * @param receipt what the department's system calls the order
     */
    record Trial(
            boolean ok,
            long millis,
            String fault,
            String error,
            Integer status,
            String sent,
            String answer,
            String receipt) {}

    List<Connector> all() {
        List<Connector> found = new ArrayList<>();
        departments.loaded().forEach((department, loaded) -> found.add(connector(department, loaded)));
        found.sort(Comparator.comparing(Connector::state)
                .thenComparing(connector -> connector.deadLetters() == 0)
                .thenComparing(Connector::id));
        return found;
    }

    private Connector connector(String department, DepartmentRoutes.Loaded loaded) {
        String topic = TOPIC + department;
        DepartmentOrders.Delivery delivery = orders.delivery(department);
        long attempts = count(topic, null);
        long failed = count(topic, "failed") + count(topic, "incident");
        Circuits.Wellness wellness = circuits.of(department);
        return new Connector(
                department,
                city.unit(department).map(OrgUnit::name).orElse(null),
                loaded.file() == null ? null : loaded.file().outbound().template(),
                state(department, loaded, wellness),
                loaded.problem(),
                wellness.circuit(),
                delivery.waiting(),
                delivery.oldestWaiting(),
                delivery.lastDelivered(),
                engine.failedTasks().count(topic),
                attempts,
                attempts == 0 ? null : (double) failed / attempts,
                loaded.routes(),
                holds.of(department).orElse(null),
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
            return new Inbound(id, false, null, null);
        }
        HealthCheck.Result result =
                route.getConsumer() instanceof HealthCheckAware aware && aware.getHealthCheck() != null
                        ? aware.getHealthCheck().call(Map.of())
                        : null;
        boolean up = result == null || result.getState() != HealthCheck.State.DOWN;
        return new Inbound(
                id,
                up,
                up ? null : result.getError().map(Connectors::kind).orElse(null),
                up
                        ? null
                        : result.getError()
                                .map(failure -> said(WireFault.of(failure)))
                                .orElse(null));
    }

    private static String kind(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    private State state(String department, DepartmentRoutes.Loaded loaded, Circuits.Wellness wellness) {
        boolean runs = !loaded.routes().isEmpty()
                && loaded.routes().stream()
                        .allMatch(id -> camel.getRouteController().getRouteStatus(id) == ServiceStatus.Started);
        if (!runs || loaded.problem() != null) {
            return State.DOWN;
        }
        if (holds.of(department).isPresent()) {
            return State.PAUSED;
        }
        if (circuits.underMaintenance(department)) {
            return State.MAINTENANCE;
        }
        if (wellness.circuit() == CircuitBreaker.State.OPEN || wellness.circuit() == CircuitBreaker.State.HALF_OPEN) {
            return State.OPEN;
        }
        return wellness.failing() || wellness.unknown() && stands(department) ? State.FAILING : State.UP;
    }

    /** What a node finds at its start: what waits has failed before. */
    private boolean stands(String department) {
        return engine.failedTasks().waiting(TOPIC + department, 0, 1).stream().anyMatch(task -> task.line() != null);
    }

    /** In the reader's language. */
    private String said(WireFault fault) {
        return messages.getMessage(
                "fault." + fault.code(),
                new Object[] {fault.detail()},
                fault.toString(),
                LocaleContextHolder.getLocale());
    }

    private long count(String topic, String outcome) {
        return meters.find("camunda7.external.task").tag("topic", topic).timers().stream()
                .filter(timer -> outcome == null || outcome.equals(timer.getId().getTag("outcome")))
                .mapToLong(Timer::count)
                .sum();
    }

    /** Carries a message of the kind TEST to the department's system and waits for the end. */
    Trial test(String department) {
        require(department);
        Trial trial = trial("send-" + department, documents.test(department));
        if (trial.ok()) {
            circuits.trySoon(department);
        }
        return trial;
    }

    /** Carries a message by the route to a department and tells all that may be seen of it. */
    Trial trial(String route, WorkOrderDocument.Message message) {
        long start = System.nanoTime();
        // Without a route, the call would wait for one.
        Exchange answer = camel.getRoute(route) == null
                ? null
                : producer.request("direct:" + route, exchange -> {
                    exchange.getMessage().setBody(message);
                    exchange.getMessage().setHeader(Camunda7Headers.IDEMPOTENCY_KEY, message.id());
                });
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        String sent = mask.mask(write(message));
        if (answer == null) {
            return new Trial(
                    false, millis, "not-connected", said(new WireFault("not-connected", null)), null, sent, null, null);
        }
        Exception failure = answer.getException();
        if (failure == null) {
            String receipt = answer.getMessage().getBody(String.class);
            return new Trial(
                    true, millis, null, null, null, sent, null, receipt == null ? null : Receipts.cut(receipt));
        }
        WireFault fault = WireFault.of(failure);
        HttpOperationFailedException http = answer.getException(HttpOperationFailedException.class);
        UnexpectedAnswer unexpected = answer.getException(UnexpectedAnswer.class);
        String came = http != null ? http.getResponseBody() : unexpected != null ? unexpected.answer() : null;
        return new Trial(
                false,
                millis,
                fault.code(),
                said(fault),
                http == null ? null : http.getStatusCode(),
                sent,
                came == null ? null : mask.mask(came),
                null);
    }

    private String write(WorkOrderDocument.Message message) {
        try {
            return json.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What a file would do that isn't there yet.
     *
     * @param problem what is wrong with it, with line and parameter; absent if nothing is
     * @param trial how a message of the kind TEST came through; absent when there is a problem
     */
    record Check(String department, String problem, Trial trial) {}

    /** Checks a department's file and tries its way out once, beside what is connected now. */
    Check check(String department, String text) {
        try {
            DepartmentFile file = departments.checked(department, text);
            return new Check(department, null, maker.forTrial(file, route -> trial(route, documents.test(department))));
        } catch (IllegalArgumentException | RouteMaker.Unusable e) {
            return new Check(
                    department,
                    department + ".yaml" + (e.getMessage().startsWith(":") ? "" : ": ") + e.getMessage(),
                    null);
        }
    }

    /** @throws Problem 404 for a department without a file */
    void require(String department) {
        if (!departments.isConnected(department)) {
            throw Problem.notFound("no-such-connector", department);
        }
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
