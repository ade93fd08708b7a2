package io.liudan.process.limits;

import io.liudan.deadline.SupervisionChanged;
import io.liudan.deadline.WorkingCalendar;
import io.liudan.matter.MatterEvents;
import io.liudan.problem.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** What residents and supervision do about waiting, as the process and the Tasklist's shared filters see it. */
@Component
class SupervisionMarks {

    /** Process variable and mark of tasks. */
    private static final String SUPERVISED = "supervised";

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private final RuntimeService runtime;
    private final TaskService tasks;
    private final Limits limits;
    private final WorkingCalendar calendar;
    private final Clock clock;
    private final ZoneId zone;

    SupervisionMarks(
            RuntimeService runtime,
            TaskService tasks,
            Limits limits,
            WorkingCalendar calendar,
            Clock clock,
            @Value("${liudan.calendar.zone}") ZoneId zone) {
        this.runtime = runtime;
        this.tasks = tasks;
        this.limits = limits;
        this.calendar = calendar;
        this.clock = clock;
        this.zone = zone;
    }

    @EventListener
    void supervised(SupervisionChanged change) {
        for (ProcessInstance instance : runtime.createProcessInstanceQuery()
                .processInstanceBusinessKey(change.code())
                .list()) {
            runtime.setVariable(instance.getId(), SUPERVISED, change.open());
            for (Task task :
                    tasks.createTaskQuery().processInstanceId(instance.getId()).list()) {
                if (change.open()) {
                    tasks.setVariableLocal(task.getId(), SUPERVISED, true);
                } else {
                    tasks.removeVariableLocal(task.getId(), SUPERVISED);
                }
            }
        }
    }

    /**
     * The decision table says under the step {@code urge} how long after one urging the next may come; without such a
     * rule at once.
     */
    @EventListener
    void urged(MatterEvents.Urged urging) {
        if (urging.before() == null) {
            return;
        }
        limits.find(urging.kind(), null, null, "urge").ifPresent(span -> {
            Instant again = span.due(calendar, urging.before());
            if (clock.instant().isBefore(again)) {
                throw Problem.conflict("urged-recently", MOMENT.format(again.atZone(zone)));
            }
        });
    }
}
