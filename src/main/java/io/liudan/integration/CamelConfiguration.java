package io.liudan.integration;

import io.liudan.camunda7.Camunda7Component;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IntegrationProperties.class)
class CamelConfiguration {

    @Bean("camunda7-component")
    Camunda7Component camunda7(
            PayloadMask mask,
            Circuits circuits,
            IntegrationProperties properties,
            DataSource dataSource,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        Camunda7Component component = new Camunda7Component();
        component.setMasking(mask);
        component.setGate(circuits);
        component.setRetryCycles(properties.retryCycles());
        component.setDataSource(dataSource);
        component.setTransactionManager(transactions);
        component.setMeterRegistry(meters);
        return component;
    }

    /**
     * Failures go to whoever began: the engine's retries, the inbox, the other side. Camel's own handler would log the
     * words of exceptions, which may be a resident's.
     */
    @Bean
    CamelContextConfiguration errorsAreNotLogged(Circuits circuits, ExchangeRecorder recorder) {
        return new CamelContextConfiguration() {

            @Override
            public void beforeApplicationStart(CamelContext context) {
                context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
                context.addRoutePolicyFactory(circuits);
                context.addRoutePolicyFactory(recorder);
            }

            @Override
            public void afterApplicationStart(CamelContext context) {
                // nothing
            }
        };
    }
}
