package io.liudan.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.Priority;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.rest.exception.RestException;
import org.camunda.bpm.engine.rest.exception.RestExceptionHandler;
import org.camunda.bpm.engine.rest.hal.Hal;
import org.camunda.bpm.engine.rest.impl.CamundaRestResources;
import org.camunda.bpm.engine.rest.mapper.JacksonConfigurator;
import org.camunda.bpm.spring.boot.starter.rest.CamundaJerseyResourceConfig;
import org.springframework.stereotype.Component;

/**
 * The engine's REST API answers a refusal with the refusal's own status, where stock it would answer 500. Here and in
 * the web apps, which take the same classes, JSON is read by one mapper: stock, each call makes one of its own and
 * reckons the shape of a task query anew, a quarter of a call's time.
 */
@Component
@ApplicationPath("/engine-rest")
class EngineRestConfiguration extends CamundaJerseyResourceConfig {

    @Override
    protected void registerCamundaRestResources() {
        Set<Class<?>> classes = CamundaRestResources.getConfigurationClasses();
        if (!classes.remove(JacksonConfigurator.class) && !classes.contains(SharedMapper.class)) {
            throw new IllegalStateException("The engine's REST API configures its JSON in another way than in 7.24");
        }
        classes.add(SharedMapper.class);
        super.registerCamundaRestResources();
    }

    @Override
    protected void registerAdditionalResources() {
        register(RefusalMapper.class);
    }

    /** For both kinds of JSON: without it the answers with links have dates that the web apps can't read. */
    @Provider
    @Produces({MediaType.APPLICATION_JSON, Hal.APPLICATION_HAL_JSON})
    public static class SharedMapper extends JacksonConfigurator {

        private static final ObjectMapper MAPPER = configureObjectMapper(new ObjectMapper());

        @Override
        public ObjectMapper getContext(Class<?> type) {
            return MAPPER;
        }
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
                    return Response.status(status)
                            .type(MediaType.APPLICATION_JSON_TYPE)
                            .entity(Map.of("type", refusal.problem().code(), "message", refusal.getMessage()))
                            .build();
                }
            }
            return stock.toResponse(exception);
        }
    }
}
