package io.liudan.process.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.identity.Actor;
import io.liudan.identity.Actors;
import io.liudan.identity.BufferedCall;
import io.liudan.identity.Paths;
import io.liudan.identity.Refusals;
import io.liudan.problem.Problem;
import io.liudan.process.packages.Deployments;
import io.liudan.process.tasks.Tasks;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What comes through the engine's own doors ({@code /engine-rest} and its copy for the web apps), after
 * {@code keycloak/doors.yaml} let the caller in: no expressions, no lists without end, of tasks only what the actor may
 * do at {@code /api/v1/tasks} as well, and of fields only those that the model declares.
 */
@Component
class EngineCallRules extends OncePerRequestFilter {

    private static final Pattern CALL = Pattern.compile("/(?:engine-rest|camunda/api/engine/engine/[^/]+)(/.*)");
    private static final Pattern TASK = Pattern.compile("/task/([^/]+)/(claim|unclaim|complete|submit-form)");
    private static final String DEPLOY = "/deployment/create";
    private static final String EXPRESSION = "expression";
    /** A task query of the Tasklist is some hundred bytes long, a decision has at most its words. */
    private static final int BODY_LIMIT = 256 * 1024;
    /** A model with its tables and forms. */
    private static final int DEPLOYMENT_LIMIT = 5 * 1024 * 1024;

    private static final int DEPTH_LIMIT = 20;
    private static final int LIST_LIMIT = 200;
    private static final int OR_LIMIT = 5;
    private static final Set<String> WORDS_OF_A_COMPLETION = Set.of("variables", "withVariablesInReturn");
    private static final Set<String> TYPES = Set.of("string", "boolean", "integer", "long", "double", "short", "null");

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_LIMIT)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Tasks tasks;
    private final Deployments deployments;
    private final Refusals refusals;

    EngineCallRules(Tasks tasks, Deployments deployments, Refusals refusals) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.refusals = refusals;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = Paths.of(request);
        return !path.startsWith("/engine-rest/") && !path.startsWith("/camunda/api/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        HttpServletRequest checked;
        try {
            checked = check(request);
        } catch (Problem refused) {
            refusals.refuse(request, response, refused);
            return;
        }
        chain.doFilter(checked, response);
    }

    private HttpServletRequest check(HttpServletRequest request) throws IOException {
        checkParameters(request);
        Matcher call = CALL.matcher(Paths.of(request));
        String path = call.matches() ? call.group(1) : "";
        if (request.getMethod().equals("DELETE") && path.startsWith("/deployment/")) {
            deployments.mayGo(path.substring("/deployment/".length()), request.getParameterMap());
        }
        if (path.equals(DEPLOY)) {
            return BufferedCall.read(request, DEPLOYMENT_LIMIT);
        }
        BufferedCall buffered = BufferedCall.read(request, BODY_LIMIT);
        JsonNode body = buffered.isEmpty() ? JSON.missingNode() : parse(buffered);
        checkBody(body, "");
        Matcher task = TASK.matcher(path);
        if (task.matches()) {
            checkTask(task.group(1), task.group(2), body);
        }
        return buffered;
    }

    private static void checkParameters(HttpServletRequest request) {
        request.getParameterMap().forEach((name, values) -> {
            refuseExpression(name, name);
            for (String value : values) {
                if (value.indexOf('\0') >= 0) {
                    throw Problem.field(name, "malformed");
                }
                if (value.chars().filter(c -> c == ',').count() >= LIST_LIMIT) {
                    throw Problem.field(name, "too-many", LIST_LIMIT);
                }
            }
        });
        if (Paths.of(request).indexOf('\0') >= 0) {
            throw Problem.badRequest("unreadable");
        }
    }

    private static JsonNode parse(BufferedCall call) {
        try {
            return JSON.readTree(call.body());
        } catch (IOException e) {
            throw Problem.badRequest("unreadable");
        }
    }

    private static void checkBody(JsonNode node, String path) {
        if (node.isArray()) {
            int limit = path.toLowerCase(Locale.ROOT).endsWith("orqueries") ? OR_LIMIT : LIST_LIMIT;
            if (node.size() > limit) {
                throw Problem.field(path, "too-many", limit);
            }
            for (int i = 0; i < node.size(); i++) {
                checkBody(node.get(i), path + "[" + i + "]");
            }
        }
        node.properties().forEach(entry -> {
            String inner = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            refuseExpression(entry.getKey(), inner);
            checkBody(entry.getValue(), inner);
        });
        if (node.isTextual() && node.textValue().indexOf('\0') >= 0) {
            throw Problem.field(path, "malformed");
        }
    }

    private static void refuseExpression(String name, String path) {
        if (name.toLowerCase(Locale.ROOT).endsWith(EXPRESSION)) {
            throw Problem.field(path, "no-expressions");
        }
    }

    private void checkTask(String id, String move, JsonNode body) {
        Actor actor = Actors.of(SecurityContextHolder.getContext().getAuthentication())
                .orElseThrow(() -> Problem.forbidden("forbidden"));
        switch (move) {
            case "claim" -> tasks.mayClaim(actor, id, body.path("userId").asText(""));
            case "unclaim" -> tasks.mayClaim(actor, id, null);
            default -> tasks.mayComplete(actor, id, fields(body));
        }
    }

    /** The variables of a completion, which are plain values: text, number, truth value. */
    private static Map<String, Object> fields(JsonNode body) {
        body.fieldNames().forEachRemaining(name -> {
            if (!WORDS_OF_A_COMPLETION.contains(name)) {
                throw Problem.field(name, "unknown-field");
            }
        });
        Map<String, Object> fields = new HashMap<>();
        body.path("variables").properties().forEach(variable -> {
            JsonNode value = variable.getValue().path("value");
            String type = variable.getValue().path("type").asText("string");
            if (value.isContainerNode()
                    || !TYPES.contains(type.toLowerCase(Locale.ROOT))
                    || variable.getValue().path("valueInfo").size() > 0) {
                throw Problem.field(variable.getKey(), "malformed");
            }
            fields.put(variable.getKey(), value.isMissingNode() ? null : value.asText());
        });
        return fields;
    }
}
