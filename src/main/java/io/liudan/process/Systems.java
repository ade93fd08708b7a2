package io.liudan.process;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.identity.Actor;
import io.liudan.problem.Problem;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.tasks.TaskView;
import io.liudan.process.tasks.Tasks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Service;

/** Departments' own systems at their department's desk: they decide what its clerks could decide, and nothing else. */
@Service
public class Systems {

    private final Tasks tasks;
    private final CityDirectory city;

    Systems(Tasks tasks, CityDirectory city) {
        this.tasks = tasks;
        this.city = city;
    }

    /** The user name under which a department's system decides. */
    public static String username(String department) {
        return "agency-" + department;
    }

    /**
     * Decides on the department's open task of this request that offers the decision.
     *
     * @param fields as {@code POST /tasks/{id}/complete} takes them
     * @throws Problem 409 {@code not-awaited-from-department} when no open task offers it, 422 when a field is wrong
     */
    public void decide(String department, String requestCode, String decision, Map<String, Object> fields) {
        String desk = "dept-" + department;
        Actor system = new Actor(
                username(department),
                city.unit(department).map(OrgUnit::name).orElse(department),
                Set.of(Actor.Role.AGENCY),
                Set.of(desk));
        List<TaskView> open = tasks.list(system, desk, null, requestCode, null, Integer.MAX_VALUE)
                .items();
        TaskView task = open.stream()
                .filter(one -> one.decisions().stream()
                        .anyMatch(offered -> offered.decision().equals(decision)))
                .findFirst()
                .orElseThrow(() -> Problem.conflict("not-awaited-from-department", decision));
        Map<String, Object> body = new HashMap<>(fields);
        body.put(DecisionSpec.DECISION, decision);
        tasks.complete(system, task.id(), body);
    }
}
