package io.liudan.camunda7;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.Callable;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.impl.persistence.StrongUuidGenerator;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;

/** One node: an engine and a Camel context with the component, on a database that it may share with other nodes. */
final class EngineNode implements AutoCloseable {

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final DefaultCamelContext camel = new DefaultCamelContext();
    final Camunda7Component component = new Camunda7Component();
    final ProcessEngine engine;
    final JdbcClient jdbc;
    private final HikariDataSource pool = new HikariDataSource();

    EngineNode(String name, String url) {
        this(name, url, new Transactions());
    }

    EngineNode(String name, String url, Transactions transactions) {
        pool.setJdbcUrl(url);
        pool.setUsername("postgres");
        pool.setMaximumPoolSize(10);
        TransactionAwareDataSourceProxy data = new TransactionAwareDataSourceProxy(pool);
        PlatformTransactionManager manager = transactions.of(new DataSourceTransactionManager(pool));
        SpringProcessEngineConfiguration configuration = new SpringProcessEngineConfiguration();
        configuration.setApplicationContext(new StaticApplicationContext());
        configuration.setProcessEngineName(name);
        configuration.setDataSource(data);
        configuration.setTransactionManager(manager);
        configuration.setDatabaseSchemaUpdate(ProcessEngineConfiguration.DB_SCHEMA_UPDATE_TRUE);
        configuration.setHistory(ProcessEngineConfiguration.HISTORY_AUDIT);
        configuration.setJobExecutorActivate(false);
        // As in the hub: two nodes that count ids by the database meet each other at it.
        configuration.setIdGenerator(new StrongUuidGenerator());
        configuration.setEnforceHistoryTimeToLive(false);
        configuration.setEnableExceptionsAfterUnhandledBpmnError(true);
        engine = configuration.buildProcessEngine();
        jdbc = JdbcClient.create(data);
        camel.getCamelContextExtension().setName(name);
        camel.getShutdownStrategy().setTimeout(20);
        component.setProcessEngine(engine);
        component.setDataSource(data);
        component.setTransactionManager(manager);
        component.setMeterRegistry(meters);
        component.setParkingInterval(100);
        camel.addComponent("camunda7", component);
    }

    /** Where a test steps between the node and its commits. */
    static class Transactions {

        PlatformTransactionManager of(PlatformTransactionManager real) {
            return real;
        }
    }

    EngineNode routes(RouteBuilder routes) {
        return unchecked(() -> {
            camel.addRoutes(routes);
            camel.start();
            return this;
        });
    }

    void deploy(BpmnModelInstance model) {
        engine.getRepositoryService()
                .createDeployment()
                .addModelInstance("model.bpmn", model)
                .deploy();
    }

    long openInstances() {
        return engine.getRuntimeService().createProcessInstanceQuery().count();
    }

    double count(String topic, String outcome) {
        var timer = meters.find("camunda7.external.task")
                .tags("topic", topic, "outcome", outcome)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    static <T> T unchecked(Callable<T> call) {
        try {
            return call.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        camel.stop();
        engine.close();
        pool.close();
    }
}
