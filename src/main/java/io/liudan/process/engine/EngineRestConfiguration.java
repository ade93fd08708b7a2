package io.liudan.process.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.problem.Failures;
import io.liudan.problem.ProblemTexts;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.rest.exception.ExceptionHandler;
import org.camunda.bpm.engine.rest.exception.ProcessEngineExceptionHandler;
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

    private static final Set<Class<?>> STOCK_MAPPERS =
            Set.of(RestExceptionHandler.class, ProcessEngineExceptionHandler.class, ExceptionHandler.class);

    EngineRestConfiguration(Failures failures, ProblemTexts texts) {
        EngineFaults.use(failures, texts);
    }

    @Override
    protected void registerCamundaRestResources() {
        Set<Class<?>> classes = CamundaRestResources.getConfigurationClasses();
        if (!classes.remove(JacksonConfigurator.class) && !classes.contains(SharedMapper.class)) {
            throw new IllegalStateException("The engine's REST API configures its JSON in another way than in 7.24");
        }
        classes.add(SharedMapper.class);
        if (!classes.removeAll(STOCK_MAPPERS) && !classes.contains(EngineFaults.OfAll.class)) {
            throw new IllegalStateException("The engine's REST API maps its exceptions in another way than in 7.24");
        }
        classes.addAll(List.of(EngineFaults.OfRest.class, EngineFaults.OfEngine.class, EngineFaults.OfAll.class));
        super.registerCamundaRestResources();
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
}
