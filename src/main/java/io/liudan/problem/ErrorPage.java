package io.liudan.problem;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What goes wrong before or beside the hub's own controllers, in filters for example: a problem like any other. */
@Hidden
@RestController
class ErrorPage implements ErrorController {

    private static final Map<Integer, String> CODES = Map.of(
            401,
            "unauthenticated",
            403,
            "forbidden",
            404,
            "not-found",
            405,
            "method-not-allowed",
            408,
            "body-too-slow",
            503,
            "unavailable");

    private final ProblemTexts texts;
    private final Failures failures;

    ErrorPage(ProblemTexts texts, Failures failures) {
        this.texts = texts;
        this.failures = failures;
    }

    @RequestMapping("${server.error.path:/error}")
    ResponseEntity<ProblemDetail> error(HttpServletRequest request) {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer known
                ? known
                : HttpStatus.NOT_FOUND.value();
        ProblemDetail detail;
        if (status >= HttpStatus.INTERNAL_SERVER_ERROR.value() && !CODES.containsKey(status)) {
            String where = request.getMethod() + " " + request.getAttribute(RequestDispatcher.ERROR_SERVLET_NAME);
            if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown
                    && Outages.ofDatabase(thrown)) {
                return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                        .header(HttpHeaders.RETRY_AFTER, "2")
                        .body(texts.detail(HttpStatus.SERVICE_UNAVAILABLE.value(), "unavailable"));
            }
            Throwable failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown
                    ? thrown
                    : new IllegalStateException("status " + status);
            detail = texts.failure(failures.log(where, failure));
        } else {
            detail = texts.detail(status, CODES.getOrDefault(status, "unreadable"));
        }
        return ResponseEntity.status(detail.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(detail);
    }
}
