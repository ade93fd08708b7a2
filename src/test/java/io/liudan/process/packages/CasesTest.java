package io.liudan.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.init;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.liudan.Api;
import io.liudan.deadline.Steps;
import io.liudan.process.TimersByHandTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Plays the cases of the packages, {@code bpmn/&#42;/cases/&#42;.yaml}: who does what, and what is then true. Another
 * folder is played, before it goes live, with {@code -Dliudan.cases=FOLDER}. How they are written stands in
 * {@code bpmn/README.md}.
 */
class CasesTest extends TimersByHandTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String PHOTO = "@photo";
    /** The entry of a register that the case added last. */
    private static final String ENTRY = "@entry";

    /** Words of a step that are no fields. */
    private static final Set<String> WORDS = Set.of(
            "step",
            "by",
            "decide",
            "move",
            "refused",
            "wait",
            "waits",
            "status",
            "fields",
            "cards",
            "cards given",
            "outcome",
            "passed",
            "register",
            "entry");

    @Autowired
    private Steps steps;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private DeploymentRecords records;

    private final Api api = new Api(hub(), realm());
    private String entry;
    private String entryPath;

    @TestFactory
    Stream<DynamicNode> cases() throws IOException {
        String own = System.getProperty("liudan.cases");
        if (own != null) {
            Path folder = Path.of(own).toAbsolutePath();
            return Stream.of(container(folder, true));
        }
        try (Stream<Path> folders = Files.list(Path.of("bpmn"))) {
            return folders
                    .filter(folder -> Files.isDirectory(folder.resolve("cases")))
                    .sorted()
                    .map(folder -> container(folder, false))
                    .toList()
                    .stream();
        }
    }

    /** @param deploy whether the folder is one that the hub doesn't know yet */
    private DynamicNode container(Path folder, boolean deploy) {
        String kind = folder.getFileName().toString();
        List<DynamicNode> nodes = new ArrayList<>();
        if (deploy) {
            nodes.add(DynamicTest.dynamicTest("the folder is deployed", () -> deploy(folder)));
        }
        try (Stream<Path> files = Files.list(folder.resolve("cases"))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                for (JsonNode one : YAML.readTree(file.toFile())) {
                    nodes.add(DynamicTest.dynamicTest(one.path("case").asText(), () -> play(kind, one)));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(folder + " can't be read", e);
        }
        nodes.add(DynamicTest.dynamicTest("every flow node was passed", () -> covered(kind)));
        return DynamicContainer.dynamicContainer(kind, nodes);
    }

    private void deploy(Path folder) throws IOException {
        ProcessPackages packages =
                new ProcessPackages(engine.getRepositoryService(), records, transaction, new String[] {
                    folder.getParent().toUri().toString()
                });
        packages.deploy();
        assertThat(packages.known().get(folder.getFileName().toString()).faults())
                .isEmpty();
    }

    private void covered(String kind) {
        Set<String> passed = engine.getHistoryService().createHistoricActivityInstanceQuery().list().stream()
                .filter(one -> one.getProcessDefinitionKey().equals(kind))
                .map(HistoricActivityInstance::getActivityId)
                .collect(Collectors.toSet());
        ProcessDefinition newest = engine.getRepositoryService()
                .createProcessDefinitionQuery()
                .processDefinitionKey(kind)
                .latestVersion()
                .singleResult();
        Set<String> all = engine
                .getRepositoryService()
                .getBpmnModelInstance(newest.getId())
                .getModelElementsByType(FlowNode.class)
                .stream()
                .map(FlowNode::getId)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> missed = new TreeSet<>(all);
        missed.removeAll(passed);
        System.out.printf("Cases of %s passed %d of %d flow nodes%n", kind, all.size() - missed.size(), all.size());
        assertThat(missed).as("flow nodes that no case passed").isEmpty();
    }

    private void play(String kind, JsonNode one) {
        init(engine);
        one.path("entries").forEach(entry -> add(kind, entry));
        JsonNode begin = one.path("begin");
        String who = begin.path("by").asText();
        Api.Answer begun = api.post(
                who,
                "/api/v1/matters/" + kind,
                fields(begin, who),
                Map.of("Idempotency-Key", UUID.randomUUID().toString()));
        assertThat(begun.status()).as("begin: %s", begun.body()).isEqualTo(201);
        String code = begun.body().path("code").asText();
        for (JsonNode step : one.path("steps")) {
            play(code, who, step);
        }
        check(code, who, one.path("then"));
    }

    private void add(String kind, JsonNode added) {
        String by = added.path("by").asText();
        String path =
                "/api/v1/kinds/" + kind + "/registers/" + added.path("register").asText();
        Api.Answer answer = api.post(by, path, fields(added, by));
        assertThat(answer.status()).as("entry: %s", answer.body()).isEqualTo(201);
        entry = answer.body().path("id").asText();
        entryPath = path + "/" + entry;
    }

    private void play(String code, String reporter, JsonNode step) {
        String by = step.path("by").asText();
        if (step.has("wait")) {
            clock.moveTo(clock.instant().plus(Duration.parse(step.path("wait").asText())));
            timers(code);
        } else if (step.has("move")) {
            refused(
                    step,
                    api.post(
                            by,
                            "/api/v1/matters/" + code + "/" + step.path("move").asText(),
                            fields(step, by)));
        } else if (step.has("decide")) {
            String key = step.path("step").asText();
            JsonNode task = api.task(by, code, key);
            assertThat(task.isMissingNode()).as("%s finds the step %s", by, key).isFalse();
            Map<String, Object> decision = fields(step, by);
            decision.put("decision", step.path("decide").asText());
            refused(step, api.complete(by, task.path("id").asText(), decision));
        } else if (step.path("cards").asText().equals("all")) {
            waitForCards(code);
        }
        check(code, reporter, step);
    }

    private static void refused(JsonNode step, Api.Answer answer) {
        if (step.has("refused")) {
            assertThat(answer.body().path("code").asText())
                    .as("%s", step)
                    .isEqualTo(step.path("refused").asText());
        } else {
            assertThat(answer.status()).as("%s: %s", step, answer.body()).isLessThan(300);
        }
    }

    /** What has to be true now. */
    private void check(String code, String reporter, JsonNode then) {
        JsonNode matter = api.get(reporter, "/api/v1/matters/" + code).body();
        for (String word : List.of("status", "outcome")) {
            if (then.has(word)) {
                assertThat(matter.path(word).asText())
                        .as(word)
                        .isEqualTo(then.path(word).asText());
            }
        }
        then.path("fields").properties().forEach(field -> assertThat(value(matter, field.getKey()))
                .as(field.getKey())
                .isEqualTo(field.getValue().asText()));
        if (then.has("waits")) {
            assertThat(instance(code)).isWaitingAt(then.path("waits").asText());
        }
        then.path("passed").forEach(node -> assertThat(engine.getHistoryService()
                        .createHistoricActivityInstanceQuery()
                        .activityId(node.asText())
                        .processInstanceId(past(code))
                        .count())
                .as("passed %s", node.asText())
                .isPositive());
        then.path("entry").properties().forEach(field -> assertThat(
                        api.get(reporter, entryPath).body().path(field.getKey()).asText())
                .as("entry: %s", field.getKey())
                .isEqualTo(field.getValue().asText()));
        if (then.has("cards given")) {
            List<String> given = jdbc.sql("select card from card where matter_id = ?::bigint / 10 order by id")
                    .param(code)
                    .query(String.class)
                    .list();
            List<String> wanted = new ArrayList<>();
            then.path("cards given").forEach(card -> wanted.add(card.asText()));
            assertThat(given).isEqualTo(wanted);
        }
    }

    private static String value(JsonNode matter, String field) {
        for (JsonNode one : matter.path("fields")) {
            if (one.path("name").asText().equals(field)) {
                return one.path("value").asText();
            }
        }
        return null;
    }

    private ProcessInstance instance(String code) {
        return engine.getRuntimeService()
                .createProcessInstanceQuery()
                .processInstanceId(past(code))
                .singleResult();
    }

    private String past(String code) {
        return engine.getHistoryService()
                .createHistoricProcessInstanceQuery()
                .processInstanceBusinessKey(code)
                .rootProcessInstances()
                .orderByProcessInstanceStartTime()
                .asc()
                .list()
                .getFirst()
                .getId();
    }

    /** Moves the clock from card to card until nothing more comes. */
    private void waitForCards(String code) {
        for (int n = 0; n < 30; n++) {
            Instant next = transaction.execute(tx -> steps.next(code)).orElse(null);
            if (next == null) {
                return;
            }
            if (next.isAfter(clock.instant())) {
                clock.moveTo(next.plusSeconds(1));
            }
            timers(code);
        }
    }

    private void timers(String code) {
        for (Job job : engine.getManagementService()
                .createJobQuery()
                .processInstanceId(past(code))
                .timers()
                .executable()
                .list()) {
            // One timer may end what another one waited for.
            if (engine.getManagementService()
                            .createJobQuery()
                            .jobId(job.getId())
                            .count()
                    > 0) {
                engine.getManagementService().executeJob(job.getId());
            }
        }
    }

    /** The fields that somebody fills in; a photo is uploaded before. */
    private Map<String, Object> fields(JsonNode node, String by) {
        Map<String, Object> fields = new HashMap<>();
        node.properties().stream()
                .filter(field -> !WORDS.contains(field.getKey()))
                .forEach(field -> fields.put(field.getKey(), filled(field.getValue(), by)));
        return fields;
    }

    private Object filled(JsonNode value, String by) {
        return switch (value.asText()) {
            case PHOTO -> List.of(api.evidence(by));
            case ENTRY -> entry;
            default -> YAML.convertValue(value, Object.class);
        };
    }
}
