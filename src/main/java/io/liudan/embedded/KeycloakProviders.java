package io.liudan.embedded;

import io.liudan.problem.StartupProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.DigestUtils;

/** The realm's own steps ({@code keycloak/providers}), which the build leaves as a jar on the hub's class path. */
final class KeycloakProviders {

    private static final String JAR = "classpath*:keycloak/providers/*-keycloak.jar";

    private KeycloakProviders() {}

    /**
     * Puts the jar where Keycloak looks for it.
     *
     * @return a digest of it: whenever that changes, Keycloak has to be built anew
     */
    static String putInto(Path home) throws IOException {
        Resource[] jars = new PathMatchingResourcePatternResolver().getResources(JAR);
        if (jars.length == 0) {
            throw new StartupProblem(
                    "The realm's own steps are missing: there is no " + JAR + ".",
                    "Start with ./mvnw spring-boot:run, which makes them.");
        }
        byte[] jar;
        try (InputStream in = jars[0].getInputStream()) {
            jar = in.readAllBytes();
        }
        Path target = home.resolve("providers/liudan.jar");
        // Keycloak wants a build when the file's time differs from that of the last one.
        if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), jar)) {
            Files.write(target, jar);
        }
        return DigestUtils.md5DigestAsHex(jar);
    }
}
