package io.liudan.process.packages;

import io.liudan.matter.Kind;
import io.liudan.matter.KindModules;
import io.liudan.matter.KindUse;
import io.liudan.matter.Kinds;
import io.liudan.matter.Manifests;
import io.liudan.process.KnownTopics;
import io.liudan.process.rules.DeployedTexts;
import io.liudan.process.rules.ExpressionRules;
import io.liudan.process.rules.ModelFields;
import io.liudan.process.rules.ModelRules;
import io.liudan.process.rules.TableRules;
import io.liudan.process.rules.VerbWords;
import io.liudan.process.rules.Verbs;
import io.liudan.process.tasks.EngineGrants;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Refuses a deployment that breaks the {@link ModelRules}, brings files that the hub has no use for, or takes a key
 * that came with another package; with all faults at once, and nothing of it is deployed. What is deployed is written
 * down ({@link DeploymentRecords}).
 */
@Component
public class ModelGuard implements Deployer {

    /** In bytes; the six orders take a twentieth of it. */
    static final int LARGEST = 2 * 1024 * 1024;

    static final List<String> MODELS = List.of(".bpmn", ".bpmn20.xml");
    static final List<String> TABLES = List.of(".dmn", ".dmn11.xml");
    static final List<String> FORMS = List.of(".form");

    private final ModelRules rules;
    private final TableRules tables;
    private final ExpressionRules expressions;
    private final ObjectProvider<KnownTopics> topics;
    private final Supplier<DeploymentRecords> records;
    private final ObjectProvider<Kinds> kinds;
    private final ObjectProvider<KindModules> modules;
    private final ObjectProvider<KindUse> use;
    private final ObjectProvider<EngineGrants> grants;

    ModelGuard(
            Verbs verbs,
            VerbWords words,
            TableRules tables,
            ObjectProvider<KnownTopics> topics,
            ObjectProvider<DeploymentRecords> records,
            ObjectProvider<Kinds> kinds,
            ObjectProvider<KindModules> modules,
            ObjectProvider<KindUse> use,
            ObjectProvider<EngineGrants> grants) {
        this.expressions = new ExpressionRules(verbs, words);
        this.rules = new ModelRules(expressions, words, () -> topics.getObject().all());
        this.tables = tables;
        this.topics = topics;
        this.records = records::getObject;
        this.kinds = kinds;
        this.modules = modules;
        this.use = use;
        this.grants = grants;
    }

    /** All faults of all models of one deployment. */
    public static class ModelRejected extends BadUserRequestException {

        private final List<String> faults;

        ModelRejected(List<String> faults) {
            super("流程模型不符合规则 The model breaks the rules:\n- " + String.join("\n- ", faults));
            this.faults = List.copyOf(faults);
        }

        List<String> faults() {
            return faults;
        }
    }

    /** What is no fault and yet worth a look, in files without faults. */
    List<String> notes(Map<String, byte[]> files) {
        List<String> notes = new ArrayList<>();
        files.forEach((name, content) -> {
            if (is(name, TABLES)) {
                notes.addAll(tables.notes(content));
            }
            if (is(name, MODELS)) {
                notes.addAll(ModelFields.notes(Bpmn.readModelFromStream(new ByteArrayInputStream(content))));
            }
        });
        return notes;
    }

    @Override
    public void deploy(DeploymentEntity deployment) {
        if (!deployment.isNew()) {
            return;
        }
        Map<String, ResourceEntity> resources = deployment.getResources();
        List<String> faults = new ArrayList<>();
        Set<String> keys = new TreeSet<>();
        Set<String> models = new TreeSet<>();
        Set<String> tableKeys = new TreeSet<>();
        ModelRules.Neighbours neighbours = new DeploymentSurroundings(
                        resources,
                        topics.getObject(),
                        kinds.getObject(),
                        modules.getObject().all())
                .neighbours();
        resources.forEach((name, resource) -> {
            if (resource.getBytes().length > LARGEST) {
                faults.add(name + ": 文件太大，最多 2 MB is too large: 2 MB at most");
                return;
            }
            if (is(name, MODELS)) {
                faults.addAll(rules.faults(resource.getBytes(), neighbours));
            }
            if (is(name, TABLES)) {
                faults.addAll(tables.faults(resource.getBytes()));
            }
            if (is(name, MODELS) || is(name, TABLES)) {
                Optional<DeployedTexts> file = DeployedTexts.read(resource.getBytes());
                file.ifPresentOrElse(
                        read -> {
                            keys.addAll(read.keys());
                            // A process and a table may share their key: the engine keeps them apart.
                            Set<String> others = is(name, MODELS) ? models : tableKeys;
                            read.keys().stream()
                                    .filter(key -> !others.add(key))
                                    .forEach(key -> faults.add(name + ": 标识出现在两个文件里 stands in two files: " + key));
                            faults.addAll(expressions.faults(read));
                        },
                        () -> faults.add(name + ": 不是有效的 XML is not valid XML"));
            } else if (is(name, FORMS)) {
                expressions
                        .fault(new String(resource.getBytes(), StandardCharsets.UTF_8))
                        .ifPresent(fault -> faults.add(name + ": " + fault));
            } else if (name.equals(Manifests.FILE)) {
                faults.addAll(manifest(resource, neighbours, keys));
            } else {
                faults.add(name + ": 只部署 .bpmn、.dmn 和 .form，以及 " + Manifests.FILE + " only these are deployed");
            }
        });
        // The hub brings its own packages; anybody else is known to the engine by name.
        if (Context.getCommandContext().getAuthenticatedUserId() != null) {
            faults.addAll(strangers(deployment, keys));
        }
        if (!faults.isEmpty()) {
            throw new ModelRejected(faults.stream().distinct().toList());
        }
        records.get().record(deployment);
        ResourceEntity manifest = resources.get(Manifests.FILE);
        if (manifest != null) {
            kinds.getObject().publish(text(manifest));
            String kind = Manifests.read(text(manifest)).key();
            Context.getCommandContext().runWithoutAuthorization(() -> {
                grants.getObject().grant(kind);
                return null;
            });
        }
    }

    private List<String> manifest(ResourceEntity manifest, ModelRules.Neighbours neighbours, Set<String> keys) {
        try {
            Kind kind = Manifests.read(text(manifest));
            // A kind belongs to the package of its process.
            keys.add(kind.key());
            return neighbours.process().test(kind.key())
                    ? use.getObject().dropped(kind).stream()
                            .map(fault -> Manifests.FILE + ": " + fault)
                            .toList()
                    : List.of(Manifests.FILE + ": kind: 没有同名的流程 no process has this id: '" + kind.key() + "'");
        } catch (Manifests.Unreadable unreadable) {
            return unreadable.faults().stream()
                    .map(fault -> Manifests.FILE + ": " + fault)
                    .toList();
        }
    }

    private static String text(ResourceEntity file) {
        return new String(file.getBytes(), StandardCharsets.UTF_8);
    }

    static boolean is(String name, List<String> endings) {
        return endings.stream().anyMatch(name::endsWith);
    }

    /** A key belongs to the package that it came with: the hub's own folder, else whatever was deployed first. */
    private static List<String> strangers(DeploymentEntity deployment, Set<String> keys) {
        List<String> faults = new ArrayList<>();
        if (ProcessPackages.SOURCE.equals(deployment.getSource())) {
            faults.add("部署来源 deployment-source '" + ProcessPackages.SOURCE + "' 只属于系统自己 is the hub's own");
        }
        RepositoryService repository = Context.getProcessEngineConfiguration().getRepositoryService();
        for (String key : keys) {
            owner(repository, key)
                    .filter(name -> !name.equals(String.valueOf(deployment.getName())))
                    .ifPresent(name -> faults.add(key + ": 这个标识属于 '" + name + "'，请用这个部署名称 belongs to '" + name
                            + "': deploy it under that deployment name, or give yours another id"));
        }
        return faults;
    }

    private static Optional<String> owner(RepositoryService repository, String key) {
        List<Deployment> versions = new ArrayList<>();
        repository.createProcessDefinitionQuery().processDefinitionKey(key).list().stream()
                .map(ProcessDefinition::getDeploymentId)
                .forEach(id -> versions.add(deployment(repository, id)));
        repository.createDecisionDefinitionQuery().decisionDefinitionKey(key).list().stream()
                .map(DecisionDefinition::getDeploymentId)
                .forEach(id -> versions.add(deployment(repository, id)));
        Comparator<Deployment> age = Comparator.comparing(Deployment::getDeploymentTime);
        return versions.stream()
                .filter(version -> ProcessPackages.SOURCE.equals(version.getSource()))
                .max(age)
                .or(() -> versions.stream().min(age))
                .map(version -> String.valueOf(version.getName()));
    }

    private static Deployment deployment(RepositoryService repository, String id) {
        return repository.createDeploymentQuery().deploymentId(id).singleResult();
    }
}
