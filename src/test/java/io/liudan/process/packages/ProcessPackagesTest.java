package io.liudan.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.process.Packages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.camunda.bpm.engine.RepositoryService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What a start does with the folders of process packages. */
class ProcessPackagesTest extends HubTest {

    private static final String KEY = "six-orders";

    @Autowired
    private RepositoryService repository;

    @Autowired
    private DeploymentRecords records;

    @Autowired
    private TransactionTemplate transaction;

    private final Api api = new Api(hub(), realm());

    private int version() {
        return repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(KEY)
                .latestVersion()
                .singleResult()
                .getVersion();
    }

    private ProcessPackages packages(Path folder) {
        return new ProcessPackages(
                repository, records, transaction, new String[] {folder.toUri().toString()});
    }

    @AfterEach
    void theModelOfTheFolderAgain() throws IOException {
        Packages.ours(repository);
    }

    @Test
    void a_changed_model_is_deployed_with_its_tables_and_an_unchanged_one_is_not(@TempDir Path folder)
            throws IOException {
        Packages.copy(folder);
        int before = version();
        packages(folder).deploy();
        assertThat(version()).isEqualTo(before);
        Path model = folder.resolve(KEY).resolve("six-orders.bpmn");
        Files.writeString(model, Files.readString(model).replace("name=\"网格核单\"", "name=\"网格初核\""));
        packages(folder).deploy();
        assertThat(version()).isEqualTo(before + 1);
        String code = api.file("resident1");
        assertThat(api.task("grid1", code, "verify").path("name").asText()).isEqualTo("网格初核");
        packages(Path.of("bpmn").toAbsolutePath()).deploy();
        assertThat(version()).as("a node with an older folder changes nothing").isEqualTo(before + 1);
    }
}
