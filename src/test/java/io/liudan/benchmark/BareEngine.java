package io.liudan.benchmark;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.impl.cfg.StandaloneProcessEngineConfiguration;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.task.Task;

/**
 * The yardstick: a stock engine on the same PostgreSQL server, with the same model, driven by its Java API in this JVM.
 * The model's verbs do nothing here: no request, no events, no texts, no rights, no HTTP.
 */
public class BareEngine implements AutoCloseable {

    private final HikariDataSource pool;
    private final ProcessEngine engine;

    public BareEngine(String jdbcUrl, int threads) throws IOException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername("postgres");
        config.setMaximumPoolSize(threads + 2);
        pool = new HikariDataSource(config);
        StandaloneProcessEngineConfiguration configuration = new StandaloneProcessEngineConfiguration();
        configuration.setDataSource(pool);
        configuration.setDatabaseSchemaUpdate(ProcessEngineConfiguration.DB_SCHEMA_UPDATE_TRUE);
        configuration.setHistory("activity");
        configuration.setDmnFeelEnableLegacyBehavior(true);
        configuration.setJobExecutorActivate(false);
        configuration.setBeans(new HashMap<>(Map.of(
                "desks",
                new Desks(),
                "deadlines",
                new Deadlines(),
                "workOrders",
                new WorkOrders(),
                "watch",
                new Watch())));
        engine = configuration.buildProcessEngine();
        DeploymentBuilder deployment =
                engine.getRepositoryService().createDeployment().name("bare");
        for (String file : List.of("six-orders.bpmn", "deadlines.dmn", "routing.dmn")) {
            try (InputStream in = Files.newInputStream(Path.of("bpmn/six-orders", file))) {
                deployment.addInputStream(file, in);
            }
        }
        deployment.deploy();
    }

    /** One request through all six orders: a start, five user tasks, a message. */
    public void lifecycle() {
        String code = UUID.randomUUID().toString();
        Map<String, Object> start = new HashMap<>(
                Map.of("gridCode", "622901001001-01", "communityCode", "622901001001", "streetCode", "622901001"));
        start.put("category", "sanitation");
        engine.getRuntimeService().startProcessInstanceByKey("six-orders", code, start);
        complete(code, Map.of("decision", "CONFIRM"));
        complete(code, Map.of("decision", "ISSUE"));
        complete(code, Map.of("decision", "DISPATCH", "leadDepartment", "cgj"));
        complete(code, Map.of("decision", "ACCEPT"));
        complete(code, Map.of("decision", "FINISH"));
        engine.getRuntimeService()
                .createMessageCorrelation("resident-rated")
                .processInstanceBusinessKey(code)
                .setVariable("solved", true)
                .correlate();
    }

    private void complete(String code, Map<String, Object> variables) {
        Task task = engine.getTaskService()
                .createTaskQuery()
                .processInstanceBusinessKey(code)
                .singleResult();
        engine.getTaskService().complete(task.getId(), variables);
    }

    @Override
    public void close() {
        engine.close();
        pool.close();
    }

    /** Stands for the hub's verbs of this name. */
    public static class Desks {

        public String grid(String code) {
            return "grid-" + code;
        }

        public String community(String code) {
            return "community-" + code;
        }

        public String street(String code) {
            return "street-" + code;
        }

        public String department(String code) {
            return "dept-" + code;
        }

        public String supervision() {
            return "city-supervision";
        }
    }

    /** Stands for the hub's verbs of this name. */
    public static class Deadlines {

        public Date due(Object execution, String step) {
            return new Date(System.currentTimeMillis() + 86_400_000L);
        }
    }

    /** Stands for the hub's verbs of this name. */
    public static class WorkOrders {

        public String toAll(Object execution) {
            return "cgj";
        }

        public List<String> each(String departments) {
            return Arrays.asList(departments.split(","));
        }

        public void answer(Object execution, String department, String status) {
            // the bare engine keeps no work orders
        }
    }

    /** Stands for the hub's verbs of this name. */
    public static class Watch {

        public String cycle() {
            return "R/P100Y";
        }
    }
}
