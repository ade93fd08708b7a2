package io.liudan.process.packages;

import io.liudan.identity.Actor;
import io.liudan.process.tasks.EngineGrants;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ParseException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tells what a deployment would be refused for: deploys it in a transaction that is never committed. */
@Component
class DeploymentCheck {

    private final RepositoryService repository;
    private final IdentityService identity;
    private final ModelGuard guard;
    private final TransactionTemplate transaction;

    DeploymentCheck(
            RepositoryService repository,
            IdentityService identity,
            ModelGuard guard,
            PlatformTransactionManager transactions) {
        this.repository = repository;
        this.identity = identity;
        this.guard = guard;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * @param faults for which it would be refused, each with the element or the cell
     * @param notes what is worth a look, where there is no fault
     */
    record Outcome(List<String> faults, List<String> notes) {}

    /**
     * @param name of the deployment, which its keys belong to
     * @param files contents by file name
     */
    Outcome check(Actor actor, String name, Map<String, byte[]> files) {
        List<String> faults = transaction.execute(status -> {
            status.setRollbackOnly();
            return faults(actor, name, files);
        });
        return new Outcome(faults, faults.isEmpty() ? guard.notes(files) : List.of());
    }

    /** What the engine itself found wrong, each with the element. */
    static List<String> faults(ParseException unreadable) {
        List<String> told = new ArrayList<>();
        unreadable.getResorceReports().forEach(report -> report.getErrors()
                .forEach(error -> told.add((error.getMainElementId() == null ? "" : error.getMainElementId() + ": ")
                        + error.getMessage())));
        return told;
    }

    private List<String> faults(Actor actor, String name, Map<String, byte[]> files) {
        identity.setAuthentication(actor.username(), EngineGrants.groups(actor));
        try {
            DeploymentBuilder deployment = repository.createDeployment().name(name);
            files.forEach((file, content) -> deployment.addInputStream(file, new ByteArrayInputStream(content)));
            deployment.deploy();
            return List.of();
        } catch (ModelGuard.ModelRejected rejected) {
            return rejected.faults();
        } catch (ParseException unreadable) {
            return faults(unreadable);
        } catch (ProcessEngineException refused) {
            return List.of(String.valueOf(
                    NestedExceptionUtils.getMostSpecificCause(refused).getMessage()));
        } finally {
            identity.clearAuthentication();
        }
    }
}
