package io.liudan.embedded;

import io.liudan.embedded.simulator.WechatSimulator;
import io.liudan.problem.StartupProblem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.util.FileSystemUtils;

/**
 * A real Keycloak as a child process, on the embedded PostgreSQL. It is built once for that database and starts
 * optimised from then on; the realm is imported at the first start. It starts beside the hub; when it can't, the hub
 * runs on and says why.
 */
class EmbeddedKeycloak implements HealthIndicator, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKeycloak.class);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String REALM = "liudan";

    private final EmbeddedProperties properties;
    private final EmbeddedDatabase database;
    private final RealmFile realm;
    private final Path realmFolder;
    private final String webUrl;
    private final Path record;
    private final KeycloakAdministrator administrator;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile Supervised server;
    private volatile boolean closing;

    EmbeddedKeycloak(
            EmbeddedProperties properties,
            EmbeddedDatabase database,
            RealmFile realm,
            Path realmFolder,
            String webUrl) {
        this.properties = properties;
        this.database = database;
        this.realm = realm;
        this.realmFolder = realmFolder;
        this.webUrl = webUrl;
        this.record = properties.resolve("run/keycloak");
        this.administrator = new KeycloakAdministrator(
                properties.resolve("keycloak-administrator"),
                properties.keycloak().adminPassword());
        Thread.ofPlatform().daemon().name("keycloak-start").start(this::start);
    }

    /** The realm's address. */
    String issuer() {
        return "http://localhost:" + properties.keycloak().port() + "/realms/" + REALM;
    }

    /**
     * Waits until people can sign in.
     *
     * @throws StartupProblem when Keycloak could not be started
     */
    void awaitReady() {
        try {
            ready.join();
        } catch (java.util.concurrent.CompletionException e) {
            throw problem(e.getCause());
        }
    }

    @Override
    public Health health() {
        if (!ready.isDone()) {
            return Health.outOfService()
                    .withDetail("reason", "Keycloak is still starting")
                    .build();
        }
        if (ready.isCompletedExceptionally()) {
            return Health.down()
                    .withDetail("reason", problem(ready.exceptionNow()).getMessage())
                    .build();
        }
        Process process = server.process();
        return process.isAlive()
                ? Health.up().withDetail("process", process.pid()).build()
                : Health.down()
                        .withDetail("reason", "Keycloak ended; its own words are in " + log())
                        .build();
    }

    @Override
    public void close() {
        closing = true;
        if (server != null) {
            server.close();
        }
    }

    private void start() {
        try {
            Path home = properties.keycloak().directory().toAbsolutePath().normalize();
            if (!Files.isExecutable(home.resolve("bin/kc.sh"))) {
                throw new StartupProblem(
                        "There is no Keycloak in " + home + ".",
                        "Start with ./mvnw spring-boot:run, which unpacks it, or name its folder with liudan.embedded.keycloak.directory.");
            }
            Files.createDirectories(log().getParent());
            Path imported = home.resolve("data/import/" + REALM + "-realm.json");
            realm.write(realmFolder, webUrl, imported, true);
            Files.copy(
                    realmFolder.resolve("demo/zjj-realm.json"),
                    home.resolve("data/import/zjj-realm.json"),
                    StandardCopyOption.REPLACE_EXISTING);
            // What Keycloak compressed of the theme as it was.
            FileSystemUtils.deleteRecursively(home.resolve("data/tmp/kc-gzip-cache"));
            FileSystemUtils.copyRecursively(realmFolder.resolve("themes"), home.resolve("themes"));
            build(home, KeycloakProviders.putInto(home));
            server = new Supervised("Keycloak", record, () -> run(home, "start", "--optimized", "--import-realm"));
            awaitAnswer(server.process());
            server.supervise();
            bringUpToDate(imported);
            ready.complete(null);
        } catch (Exception e) {
            ready.completeExceptionally(e);
            if (!closing) {
                LOG.error("Nobody can sign in: {}", problem(e).getMessage());
            }
        }
    }

    /** Keycloak's own build step, once for each state of our own steps. */
    private void build(Path home, String providers) throws IOException, InterruptedException {
        Path built = home.resolve("built-for-liudan");
        if (Files.exists(built) && Files.readString(built).equals(providers)) {
            return;
        }
        LOG.info("Building Keycloak for PostgreSQL and the hub's own sign-in steps, about half a minute");
        Process build = run(home, "build", "--db=postgres", "--health-enabled=true");
        if (build.waitFor() != 0) {
            throw new StartupProblem(
                    "Keycloak's build failed" + lastError() + ".", "Its own words are in " + log() + ".");
        }
        Files.writeString(built, providers);
    }

    private Process run(Path home, String... arguments) throws IOException {
        List<String> command =
                new java.util.ArrayList<>(List.of(home.resolve("bin/kc.sh").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("JAVA_HOME", System.getProperty("java.home")),
                        Map.entry("JAVA_OPTS_KC_HEAP", "-Xms128m -Xmx512m"),
                        Map.entry("KC_DB_URL", database.keycloakUrl()),
                        Map.entry("KC_DB_USERNAME", EmbeddedDatabase.USER),
                        Map.entry("KC_DB_PASSWORD", EmbeddedDatabase.USER),
                        Map.entry("KC_DB_POOL_MAX_SIZE", "10"),
                        Map.entry("KC_HTTP_ENABLED", "true"),
                        Map.entry("KC_HTTP_HOST", properties.address()),
                        Map.entry("KC_HTTP_MANAGEMENT_HOST", "127.0.0.1"),
                        Map.entry(
                                "KC_HTTP_PORT",
                                Integer.toString(properties.keycloak().port())),
                        Map.entry("KC_HTTP_MANAGEMENT_PORT", Integer.toString(Ports.anyFree())),
                        Map.entry("KC_HOSTNAME_STRICT", "false"),
                        Map.entry("KC_CACHE", "local")));
        builder.environment().putAll(settings());
        builder.environment().putAll(administrator.environment());
        return builder.start();
    }

    /** What the realm's files and our own steps in Keycloak want to know. */
    private Map<String, String> settings() {
        return Map.ofEntries(
                Map.entry("LIUDAN_HUB_URL", webUrl),
                Map.entry(
                        "LIUDAN_AGENCY_SECONDS",
                        Long.toString(properties.keycloak().agencyInterval().toSeconds())),
                Map.entry("LIUDAN_IDENTITY_ISSUER", issuer()),
                Map.entry("LIUDAN_ZJJ_ISSUER", issuer().replace(REALM, "zjj")),
                Map.entry("LIUDAN_ZJJ_SECRET", "demo"),
                Map.entry(
                        "LIUDAN_WECHAT_URL",
                        "http://localhost:" + properties.simulators().port() + "/wechat"),
                Map.entry("LIUDAN_WECHAT_APPID", WechatSimulator.APP),
                Map.entry("LIUDAN_WECHAT_SECRET", WechatSimulator.SECRET));
    }

    /** Beside them what the hub's own environment sets, secrets for example. */
    private Map<String, String> known() {
        Map<String, String> known = new HashMap<>(System.getenv());
        known.putAll(settings());
        return known;
    }

    /** A realm that was there before is brought up to what its file says now. */
    private void bringUpToDate(Path file) throws IOException {
        try {
            KeycloakApi api =
                    administrator.api(issuer().replaceFirst("/realms/.*", "")).in(REALM);
            List<String> done = new RealmUpdate(api, known()).apply(RealmUpdate.tree(Files.readString(file)));
            if (!done.isEmpty()) {
                LOG.info("The realm was brought up to date: {}", String.join(", ", done));
            }
        } catch (KeycloakApi.Refused refused) {
            LOG.warn("The realm can't be brought up to date: {}", refused.getMessage());
        }
    }

    /** The administrator's password, if it was made by this start. */
    Optional<String> passwordToShow() {
        return administrator.showOnce();
    }

    private void awaitAnswer(Process process) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            Instant end = Instant.now().plus(PATIENCE);
            while (Instant.now().isBefore(end)) {
                if (process.waitFor(300, TimeUnit.MILLISECONDS)) {
                    throw new StartupProblem(
                            "Keycloak ended while starting" + lastError() + ".", "Its own words are in " + log() + ".");
                }
                try {
                    if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    LOG.trace("Keycloak doesn't answer yet", notYet);
                }
            }
            throw new StartupProblem(
                    "Keycloak did not answer within " + PATIENCE.toMinutes() + " minutes" + lastError() + ".",
                    "Its own words are in " + log() + ".");
        }
    }

    /** The last line of the log that speaks of an error, shortened. */
    private String lastError() throws IOException {
        return Files.readAllLines(log()).reversed().stream()
                .filter(line -> line.contains("ERROR"))
                .findFirst()
                .map(line -> line.replaceFirst("^.*ERROR\\s*(\\[[^]]*]\\s*)?(\\([^)]*\\)\\s*)?", ""))
                .map(line -> ": " + line.substring(0, Math.min(line.length(), 200)))
                .orElse("");
    }

    private Path log() {
        return properties.resolve("log/keycloak.log");
    }

    private StartupProblem problem(Throwable cause) {
        return cause instanceof StartupProblem known
                ? known
                : new StartupProblem(
                        "Keycloak could not be started: " + cause + ".", "Its own words are in " + log() + ".", cause);
    }
}
