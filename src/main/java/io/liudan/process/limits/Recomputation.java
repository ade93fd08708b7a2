package io.liudan.process.limits;

import io.liudan.deadline.CalendarYears;
import io.liudan.deadline.Span;
import io.liudan.deadline.Steps;
import io.liudan.deadline.Term;
import io.liudan.matter.MatterProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts the dates of running steps again: by the table of limits when a designer asks for it, by the calendar after a
 * year was imported. Each step in a transaction of its own, so that whoever goes on after a crash counts only what is
 * left.
 */
@Service
class Recomputation {

    private static final Logger LOG = LoggerFactory.getLogger(Recomputation.class);
    private static final int EXAMPLES = 20;
    private static final int TRIES = 5;

    private final Steps steps;
    private final CalendarYears years;
    private final Limits limits;
    private final MatterProgress matters;
    private final TaskService tasks;
    private final ManagementService jobs;
    private final TransactionTemplate transaction;

    Recomputation(
            Steps steps,
            CalendarYears years,
            Limits limits,
            MatterProgress matters,
            @Lazy TaskService tasks,
            @Lazy ManagementService jobs,
            TransactionTemplate transaction) {
        this.steps = steps;
        this.years = years;
        this.limits = limits;
        this.matters = matters;
        this.tasks = tasks;
        this.jobs = jobs;
        this.transaction = transaction;
    }

    /** Running steps that change alike: all of one step, category and urgency whose limit was the same. */
    record Line(String step, String category, String urgency, Span before, Span after, int steps) {}

    /** One step that changes; the due dates are the same when only its cards come at other times. */
    record Example(String requestCode, String step, Instant dueBefore, Instant dueAfter) {}

    /**
     * What counting again changes.
     *
     * @param running open steps with a limit
     * @param changed those of them that get another limit or other dates
     * @param examples some of them
     */
    record Plan(int running, int changed, List<Line> lines, List<Example> examples) {}

    /** What the newest table of limits changes for running steps, by the day on which each began. */
    Plan preview() {
        return plan(running());
    }

    /** The same, and does it; steps that began since the preview are as they are. */
    Plan apply() {
        List<Steps.Recount> all = running();
        all.stream()
                .filter(Steps.Recount::changes)
                .forEach(one -> move(one.running().step(), this::newest, "due-moved-limits"));
        return plan(all);
    }

    private List<Steps.Recount> running() {
        return transaction.execute(status -> steps.running().stream()
                .map(one -> steps.recount(one, newest(one)))
                .toList());
    }

    private Term newest(Steps.Running running) {
        return limits.find(
                        running.kind(),
                        running.category(),
                        running.urgency(),
                        running.term().step(),
                        running.step().startedAt())
                .map(running.term()::under)
                .orElse(running.term());
    }

    private static Plan plan(List<Steps.Recount> all) {
        Map<String, Line> lines = new TreeMap<>();
        List<Example> examples = new ArrayList<>();
        all.stream().filter(Steps.Recount::changes).forEach(one -> {
            Steps.Running was = one.running();
            Line line = new Line(
                    was.term().step(),
                    was.category(),
                    was.urgency(),
                    was.term().limit().span(),
                    one.term().limit().span(),
                    1);
            lines.merge(
                    line.toString(),
                    line,
                    (sum, next) -> new Line(sum.step, sum.category, sum.urgency, sum.before, sum.after, sum.steps + 1));
            if (examples.size() < EXAMPLES) {
                examples.add(new Example(
                        was.step().code(), was.step().step(), was.step().dueAt(), one.due()));
            }
        });
        return new Plan(
                all.size(), lines.values().stream().mapToInt(Line::steps).sum(), List.copyOf(lines.values()), examples);
    }

    /**
     * After a year was imported, on whichever node comes first. Provisional dates are looked for each time: a file may
     * have brought their year, or a step may have begun on a node that didn't know of the import yet.
     */
    @Scheduled(fixedDelayString = "${liudan.calendar.refresh}")
    void byTheCalendar() {
        years.pending().ifPresent(year -> {
            years.refresh();
            count(() -> steps.running(year.first(), year.last()));
            years.applied(year);
        });
        count(steps::provisionalNoMore);
    }

    private void count(Supplier<List<Steps.Running>> which) {
        List<Steps.Running> found = transaction.execute(status -> which.get());
        long moved = found.stream()
                .filter(one -> move(one.step(), Steps.Running::term, "due-moved-calendar"))
                .count();
        if (moved > 0) {
            LOG.info("Counted {} running steps again by the calendar, {} of them changed", found.size(), moved);
        }
    }

    /** @return whether the step was still running and something changed */
    private boolean move(Steps.Step step, Function<Steps.Running, Term> to, String event) {
        for (int left = TRIES; ; left--) {
            try {
                return transaction.execute(status -> moved(step, to, event));
            } catch (OptimisticLockingException e) {
                // Its desk or its timer was at it in the same moment.
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    private boolean moved(Steps.Step step, Function<Steps.Running, Term> to, String event) {
        matters.lock(step.code());
        Steps.Recount recount = steps.lock(step.taskId())
                .map(running -> steps.recount(running, to.apply(running)))
                .filter(Steps.Recount::changes)
                .orElse(null);
        Task task = recount == null
                ? null
                : tasks.createTaskQuery().taskId(step.taskId()).singleResult();
        if (task == null) {
            return false;
        }
        steps.move(recount);
        if (!recount.due().equals(recount.running().step().dueAt())) {
            task.setDueDate(Date.from(recount.due()));
            tasks.saveTask(task);
            matters.milestone(
                    step.code(),
                    event,
                    null,
                    step.desk(),
                    Map.of("step", step.step(), "due", recount.due().toString()));
        }
        Instant next = steps.next(step.code()).orElse(Watch.NEVER);
        jobs.createJobQuery().processInstanceId(task.getProcessInstanceId()).timers().list().stream()
                .filter(Watch::waits)
                .forEach(job -> jobs.setJobDuedate(job.getId(), Date.from(next)));
        return true;
    }
}
