package io.liudan.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A shell that outlives a hub that was killed, by the few seconds that it takes to end the hub's children: PostgreSQL,
 * Keycloak and the simulators would run on otherwise. It knows of the end by a pipe that the kernel closes.
 */
final class Guardian implements AutoCloseable {

    private final Process shell;

    /**
     * @param records folder of {@link Leftovers#record}
     * @param data PostgreSQL's data directory
     */
    Guardian(Path records, Path data) {
        try (InputStream script = Guardian.class.getResourceAsStream("/embedded/guardian.sh")) {
            shell = new ProcessBuilder(
                            "sh",
                            "-c",
                            new String(script.readAllBytes(), StandardCharsets.UTF_8),
                            "liudan-guardian",
                            records.toString(),
                            data.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To be called when all children have ended. */
    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
    }
}
