package io.liudan.process.limits;

import io.liudan.deadline.Limit;
import io.liudan.deadline.Steps;
import io.liudan.deadline.Supervisions;
import io.liudan.deadline.Term;
import io.liudan.deadline.WorkingCalendar;
import io.liudan.directory.CityDirectory;
import io.liudan.matter.MatterProgress;
import io.liudan.process.scope.HubFields;
import io.liudan.process.scope.Matters;
import io.liudan.process.scope.Verb;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TimerEntity;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Verbs for models: what a step gets while it waits. One timer a request, on the event sub-process that watches its
 * limits, stands on the next card of any of its open steps; each time it fires, one card is given, and the timer goes
 * on to the next.
 */
@Component("watch")
public class Watch {

    /** The cycle of the timer: nothing to wait for. Each step that begins sets the timer to its own first card. */
    private static final String PERIOD = "P100Y";

    private static final String CYCLE = "R/" + PERIOD;
    static final Instant NEVER = Instant.parse("2126-01-01T00:00:00Z");

    private final Steps steps;
    private final Supervisions supervisions;
    private final MatterProgress matters;
    private final Limits limits;
    private final Deadlines deadlines;
    private final CityDirectory city;
    private final WorkingCalendar calendar;
    private final Clock clock;

    Watch(
            @Lazy Steps steps,
            @Lazy Supervisions supervisions,
            @Lazy MatterProgress matters,
            Limits limits,
            Deadlines deadlines,
            CityDirectory city,
            WorkingCalendar calendar,
            Clock clock) {
        this.steps = steps;
        this.supervisions = supervisions;
        this.matters = matters;
        this.limits = limits;
        this.deadlines = deadlines;
        this.city = city;
        this.calendar = calendar;
        this.clock = clock;
    }

    /** For the timer of the event sub-process. */
    @Verb
    public String cycle() {
        return CYCLE;
    }

    /**
     * Finds the card that is to be given now and leaves its name in {@code mark}: REMINDER, YELLOW, RED, LEVEL_1,
     * LEVEL_2, or NONE.
     */
    @Verb
    public void reach(DelegateExecution execution) {
        matters.lock(Matters.code(execution));
        Optional<Steps.Reached> reached = steps.reached(Matters.code(execution));
        execution.setVariableLocal(
                "mark",
                Variables.stringValue(reached.map(found -> found.card().name()).orElse("NONE"), true));
    }

    /**
     * Gives the card that was reached.
     *
     * @param tell who is told: {@code desk}, {@code superior}, {@code supervision}, separated by commas
     */
    @Verb
    public void card(DelegateExecution execution, String tell) {
        // The step is locked since it was found, so the same card is found again.
        Steps.Reached reached = steps.reached(Matters.code(execution)).orElseThrow();
        Steps.Step step = reached.step();
        List<String> told = Arrays.stream(tell.split(","))
                .map(String::strip)
                .map(who -> switch (who) {
                    case "desk" -> step.desk();
                    case "superior" -> city.superior(step.desk());
                    case "supervision" -> CityDirectory.SUPERVISION_DESK;
                    default ->
                        throw new IllegalArgumentException(
                                "Nobody is called " + who + ": desk, superior or supervision is told");
                })
                .toList();
        steps.give(reached, told);
        matters.milestone(
                step.code(),
                reached.card().event(),
                null,
                step.desk(),
                Map.of("step", step.step(), "due", step.dueAt().toString(), "told", told));
        // Shared filters ask for it.
        Context.getCommandContext()
                .getTaskManager()
                .findTaskById(step.taskId())
                .setVariableLocal("card", reached.card().name());
    }

    /**
     * Gives the card that was reached and takes the request under supervision, or raises the level of the supervision
     * it is under.
     */
    @Verb
    public void supervise(DelegateExecution execution, Integer level, String tell) {
        card(execution, tell);
        Instant until = limits.of(execution, "supervision").due(calendar, clock.instant());
        supervisions.raise(Matters.code(execution), level, until);
    }

    /** Lets the timer wait for the next card of the request, if one of its open steps is to get one. */
    @Verb
    public void next(DelegateExecution execution) {
        set(execution, steps.next(Matters.code(execution)).orElse(NEVER));
    }

    /**
     * A step begins; its limit is the one that its due date was counted by, else that of the step of this name; a step
     * without a rule gets no cards.
     */
    public void begin(DelegateTask task, String desk) {
        String code = Matters.code(task.getExecution());
        if (code == null || desk == null) {
            return;
        }
        Instant due = task.getDueDate() == null ? null : task.getDueDate().toInstant();
        Term term = deadlines.term(task, desk);
        Limit limit = term != null
                ? term.limit()
                : limits.find(
                                Matters.kind(task),
                                task.getVariable("category"),
                                task.getVariable(HubFields.KEPT.get("urgency")),
                                task.getTaskDefinitionKey())
                        .orElse(null);
        steps.begin(
                new Steps.Step(
                        task.getId(),
                        code,
                        task.getTaskDefinitionKey(),
                        desk,
                        task.getCreateTime().toInstant(),
                        due),
                task.getName(),
                limit,
                term);
        next(task.getExecution());
    }

    public void end(DelegateTask task) {
        steps.end(task.getId());
    }

    private static void set(DelegateExecution execution, Instant due) {
        JobEntity current = Context.getCommandContext().getCurrentJob();
        for (JobEntity job : ((ExecutionEntity) execution).getProcessInstance().getJobs()) {
            // The engine writes the beginning of the cycle into it.
            if (waits(job) && job != current) {
                job.setDuedate(Date.from(due));
            }
        }
    }

    /** Whether a job is the timer of the watch. */
    static boolean waits(Job job) {
        return job instanceof TimerEntity timer
                && timer.getRepeat() != null
                && timer.getRepeat().endsWith(PERIOD);
    }
}
