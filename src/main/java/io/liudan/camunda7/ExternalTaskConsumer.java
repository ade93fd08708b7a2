package io.liudan.camunda7;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.DefaultConsumer;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.externaltask.ExternalTaskQueryTopicBuilder;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.ProcessEngineImpl;
import org.camunda.bpm.engine.impl.util.SingleConsumerCondition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes external tasks of one topic: one thread fetches and locks, {@code concurrency} threads run the route. No more
 * than {@code maxTasks} are locked at once, whether the route works on them in its own thread or has handed them to
 * another. The engine wakes the fetching thread at the commit that creates a task; what other nodes create is found
 * after the poll interval.
 */
final class ExternalTaskConsumer extends DefaultConsumer implements Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalTaskConsumer.class);
    private static final long PAUSE_AFTER_FAULT = 1_000;
    /** After so many milliseconds without a free place, the fetching thread looks whether it has been stopped. */
    private static final long FULL = 200;

    private final Camunda7Endpoint endpoint;
    private final ExternalTaskService engine;
    private final Conclusion conclusion;
    private final String workerId;
    private final Set<TaskRun> taken = ConcurrentHashMap.newKeySet();
    private volatile Fetching fetching;
    private Semaphore places;
    private ExecutorService workers;
    private ScheduledExecutorService keeper;

    ExternalTaskConsumer(Camunda7Endpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.engine = endpoint.getComponent().getProcessEngine().getExternalTaskService();
        this.workerId = endpoint.getCamelContext().getName() + "-"
                + endpoint.getCamelContext().getUuidGenerator().generateExchangeUuid();
        this.conclusion = new Conclusion(endpoint, workerId);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ExecutorServiceManager threads = endpoint.getCamelContext().getExecutorServiceManager();
        places = new Semaphore(endpoint.getMaxTasks());
        workers = threads.newFixedThreadPool(this, "camunda7-" + endpoint.getName(), endpoint.getConcurrency());
        keeper = threads.newSingleThreadScheduledExecutor(this, "camunda7-keeper-" + endpoint.getName());
        if (endpoint.isExtendLock()) {
            long third = Math.max(1, endpoint.getLockDuration() / 3);
            keeper.scheduleWithFixedDelay(this::extendLocks, third, third, TimeUnit.MILLISECONDS);
        }
        Gauge.builder("camunda7.external.task.taken", taken, Set::size)
                .description("External tasks that are locked by a route")
                .tags(tags())
                .register(meters());
        fetch();
    }

    /** No more tasks are taken; what waits for a thread is let go unharmed, what a route works on is finished. */
    @Override
    protected void doStop() throws Exception {
        stopFetching();
        ExecutorServiceManager threads = endpoint.getCamelContext().getExecutorServiceManager();
        threads.shutdownGraceful(workers);
        threads.shutdownNow(keeper);
        super.doStop();
    }

    @Override
    protected void doSuspend() throws Exception {
        stopFetching();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        fetch();
    }

    private void fetch() {
        Fetching thread = new Fetching();
        fetching = thread;
        thread.start();
    }

    private void stopFetching() throws InterruptedException {
        Fetching thread = fetching;
        if (thread == null) {
            return;
        }
        fetching = null;
        thread.created.signal();
        thread.join();
        taken.forEach(this::letGo);
    }

    /** Unless a route has begun to work on it. */
    private void letGo(TaskRun run) {
        if (run.leave()) {
            unlock(run.task());
            forget(run);
        }
    }

    private boolean held() {
        return gate().held(endpoint.getName());
    }

    private Gate gate() {
        return endpoint.getComponent().getGate();
    }

    private final class Fetching extends Thread {

        private final SingleConsumerCondition created = new SingleConsumerCondition(this);
        /**
         * A fetch costs the engine as much for one task as for many: it waits until half of the places are free, while
         * no thread has to wait for it.
         */
        private final int batch =
                endpoint.getMaxTasks() - Math.max(endpoint.getConcurrency() - 1, endpoint.getMaxTasks() / 2);

        private Fetching() {
            super("camunda7-fetch-" + endpoint.getName());
            setDaemon(true);
        }

        @Override
        public void run() {
            ProcessEngineImpl.EXT_TASK_CONDITIONS.addConsumer(created);
            try {
                while (fetching == this) {
                    round();
                }
            } catch (InterruptedException e) {
                interrupt();
            } finally {
                ProcessEngineImpl.EXT_TASK_CONDITIONS.removeConsumer(created);
            }
        }

        private void round() throws InterruptedException {
            if (held()) {
                taken.forEach(ExternalTaskConsumer.this::letGo);
            }
            int more = gate().more(endpoint.getName(), taken.size());
            if (more <= 0) {
                created.await(FULL);
                return;
            }
            int least = Math.min(batch, more);
            if (!places.tryAcquire(least, FULL, TimeUnit.MILLISECONDS)) {
                return;
            }
            int free = least + (more > least ? places.drainPermits() : 0);
            if (free > more) {
                places.release(free - more);
                free = more;
            }
            List<LockedExternalTask> tasks = List.of();
            long pause = endpoint.getPollInterval();
            try {
                tasks = locked(free);
            } catch (RuntimeException e) {
                LOG.warn(
                        "External tasks of topic {} couldn't be fetched, tried again in {} ms: {}",
                        endpoint.getName(),
                        PAUSE_AFTER_FAULT,
                        e.getClass().getName());
                pause = PAUSE_AFTER_FAULT;
            }
            places.release(free - tasks.size());
            gate().took(endpoint.getName(), tasks.size());
            tasks.forEach(ExternalTaskConsumer.this::begin);
            if (tasks.isEmpty()) {
                created.await(pause);
            }
        }
    }

    /** The most urgent first, of those the oldest. */
    private List<LockedExternalTask> locked(int most) {
        ExternalTaskQueryTopicBuilder topic = engine.fetchAndLock()
                .workerId(workerId)
                .maxTasks(most)
                .usePriority(true)
                .orderByCreateTime()
                .asc()
                .subscribe()
                .topic(endpoint.getName(), endpoint.getLockDuration());
        if (endpoint.getFetchVariables() != null) {
            topic = topic.variables(
                    (endpoint.getFetchVariables() + "," + Camunda7Headers.TRACE_PARENT).split("\\s*,\\s*"));
        }
        return topic.execute();
    }

    private void begin(LockedExternalTask task) {
        TaskRun run = new TaskRun(task);
        taken.add(run);
        if (fetching == null) {
            // Stopped while the tasks were fetched: stopFetching lets go what is taken.
            return;
        }
        workers.execute(() -> work(run));
    }

    private void work(TaskRun run) {
        if (held()) {
            letGo(run);
        }
        if (!run.begin()) {
            return;
        }
        Exchange exchange = createExchange(false);
        try {
            if (conclusion.prepare(run, exchange)) {
                getAsyncProcessor().process(exchange, doneSync -> finish(run, exchange));
            } else {
                finish(run, exchange);
            }
        } catch (RuntimeException e) {
            exchange.setException(e);
            finish(run, exchange);
        }
    }

    private void finish(TaskRun run, Exchange exchange) {
        try {
            long again = conclusion.conclude(run, exchange);
            if (again > 0 && !keeper.isShutdown()) {
                keeper.schedule(this::wake, again, TimeUnit.MILLISECONDS);
            }
        } finally {
            releaseExchange(exchange, false);
            forget(run);
        }
    }

    private void wake() {
        Fetching thread = fetching;
        if (thread != null) {
            thread.created.signal();
        }
    }

    private void forget(TaskRun run) {
        if (taken.remove(run)) {
            places.release();
        }
    }

    private void unlock(LockedExternalTask task) {
        try {
            engine.unlock(task.getId());
        } catch (RuntimeException e) {
            LOG.warn(
                    "External task {} couldn't be let go; its lock ends by itself: {}",
                    task.getId(),
                    e.getClass().getName());
        }
    }

    private void extendLocks() {
        for (TaskRun run : taken) {
            try {
                engine.extendLock(run.task().getId(), workerId, endpoint.getLockDuration());
            } catch (RuntimeException e) {
                // Completed in the meantime, or lost to another worker, which the conclusion will see.
                LOG.debug(
                        "The lock of external task {} couldn't be extended: {}",
                        run.task().getId(),
                        e.getClass().getName());
            }
        }
    }

    private MeterRegistry meters() {
        return endpoint.getComponent().getMeterRegistry();
    }

    private Tags tags() {
        return Tags.of("topic", endpoint.getName(), "route", getRouteId() == null ? "" : getRouteId());
    }
}
