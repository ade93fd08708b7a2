package io.liudan.camunda7;

import java.util.Map;
import org.apache.camel.Exchange;
import org.camunda.bpm.engine.runtime.SignalEventReceivedBuilder;

/** Sends a signal to all that wait for it. */
final class SignalProducer extends EngineProducer {

    SignalProducer(Camunda7Endpoint endpoint) {
        super(endpoint);
    }

    @Override
    Map<String, Object> act(Exchange exchange) {
        return once(exchange, () -> {
            SignalEventReceivedBuilder signal = engine.getRuntimeService()
                    .createSignalEvent(endpoint.getName())
                    .setVariables(variablesWithTrace(exchange));
            (endpoint.getTenant() == null ? signal : signal.tenantId(endpoint.getTenant())).send();
            return Map.of(Camunda7Headers.OUTCOME, "signalled");
        });
    }
}
