package io.liudan.process.packages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.matter.Kind;
import io.liudan.matter.KindModule;
import io.liudan.matter.Kinds;
import io.liudan.matter.Manifests;
import io.liudan.process.KnownTopics;
import io.liudan.process.limits.LimitSteps;
import io.liudan.process.limits.Limits;
import io.liudan.process.rules.DeployedTexts;
import io.liudan.process.rules.KindWords;
import io.liudan.process.rules.ModelEvents;
import io.liudan.process.rules.ModelNames;
import io.liudan.process.rules.ModelRules;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.Process;

/** What a model of a deployment can count on: the deployment's other files, what is deployed already, and routes. */
final class DeploymentSurroundings {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORM_OF_DEPLOYMENT = "camunda-forms:deployment:";

    private final Map<String, ResourceEntity> files;
    private final KnownTopics topics;
    private final Kinds kinds;
    private final Collection<KindModule> modules;
    private final List<BpmnModelInstance> models = new ArrayList<>();
    private final Set<String> tables = new HashSet<>();
    private final Set<String> processes = new HashSet<>();
    private final Set<String> forms = new HashSet<>();
    private final RepositoryService repository =
            Context.getProcessEngineConfiguration().getRepositoryService();

    DeploymentSurroundings(
            Map<String, ResourceEntity> files, KnownTopics topics, Kinds kinds, Collection<KindModule> modules) {
        this.files = files;
        this.topics = topics;
        this.kinds = kinds;
        this.modules = modules;
    }

    ModelRules.Neighbours neighbours() {
        Set<String> variables = new TreeSet<>();
        topics.all().forEach(topic -> variables.addAll(topic.outputs()));
        variables.addAll(topics.variables());
        Optional<Set<String>> limits = Optional.empty();
        boolean ownLimits = false;
        for (Map.Entry<String, ResourceEntity> file : files.entrySet()) {
            byte[] bytes = file.getValue().getBytes();
            if (bytes.length > ModelGuard.LARGEST) {
                continue;
            }
            if (ModelGuard.is(file.getKey(), ModelGuard.MODELS)) {
                processes.addAll(keys(bytes));
                model(bytes).ifPresent(models::add);
            } else if (ModelGuard.is(file.getKey(), ModelGuard.TABLES)) {
                Set<String> keys = keys(bytes);
                tables.addAll(keys);
                if (keys.stream().anyMatch(Limits::is)) {
                    limits = LimitSteps.of(bytes);
                    ownLimits = true;
                }
            } else if (ModelGuard.is(file.getKey(), ModelGuard.FORMS)) {
                form(file.getKey(), bytes, variables);
            }
        }
        models.forEach(model -> variables.addAll(ModelNames.set(model)));
        KindWords words = words();
        variables.addAll(words.variables());
        Set<String> messages = new HashSet<>(words.messages());
        messages.addAll(topics.messages());
        Set<String> signals = new HashSet<>(topics.signals());
        models.forEach(model -> signals.addAll(ModelEvents.thrown(model)));
        deployed().forEach(model -> {
            signals.addAll(ModelEvents.thrown(model));
            variables.addAll(ModelNames.handedTo(model, processes));
        });
        return new ModelRules.Neighbours(
                key -> tables.contains(key) || decisions(key) > 0,
                tables::contains,
                key -> processes.contains(key) || latest(key).isPresent(),
                this::form,
                this::needsMatter,
                words,
                new ModelRules.Said(variables, messages, signals, ownLimits ? limits : deployedLimits()));
    }

    /** Of the kind that the manifest beside the models declares, else of the live ones that they belong to. */
    private KindWords words() {
        ResourceEntity manifest = files.get(Manifests.FILE);
        if (manifest != null) {
            try {
                return KindWords.of(
                        List.of(Manifests.read(new String(manifest.getBytes(), StandardCharsets.UTF_8))), modules);
            } catch (Manifests.Unreadable unreadable) {
                // Told by whoever checks the manifest itself; what it would have said isn't missed a second time.
                return KindWords.UNKNOWN;
            }
        }
        List<Kind> live =
                processes.stream().map(kinds::find).flatMap(Optional::stream).toList();
        return KindWords.of(live.isEmpty() ? kinds.all() : live, modules);
    }

    private Optional<Set<String>> deployedLimits() {
        String own = processes.stream()
                .map(process -> process + Limits.OF_KIND)
                .filter(table -> decisions(table) > 0)
                .findFirst()
                .orElse(Limits.TABLE);
        return LimitSteps.deployed(repository, own);
    }

    private void form(String name, byte[] bytes, Set<String> variables) {
        forms.add(FORM_OF_DEPLOYMENT + name);
        try {
            JsonNode form = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
            forms.add(form.path("id").asText());
            form.findValuesAsText("key").forEach(variables::add);
        } catch (JsonProcessingException e) {
            // the engine refuses it
        }
    }

    private boolean form(String key) {
        return forms.contains(key)
                || Context.getCommandContext().getCamundaFormDefinitionManager().findLatestDefinitionByKey(key) != null;
    }

    /** Whether a process has tasks of desks: of this deployment, else as deployed last. */
    private boolean needsMatter(String key) {
        return models.stream()
                .flatMap(model -> model.getModelElementsByType(Process.class).stream())
                .filter(process -> key.equals(process.getId()))
                .findFirst()
                .or(() -> latest(key).map(definition -> (Process)
                        repository.getBpmnModelInstance(definition.getId()).getModelElementById(key)))
                .filter(ModelEvents::hasDesks)
                .isPresent();
    }

    private long decisions(String key) {
        return repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(key)
                .count();
    }

    private Optional<ProcessDefinition> latest(String key) {
        return Optional.ofNullable(repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(key)
                .latestVersion()
                .singleResult());
    }

    private List<BpmnModelInstance> deployed() {
        return repository.createProcessDefinitionQuery().latestVersion().list().stream()
                .map(definition -> repository.getBpmnModelInstance(definition.getId()))
                .toList();
    }

    private static Set<String> keys(byte[] file) {
        return DeployedTexts.read(file).stream()
                .flatMap(read -> read.keys().stream())
                .collect(Collectors.toSet());
    }

    private static Optional<BpmnModelInstance> model(byte[] file) {
        try {
            return Optional.of(Bpmn.readModelFromStream(new ByteArrayInputStream(file)));
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }
}
