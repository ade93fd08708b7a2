package io.liudan.integration;

import io.liudan.camunda7.Camunda7Component;
import io.liudan.camunda7.FailedTasks;
import io.liudan.camunda7.FailedTasks.WaitingTask;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.problem.Problem;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Service;

/**
 * What waits to be carried to departments' systems, those without a file among them: nothing that was queued is out of
 * sight until it has been carried, or somebody has given it up.
 */
@Service
class Deliveries {

    private final Camunda7Component engine;
    private final DepartmentRoutes departments;
    private final CityDirectory city;

    Deliveries(Camunda7Component engine, DepartmentRoutes departments, CityDirectory city) {
        this.engine = engine;
        this.departments = departments;
        this.city = city;
    }

    /**
     * One delivery.
     *
     * @param connector code of the department
     * @param name of the department
     * @param connected whether a file connects it: if none does, the delivery waits until one does or it is given up
     * @param attemptsLeft absent before the first attempt
     * @param reason what the last attempt said; absent if none failed
     */
    record Delivery(
            String id,
            String connector,
            String name,
            boolean connected,
            String requestCode,
            Instant since,
            Integer attemptsLeft,
            String reason) {}

    /** @param next cursor of the next page, absent at the end */
    record Page(List<Delivery> items, String next) {}

    /** The oldest first; {@code connector} may be {@code null} for all. */
    Page list(String connector, int offset, int limit) {
        List<WaitingTask> found =
                tasks().waiting(connector == null ? null : Connectors.TOPIC + connector, offset, limit + 1);
        return new Page(
                found.stream().limit(limit).map(this::delivery).toList(),
                found.size() > limit ? Integer.toString(offset + limit) : null);
    }

    /** A waiting one becomes a dead letter, to be replayed or discarded there. */
    void giveUp(String id) {
        if (!tasks().giveUp(id)) {
            throw Problem.notFound("no-such-delivery", id);
        }
    }

    private FailedTasks tasks() {
        return engine.failedTasks();
    }

    private Delivery delivery(WaitingTask task) {
        String department = Connectors.department(task.topic()).orElse(task.topic());
        return new Delivery(
                task.id(),
                department,
                city.unit(department).map(OrgUnit::name).orElse(null),
                departments.isConnected(department),
                task.businessKey(),
                task.createdAt(),
                task.attemptsLeft(),
                task.line());
    }
}
