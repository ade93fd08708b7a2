package io.liudan;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A hub in a JVM of its own, for tests that kill it and for the benchmark. */
public final class HubProcess implements AutoCloseable {

    private final Path directory;
    private final int port;
    private final List<String> command;
    private final Path checkout;
    private Process process;

    /**
     * @param directory of its data and log
     * @param settings Spring properties, each as {@code name=value}
     */
    public HubProcess(Path directory, int port, String... settings) {
        this(Path.of(""), System.getProperty("java.class.path"), directory, port, settings);
    }

    /**
     * A hub of another version.
     *
     * @param checkout where that version is built; it needs the libraries that this one has
     */
    public static HubProcess of(Path checkout, Path directory, int port, String... settings) {
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator));
        return new HubProcess(
                checkout,
                checkout.toAbsolutePath().resolve("target/classes") + File.pathSeparator + libraries,
                directory,
                port,
                settings);
    }

    private HubProcess(Path checkout, String classpath, Path directory, int port, String... settings) {
        this.checkout = checkout.toAbsolutePath();
        this.directory = directory.toAbsolutePath();
        this.port = port;
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-Xms1g",
                "-Xmx1g",
                "-cp",
                classpath,
                "io.liudan.LiudanHub",
                "--server.port=" + port,
                "--liudan.embedded.directory=" + this.directory));
        for (String setting : settings) {
            command.add("--" + setting);
        }
    }

    public String url() {
        return "http://localhost:" + port;
    }

    public long pid() {
        return process.pid();
    }

    /** Starts it and waits until it takes requests. */
    public HubProcess start() {
        try {
            Files.createDirectories(directory);
            process = new ProcessBuilder(command)
                    .directory(checkout.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("hub.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Instant end = Instant.now().plus(Duration.ofMinutes(4));
        while (Instant.now().isBefore(end)) {
            if (!process.isAlive()) {
                throw new IllegalStateException("The hub ended at start; see " + directory.resolve("hub.log"));
            }
            if (healthy()) {
                return this;
            }
            pause();
        }
        throw new IllegalStateException("The hub doesn't answer; see " + directory.resolve("hub.log"));
    }

    /** kill -9 of the hub and of the shell that would end its servers: they run on for others. */
    public void killLeavingServers() {
        process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("sh"))
                .forEach(ProcessHandle::destroyForcibly);
        kill();
    }

    /** kill -9: nothing of it gets to say goodbye; its servers end soon after. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null && process.isAlive()) {
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    /** The engine has its models once the hub is ready, and not before. */
    private boolean healthy() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                                    HttpRequest.newBuilder(URI.create(url() + "/actuator/health/readiness"))
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(300);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
