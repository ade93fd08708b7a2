package io.liudan.integration;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.liudan.camunda7.Gate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * A circuit breaker for each department: when its system fails again and again, its work orders stay in the engine,
 * with their attempts, until a single one that was tried has come through. Nothing is taken either while operators have
 * paused it or its file has it under maintenance, and no more in a minute than its file allows. Camel's own policy for
 * circuits loses its way when two calls fail at once.
 */
@Component
class Circuits implements RoutePolicyFactory, Gate {

    private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);
    private static final int HALF = 50;
    /** A failed trial waits so many times longer than the circuit stays open, so that another order is tried next. */
    private static final double LEAST = 2;

    private static final double MOST = 8;

    private final CircuitBreakerConfig config;
    private final Duration open;
    private final Holds holds;
    private final Clock clock;
    private final ZoneId zone;
    private final Map<String, Line> byDepartment = new ConcurrentHashMap<>();
    private final Map<String, Pace> paces = new ConcurrentHashMap<>();
    private volatile boolean started;

    Circuits(
            IntegrationProperties properties, Holds holds, Clock clock, @Value("${liudan.calendar.zone}") ZoneId zone) {
        IntegrationProperties.Circuit settings = properties.circuit();
        this.open = settings.halfOpen();
        this.holds = holds;
        this.clock = clock;
        this.zone = zone;
        this.config = CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(settings.calls())
                .minimumNumberOfCalls(settings.failures())
                .failureRateThreshold(HALF)
                .waitDurationInOpenState(open)
                .permittedNumberOfCallsInHalfOpenState(1)
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .build();
    }

    /** Routes that are made from now on begin anew: their file has just been mended. */
    @EventListener(ApplicationReadyEvent.class)
    void started() {
        started = true;
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        if (!routeId.startsWith(DepartmentRoutes.DELIVERY)) {
            return null;
        }
        String department = routeId.substring(DepartmentRoutes.DELIVERY.length());
        Line line = new Line(department, CircuitBreaker.of(routeId, config));
        byDepartment.put(department, line);
        return line;
    }

    /** When and how fast a department's orders may be carried; before its route is made. */
    void pace(String department, Pace pace) {
        paces.put(department, pace);
    }

    /**
     * How a department's system does.
     *
     * @param circuit CLOSED, OPEN or HALF_OPEN; {@code null} for a department without a route
     * @param failing whether the last attempt failed
     * @param unknown whether its route was there at the hub's start and has tried nothing since
     */
    record Wellness(CircuitBreaker.State circuit, boolean failing, boolean unknown) {}

    Wellness of(String department) {
        Line line = byDepartment.get(department);
        return line == null
                ? new Wellness(null, false, false)
                : new Wellness(line.circuit.getState(), line.failing, line.unknown);
    }

    boolean underMaintenance(String department) {
        return paces.getOrDefault(department, Pace.ANY)
                .maintenance()
                .at(LocalDateTime.ofInstant(clock.instant(), zone));
    }

    /** Somebody has seen that a system is well: an order is tried at once. */
    void trySoon(String department) {
        Line line = byDepartment.get(department);
        if (line != null && line.circuit.getState() == CircuitBreaker.State.OPEN) {
            line.circuit.transitionToHalfOpenState();
        }
    }

    @Override
    public boolean held(String topic) {
        String department = department(topic);
        return department != null
                && (of(department).circuit() == CircuitBreaker.State.OPEN
                        || holds.of(department).isPresent()
                        || underMaintenance(department));
    }

    @Override
    public int more(String topic, int underWay) {
        String department = department(topic);
        if (department == null) {
            return Integer.MAX_VALUE;
        }
        if (held(topic)) {
            return 0;
        }
        Line line = byDepartment.get(department);
        if (line == null) {
            return 0;
        }
        int left =
                line.leftInThisMinute(paces.getOrDefault(department, Pace.ANY).callsPerMinute());
        return line.circuit.getState() == CircuitBreaker.State.HALF_OPEN ? Math.min(left, 1 - underWay) : left;
    }

    @Override
    public void took(String topic, int tasks) {
        Line line = tasks == 0 || department(topic) == null ? null : byDepartment.get(department(topic));
        if (line != null) {
            line.took(tasks);
        }
    }

    @Override
    public Duration pause(String topic) {
        return Duration.ofMillis(
                Math.round(open.toMillis() * ThreadLocalRandom.current().nextDouble(LEAST, MOST)));
    }

    private static String department(String topic) {
        return Connectors.department(topic).orElse(null);
    }

    /** What is known of a department's system, from its route's beginning to its end. */
    private final class Line extends RoutePolicySupport {

        private static final int MINUTE = 60;

        private final String department;
        private final CircuitBreaker circuit;
        private final Deque<Instant> begun = new ArrayDeque<>();
        private volatile boolean failing;
        private volatile boolean unknown = !started;

        private Line(String department, CircuitBreaker circuit) {
            this.department = department;
            this.circuit = circuit;
            circuit.getEventPublisher()
                    .onStateTransition(change -> LOG.info(
                            "The circuit of {} is {}",
                            department,
                            change.getStateTransition().getToState()));
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            long took = exchange.getClock().elapsed();
            unknown = false;
            // A system that refuses an order is well.
            failing = exchange.getException() != null && !(exchange.getException() instanceof RefusedByDepartment);
            if (failing) {
                circuit.onError(took, TimeUnit.MILLISECONDS, exchange.getException());
            } else {
                circuit.onSuccess(took, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void onStop(Route route) {
            byDepartment.remove(department, this);
        }

        private synchronized int leftInThisMinute(int most) {
            Instant minute = clock.instant().minusSeconds(MINUTE);
            while (!begun.isEmpty() && begun.peekFirst().isBefore(minute)) {
                begun.removeFirst();
            }
            return most - begun.size();
        }

        private synchronized void took(int tasks) {
            if (paces.getOrDefault(department, Pace.ANY).callsPerMinute() != Pace.ANY.callsPerMinute()) {
                for (int i = 0; i < tasks; i++) {
                    begun.addLast(clock.instant());
                }
            }
        }
    }
}
