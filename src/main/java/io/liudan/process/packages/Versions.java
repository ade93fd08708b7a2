package io.liudan.process.packages;

import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.problem.Problem;
import io.liudan.process.rules.DeployedTexts;
import io.liudan.process.tasks.EngineGrants;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.repository.DeploymentQuery;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The versions of a package: all deployments of one name, each with the files that came with it and, of those that
 * didn't, the newest from before.
 */
@Component
class Versions {

    private static final int REASON_LIMIT = 500;

    private final RepositoryService repository;
    private final RuntimeService runtime;
    private final IdentityService identity;
    private final DeploymentRecords records;
    private final Audit audit;
    private final ChangeWords words;
    private final TransactionTemplate transaction;

    Versions(
            RepositoryService repository,
            RuntimeService runtime,
            IdentityService identity,
            DeploymentRecords records,
            Audit audit,
            MessageSource messages,
            PlatformTransactionManager transactions) {
        this.repository = repository;
        this.runtime = runtime;
        this.identity = identity;
        this.records = records;
        this.audit = audit;
        this.words = new ChangeWords(messages);
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * What differs between two versions of a package.
     *
     * @param id the later one
     * @param since the earlier one; {@code null} where there was none
     * @param words the differences, a sentence each, in the reader's language
     */
    record Comparison(String id, String since, List<String> words, List<PackageChanges.Change> changes) {}

    /**
     * @param since an earlier deployment of the same name; {@code null} for the one right before
     * @throws Problem 404 when there is no such deployment
     */
    Comparison compare(String id, String since) {
        Deployment later = find(id);
        List<Deployment> all = versions(later.getName());
        Deployment earlier = since == null ? before(later, all) : find(since);
        if (earlier != null && !name(earlier).equals(name(later))) {
            throw Problem.field("since", "not-among", name(later));
        }
        return comparison(
                id,
                earlier == null ? null : earlier.getId(),
                PackageChanges.between(earlier == null ? Map.of() : files(earlier, all), files(later, all)));
    }

    /**
     * Deploys a package once more as it stood after an earlier deployment, with the same checks. What runs goes on as
     * it began. Files that came to the package later stay.
     *
     * @return what differs from the version that counted until now
     * @throws Problem 404 when there is no such deployment, 409 when the package stands like that, 422 without a reason
     *     or with the faults for which that version would be refused today
     */
    Comparison restore(Actor actor, String id, String reason) {
        if (reason == null || reason.isBlank()) {
            throw Problem.field("reason", "required");
        }
        if (reason.length() > REASON_LIMIT) {
            throw Problem.field("reason", "too-long", REASON_LIMIT);
        }
        Deployment wanted = find(id);
        try {
            return restore(actor, wanted, reason.strip());
        } catch (ModelGuard.ModelRejected rejected) {
            throw Problem.unprocessable("version-refused", String.join("\n", rejected.faults()));
        }
    }

    private Comparison restore(Actor actor, Deployment wanted, String reason) {
        return transaction.execute(status -> {
            List<Deployment> all = versions(wanted.getName());
            Map<String, byte[]> files = files(wanted, all);
            Map<String, byte[]> now = files(all.getFirst(), all);
            now.keySet().retainAll(files.keySet());
            List<PackageChanges.Change> changes = PackageChanges.between(now, files);
            if (changes.isEmpty()) {
                throw Problem.conflict("version-counts-already");
            }
            String deployed = deploy(actor, wanted.getName(), files);
            records.because(deployed, wanted.getDeploymentTime().toInstant(), reason);
            audit.record("deployment.restore", deployed, "designer", reason);
            return comparison(deployed, all.getFirst().getId(), changes);
        });
    }

    /**
     * What these files would change in a package.
     *
     * @return without an {@code id}
     */
    Comparison beside(String name, Map<String, byte[]> files) {
        List<Deployment> all = versions(name);
        Map<String, byte[]> now = all.isEmpty() ? Map.of() : files(all.getFirst(), all);
        return comparison(null, all.isEmpty() ? null : all.getFirst().getId(), PackageChanges.between(now, files));
    }

    /** How many processes of a package are running. */
    long running(String name) {
        return versions(name).stream()
                .mapToLong(version ->
                        repository.createProcessDefinitionQuery().deploymentId(version.getId()).list().stream()
                                .mapToLong(definition -> runtime.createProcessInstanceQuery()
                                        .processDefinitionId(definition.getId())
                                        .count())
                                .sum())
                .sum();
    }

    /** Deploys files under a package's name; gives what differs from the version before. */
    Comparison deployed(Actor actor, String name, Map<String, byte[]> files) {
        return transaction.execute(status -> {
            records.lock(String.valueOf(name));
            Comparison changes = beside(name, files);
            return new Comparison(deploy(actor, name, files), changes.since(), changes.words(), changes.changes());
        });
    }

    private Comparison comparison(String id, String since, List<PackageChanges.Change> changes) {
        return new Comparison(id, since, changes.stream().map(words::of).toList(), changes);
    }

    private String deploy(Actor actor, String name, Map<String, byte[]> files) {
        identity.setAuthentication(actor.username(), EngineGrants.groups(actor));
        try {
            DeploymentBuilder deployment = repository.createDeployment().name(name);
            files.forEach((file, content) -> deployment.addInputStream(file, new ByteArrayInputStream(content)));
            return deployment.deploy().getId();
        } finally {
            identity.clearAuthentication();
        }
    }

    private Deployment find(String id) {
        Deployment found = repository.createDeploymentQuery().deploymentId(id).singleResult();
        if (found == null) {
            throw Problem.notFound("no-such-deployment");
        }
        return found;
    }

    /** All of one name, the newest first. */
    private List<Deployment> versions(String name) {
        DeploymentQuery all =
                repository.createDeploymentQuery().orderByDeploymentTime().desc();
        // Who deploys by hand may give no name.
        return name == null
                ? all.list().stream().filter(one -> one.getName() == null).toList()
                : all.deploymentName(name).list();
    }

    private static Deployment before(Deployment later, List<Deployment> all) {
        int place = place(later, all);
        return place + 1 < all.size() ? all.get(place + 1) : null;
    }

    private static int place(Deployment one, List<Deployment> all) {
        return all.stream().map(Deployment::getId).toList().indexOf(one.getId());
    }

    private static String name(Deployment deployment) {
        return String.valueOf(deployment.getName());
    }

    /** As the package stood after a deployment. */
    private Map<String, byte[]> files(Deployment at, List<Deployment> all) {
        Map<String, byte[]> files = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (Deployment version : all.subList(place(at, all), all.size())) {
            Map<String, byte[]> brought = new TreeMap<>();
            repository.getDeploymentResourceNames(version.getId()).stream()
                    .filter(seen::add)
                    .forEach(file -> brought.put(file, content(version, file)));
            // A file that was given another name later isn't there any more under the older one.
            brought.values()
                    .removeIf(content ->
                            keys.containsAll(keys(content)) && !keys(content).isEmpty());
            brought.values().forEach(content -> keys.addAll(keys(content)));
            files.putAll(brought);
        }
        return files;
    }

    private static Set<String> keys(byte[] content) {
        return DeployedTexts.read(content).map(DeployedTexts::keys).orElse(Set.of());
    }

    private byte[] content(Deployment version, String file) {
        try (InputStream content = repository.getResourceAsStream(version.getId(), file)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
