package io.liudan.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RepositoryService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a designer is told before anything is deployed. */
class DeploymentCheckTest extends HubTest {

    @Autowired
    private RepositoryService repository;

    private final Api api = new Api(hub(), realm());

    private JsonNode check(String name, Map<String, String> files) {
        Answer answer = send(name, files);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }

    private Answer send(String name, Map<String, String> files) {
        StringBuilder body =
                new StringBuilder("--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n" + name + "\r\n");
        files.forEach((file, content) -> body.append("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + file + "\"\r\nContent-Type: text/xml\r\n\r\n" + content + "\r\n"));
        return api.send(
                "designer",
                "POST",
                "/api/v1/deployments/check",
                BodyPublishers.ofString(body + "--b--\r\n"),
                Map.of("Content-Type", "multipart/form-data; boundary=b"));
    }

    private static Map<String, String> folder(Path folder) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.filter(one -> one.toString().matches(".*\\.(bpmn|dmn|form)"))
                    .toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }

    @Test
    void the_hubs_own_packages_pass_and_nothing_is_deployed() throws IOException {
        long before = repository.createDeploymentQuery().count();
        for (String name : List.of("six-orders", "work-orders")) {
            JsonNode outcome = check(name, folder(Path.of("bpmn", name)));
            assertThat(outcome.path("faults")).as(name).isEmpty();
            assertThat(outcome.path("notes")).as(name).isEmpty();
        }
        assertThat(repository.createDeploymentQuery().count()).isEqualTo(before);
    }

    @Test
    void all_faults_of_all_files_are_told_at_once_and_the_engines_own_as_well() throws IOException {
        Map<String, String> files = folder(Path.of("bpmn/six-orders"));
        files.computeIfPresent(
                "six-orders.bpmn", (name, text) -> text.replace("${desks.grid(gridCode)}", "${desks.grid(gridcode)}")
                        .replace("name=\"resident-rated\"", "name=\"resident-rate\""));
        files.computeIfPresent("deadlines.dmn", (name, text) -> text.replaceFirst("<text>\"", "<text>“"));
        assertThat(check("six-orders", files).path("faults").toString())
                .contains("网格核单 (verify)", "gridcode", "did you mean 'gridCode'", "resident-rate'", "时限");
        assertThat(check("strange", folder(Path.of("bpmn/six-orders")))
                        .path("faults")
                        .toString())
                .contains("belongs to 'six-orders'");
        String engine = """
                <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <process id="twice-begun" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent id="s"/><startEvent id="s2"/></process></definitions>""";
        assertThat(check("twice-begun", Map.of("p.bpmn", engine)).path("faults").toString())
                .contains("multiple none start events");
    }

    @Test
    void a_table_that_nobody_can_analyse_passes_with_a_note() {
        String table = """
                <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="d" name="d" namespace="t">
                  <decision id="odd-table" name="杂项"%s><decisionTable id="t" hitPolicy="FIRST"><input id="i" label="什么"><inputExpression id="ie"><text>what</text></inputExpression></input>
                    <output id="o" name="said" typeRef="string"/><rule id="r"><inputEntry id="e"><text>"a"</text></inputEntry><outputEntry id="oe"><text>"b"</text></outputEntry></rule></decisionTable></decision></definitions>""";
        assertThat(check("odd-table", Map.of("odd.dmn", table.formatted("")))
                        .path("faults")
                        .toString())
                .contains("杂项 (odd-table): 没有写明历史数据保留多久");
        JsonNode outcome =
                check("odd-table", Map.of("odd.dmn", table.formatted(" camunda:historyTimeToLive=\"P180D\"")));
        assertThat(outcome.path("faults")).isEmpty();
        assertThat(outcome.path("notes").toString()).contains("杂项", "not analysed");
    }

    @Test
    void models_of_the_last_commits_still_pass() throws Exception {
        assumeTrue(Files.exists(Path.of(".git")), "no history here");
        List<String> commits = git("log", "-10", "--format=%H", "--", "bpmn/six-orders")
                .lines()
                .toList();
        int looked = 0;
        for (String commit : commits) {
            Map<String, String> files = new LinkedHashMap<>();
            for (String path : git("ls-tree", "--name-only", commit, "bpmn/six-orders/")
                    .lines()
                    .filter(one -> one.matches(".*\\.(bpmn|dmn|form)"))
                    .toList()) {
                files.put(path.substring(path.lastIndexOf('/') + 1), git("show", commit + ":" + path));
            }
            if (!files.isEmpty()) {
                looked++;
                assertThat(check("six-orders", files).path("faults")).as(commit).isEmpty();
            }
        }
        assertThat(looked).isEqualTo(commits.size());
    }

    @Test
    void a_folder_is_checked_from_the_command_line() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/node")) || System.getenv("CI") != null, "no Node here");
        assertThat(run(
                        Map.of("HUB", hub(), "TOKEN", api.token("designer")),
                        "node",
                        "bpmn/lint/check.mjs",
                        "bpmn/six-orders"))
                .isEmpty();
        assertThat(run(
                        Map.of("HUB", hub(), "TOKEN", api.token("grid1")),
                        "node",
                        "bpmn/lint/check.mjs",
                        "bpmn/six-orders"))
                .contains("没有权限");
    }

    private static String git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return run(Map.of(), command.toArray(String[]::new));
    }

    private static String run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return output;
    }
}
