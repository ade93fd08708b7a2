package io.liudan.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.liudan.embedded.simulator.DepartmentSimulators;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The departments' systems outside, as one child process; see {@link io.liudan.embedded.simulator}. */
class EmbeddedSimulators implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedSimulators.class);

    private final Path record;
    private final Process process;

    EmbeddedSimulators(EmbeddedProperties properties, String hub, String realm) {
        this.record = properties.resolve("run/simulators");
        Leftovers.end(record, "simulated departments");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(program(System.getProperty("java.class.path")));
        command.addAll(List.of("--port=" + properties.simulators().port(), "--hub=" + hub, "--realm=" + realm, "--data=" + properties.resolve("simulators")));
        Path log = properties.resolve("log/simulators.log");
        try {
            Files.createDirectories(log.getParent());
            process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Leftovers.record(record, process.toHandle());
        LOG.info("Simulated departments listen on port {}, their log is {}", properties.simulators().port(), log);
    }

    /** From the classes of the build, or from within the one jar. */
    private static List<String> program(String classPath) {
        String main = DepartmentSimulators.class.getName();
        boolean oneJar = classPath.endsWith(".jar") && !classPath.contains(System.getProperty("path.separator"));
        return oneJar ? List.of("-cp", classPath, "-Dloader.main=" + main, "org.springframework.boot.loader.launch.PropertiesLauncher") : List.of("-cp", classPath, main);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Leftovers.forget(record);
    }
}
