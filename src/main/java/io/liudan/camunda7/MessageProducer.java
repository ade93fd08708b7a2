package io.liudan.camunda7;

import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;

/** Sends a message to the instances that wait for it; what comes too early is parked. */
final class MessageProducer extends EngineProducer {

    private final Values correlation;

    MessageProducer(Camunda7Endpoint endpoint) {
        super(endpoint);
        if (!List.of("one", "all", "oneOrStart").contains(endpoint.getMode())) {
            throw new IllegalArgumentException("mode is one of one, all, oneOrStart, but was " + endpoint.getMode());
        }
        if (endpoint.getTtl() > 0 && !endpoint.getMode().equals("one")) {
            throw new IllegalArgumentException(
                    "Only a message for one waiting instance can come too early: ttl needs mode=one");
        }
        this.correlation = Values.of(endpoint.getCamelContext(), endpoint.getCorrelation());
    }

    @Override
    Map<String, Object> act(Exchange exchange) {
        boolean mayStart = endpoint.getMode().equals("oneOrStart");
        Correlation message = new Correlation(
                endpoint.getName(),
                endpoint.getMode(),
                businessKey(exchange),
                processInstanceId(exchange),
                correlation.evaluate(exchange),
                mayStart ? variablesWithTrace(exchange) : variables(exchange),
                endpoint.getTenant());
        Parking parking = endpoint.getComponent().parking();
        if (endpoint.getTtl() == 0) {
            return once(exchange, () -> message.correlate(engine.getRuntimeService()));
        }
        if (message.processInstanceId() != null) {
            throw new IllegalArgumentException(
                    "A message with ttl is found by business key or variables: of an instance that isn't there the id is unknown");
        }
        try {
            return once(
                    exchange,
                    () -> parking.isTaken(message)
                            ? parking.park(message, endpoint.getTtl())
                            : message.correlate(engine.getRuntimeService()));
        } catch (MismatchingMessageCorrelationException tooEarly) {
            // The engine's failure has rolled back everything so far, so the message is received anew.
            return once(exchange, () -> parking.park(message, endpoint.getTtl()));
        }
    }
}
