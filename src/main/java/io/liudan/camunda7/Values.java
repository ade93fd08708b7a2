package io.liudan.camunda7;

import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;

/** Simple expressions that were declared at an endpoint. */
record Values(Map<String, Expression> expressions) {

    static Values of(CamelContext camel, Map<String, String> declared) {
        Map<String, Expression> expressions = new LinkedHashMap<>();
        declared.forEach((name, text) -> expressions.put(name, expression(camel, text)));
        return new Values(expressions);
    }

    /** @param text null for none; @return null for none */
    static Expression expression(CamelContext camel, String text) {
        if (text == null) {
            return null;
        }
        Expression expression = camel.resolveLanguage("simple").createExpression(text);
        expression.init(camel);
        return expression;
    }

    static String text(Expression expression, Exchange exchange) {
        return expression == null ? null : expression.evaluate(exchange, String.class);
    }

    /** @throws IllegalArgumentException an empty key, which would make all calls one */
    static String key(Expression expression, Exchange exchange) {
        String key = text(expression, exchange);
        if (key == null || key.isBlank()) {
            throw new IllegalArgumentException("The idempotency key is empty: " + expression);
        }
        return key;
    }

    /**
     * What the engine stores by itself: text, truth, numbers and dates.
     *
     * @throws IllegalArgumentException for anything else, which names the variable: it has to be made a text by the
     *     route
     */
    Map<String, Object> evaluate(Exchange exchange) {
        Map<String, Object> values = new LinkedHashMap<>();
        expressions.forEach(
                (name, expression) -> values.put(name, storable(name, expression.evaluate(exchange, Object.class))));
        return values;
    }

    private static Object storable(String name, Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean truth -> truth;
            case Short number -> number.intValue();
            case Integer number -> number;
            case Long number -> number;
            case Float number -> number.doubleValue();
            case Double number -> number;
            case Date date -> date;
            case Instant instant -> Date.from(instant);
            case Enum<?> one -> one.name();
            case null -> null;
            default ->
                throw new IllegalArgumentException("Variable " + name + " can't be stored as "
                        + value.getClass().getName()
                        + ": only text, truth, numbers and dates; the route has to make a text of it");
        };
    }
}
