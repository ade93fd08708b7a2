package io.liudan.process.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * bpmnlint and Camunda Modeler's own reader over every model. Needs Node 20 and npm; in continuous integration they
 * must be there.
 */
class BpmnLintTest {

    private static final File FOLDER = new File("bpmn/lint");

    @Test
    void every_model_is_clean_and_opens_in_camunda_modelers_libraries_without_a_warning() throws Exception {
        assumeTrue(present() || System.getenv("CI") != null, "npm is not installed");
        assertThat(run("npm", "ci", "--no-audit", "--no-fund")).doesNotContain("npm error");
        assertThat(run("npm", "run", "--silent", "lint")).isBlank();
        assertThat(run("npm", "run", "--silent", "format:check")).isBlank();
    }

    private static boolean present() throws InterruptedException {
        try {
            return new ProcessBuilder("npm", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(FOLDER)
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as("%s%n%s%n%s", String.join(" ", command), output, errors)
                .isZero();
        return output;
    }
}
