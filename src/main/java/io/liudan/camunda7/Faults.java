package io.liudan.camunda7;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.MessageHelper;
import org.apache.camel.util.URISupport;

/**
 * What an exception of a route means, and what is told of it: never more of a message than the masking lets through.
 */
final class Faults {

    private static final int EXCERPT = 2_000;
    private static final int FRAMES = 15;

    private Faults() {}

    /**
     * @param line for a list of incidents
     * @param details for whoever looks into one
     */
    record Report(String line, String details) {}

    /** @param errors code to names of exceptions, simple or whole, with commas between them */
    static Optional<String> errorCode(Map<String, String> errors, Throwable failure) {
        return errors.entrySet().stream()
                .filter(error -> Stream.of(error.getValue().split(","))
                        .map(String::strip)
                        .anyMatch(name -> is(failure, name)))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean is(Throwable failure, String name) {
        return causes(failure).anyMatch(cause -> Stream.<Class<?>>iterate(
                        cause.getClass(), type -> type != null, Class::getSuperclass)
                .anyMatch(type ->
                        type.getName().equals(name) || type.getSimpleName().equals(name)));
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(
                        failure, cause -> cause != null, cause -> cause.getCause() == cause ? null : cause.getCause())
                .limit(20);
    }

    private static Optional<HttpOperationFailedException> http(Throwable failure) {
        return causes(failure)
                .filter(HttpOperationFailedException.class::isInstance)
                .map(HttpOperationFailedException.class::cast)
                .findFirst();
    }

    /** How long the other side asked to be left alone (RFC 9110, 10.2.3), null if it didn't. */
    static Duration retryAfter(Throwable failure, Instant now) {
        return http(failure)
                .map(HttpOperationFailedException::getResponseHeaders)
                .flatMap(headers -> headers.entrySet().stream()
                        .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                        .map(Map.Entry::getValue)
                        .findFirst())
                .map(value -> parsed(value.strip(), now))
                .orElse(null);
    }

    private static Duration parsed(String value, Instant now) {
        try {
            if (value.matches("\\d{1,9}")) {
                return Duration.ofSeconds(Long.parseLong(value));
            }
            Duration until = Duration.between(
                    now,
                    ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return until.isNegative() ? null : until;
        } catch (DateTimeException e) {
            return null;
        }
    }

    static Report report(Exchange exchange, Throwable failure, Masking masking) {
        String route =
                exchange.getProperty(ExchangePropertyKey.FAILURE_ROUTE_ID, exchange.getFromRouteId(), String.class);
        String at = exchange.getProperty(
                ExchangePropertyKey.FAILURE_ENDPOINT,
                exchange.getProperty(ExchangePropertyKey.TO_ENDPOINT, String.class),
                String.class);
        String endpoint = at == null ? "none" : withoutQuery(URISupport.sanitizeUri(at));
        String status = http(failure)
                .map(answer -> "HTTP " + answer.getStatusCode())
                .orElse(failure.getClass().getSimpleName());
        String line = route + " → " + endpoint + ": " + status + " (" + exchange.getExchangeId() + ")";
        String details = """
                route     %s
                endpoint  %s
                status    %s
                exchange  %s
                exception %s
                says      %s
                answer    %s
                body      %s
                %s""".formatted(
                        route,
                        endpoint,
                        status,
                        exchange.getExchangeId(),
                        causes(failure)
                                .map(cause -> cause.getClass().getName())
                                .distinct()
                                .collect(Collectors.joining(" ← ")),
                        masking.mask(cut(http(failure).isPresent() ? null : failure.getMessage())),
                        masking.mask(cut(http(failure)
                                .map(HttpOperationFailedException::getResponseBody)
                                .orElse(null))),
                        masking.mask(cut(body(exchange))),
                        Arrays.stream(root(failure).getStackTrace())
                                .limit(FRAMES)
                                .map(frame -> "          at " + frame)
                                .collect(Collectors.joining("\n")));
        return new Report(line, details);
    }

    /** A query may hold what a resident wrote. */
    private static String withoutQuery(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static Throwable root(Throwable failure) {
        return causes(failure).reduce((first, second) -> second).orElse(failure);
    }

    private static String body(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        return body == null
                ? null
                : body instanceof String || body instanceof Map
                        ? body.toString()
                        : MessageHelper.extractBodyAsString(exchange.getMessage());
    }

    private static String cut(String text) {
        return text == null || text.length() <= EXCERPT ? text : text.substring(0, EXCERPT);
    }
}
