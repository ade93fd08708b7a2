package io.liudan.process.stuck;

import io.liudan.process.ConnectedDepartments;
import io.liudan.process.tasks.WorkOrders;
import io.liudan.workorder.DepartmentOrders;
import java.time.Clock;
import java.time.Duration;
import org.camunda.bpm.engine.RuntimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Open orders of a department that was connected after they came are carried as they stand. What waits to be carried
 * has a process that is at it. Should somebody end that process by hand, in Cockpit or through the engine's REST API, a
 * new one is begun: else all later changes would wait behind it without a word.
 */
@Component
class DeliverySweep {

    private static final Logger LOG = LoggerFactory.getLogger(DeliverySweep.class);
    /** A dispatch takes less from its first row to its commit. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(2);

    private final DepartmentOrders orders;
    private final ObjectProvider<ConnectedDepartments> connected;
    private final RuntimeService runtime;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private final String deliveryProcess;

    DeliverySweep(
            DepartmentOrders orders,
            ObjectProvider<ConnectedDepartments> connected,
            RuntimeService runtime,
            Clock clock,
            PlatformTransactionManager transactions,
            @Value("${liudan.process.delivery-process:work-order-delivery}") String deliveryProcess) {
        this.orders = orders;
        this.connected = connected;
        this.runtime = runtime;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
        this.deliveryProcess = deliveryProcess;
    }

    @Scheduled(
            fixedDelayString = "${liudan.process.delivery-sweep:5m}",
            initialDelayString = "${liudan.process.delivery-sweep:1m}")
    void sweep() {
        orders.untold().stream()
                .filter(department -> connected.stream().anyMatch(departments -> departments.isConnected(department)))
                .forEach(orders::tellOpen);
        orders.waitingSince(clock.instant().minus(UNDER_WAY))
                .forEach(waiting -> transaction.executeWithoutResult(status -> resume(waiting)));
    }

    private void resume(DepartmentOrders.Waiting waiting) {
        // Its lock keeps two nodes from beginning one each.
        if (orders.dequeue(waiting.code(), waiting.department()).isPresent()
                && runtime.createProcessInstanceQuery()
                                .processDefinitionKey(deliveryProcess)
                                .processInstanceBusinessKey(waiting.code())
                                .variableValueEquals(WorkOrders.DEPARTMENT, waiting.department())
                                .count()
                        == 0) {
            LOG.warn(
                    "Nobody carried what waits for {} on request {}: begun anew", waiting.department(), waiting.code());
            runtime.createProcessInstanceByKey(deliveryProcess)
                    .businessKey(waiting.code())
                    .setVariable(WorkOrders.DEPARTMENT, waiting.department())
                    .execute();
        }
    }
}
