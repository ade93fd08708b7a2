package io.liudan.embedded;

import io.liudan.embedded.simulator.DepartmentSimulators;
import io.liudan.embedded.simulator.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * The departments' systems outside, and the Kafka broker that one of them uses, as child processes; see
 * {@link io.liudan.embedded.simulator}.
 */
class EmbeddedSimulators implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedSimulators.class);

    private final EmbeddedProperties properties;
    private final List<Supervised> children = new ArrayList<>();

    EmbeddedSimulators(
            EmbeddedProperties properties,
            EmbeddedDatabase database,
            String hub,
            String realm,
            ConfigurableEnvironment environment) {
        this.properties = properties;
        EmbeddedProperties.Simulators ports = properties.simulators();
        // Where PostgreSQL listens is known only now.
        environment
                .getPropertySources()
                .addLast(new MapPropertySource(
                        "embedded departments", Map.of("liudan.departments.zjj.url", database.exchangeUrl())));
        start(
                "kafka",
                KafkaBroker.class,
                384,
                properties.resolve("kafka").toString(),
                Integer.toString(ports.kafkaPort()),
                Integer.toString(Ports.anyFree()));
        start(
                "simulators",
                DepartmentSimulators.class,
                256,
                "--port=" + ports.port(),
                "--hub=" + hub,
                "--realm=" + realm,
                "--data=" + properties.resolve("simulators"),
                "--exchange=" + database.exchangeUrl(),
                "--exchange-user=" + EmbeddedDatabase.USER,
                "--exchange-password=" + EmbeddedDatabase.USER,
                "--sftp-port=" + ports.sftpPort(),
                "--brokers=localhost:" + ports.kafkaPort());
        LOG.info(
                "Simulated departments: page on port {}, SFTP on {}, Kafka on {}, their logs are in {}",
                ports.port(),
                ports.sftpPort(),
                ports.kafkaPort(),
                properties.resolve("log"));
    }

    private void start(String name, Class<?> program, int megabytes, String... arguments) {
        Path record = properties.resolve("run/" + name);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=simulator/logback.xml"));
        command.addAll(program(System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        Path log = properties.resolve("log/" + name + ".log");
        try {
            Files.createDirectories(log.getParent());
            Supervised child = new Supervised(name, record, () -> new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start());
            children.add(child);
            child.supervise();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the classes of the build, or from within the one jar. */
    private static List<String> program(String classPath, String main) {
        boolean oneJar = classPath.endsWith(".jar") && !classPath.contains(System.getProperty("path.separator"));
        return oneJar
                ? List.of(
                        "-cp",
                        classPath,
                        "-Dloader.main=" + main,
                        "org.springframework.boot.loader.launch.PropertiesLauncher")
                : List.of("-cp", classPath, main);
    }

    @Override
    public void close() {
        children.reversed().forEach(Supervised::close);
    }
}
