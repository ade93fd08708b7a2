package io.liudan.process;

import io.liudan.identity.Audit;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Whatever somebody changes through the engine's own doors stands in the audit log. Its questions are many and show
 * nobody's words, so they don't.
 */
class EngineCallAudit extends OncePerRequestFilter {

    private static final Pattern ENGINE = Pattern.compile("/(?:engine-rest|camunda/api/.*)/.*");
    /** Questions that come as POST because they are long. */
    private static final Pattern QUESTION = Pattern.compile(
            ".*/(?:count|list|singleResult|history/.*|check|verify|statistics|evaluate|task|process-instance|execution|variable-instance|external-task"
                    + "|incident|job|job-definition|process-definition|decision-definition|deployment|group|user|batch|event-subscription|fetchAndLock|login/.*|auth/.*)");

    private static final int SUBJECT_LIMIT = 200;

    private final Audit audit;

    EngineCallAudit(Audit audit) {
        this.audit = audit;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ENGINE.matcher(request.getRequestURI()).matches()
                || !changes(request.getMethod(), request.getRequestURI());
    }

    static boolean changes(String method, String path) {
        return switch (method) {
            case "PUT", "DELETE", "PATCH" -> true;
            case "POST" -> !QUESTION.matcher(path).matches();
            default -> false;
        };
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        if (response.getStatus() < HttpServletResponse.SC_BAD_REQUEST) {
            String call = request.getMethod() + " " + request.getRequestURI();
            audit.record(
                    "engine.call", call.length() > SUBJECT_LIMIT ? call.substring(0, SUBJECT_LIMIT) : call, "grants");
        }
    }
}
