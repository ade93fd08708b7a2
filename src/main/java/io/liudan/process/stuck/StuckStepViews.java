package io.liudan.process.stuck;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.liudan.directory.CityDirectory;
import io.liudan.process.tasks.Elements;
import io.liudan.process.tasks.StepFaults;
import io.liudan.process.tasks.StepReason;
import io.liudan.process.tasks.StuckSteps;
import io.liudan.process.tasks.TaskRows;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * 卡住的环节: every step that can't go on, whether it failed in somebody's call ({@link StuckSteps}) or in a job, of which
 * the engine keeps an incident. Their number is the meter {@code liudan.steps.stuck}, counted every fifteen seconds.
 */
@Component
class StuckStepViews {

    private static final int PAGE = 200;

    private final StuckSteps stuck;
    private final RuntimeService runtime;
    private final RepositoryService repository;
    private final Elements elements;
    private final TaskRows tasks;
    private final CityDirectory city;
    private final StepFaults faults;
    private final AtomicLong counted = new AtomicLong();

    StuckStepViews(
            StuckSteps stuck,
            RuntimeService runtime,
            RepositoryService repository,
            Elements elements,
            TaskRows tasks,
            CityDirectory city,
            StepFaults faults,
            MeterRegistry meters) {
        this.stuck = stuck;
        this.runtime = runtime;
        this.repository = repository;
        this.elements = elements;
        this.tasks = tasks;
        this.city = city;
        this.faults = faults;
        Gauge.builder("liudan.steps.stuck", counted, AtomicLong::get)
                .description("Steps of processes that can't go on until somebody helps")
                .register(meters);
    }

    /** In what a step failed. */
    enum Kind {
        /** A clerk's decision, or something that came in from outside. */
        CALL,
        /** Something that the engine does by itself, as a timer. */
        JOB,
        /** Something that a department's system is told. */
        DELIVERY
    }

    /**
     * @param id of the line
     * @param process running process; absent for one that couldn't begin
     * @param model the process's id in the model
     * @param element what failed, by its id in the model
     * @param task at which the process stands; absent where nobody's task is held up
     * @param desk whose task that is
     * @param times how often it was tried, at most once a minute counted
     * @param reason in the reader's language
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            String id,
            Kind kind,
            String requestCode,
            String process,
            String model,
            String modelName,
            Integer version,
            String element,
            String elementName,
            String task,
            String desk,
            String deskName,
            Instant since,
            Instant last,
            int times,
            String reason) {}

    /** @param total how many there are, of which the items are those that stand the longest */
    record Page(List<Line> items, long total) {}

    Page standing() {
        List<StuckSteps.Line> calls = stuck.standing();
        List<Incident> incidents =
                runtime.createIncidentQuery().orderByIncidentTimestamp().asc().listPage(0, PAGE);
        Map<String, ProcessDefinition> definitions = definitions(Stream.concat(
                        calls.stream().map(StuckSteps.Line::definition),
                        incidents.stream().map(Incident::getProcessDefinitionId))
                .filter(Objects::nonNull)
                .distinct()
                .toArray(String[]::new));
        Map<String, TaskRows.Row> held = rows(calls.stream()
                .map(StuckSteps.Line::task)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        Map<String, String> codes = codes(incidents.stream()
                .map(Incident::getProcessInstanceId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        List<Line> lines = Stream.concat(
                        calls.stream()
                                .map(line -> line(line, definitions.get(line.definition()), held.get(line.task()))),
                        incidents.stream()
                                .map(incident -> line(
                                        incident,
                                        definitions.get(incident.getProcessDefinitionId()),
                                        codes.get(incident.getProcessInstanceId()))))
                .sorted(Comparator.comparing(Line::since).thenComparing(Line::id))
                .limit(PAGE)
                .toList();
        return new Page(lines, count());
    }

    /** One that never began a process may be deleted again. */
    private Map<String, ProcessDefinition> definitions(String... ids) {
        return ids.length == 0
                ? Collections.emptyMap()
                : repository.createProcessDefinitionQuery().processDefinitionIdIn(ids).list().stream()
                        .collect(Collectors.toMap(ProcessDefinition::getId, Function.identity()));
    }

    private long count() {
        return stuck.count() + stuck.incidents();
    }

    @Scheduled(initialDelay = 15, fixedDelay = 15, timeUnit = TimeUnit.SECONDS)
    void meter() {
        counted.set(count());
    }

    private Map<String, TaskRows.Row> rows(Collection<String> ids) {
        return ids.isEmpty()
                ? Collections.emptyMap()
                : tasks.byId(ids, Set.of()).stream()
                        .collect(Collectors.toMap(TaskRows.Row::id, Function.identity(), (a, b) -> a));
    }

    private Map<String, String> codes(Set<String> instances) {
        return instances.isEmpty()
                ? Collections.emptyMap()
                : runtime.createProcessInstanceQuery().processInstanceIds(instances).list().stream()
                        .filter(instance -> instance.getBusinessKey() != null)
                        .collect(Collectors.toMap(ProcessInstance::getId, ProcessInstance::getBusinessKey));
    }

    private Line line(StuckSteps.Line line, ProcessDefinition definition, TaskRows.Row task) {
        return new Line(
                "c" + line.id(),
                Kind.CALL,
                line.requestCode(),
                line.instance(),
                definition == null ? null : definition.getKey(),
                definition == null ? null : definition.getName(),
                definition == null ? null : definition.getVersion(),
                line.element(),
                definition == null ? line.element() : elements.name(line.definition(), line.element()),
                task == null ? null : task.name(),
                task == null ? null : task.desk(),
                task == null ? null : city.deskName(task.desk()),
                line.since(),
                line.last(),
                line.times(),
                faults.sentence(line.reason()));
    }

    private Line line(Incident incident, ProcessDefinition definition, String code) {
        Kind kind = incident.getIncidentType().equals(Incident.EXTERNAL_TASK_HANDLER_TYPE) ? Kind.DELIVERY : Kind.JOB;
        String element = Stream.of(incident.getFailedActivityId(), incident.getActivityId())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
        StepReason reason = StepReason.of(incident.getIncidentMessage())
                .orElse(new StepReason(kind == Kind.DELIVERY ? "not-delivered" : "job-failed", List.of()));
        Instant since = incident.getIncidentTimestamp().toInstant();
        return new Line(
                "i" + incident.getId(),
                kind,
                code,
                incident.getProcessInstanceId(),
                definition == null ? null : definition.getKey(),
                definition == null ? null : definition.getName(),
                definition == null ? null : definition.getVersion(),
                element,
                definition == null ? element : elements.name(definition.getId(), element),
                null,
                null,
                null,
                since,
                since,
                1,
                faults.sentence(reason));
    }
}
