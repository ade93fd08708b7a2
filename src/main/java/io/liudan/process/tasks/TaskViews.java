package io.liudan.process.tasks;

import io.liudan.deadline.Steps;
import io.liudan.directory.Category;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.matter.MatterBriefs;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.tasks.TaskRows.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.springframework.stereotype.Component;
import org.springframework.transaction.UnexpectedRollbackException;

/** Tasks as their readers see them: with the request's words and the decisions that are open. */
@Component
class TaskViews {

    private final ProcessEngineConfigurationImpl engine;
    private static final Steps.Standing UNTOLD = new Steps.Standing(null, false);

    private final CityDirectory city;
    private final MatterBriefs briefs;
    private final Steps steps;
    private final StepFaults faults;
    private final Map<String, List<DecisionSpec>> declared = new ConcurrentHashMap<>();

    TaskViews(
            ProcessEngineConfigurationImpl engine,
            CityDirectory city,
            MatterBriefs briefs,
            Steps steps,
            StepFaults faults) {
        this.engine = engine;
        this.city = city;
        this.briefs = briefs;
        this.steps = steps;
        this.faults = faults;
    }

    List<TaskView> of(List<Row> rows) {
        Map<String, MatterBriefs.Brief> requests =
                briefs.of(rows.stream().map(Row::requestCode).toList());
        Map<String, List<DecisionSpec>> open = openDecisions(rows);
        Map<String, Steps.Standing> standings =
                steps.standings(rows.stream().map(Row::id).toList());
        return rows.stream()
                .map(row -> view(
                        row,
                        requests.get(row.requestCode()),
                        standings.getOrDefault(row.id(), UNTOLD),
                        open.get(row.id())))
                .toList();
    }

    /** What the Tasklist's lines show. */
    List<TaskView.Line> lines(List<Row> rows) {
        Map<String, MatterBriefs.Brief> requests =
                briefs.of(rows.stream().map(Row::requestCode).toList());
        Map<String, Steps.Standing> standings =
                steps.standings(rows.stream().map(Row::id).toList());
        return rows.stream()
                .filter(row -> requests.containsKey(row.requestCode()))
                .map(row -> {
                    MatterBriefs.Brief request = requests.get(row.requestCode());
                    return new TaskView.Line(
                            row.id(),
                            row.requestCode(),
                            request.title(),
                            city.category(String.valueOf(request.category()))
                                    .map(Category::name)
                                    .orElse(null),
                            city.unit(request.communityCode())
                                    .map(OrgUnit::name)
                                    .orElse(null),
                            city.deskName(row.desk()),
                            request.urgency(),
                            request.urged(),
                            standings.getOrDefault(row.id(), UNTOLD).gravest());
                })
                .toList();
    }

    private Map<String, List<DecisionSpec>> openDecisions(List<Row> rows) {
        Map<String, List<DecisionSpec>> open = new HashMap<>();
        rows.forEach(row -> open.put(row.id(), declared(row.definitionId(), row.key())));
        List<Row> conditional = rows.stream()
                .filter(row -> open.get(row.id()).stream().anyMatch(spec -> spec.when() != null))
                .toList();
        try {
            judge(conditional, open);
        } catch (UnexpectedRollbackException rolledBack) {
            // A verb failed in a command of its own: one row's failure isn't another's.
            conditional.forEach(row -> {
                open.put(row.id(), declared(row.definitionId(), row.key()));
                try {
                    judge(List.of(row), open);
                } catch (UnexpectedRollbackException again) {
                    open.computeIfPresent(row.id(), (id, specs) -> specs.stream()
                            .filter(spec -> spec.when() == null)
                            .toList());
                }
            });
        }
        return open;
    }

    private void judge(List<Row> rows, Map<String, List<DecisionSpec>> open) {
        if (rows.isEmpty()) {
            return;
        }
        engine.getCommandExecutorTxRequired().execute(context -> {
            for (Row row : rows) {
                TaskEntity task = context.getTaskManager().findTaskById(row.id());
                open.computeIfPresent(row.id(), (id, specs) -> specs.stream()
                        .filter(spec -> task != null && open(spec, task))
                        .toList());
            }
            return null;
        });
    }

    /** One that can't be judged is closed: it hurts neither the task's other decisions nor other tasks. */
    private boolean open(DecisionSpec spec, TaskEntity task) {
        try {
            return DecisionGate.open(spec, task);
        } catch (ProcessEngineException failure) {
            faults.undecidable(task.getId(), spec, failure);
            return false;
        }
    }

    /**
     * A deployed definition never changes, so what it declares is read once; what a newer version says for it is asked
     * each time.
     */
    List<DecisionSpec> declared(String definitionId, String key) {
        List<DecisionSpec> known = declared.get(definitionId + " " + key);
        return known != null
                ? known
                : engine.getCommandExecutorTxRequired().execute(context -> {
                    ProcessDefinitionEntity definition =
                            engine.getDeploymentCache().findDeployedProcessDefinitionById(definitionId);
                    List<DecisionSpec> found = StepListeners.decisions(definition, key);
                    List<DecisionSpec> decisions = found.isEmpty() ? List.of(DecisionSpec.DONE) : found;
                    if (StepListeners.saysAll(definition, key)) {
                        declared.put(definitionId + " " + key, decisions);
                    }
                    return decisions;
                });
    }

    private TaskView view(Row row, MatterBriefs.Brief request, Steps.Standing standing, List<DecisionSpec> decisions) {
        return new TaskView(
                row.id(),
                row.key(),
                row.name(),
                row.desk(),
                city.deskName(row.desk()),
                row.requestCode(),
                request == null ? null : request.title(),
                request == null ? null : request.category(),
                request == null ? null : request.status(),
                request == null ? null : request.urgency(),
                request == null ? 0 : request.urged(),
                row.assignee(),
                row.createdAt(),
                row.dueAt(),
                standing.provisional(),
                standing.gravest(),
                row.followUpAt(),
                decisions.stream().map(TaskView.Decision::of).toList());
    }
}
