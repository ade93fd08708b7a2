package io.liudan.camunda7;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.impl.DefaultCamelContext;
import org.camunda.bpm.client.ExternalTaskClient;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * External tasks a second through {@code camunda7:external-task} against Camunda's own REST client, on one engine and
 * one PostgreSQL, in turns in one run; and how long a task takes from the commit that creates it to the first line of
 * its route.
 */
public final class ExternalTaskBenchmark {

    private static final int TASKS = 1_000;
    private static final int ROUNDS = 5;
    private static final int ARRIVALS = 1_000;
    private static final int PORT = 18081;

    /** An engine with its REST API and nothing else. */
    @SpringBootConfiguration
    @ImportAutoConfiguration(
            classes = {
                org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration.class,
                org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration.class,
                org.springframework.boot.autoconfigure.jersey.JerseyAutoConfiguration.class,
                org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration.class,
                org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration.class,
                org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration.class,
                org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration.class,
                org.camunda.bpm.spring.boot.starter.CamundaBpmAutoConfiguration.class,
                org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration.class
            })
    static class EngineWithRest {}

    private final ProcessEngine engine;
    private final ConfigurableApplicationContext context;

    private ExternalTaskBenchmark(ConfigurableApplicationContext context) {
        this.context = context;
        this.engine = context.getBean(ProcessEngine.class);
    }

    /** Prints its figures; needs nothing but a free port. */
    public static void run() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("random_page_cost", "1.1")
                        .setServerConfig("autovacuum_naptime", "15s")
                        .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                        .start();
                ConfigurableApplicationContext context = new SpringApplicationBuilder(EngineWithRest.class)
                        .properties(Map.of(
                                "spring.config.name",
                                "none",
                                "server.port",
                                PORT,
                                "spring.datasource.url",
                                postgres.getJdbcUrl("postgres", "postgres"),
                                "spring.datasource.username",
                                "postgres",
                                "spring.datasource.hikari.maximum-pool-size",
                                20,
                                "camunda.bpm.history-level",
                                "activity",
                                "camunda.bpm.job-execution.enabled",
                                false,
                                "camunda.bpm.generic-properties.properties.enforce-history-time-to-live",
                                false,
                                "logging.level.root",
                                "warn",
                                "spring.main.banner-mode",
                                "off"))
                        .run()) {
            new ExternalTaskBenchmark(context).measure();
        }
    }

    private void measure() throws Exception {
        engine.getRepositoryService()
                .createDeployment()
                .addModelInstance(
                        "work.bpmn",
                        Bpmn.createExecutableProcess("work")
                                .startEvent()
                                .serviceTask("send")
                                .camundaExternalTask("send")
                                .endEvent()
                                .done())
                .deploy();
        Map<String, Supplier<Worker>> contenders = Map.of(
                "camunda7:external-task",
                () -> new Routes(8),
                "REST client",
                () -> new RestClients(1),
                "two REST clients",
                () -> new RestClients(2));
        List<String> order = List.of("REST client", "camunda7:external-task", "two REST clients");
        for (int warm = 0; warm < 4; warm++) {
            order.forEach(name -> drained(contenders.get(name)));
        }
        List<double[]> rounds = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            rounds.add(order.stream()
                    .mapToDouble(name -> drained(contenders.get(name)))
                    .toArray());
        }
        System.out.printf("%n  External tasks a second, %,d waiting, median of %d turns%n", TASKS, ROUNDS);
        double[] medians = new double[order.size()];
        for (int i = 0; i < order.size(); i++) {
            int which = i;
            medians[i] =
                    median(rounds.stream().mapToDouble(round -> round[which]).toArray());
            System.out.printf(
                    "    %-26s %8.0f   (%s)%n",
                    order.get(i),
                    medians[i],
                    String.join(
                            " ",
                            Stream.of(rounds.toArray(double[][]::new))
                                    .map(round -> "%.0f".formatted(round[which]))
                                    .toList()));
        }
        System.out.printf(
                "    ratio to one REST client %.1f, to two %.1f%n", medians[1] / medians[0], medians[1] / medians[2]);
        completions();
        System.out.printf(
                "    the engine alone completes %.0f a second of tasks that are locked already (two threads, median of %d)%n",
                median(IntStream.range(0, ROUNDS)
                        .mapToDouble(round -> completions())
                        .toArray()),
                ROUNDS);
        arrivals();
    }

    /** Tasks a second, from the first one fetched with all of them waiting until the last instance has ended. */
    private double drained(Supplier<Worker> contender) {
        start();
        long start = System.nanoTime();
        try (Worker worker = contender.get()) {
            worker.await(TASKS);
            while (engine.getRuntimeService().createProcessInstanceQuery().count() > 0) {
                pause(1);
            }
            return TASKS / ((System.nanoTime() - start) / 1e9);
        }
    }

    /** What nothing on top of the engine can beat: its completions, with nothing around them. */
    private double completions() {
        start();
        Queue<LockedExternalTask> tasks = new ConcurrentLinkedQueue<>();
        while (tasks.size() < TASKS) {
            tasks.addAll(engine.getExternalTaskService()
                    .fetchAndLock(100, "bare")
                    .topic("send", 60_000)
                    .execute());
        }
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int thread = 0; thread < 2; thread++) {
                threads.submit(() -> {
                    for (LockedExternalTask task = tasks.poll(); task != null; task = tasks.poll()) {
                        engine.getExternalTaskService().complete(task.getId(), "bare", Map.of("ref", task.getId()));
                    }
                });
            }
        }
        return TASKS / ((System.nanoTime() - start) / 1e9);
    }

    private void start() {
        for (int n = 0; n < TASKS; n++) {
            engine.getRuntimeService()
                    .startProcessInstanceByKey(
                            "work", "W-" + n, Map.of("title", "路灯不亮", "category", "lighting", "urgency", 2));
        }
    }

    private void arrivals() {
        BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
        try (Routes routes = new Routes(8, seen)) {
            double[] waits = new double[ARRIVALS];
            for (int n = -ARRIVALS / 2; n < ARRIVALS; n++) {
                engine.getRuntimeService().startProcessInstanceByKey("work", "A-" + n, Map.of("title", "路灯不亮"));
                long committed = System.nanoTime();
                Long at = take(seen);
                if (n >= 0) {
                    waits[n] = Math.max(0, at - committed) / 1e6;
                }
                pause(5);
            }
            Arrays.sort(waits);
            System.out.printf(
                    "%n  From the commit that creates a task to the first line of its route, %,d one after the other: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms%n",
                    ARRIVALS, waits[ARRIVALS / 2], waits[ARRIVALS * 95 / 100], waits[ARRIVALS * 99 / 100]);
        }
    }

    private static Long take(BlockingQueue<Long> seen) {
        try {
            return seen.poll(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** What takes tasks of the topic "send" and answers each with one variable. */
    private abstract static class Worker implements AutoCloseable {

        private final CountDownLatch all = new CountDownLatch(TASKS);

        void done() {
            all.countDown();
        }

        void await(int tasks) {
            try {
                if (!all.await(5, TimeUnit.MINUTES)) {
                    throw new IllegalStateException("Not all of " + tasks + " tasks were done");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public abstract void close();
    }

    private final class Routes extends Worker {

        private final DefaultCamelContext camel = new DefaultCamelContext();

        private Routes(int concurrency) {
            this(concurrency, null);
        }

        private Routes(int concurrency, BlockingQueue<Long> seen) {
            Camunda7Component component = new Camunda7Component();
            component.setProcessEngine(engine);
            component.setDataSource(context.getBean(DataSource.class));
            component.setTransactionManager(context.getBean(PlatformTransactionManager.class));
            camel.addComponent("camunda7", component);
            EngineNode.unchecked(() -> {
                camel.addRoutes(EngineTest.route(r -> r.from(
                                "camunda7:external-task/send?maxTasks=40&variable.ref=${header.CamelCamunda7ExternalTaskId}&concurrency="
                                        + concurrency)
                        .process(exchange -> {
                            if (seen != null) {
                                seen.add(System.nanoTime());
                            }
                            done();
                        })));
                camel.start();
                return null;
            });
        }

        @Override
        public void close() {
            camel.stop();
        }
    }

    private static final class RestClients extends Worker {

        private final List<ExternalTaskClient> clients = new ArrayList<>();

        private RestClients(int count) {
            for (int n = 0; n < count; n++) {
                ExternalTaskClient client = ExternalTaskClient.create()
                        .baseUrl("http://localhost:" + PORT + "/engine-rest")
                        .workerId("rest-" + n)
                        .maxTasks(20)
                        .lockDuration(60_000)
                        .asyncResponseTimeout(500)
                        .disableBackoffStrategy()
                        .build();
                client.subscribe("send")
                        .handler((task, service) -> {
                            service.complete(task, Map.of("ref", task.getId()));
                            done();
                        })
                        .open();
                clients.add(client);
            }
        }

        @Override
        public void close() {
            clients.forEach(ExternalTaskClient::stop);
        }
    }
}
