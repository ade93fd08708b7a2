package io.liudan.camunda7;

import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultProducer;
import org.camunda.bpm.engine.ProcessEngine;

/** What all producers share: expressions, the inbox, timers. The answer becomes headers; the body stays. */
abstract class EngineProducer extends DefaultProducer {

    final Camunda7Endpoint endpoint;
    final ProcessEngine engine;
    private final Values variables;
    private final Expression businessKey;
    private final Expression processInstanceId;
    private final Expression idempotencyKey;

    EngineProducer(Camunda7Endpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.engine = endpoint.getComponent().getProcessEngine();
        this.variables = Values.of(endpoint.getCamelContext(), endpoint.getVariables());
        this.businessKey = expression(endpoint.getBusinessKey());
        this.processInstanceId = expression(endpoint.getProcessInstanceId());
        this.idempotencyKey = expression(endpoint.getIdempotencyKey());
    }

    /** @return headers of the answer */
    abstract Map<String, Object> act(Exchange exchange);

    @Override
    public void process(Exchange exchange) {
        Timer.Sample sample = Timer.start(endpoint.getComponent().getMeterRegistry());
        String outcome = "failed";
        try {
            Map<String, Object> answer = act(exchange);
            exchange.getMessage().getHeaders().putAll(answer);
            outcome = answer.containsKey(Camunda7Headers.DUPLICATE)
                    ? "duplicate"
                    : String.valueOf(answer.get(Camunda7Headers.OUTCOME));
        } finally {
            sample.stop(Timer.builder("camunda7.producer")
                    .description("Calls of the engine by routes")
                    .publishPercentileHistogram()
                    .tags("operation", endpoint.getOperation(), "name", endpoint.getName(), "outcome", outcome)
                    .register(endpoint.getComponent().getMeterRegistry()));
        }
    }

    /** Once for each idempotency key, where one is declared. */
    final Map<String, Object> once(Exchange exchange, Supplier<Map<String, Object>> call) {
        if (idempotencyKey == null) {
            return call.get();
        }
        return endpoint.getComponent()
                .ledger()
                .once(endpoint.getOperation() + "/" + endpoint.getName(), Values.key(idempotencyKey, exchange), call);
    }

    final Expression expression(String text) {
        return Values.expression(endpoint.getCamelContext(), text);
    }

    final String businessKey(Exchange exchange) {
        return Values.text(businessKey, exchange);
    }

    final String processInstanceId(Exchange exchange) {
        return Values.text(processInstanceId, exchange);
    }

    final Map<String, Object> variables(Exchange exchange) {
        return variables.evaluate(exchange);
    }

    /** The variables of a new instance, with the trace that it belongs to. */
    final Map<String, Object> variablesWithTrace(Exchange exchange) {
        Map<String, Object> all = new HashMap<>(variables(exchange));
        String trace = exchange.getMessage().getHeader(Camunda7Headers.TRACE_PARENT, String.class);
        if (trace != null) {
            all.put(Camunda7Headers.TRACE_PARENT, trace);
        }
        return all;
    }
}
