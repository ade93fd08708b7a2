package io.liudan.process.engine;

import io.liudan.problem.Failures;
import io.liudan.problem.Outages;
import io.liudan.problem.ProblemTexts;
import io.liudan.process.packages.ModelGuard;
import io.liudan.process.tasks.EngineRefusal;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.rest.exception.ExceptionHandlerHelper;
import org.camunda.bpm.engine.rest.exception.RestException;

/**
 * What the engine's REST API and its copy for the web apps answer when something didn't work, in place of the stock
 * mappers: a refusal with its own status, what the caller did wrong as 4xx, and a failure of the hub as 500 with an id
 * that the log has, and without anything of the inside.
 */
final class EngineFaults {

    /** The engine's own packages whose exceptions tell of the call or the model and not of the inside. */
    private static final String ENGINE = "org.camunda.bpm.";

    private static final String EXPRESSIONS = "org.camunda.bpm.impl.juel.";

    private static volatile Failures failures;
    private static volatile ProblemTexts texts;

    private EngineFaults() {}

    /** JAX-RS makes the mappers itself, and knows no beans. */
    static void use(Failures failures, ProblemTexts texts) {
        EngineFaults.failures = failures;
        EngineFaults.texts = texts;
    }

    /** For what resources throw. */
    @Provider
    public static class OfRest implements ExceptionMapper<RestException> {

        @Override
        public Response toResponse(RestException exception) {
            return answer(exception);
        }
    }

    /** For what the engine throws. */
    @Provider
    public static class OfEngine implements ExceptionMapper<ProcessEngineException> {

        @Override
        public Response toResponse(ProcessEngineException exception) {
            return answer(exception);
        }
    }

    /** For all the rest. */
    @Provider
    public static class OfAll implements ExceptionMapper<Throwable> {

        @Override
        public Response toResponse(Throwable exception) {
            return answer(exception);
        }
    }

    private static Response answer(Throwable exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case EngineRefusal refusal -> {
                    return answer(refusal.problem().status(), refusal.problem().code(), refusal.getMessage());
                }
                case ModelGuard.ModelRejected faults -> {
                    return answer(422, "ModelRejected", faults.getMessage());
                }
                case AuthorizationException denied -> {
                    return answer(403, "AuthorizationException", denied.getMessage());
                }
                case OptimisticLockingException later -> {
                    return answer(409, "OptimisticLockingException", "somebody was faster");
                }
                case NullValueException nothing -> {
                    return answer(404, "NullValueException", nothing.getMessage());
                }
                default -> {
                    // what lies deeper may tell
                }
            }
        }
        if (exception instanceof WebApplicationException known
                && known.getResponse().getStatus() < 500
                && !(exception instanceof RestException)) {
            int status = known.getResponse().getStatus();
            return status < 400
                    ? known.getResponse()
                    : answer(status, exception.getClass().getSimpleName(), "HTTP " + status);
        }
        int status = ExceptionHandlerHelper.getInstance().getStatus(exception).getStatusCode();
        if (status < 500 || ofTheCall(exception)) {
            return answer(status < 500 ? status : 400, exception.getClass().getSimpleName(), exception.getMessage());
        }
        if (Outages.ofDatabase(exception)) {
            return Response.fromResponse(answer(503, "unavailable", "come again in a moment"))
                    .header("Retry-After", 2)
                    .build();
        }
        String id = failures.log("the engine's door", exception);
        return answer(500, "internal", texts.failure(id).getDetail());
    }

    /** Whether the engine itself found fault, with nothing from elsewhere behind it. */
    private static boolean ofTheCall(Throwable exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            String kind = cause.getClass().getName();
            if (!kind.startsWith(ENGINE) || kind.startsWith(EXPRESSIONS)) {
                return false;
            }
        }
        return true;
    }

    private static Response answer(int status, String type, String message) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(Map.of("type", type, "message", String.valueOf(message)))
                .build();
    }
}
