package io.liudan.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and ends the child processes of a hub that was killed. A child is known by its process id together with the
 * instant it started, so that a process id that has been given to somebody else is never touched.
 */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final int PATIENCE_SECONDS = 20;

    private Leftovers() {}

    static void record(Path file, ProcessHandle child) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    child.pid() + "\n"
                            + child.info().startInstant().orElseThrow().getEpochSecond() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the child that {@link #record} noted, if it still runs. */
    static void end(Path file, String name) {
        lines(file)
                .filter(lines -> lines.size() >= 2)
                .flatMap(lines -> ProcessHandle.of(Long.parseLong(lines.get(0).trim()))
                        .filter(child ->
                                startedAbout(child, Long.parseLong(lines.get(1).trim()))))
                .ifPresent(child -> end(child, name, false));
        forget(file);
    }

    /**
     * Ends the PostgreSQL whose lock file lies in this data directory, if it still runs; its clients must be gone
     * already.
     */
    static void endPostgres(Path dataDirectory) {
        postgres(dataDirectory).ifPresent(child -> end(child, "PostgreSQL", true));
    }

    /** The PostgreSQL whose lock file lies in this data directory, if it runs. */
    static Optional<ProcessHandle> postgres(Path dataDirectory) {
        return lines(dataDirectory.resolve("postmaster.pid"))
                .filter(lines -> lines.size() >= 3)
                .flatMap(lines -> ProcessHandle.of(Long.parseLong(lines.get(0).trim()))
                        .filter(child -> child.info()
                                .command()
                                .filter(command -> command.endsWith("postgres"))
                                .isPresent())
                        .filter(child ->
                                startedAbout(child, Long.parseLong(lines.get(2).trim()))));
    }

    static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Asks a process to end and makes sure that it did. PostgreSQL ends quickly on SIGINT and waits for its clients on
     * SIGTERM.
     */
    static void end(ProcessHandle child, String name, boolean interrupt) {
        LOG.info("Ending the {} that an earlier start left behind (process {})", name, child.pid());
        try {
            if (interrupt) {
                new ProcessBuilder("kill", "-INT", Long.toString(child.pid()))
                        .start()
                        .waitFor();
            } else {
                child.destroy();
            }
            child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception stubborn) {
            child.destroyForcibly();
            child.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }
    }

    private static Optional<List<String>> lines(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readAllLines(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean startedAbout(ProcessHandle child, long epochSecond) {
        return child.info()
                .startInstant()
                .filter(start -> Math.abs(start.getEpochSecond() - epochSecond) <= 5)
                .isPresent();
    }
}
