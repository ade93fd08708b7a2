package io.liudan.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.problem.Outages;
import io.liudan.problem.Problem;
import io.liudan.problem.ProblemTexts;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.LocaleResolver;

/**
 * What somebody reads whom a door didn't let in: a problem like any other. Whom it didn't though it knew them, the
 * audit log remembers.
 */
@Component
public class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {

    private static final int SUBJECT_LIMIT = 200;

    private final ProblemTexts texts;
    private final ObjectMapper json;
    private final Audit audit;
    private final Outages outages = new Outages();
    private final LocaleResolver locales;

    Refusals(ProblemTexts texts, ObjectMapper json, Audit audit, LocaleResolver locales) {
        this.texts = texts;
        this.json = json;
        this.audit = audit;
        this.locales = locales;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException unknown)
            throws IOException {
        response.setHeader("WWW-Authenticate", "Bearer");
        write(request, response, 401, "unauthenticated");
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
            throws IOException {
        String door = request.getMethod() + " " + request.getRequestURI();
        audit.record("door.refused", door.length() > SUBJECT_LIMIT ? door.substring(0, SUBJECT_LIMIT) : door, "doors");
        write(request, response, 403, "forbidden");
    }

    /**
     * For the filter that reads bearer tokens: where the realm can't be asked for the key that a token was signed with,
     * nobody knows whether it is good.
     */
    public ObjectPostProcessor<BearerTokenAuthenticationFilter> whileKeysAreAway() {
        return new ObjectPostProcessor<>() {

            @Override
            public <O extends BearerTokenAuthenticationFilter> O postProcess(O filter) {
                filter.setAuthenticationFailureHandler((request, response, failure) -> {
                    if (failure instanceof AuthenticationServiceException) {
                        outages.tell("The realm can't be asked for its keys: new ones are answered with 503");
                        refuse(request, response, Problem.unavailable(Duration.ofSeconds(5)));
                    } else {
                        commence(request, response, failure);
                    }
                });
                return filter;
            }
        };
    }

    /** Whoever calls too often. */
    void tooMany(HttpServletRequest request, HttpServletResponse response, Duration wait) throws IOException {
        response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds())));
        write(request, response, 429, "too-many-calls");
    }

    private void write(HttpServletRequest request, HttpServletResponse response, int status, String code)
            throws IOException {
        refuse(request, response, Problem.refusal(status, code));
    }

    /** Any refusal, from a filter; the engine's web apps read its {@code message}. */
    public void refuse(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
        response.setStatus(problem.status());
        if (problem.retryAfter() != null) {
            response.setHeader(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, problem.retryAfter().toSeconds())));
        }
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding("UTF-8");
        // This early nobody has asked yet which language the caller reads.
        LocaleContextHolder.setLocale(locales.resolveLocale(request));
        ProblemDetail detail = texts.render(problem);
        if (request.getRequestURI().startsWith("/engine-rest/")
                || request.getRequestURI().startsWith("/camunda/api/")) {
            detail.setProperty("message", texts.sentence(problem));
        }
        json.writeValue(response.getOutputStream(), detail);
    }
}
