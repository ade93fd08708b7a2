package io.liudan.integration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Makes the routes of a department from its file, and takes them away again. */
@Component
class RouteMaker {

    private static final Logger LOG = LoggerFactory.getLogger(RouteMaker.class);
    private static final String DELIVERY_TEMPLATE = "delivery";
    /** What the file's outbound entry says of the delivery, and not of its wire. */
    static final Set<String> OF_DELIVERY = Set.of("concurrency", "retryCycle", "lockDuration");
    /** What it says of neither: when and how fast orders are carried. */
    static final Set<String> OF_PACE = Set.of(Pace.CALLS, Pace.MAINTENANCE);

    private static final String DEPARTMENT = "department";
    /** Longer than any exchange may take. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(90);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final CamelContext camel;
    private final Circuits circuits;
    private final ExchangeRecorder recorder;
    private final AtomicLong trials = new AtomicLong();

    RouteMaker(CamelContext camel, Circuits circuits, ExchangeRecorder recorder) {
        this.camel = camel;
        this.circuits = circuits;
        this.recorder = recorder;
        // Also where no department is connected: operators ask it for what failed.
        camel.getComponent("camunda7");
    }

    /** A file's routes can't be made; tells why without any of its secrets. */
    static final class Unusable extends Exception {

        private Unusable(String why, Exception cause) {
            super(why, cause);
        }
    }

    /** @return ids of the routes, which carry and fetch from now on */
    List<String> make(DepartmentFile file) throws Unusable {
        List<String> routes = new ArrayList<>();
        try {
            add(file, routes);
            return List.copyOf(routes);
        } catch (Exception e) {
            remove(routes);
            throw unusable(e);
        }
    }

    /**
     * Makes the route that would carry orders to a department, under a name of its own, for one trial: what carries and
     * fetches now goes on meanwhile.
     *
     * @param trial takes the route's id
     */
    <T> T forTrial(DepartmentFile file, Function<String, T> trial) throws Unusable {
        String name = "trial-" + trials.incrementAndGet();
        String id = "send-" + name;
        Map<String, Object> parameters = new LinkedHashMap<>(file.outbound().parameters());
        parameters.keySet().removeAll(OF_PACE);
        parameters.put(DEPARTMENT, name);
        try {
            camel.addRouteFromTemplate(id, file.outbound().template(), parameters);
            return trial.apply(id);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw unusable(e);
        } finally {
            remove(List.of(id));
        }
    }

    private static Unusable unusable(Exception e) {
        // Its words may hold an address with a password.
        String fault = WireFault.of(e).toString();
        return new Unusable("连接建立失败（" + fault + "）; the connection can't be made (" + fault + ")", e);
    }

    private void add(DepartmentFile file, List<String> routes) throws Exception {
        int n = 0;
        for (DepartmentFile.Templated route : file.routes()) {
            String id = (route.inbound() ? DepartmentRoutes.INBOUND : "send-")
                    + file.department()
                    + (route.inbound() && n++ > 0 ? "-" + n : "");
            routes.add(id);
            Map<String, Object> parameters = new LinkedHashMap<>(route.parameters());
            parameters.keySet().removeAll(OF_PACE);
            camel.addRouteFromTemplate(id, route.template(), parameters);
        }
        Map<String, Object> all = file.outbound().parameters();
        Map<String, Object> delivery = new LinkedHashMap<>(all);
        delivery.keySet().removeIf(name -> !OF_DELIVERY.contains(name) && !name.equals(DEPARTMENT));
        circuits.pace(file.department(), Pace.of(all));
        recorder.wire(file.department(), file.outbound().template());
        routes.add(DepartmentRoutes.DELIVERY + file.department());
        camel.addRouteFromTemplate(DepartmentRoutes.DELIVERY + file.department(), DELIVERY_TEMPLATE, delivery);
    }

    /**
     * What a route is working on is finished first; what came last is stopped first. Camel stops a route under a lock
     * of all routes, and so is asked only when the route has nothing left to do.
     */
    void remove(List<String> routes) {
        for (String id : routes.reversed()) {
            try {
                Route route = camel.getRoute(id);
                if (route != null) {
                    ServiceHelper.suspendService(route.getConsumer());
                    untilDone(id);
                    camel.getRouteController().stopRoute(id, 1, java.util.concurrent.TimeUnit.SECONDS);
                    camel.removeRoute(id);
                }
            } catch (Exception e) {
                LOG.warn("Route {} couldn't be taken away: {}", id, e.getClass().getName());
            }
        }
    }

    private void untilDone(String route) {
        long end = System.nanoTime() + UNDER_WAY.toNanos();
        while (camel.getInflightRepository().size(route) > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
