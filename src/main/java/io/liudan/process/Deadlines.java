package io.liudan.process;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

import io.liudan.deadline.Steps;
import io.liudan.deadline.WorkingCalendar;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.task.Task;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Verbs for models: until when. As {@code ${deadlines.due(execution, 'verify')}} in a user task's due date or a timer. Limits
 * come from the decision table {@code deadlines}.
 */
@Component("deadlines")
public class Deadlines {

    private static final String PAUSED = "pausedMinutes_";

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

    /** The end of a step's limit when it begins now; the rest of it when its clock was stopped by {@link #pause}. */
    public Date due(DelegateExecution execution, String step) {
        if (execution.getVariable(PAUSED + step) instanceof Long minutes) {
            execution.removeVariable(PAUSED + step);
            Duration rest = Duration.ofMinutes(minutes);
            return Date.from(limits.of(execution, step).natural() ? clock.instant().plus(rest) : calendar.addWorkingTime(clock.instant(), rest));
        }
        return Date.from(limits.of(execution, step).due(calendar, clock.instant()));
    }

    /** Whether the limit of {@code step}, counted from when the task began, is still running; for decisions that end sooner than their task. */
    public boolean running(DelegateTask task, String step) {
        return clock.instant().isBefore(limits.of(task, step).due(calendar, task.getCreateTime().toInstant()));
    }

    /** For shared filters: what is due before this is due today. */
    public Date endOfToday() {
        return Date.from(calendar.endOfDay(clock.instant()));
    }

    /** Stops the clock of a step whose task has just been completed; the next {@link #due} goes on with what was left. */
    public void pause(DelegateExecution execution, String step) {
        Date due = (Date) execution.getVariable(DecisionGate.TASK_DUE);
        Instant now = clock.instant();
        Duration rest = due == null || !due.toInstant().isAfter(now) ? Duration.ZERO
                : limits.of(execution, step).natural() ? Duration.between(now, due.toInstant()) : calendar.workingTimeBetween(now, due.toInstant());
        execution.setVariable(PAUSED + step, rest.toMinutes());
    }

    /** Moves the due date of a department's open task by working days. */
    public void extend(DelegateExecution execution, String taskKey, String desk, Integer workingDays) {
        for (Task task : tasks.createTaskQuery().processInstanceId(execution.getProcessInstanceId()).taskDefinitionKey(taskKey)
                .taskCandidateGroup(desk).includeAssignedTasks().list()) {
            Instant from = task.getDueDate() == null ? clock.instant() : task.getDueDate().toInstant();
            task.setDueDate(Date.from(calendar.add(from, workingDays, WorkingCalendar.Unit.WORKING_DAYS)));
            tasks.saveTask(task);
            steps.moved(task.getId(), task.getDueDate().toInstant(), limits.of(execution, taskKey));
        }
    }
}
