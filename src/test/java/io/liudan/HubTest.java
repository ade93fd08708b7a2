package io.liudan;

import io.liudan.process.EngineClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * A test on the running hub: real PostgreSQL, real Keycloak, real HTTP. All of them share one hub, so each test files
 * requests of its own and looks at those only.
 */
@AutoConfigureObservability(tracing = false)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT)
public abstract class HubTest {

    private static final int HUB_PORT = freePort();
    private static final int KEYCLOAK_PORT = freePort();
    private static final int SIMULATORS_PORT = freePort();

    @Autowired
    private EngineClock clock;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry settings) {
        settings.add("server.port", () -> HUB_PORT);
        settings.add("liudan.embedded.directory", () -> Path.of(
                        "target/embedded/" + ProcessHandle.current().pid())
                .toAbsolutePath());
        settings.add("liudan.embedded.postgres-port", () -> 15432);
        settings.add("liudan.embedded.keycloak.port", () -> KEYCLOAK_PORT);
        settings.add("liudan.embedded.keycloak.admin-password", () -> "admin");
        settings.add("liudan.embedded.simulators.enabled", () -> false);
        settings.add("liudan.embedded.simulators.port", () -> SIMULATORS_PORT);
        settings.add("liudan.integration.departments", HubTest::departments);
        settings.add("liudan.integration.reload", () -> "50ms");
        settings.add("liudan.integration.circuit.half-open", () -> "1s");
        // Tests say themselves when waiting messages are looked at again.
        settings.add("liudan.integration.inbox-interval", () -> "1h");
        // Cookies as in production: browsers take localhost for as safe as TLS.
        settings.add("server.servlet.session.cookie.name", () -> "__Host-SESSION");
        settings.add("server.servlet.session.cookie.secure", () -> true);
        settings.add("server.servlet.session.cookie.path", () -> "/");
        settings.add("camunda.bpm.webapp.csrf.enable-secure-cookie", () -> true);
        // What happens in the realm, and at agencies, is seen sooner than by day.
        settings.add("liudan.identity.events-interval", () -> "2s");
        settings.add("liudan.embedded.keycloak.agency-interval", () -> "5s");
        // Tests say themselves when everybody is compared.
        settings.add("liudan.identity.first-comparison", () -> "1h");
        // Orders that other tests left open aren't carried to a system that one connects.
        settings.add("liudan.process.delivery-sweep", () -> "1h");
    }

    @AfterEach
    void backToTheMachinesTime() {
        clock.reset();
    }

    /** Where tests connect departments. */
    protected static Path departments() {
        return Path.of("target/embedded/" + ProcessHandle.current().pid() + "/departments")
                .toAbsolutePath();
    }

    protected static String hub() {
        return "http://localhost:" + HUB_PORT;
    }

    protected static String realm() {
        return "http://localhost:" + KEYCLOAK_PORT + "/realms/liudan";
    }

    /** Where Keycloak looks for a simulated WeChat; a test that needs one starts it there. */
    protected static int simulatorsPort() {
        return SIMULATORS_PORT;
    }

    protected static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
