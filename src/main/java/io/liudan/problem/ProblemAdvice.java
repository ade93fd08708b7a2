package io.liudan.problem;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every refusal of the REST API leaves through here, as {@code application/problem+json}. */
@RestControllerAdvice(basePackages = "io.liudan")
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemAdvice extends ResponseEntityExceptionHandler {

    /** A text with the character U+0000, which the database keeps nowhere. */
    private static final String UNSTORABLE = "22021";

    private final ProblemTexts texts;
    private final Failures failures;
    private final Outages outages = new Outages();

    ProblemAdvice(ProblemTexts texts, Failures failures) {
        this.texts = texts;
        this.failures = failures;
    }

    @ExceptionHandler(Problem.class)
    ResponseEntity<Object> refused(Problem problem) {
        ResponseEntity<Object> answer = answer(texts.render(problem));
        return problem.retryAfter() == null
                ? answer
                : ResponseEntity.status(answer.getStatusCode())
                        .headers(answer.getHeaders())
                        .header(
                                HttpHeaders.RETRY_AFTER,
                                Long.toString(Math.max(1, problem.retryAfter().toSeconds())))
                        .body(answer.getBody());
    }

    @ExceptionHandler(MethodArgumentTypeMismatchException.class)
    ResponseEntity<Object> wrongType(MethodArgumentTypeMismatchException e) {
        return refused(Problem.field(e.getName(), "malformed"));
    }

    @ExceptionHandler(AccessDeniedException.class)
    ResponseEntity<Object> denied() {
        return refused(Problem.forbidden("forbidden"));
    }

    @ExceptionHandler(Exception.class)
    ResponseEntity<Object> broken(Exception e, HttpServletRequest request) {
        if (Outages.ofDatabase(e)) {
            outages.tell("The database doesn't answer: calls are told to come again");
            return refused(Problem.unavailable(Duration.ofSeconds(2)));
        }
        if (NestedExceptionUtils.getMostSpecificCause(e) instanceof SQLException sql
                && UNSTORABLE.equals(sql.getSQLState())) {
            return refused(Problem.badRequest("unreadable"));
        }
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return answer(texts.failure(failures.log(request.getMethod() + " " + pattern, e)));
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (e.getCause() instanceof UnrecognizedPropertyException unknown) {
            return refused(Problem.field(path(unknown), "unknown-field"));
        }
        if (e.getCause() instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            return refused(Problem.field(path(mapping), "malformed"));
        }
        return refused(Problem.badRequest("unreadable"));
    }

    @Override
    protected ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail detail = texts.render(Problem.unprocessable("validation"));
        detail.setProperty(
                "errors",
                e.getFieldErrors().stream()
                        .map(error -> Map.of(
                                "field",
                                error.getField(),
                                "code",
                                code(error),
                                "reason",
                                String.valueOf(error.getDefaultMessage())))
                        .toList());
        return answer(detail);
    }

    @Override
    protected ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return refused(Problem.field(e.getParameterName(), "required"));
    }

    @Override
    protected ResponseEntity<Object> handleMaxUploadSizeExceededException(
            MaxUploadSizeExceededException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return refused(Problem.tooLarge("attachment-too-large"));
    }

    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception e, Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String code = status.value() == 404 ? "not-found" : status.value() == 405 ? "method-not-allowed" : "unreadable";
        ResponseEntity<Object> answer = answer(texts.detail(status.value(), code));
        return e instanceof ErrorResponse response
                ? ResponseEntity.status(status)
                        .headers(response.getHeaders())
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                        .body(answer.getBody())
                : answer;
    }

    private static ResponseEntity<Object> answer(ProblemDetail detail) {
        return ResponseEntity.status(detail.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(detail);
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .substring(1);
    }

    private static String code(FieldError error) {
        return List.of("NotBlank", "NotNull", "NotEmpty").contains(error.getCode()) ? "required" : "invalid";
    }
}
