package io.liudan.process;

import java.util.Map;

import jakarta.annotation.Priority;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.camunda.bpm.engine.rest.exception.RestException;
import org.camunda.bpm.engine.rest.exception.RestExceptionHandler;
import org.camunda.bpm.spring.boot.starter.rest.CamundaJerseyResourceConfig;
import org.springframework.stereotype.Component;

/** The engine's REST API answers a refusal with the refusal's own status, where stock it would answer 500. */
@Component
@ApplicationPath("/engine-rest")
class EngineRestConfiguration extends CamundaJerseyResourceConfig {

    @Override
    protected void registerAdditionalResources() {
        register(RefusalMapper.class);
    }

    /** Goes before the stock mapper for the same exceptions, and leaves to it what is no refusal. */
    @Priority(1)
    public static class RefusalMapper implements ExceptionMapper<RestException> {

        private final RestExceptionHandler stock = new RestExceptionHandler();

        @Override
        public Response toResponse(RestException exception) {
            for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
                if (cause instanceof EngineRefusal refusal) {
                    int status = refusal.problem().status() == 409 ? 409 : 400;
                    return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE)
                            .entity(Map.of("type", refusal.problem().code(), "message", refusal.getMessage())).build();
                }
            }
            return stock.toResponse(exception);
        }
    }
}
