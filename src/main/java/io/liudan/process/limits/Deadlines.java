package io.liudan.process.limits;

import io.liudan.deadline.Limit;
import io.liudan.deadline.Steps;
import io.liudan.deadline.Term;
import io.liudan.deadline.WorkingCalendar;
import io.liudan.process.scope.Matters;
import io.liudan.process.scope.Verb;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.impl.bpmn.behavior.UserTaskActivityBehavior;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Verbs for models: until when. As {@code ${deadlines.due(execution, 'verify')}} in a user task's due date or a timer.
 * Limits come from the decision table {@code deadlines}.
 */
@Component("deadlines")
public class Deadlines {

    private static final String PAUSED = "pausedMinutes_";
    private static final String TERM = "stepTerm";

    private final Limits limits;
    private final TaskService tasks;
    private final Steps steps;
    private final WorkingCalendar calendar;
    private final Clock clock;

    Deadlines(Limits limits, @Lazy TaskService tasks, @Lazy Steps steps, WorkingCalendar calendar, Clock clock) {
        this.limits = limits;
        this.tasks = tasks;
        this.steps = steps;
        this.calendar = calendar;
        this.clock = clock;
    }

    /**
     * The end of a step's limit when it begins now, in the office hours of its desk; the rest of it when its clock was
     * stopped by {@link #pause}.
     */
    @Verb
    public Date due(DelegateExecution execution, String step) {
        Long rest = execution.getVariable(PAUSED + step) instanceof Long minutes ? minutes : null;
        execution.removeVariable(PAUSED + step);
        Term term = new Term(step, limits.of(execution, step), clock.instant(), rest, 0);
        // Kept with the step that begins with it, if one does.
        execution.setVariableLocal(TERM, Variables.stringValue(term.write(), true));
        return Date.from(term.due(calendar.of(desk(execution))));
    }

    /** The desk of the user task that an execution is at; {@code null} elsewhere. */
    private static String desk(DelegateExecution execution) {
        ActivityImpl activity = ((ExecutionEntity) execution).getActivity();
        return activity != null && activity.getActivityBehavior() instanceof UserTaskActivityBehavior task
                ? task.getTaskDefinition().getCandidateGroupIdExpressions().stream()
                        .map(desk -> desk.getValue(execution))
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .findFirst()
                        .orElse(null)
                : null;
    }

    /** How the due date of a task that begins was counted; {@code null} when it wasn't by {@link #due}. */
    Term term(DelegateTask task, String desk) {
        if (task.getDueDate() == null || !(task.getVariable(TERM) instanceof String text)) {
            return null;
        }
        Term term = Term.parse(text);
        return task.getDueDate().toInstant().equals(term.due(calendar.of(desk))) ? term : null;
    }

    /**
     * Whether the limit of {@code step}, counted from when the task began, is still running; for decisions that end
     * sooner than their task.
     */
    @Verb
    public boolean running(DelegateTask task, String step) {
        return clock.instant()
                .isBefore(limits.of(task, step)
                        .due(
                                calendar.of(Matters.desk(task)),
                                task.getCreateTime().toInstant()));
    }

    /** For shared filters: what is due before this is due today. */
    @Verb
    public Date endOfToday() {
        return Date.from(calendar.endOfDay(clock.instant()));
    }

    /**
     * Stops the clock of a step whose task has just been completed; the next {@link #due} goes on with what was left.
     */
    @Verb
    public void pause(DelegateExecution execution, String step) {
        steps.lastEnded(Matters.code(execution), step)
                .filter(ended -> ended.dueAt() != null)
                .ifPresent(ended -> {
                    Limit limit =
                            steps.term(ended.taskId()).map(Term::limit).orElseGet(() -> limits.of(execution, step));
                    Instant now = clock.instant();
                    Duration rest = !ended.dueAt().isAfter(now)
                            ? Duration.ZERO
                            : limit.natural()
                                    ? Duration.between(now, ended.dueAt())
                                    : calendar.of(ended.desk()).workingTimeBetween(now, ended.dueAt());
                    execution.setVariable(PAUSED + step, rest.toMinutes());
                });
    }

    /** Moves the due date of a department's open task by working days. */
    @Verb
    public void extend(DelegateExecution execution, String taskKey, String desk, Integer workingDays) {
        tasks.createTaskQuery()
                .processInstanceId(execution.getProcessInstanceId())
                .taskDefinitionKey(taskKey)
                .taskCandidateGroup(desk)
                .includeAssignedTasks()
                .list()
                .forEach(task -> steps.lock(task.getId()).ifPresent(running -> {
                    // A step that began before terms were kept.
                    Term term = running.term() != null
                            ? running.term()
                            : new Term(
                                    taskKey,
                                    limits.of(execution, taskKey),
                                    running.step().startedAt(),
                                    null,
                                    0);
                    Steps.Recount to = steps.recount(running, term.extended(workingDays));
                    steps.move(to);
                    task.setDueDate(Date.from(to.due()));
                    tasks.saveTask(task);
                }));
    }
}
