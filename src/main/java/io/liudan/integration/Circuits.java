package io.liudan.integration;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
import org.springframework.stereotype.Component;

/**
 * A circuit breaker for each department: when its system fails again and again, its work orders stay in the engine,
 * with their attempts, until it is tried again. That keeps threads and retries for those that are well. Camel's own
 * policy for it loses its way when two calls fail at once.
 */
@Component
class Circuits implements RoutePolicyFactory {

    private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);
    private static final int HALF = 50;

    private final CircuitBreakerConfig config;
    private final Map<String, CircuitBreaker> byRoute = new ConcurrentHashMap<>();

    Circuits(IntegrationProperties properties) {
        IntegrationProperties.Circuit settings = properties.circuit();
        this.config = CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.TIME_BASED)
                .slidingWindowSize((int) settings.window().toSeconds())
                .minimumNumberOfCalls(settings.failures())
                .failureRateThreshold(HALF)
                .waitDurationInOpenState(settings.halfOpen())
                .permittedNumberOfCallsInHalfOpenState(1)
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                // A system that refuses an order is well.
                .ignoreExceptions(RefusedByDepartment.class)
                .build();
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return routeId.startsWith(DepartmentRoutes.DELIVERY) ? new Policy(routeId) : null;
    }

    /** CLOSED, OPEN or HALF_OPEN; empty for a route without one. */
    Optional<CircuitBreaker.State> state(String routeId) {
        return Optional.ofNullable(byRoute.get(routeId)).map(CircuitBreaker::getState);
    }

    /** Nothing is fetched while the circuit is open; what was fetched and has not begun is let go. */
    private final class Policy extends RoutePolicySupport {

        private final CircuitBreaker circuit;

        private Policy(String routeId) {
            circuit = CircuitBreaker.of(routeId, config);
        }

        @Override
        public void onStart(Route route) {
            byRoute.put(route.getRouteId(), circuit);
        }

        @Override
        public void onInit(Route route) {
            circuit.getEventPublisher().onStateTransition(change -> {
                LOG.info(
                        "The circuit of {} is {}",
                        route.getRouteId(),
                        change.getStateTransition().getToState());
                switch (change.getStateTransition().getToState()) {
                    case OPEN -> suspend(route);
                    case HALF_OPEN -> resume(route);
                    default -> {}
                }
            });
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            long took = exchange.getClock().elapsed();
            if (exchange.getException() == null) {
                circuit.onSuccess(took, TimeUnit.MILLISECONDS);
            } else {
                circuit.onError(took, TimeUnit.MILLISECONDS, exchange.getException());
            }
        }

        @Override
        public void onStop(Route route) {
            byRoute.remove(route.getRouteId(), circuit);
            circuit.reset();
        }

        private void suspend(Route route) {
            try {
                suspendOrStopConsumer(route.getConsumer());
            } catch (Exception e) {
                LOG.warn(
                        "{} couldn't be held: {}",
                        route.getRouteId(),
                        e.getClass().getName());
            }
        }

        private void resume(Route route) {
            try {
                if (byRoute.get(route.getRouteId()) == circuit) {
                    resumeOrStartConsumer(route.getConsumer());
                }
            } catch (Exception e) {
                LOG.warn(
                        "{} couldn't be tried again: {}",
                        route.getRouteId(),
                        e.getClass().getName());
            }
        }
    }
}
