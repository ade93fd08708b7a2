package io.liudan.process;

import io.liudan.matter.Manifests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Deploys the process packages at start, one deployment for each folder of {@code bpmn/}: models, decision tables,
 * forms and the manifest together. A folder's content that was deployed once isn't deployed again, on this node or
 * another: what was deployed from Camunda Modeler since, or gone back to, stays the newest.
 */
@Component
class ProcessPackages {

    /** Marks the deployments of the hub's own folders. */
    static final String SOURCE = "package";

    private static final Logger LOG = LoggerFactory.getLogger(ProcessPackages.class);
    private static final List<String> KINDS = List.of("*.bpmn", "*.dmn", "*.form", Manifests.FILE);

    private final RepositoryService repository;
    private final DeploymentRecords records;
    private final List<String> locations;

    ProcessPackages(
            RepositoryService repository,
            DeploymentRecords records,
            @Value("${liudan.process.packages}") String[] locations) {
        this.repository = repository;
        this.records = records;
        this.locations = Arrays.stream(locations)
                .map(location -> location.endsWith("/") ? location : location + "/")
                .toList();
    }

    /** Before the grants: they follow from the kinds. */
    @EventListener(ApplicationStartedEvent.class)
    @Order(EngineGrants.ORDER - 1)
    void deploy() throws IOException {
        for (Map.Entry<String, List<Resource>> folder : folders().entrySet()) {
            SortedMap<String, byte[]> files = new TreeMap<>();
            for (Resource resource : folder.getValue()) {
                files.put(resource.getFilename(), resource.getContentAsByteArray());
            }
            if (records.knows(folder.getKey(), DeploymentRecords.checksum(files))) {
                LOG.info("Process package {} was deployed before as its folder has it", folder.getKey());
                continue;
            }
            // All of a folder or nothing: a model finds its tables in its own deployment.
            DeploymentBuilder deployment = repository
                    .createDeployment()
                    .name(folder.getKey())
                    .source(SOURCE)
                    .enableDuplicateFiltering(false);
            files.forEach((name, content) -> deployment.addInputStream(name, new ByteArrayInputStream(content)));
            deployment.deploy();
            LOG.info("Process package {} is deployed", folder.getKey());
        }
    }

    /** Packages by name, from the first location that holds any. */
    private Map<String, List<Resource>> folders() throws IOException {
        for (String location : locations) {
            List<Resource> found = new ArrayList<>();
            for (String kind : KINDS) {
                try {
                    found.addAll(
                            List.of(new PathMatchingResourcePatternResolver().getResources(location + "*/" + kind)));
                } catch (java.io.FileNotFoundException none) {
                    LOG.debug("There is no {}", location);
                }
            }
            if (!found.isEmpty()) {
                return found.stream()
                        .collect(Collectors.groupingBy(ProcessPackages::folder, TreeMap::new, Collectors.toList()));
            }
        }
        throw new IllegalStateException("No process package was found in " + locations);
    }

    private static String folder(Resource resource) {
        try {
            String[] steps = resource.getURI().toString().split("/");
            return steps[steps.length - 2];
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
