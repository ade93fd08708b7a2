package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.camunda7.Camunda7Headers;
import io.liudan.integration.Exchanges.Entry;
import io.liudan.integration.Exchanges.Outcome;
import io.liudan.integration.WorkOrderDocuments.Carried;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.springframework.stereotype.Component;

/** Puts every attempt to carry something to a department on record, whatever wire it took. */
@Component
class ExchangeRecorder implements RoutePolicyFactory {

    private static final String FAILURES = "LiudanFailures";

    private final Exchanges exchanges;
    private final ObjectMapper json;
    private final Map<String, String> wires = new ConcurrentHashMap<>();

    ExchangeRecorder(Exchanges exchanges, ObjectMapper json) {
        this.exchanges = exchanges;
        this.json = json;
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return routeId.startsWith(DepartmentRoutes.DELIVERY)
                ? new Recording(routeId.substring(DepartmentRoutes.DELIVERY.length()))
                : null;
    }

    /** By which template a department is reached; before its route is made. */
    void wire(String department, String template) {
        wires.put(department, template);
    }

    private final class Recording extends RoutePolicySupport {

        private final String department;

        private Recording(String department) {
            this.department = department;
        }

        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            // Routes take headers away.
            exchange.setProperty(FAILURES, exchange.getIn().getHeader(Camunda7Headers.FAILURES, 0, Integer.class));
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            Carried carried = exchange.getProperty(Carried.PROPERTY, Carried.class);
            if (carried == null) {
                return;
            }
            Exception failure = exchange.getException();
            exchanges.record(new Entry(
                    0,
                    null,
                    department,
                    DeadLetters.Direction.OUT,
                    wires.getOrDefault(department, ""),
                    carried.message().workOrder().code(),
                    carried.message().id(),
                    exchange.getProperty(FAILURES, 0, Integer.class) + 1,
                    size(carried.message()),
                    (int) Math.min(exchange.getClock().elapsed(), Integer.MAX_VALUE),
                    failure == null
                            ? Outcome.DELIVERED
                            : failure instanceof RefusedByDepartment ? Outcome.REFUSED : Outcome.FAILED,
                    failure == null ? null : WireFault.of(failure).toString(),
                    failure == null ? receipt(exchange) : null));
        }
    }

    private static String receipt(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof String receipt && !receipt.isBlank()
                ? Receipts.cut(receipt)
                : null;
    }

    private int size(WorkOrderDocument.Message message) {
        try {
            return json.writeValueAsBytes(message).length;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
