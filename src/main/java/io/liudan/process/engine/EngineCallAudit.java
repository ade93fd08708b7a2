package io.liudan.process.engine;

import io.liudan.identity.Audit;
import io.liudan.identity.Paths;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Whatever somebody changes through the engine's own doors stands in the audit log as done, whatever was refused to
 * them as refused, and who read variables. Other questions are many and show nobody's words, so they don't.
 */
class EngineCallAudit extends OncePerRequestFilter {

    private static final Pattern ENGINE = Pattern.compile("/(?:engine-rest|camunda/api/.*)/.*");
    /** Questions that come as POST because they are long: none below here changes anything. */
    private static final Pattern QUESTION = Pattern.compile(
            "/(?:engine-rest|camunda/api/engine/engine/[^/]+)/(?:(?:history/)?[a-z-]+(?:/count)?|filter/[^/]+/(?:list|count|singleResult))");

    private static final Pattern PLUGIN_QUESTION =
            Pattern.compile("/camunda/api/(?:cockpit|tasklist|admin)/plugin/base/.*");
    private static final Pattern VARIABLES =
            Pattern.compile(".*/(?:variables|localVariables|variable-instance)(?:/.*)?");
    private static final int SUBJECT_LIMIT = 200;

    private final Audit audit;

    EngineCallAudit(Audit audit) {
        this.audit = audit;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ENGINE.matcher(Paths.of(request)).matches();
    }

    static boolean changes(String method, String path) {
        return switch (method) {
            case "PUT", "DELETE", "PATCH" -> true;
            case "POST" ->
                !QUESTION.matcher(path).matches()
                        && !PLUGIN_QUESTION.matcher(path).matches();
            default -> false;
        };
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        String path = Paths.of(request);
        if (response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST) {
            record("engine.refused", request);
        } else if (changes(request.getMethod(), path)) {
            record("engine.call", request);
        } else if (VARIABLES.matcher(path).matches()) {
            record("engine.read", request);
        }
    }

    private void record(String action, HttpServletRequest request) {
        String call = request.getMethod() + " " + Paths.of(request);
        audit.record(action, call.length() > SUBJECT_LIMIT ? call.substring(0, SUBJECT_LIMIT) : call, "grants");
    }
}
