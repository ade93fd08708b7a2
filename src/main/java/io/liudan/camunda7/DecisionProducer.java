package io.liudan.camunda7;

import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.camunda.bpm.dmn.engine.DmnDecisionResult;
import org.camunda.bpm.dmn.engine.DmnDecisionResultEntries;
import org.camunda.bpm.engine.dmn.DecisionsEvaluationBuilder;

/** Evaluates a decision; its result becomes the body. */
final class DecisionProducer extends EngineProducer {

    DecisionProducer(Camunda7Endpoint endpoint) {
        super(endpoint);
    }

    @Override
    Map<String, Object> act(Exchange exchange) {
        DecisionsEvaluationBuilder decision = engine.getDecisionService().evaluateDecisionByKey(endpoint.getName());
        if (endpoint.getTenant() != null) {
            decision = decision.decisionDefinitionTenantId(endpoint.getTenant());
        }
        exchange.getMessage()
                .setBody(mapped(decision.variables(variables(exchange)).evaluate()));
        return Map.of(Camunda7Headers.OUTCOME, "decided");
    }

    private Object mapped(DmnDecisionResult result) {
        return switch (endpoint.getResult()) {
            case "value" -> result.getSingleEntry();
            case "values" ->
                result.getResultList().stream()
                        .map(row -> row.values().stream().findFirst().orElse(null))
                        .toList();
            case "rows" -> result.getResultList();
            case "row" -> {
                List<DmnDecisionResultEntries> rows = result;
                yield rows.isEmpty() ? null : result.getSingleResult().getEntryMap();
            }
            default ->
                throw new IllegalArgumentException(
                        "result is one of value, row, values, rows, but was " + endpoint.getResult());
        };
    }
}
