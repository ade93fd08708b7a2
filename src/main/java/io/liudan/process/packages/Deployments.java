package io.liudan.process.packages;

import io.liudan.problem.Problem;
import java.util.Map;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.springframework.stereotype.Component;

/** Which deployments may go again: those that nothing runs on and nothing ever ran on. */
@Component
public class Deployments {

    private static final String CASCADE = "cascade";

    private final ProcessEngineConfigurationImpl engine;
    private final RepositoryService repository;
    private final HistoryService history;

    Deployments(ProcessEngineConfigurationImpl engine, RepositoryService repository, HistoryService history) {
        this.engine = engine;
        this.repository = repository;
        this.history = history;
    }

    /**
     * What begins between this look and the deletion is kept by the engine's own foreign keys: without cascade a
     * definition that something runs on can't be deleted.
     *
     * @throws Problem 409 when something runs or ran on it, or was decided by it; 422 for a deletion of running
     *     processes with it
     */
    public void mayGo(String id, Map<String, String[]> parameters) {
        String[] cascade = parameters.get(CASCADE);
        if (cascade != null && !cascade[0].equals("false")) {
            throw Problem.field(CASCADE, "not-among", "false");
        }
        boolean used = engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> used(id)));
        if (used) {
            throw Problem.conflict("deployment-in-use");
        }
    }

    private boolean used(String id) {
        return repository.createProcessDefinitionQuery().deploymentId(id).list().stream()
                        .map(ProcessDefinition::getId)
                        .anyMatch(definition -> history.createHistoricProcessInstanceQuery()
                                        .processDefinitionId(definition)
                                        .count()
                                > 0)
                // Who asked a table nobody writes down: each may have been asked.
                || repository.createDecisionDefinitionQuery().deploymentId(id).count() > 0;
    }
}
