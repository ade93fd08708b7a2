package io.liudan.problem;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A refusal that a person or program can act on. Nothing has changed when it is thrown: every transaction it passes
 * through is rolled back. Texts come from the message bundles: title {@code problem.<code>.title}, detail
 * {@code problem.<code>}, reasons {@code reason.<reason>}.
 */
public class Problem extends RuntimeException {

    private final int status;
    private final String code;
    private final transient Object[] args;
    private final transient List<FieldError> errors = new ArrayList<>();
    private Duration retryAfter;

    /**
     * One field and what is wrong with it.
     *
     * @param field JSON path of the field, for example {@code location.lat}
     * @param reason key of the reason, for example {@code required}
     * @param args values for the reason's text
     */
    public record FieldError(String field, String reason, Object... args) {}

    private Problem(int status, String code, Object... args) {
        super(code + (args.length == 0 ? "" : " " + List.of(args)));
        this.status = status;
        this.code = code;
        this.args = args;
    }

    /** 400: the call can't be read at all. */
    public static Problem badRequest(String code, Object... args) {
        return new Problem(400, code, args);
    }

    /** Any other status. */
    public static Problem refusal(int status, String code, Object... args) {
        return new Problem(status, code, args);
    }

    /** 403: known to exist, or not secret, but not this actor's. */
    public static Problem forbidden(String code, Object... args) {
        return new Problem(403, code, args);
    }

    /** 404: does not exist, or must not be known to this actor. */
    public static Problem notFound(String code, Object... args) {
        return new Problem(404, code, args);
    }

    /** 409: the call is right but comes at the wrong moment, or somebody was faster. */
    public static Problem conflict(String code, Object... args) {
        return new Problem(409, code, args);
    }

    /** 413: larger than the limit. */
    public static Problem tooLarge(String code, Object... args) {
        return new Problem(413, code, args);
    }

    /** 415: a kind of content that isn't taken. */
    public static Problem unsupported(String code, Object... args) {
        return new Problem(415, code, args);
    }

    /** 422: readable, but its meaning doesn't hold. */
    public static Problem unprocessable(String code, Object... args) {
        return new Problem(422, code, args);
    }

    /** 429: too often; may be tried again after so long. */
    public static Problem tooMany(String code, Duration retryAfter, Object... args) {
        Problem problem = new Problem(429, code, args);
        problem.retryAfter = retryAfter;
        return problem;
    }

    /** 503: the hub can't do it now and may in so long. */
    public static Problem unavailable(Duration retryAfter) {
        Problem problem = new Problem(503, "unavailable");
        problem.retryAfter = retryAfter;
        return problem;
    }

    /** 422 with one field. */
    public static Problem field(String field, String reason, Object... args) {
        return unprocessable("validation").with(field, reason, args);
    }

    /** 422 with several fields. */
    public static Problem fields(List<FieldError> errors) {
        Problem problem = unprocessable("validation");
        problem.errors.addAll(errors);
        return problem;
    }

    /** Adds a field to this problem. */
    public Problem with(String field, String reason, Object... reasonArgs) {
        errors.add(new FieldError(field, reason, reasonArgs));
        return this;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** {@code null} when time alone changes nothing. */
    public Duration retryAfter() {
        return retryAfter;
    }

    public Object[] args() {
        return args.clone();
    }

    public List<FieldError> errors() {
        return List.copyOf(errors);
    }
}
