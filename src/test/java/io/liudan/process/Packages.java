package io.liudan.process;

import io.liudan.process.packages.ProcessPackages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DeploymentBuilder;

/** Puts a folder's package in force, whether it was deployed before or not. */
public final class Packages {

    private static final Path OURS = Path.of("bpmn", "six-orders");

    private Packages() {}

    /** As after a start on an empty database. */
    public static void ours(RepositoryService repository) throws IOException {
        deploy(repository, OURS);
    }

    /** Those files of the six orders that a folder has, under their name. */
    public static void deploy(RepositoryService repository, Path folder) throws IOException {
        DeploymentBuilder deployment = repository
                .createDeployment()
                .name(OURS.getFileName().toString())
                .source(ProcessPackages.SOURCE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{bpmn,dmn,yaml}")) {
            for (Path file : files) {
                try (InputStream content = Files.newInputStream(file)) {
                    deployment.addInputStream(file.getFileName().toString(), content);
                }
            }
        }
        deployment.deploy();
    }

    /** A folder of packages with a copy of the six orders. */
    public static Path copy(Path to) throws IOException {
        Path folder = Files.createDirectories(to.resolve(OURS.getFileName()));
        for (String file : new String[] {"six-orders.bpmn", "deadlines.dmn", "routing.dmn", "matter.yaml"}) {
            Files.copy(OURS.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        return folder;
    }
}
