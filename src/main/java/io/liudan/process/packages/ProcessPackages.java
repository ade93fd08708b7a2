package io.liudan.process.packages;

import io.liudan.process.tasks.EngineGrants;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.camunda.bpm.engine.ParseException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Deploys the process packages, one deployment for each folder of {@code bpmn/}: models, decision tables, forms and the
 * manifest together, all of a folder or nothing. At a start, a folder's content that was deployed once isn't deployed
 * again, on this node or another: what was deployed from Camunda Modeler since, or gone back to, stays the newest. A
 * folder that is saved while the hub runs is deployed once it has stood still for a moment.
 */
@Component
public class ProcessPackages {

    /** Marks the deployments of the hub's own folders. */
    public static final String SOURCE = "package";

    private static final Logger LOG = LoggerFactory.getLogger(ProcessPackages.class);
    private static final String NONE = "";

    private final RepositoryService repository;
    private final DeploymentRecords records;
    private final TransactionTemplate transaction;
    private final PackageFolders folders;
    private final Map<String, Folder> known = new ConcurrentHashMap<>();

    ProcessPackages(
            RepositoryService repository,
            DeploymentRecords records,
            TransactionTemplate transaction,
            @Value("${liudan.process.packages}") String[] locations) {
        this.repository = repository;
        this.records = records;
        this.transaction = transaction;
        this.folders = new PackageFolders(Arrays.stream(locations)
                .map(location -> location.endsWith("/") ? location : location + "/")
                .toList());
    }

    /**
     * A package's folder.
     *
     * @param looked checksum of its files when it was last looked at
     * @param tried checksum of the files that were tried last, deployed or refused
     * @param faults for which those were refused; empty for none
     */
    record Folder(String looked, String tried, List<String> faults) {}

    /** Packages by name, with what they were refused for. */
    Map<String, Folder> known() {
        return Map.copyOf(known);
    }

    /** Before the grants: they follow from the kinds. */
    @EventListener(ApplicationStartedEvent.class)
    @Order(EngineGrants.ORDER - 1)
    void deploy() throws IOException {
        folders.read().forEach((name, files) -> {
            String checksum = DeploymentRecords.checksum(files);
            if (records.knows(name, checksum)) {
                LOG.info("Process package {} was deployed before as its folder has it", name);
                known.put(name, new Folder(checksum, checksum, List.of()));
            } else {
                known.put(name, new Folder(checksum, checksum, tried(name, files)));
            }
        });
    }

    /** Deploys what was saved since; twice the same checksum means that nobody is saving right now. */
    @Scheduled(initialDelayString = "${liudan.process.watch}", fixedDelayString = "${liudan.process.watch}")
    void watch() throws IOException {
        if (known.isEmpty()) {
            return;
        }
        SortedMap<String, SortedMap<String, byte[]>> present = folders.read();
        known.keySet().retainAll(present.keySet());
        present.forEach((name, files) -> {
            String checksum = DeploymentRecords.checksum(files);
            Folder before = known.getOrDefault(name, new Folder(NONE, NONE, List.of()));
            boolean still = checksum.equals(before.looked());
            boolean fresh = !checksum.equals(before.tried());
            if (still && fresh) {
                known.put(name, new Folder(checksum, checksum, tried(name, files)));
            } else if (!still) {
                known.put(name, new Folder(checksum, before.tried(), before.faults()));
            }
        });
    }

    /** @return the faults for which it was refused */
    private List<String> tried(String name, SortedMap<String, byte[]> files) {
        try {
            // Of several nodes that see the same folder one deploys it, and the others find it done.
            boolean deployed = Boolean.TRUE.equals(transaction.execute(status -> {
                records.lock(name);
                boolean done = records.isNewest(name, DeploymentRecords.checksum(files));
                if (!done) {
                    deploy(name, files);
                }
                return !done;
            }));
            LOG.info("Process package {} {}", name, deployed ? "is deployed" : "is deployed already");
            return List.of();
        } catch (ModelGuard.ModelRejected rejected) {
            rejected.faults().forEach(fault -> LOG.error("Process package {} is refused: {}", name, fault));
            return rejected.faults();
        } catch (ParseException unreadable) {
            List<String> faults = DeploymentCheck.faults(unreadable);
            faults.forEach(fault -> LOG.error("Process package {} is refused: {}", name, fault));
            return faults;
        }
    }

    /** A model finds its tables in its own deployment. */
    private void deploy(String name, SortedMap<String, byte[]> files) {
        DeploymentBuilder deployment =
                repository.createDeployment().name(name).source(SOURCE).enableDuplicateFiltering(false);
        files.forEach((file, content) -> deployment.addInputStream(file, new ByteArrayInputStream(content)));
        deployment.deploy();
    }
}
