package io.liudan.embedded;

import io.liudan.problem.StartupProblem;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * A real PostgreSQL with its data below {@code var/}, durable: {@code fsync} and {@code synchronous_commit} are on. It
 * holds the hub's database, Keycloak's, and the exchange tables of a simulated department. One hub at a time works in
 * one folder.
 */
class EmbeddedDatabase implements JdbcConnectionDetails, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String HUB = "liudan";
    private static final String KEYCLOAK = "keycloak";
    private static final String EXCHANGE = "exchange";
    /** Of whom a killed hub may have left a record. */
    private static final List<String> CHILDREN = List.of("keycloak", "kafka", "simulators");
    /** The administrator of the embedded server; the hub itself works as {@link #HUB}. */
    static final String USER = "postgres";

    private final FileChannel lock;
    private final Guardian guardian;
    private final EmbeddedProperties properties;
    private final Path data;
    private volatile EmbeddedPostgres postgres;
    private volatile boolean closing;

    EmbeddedDatabase(EmbeddedProperties properties) {
        this.properties = properties;
        this.data = properties.resolve("postgresql");
        this.lock = onlyHubIn(properties);
        try {
            requireSpace(properties);
            for (String child : CHILDREN) {
                Leftovers.end(properties.resolve("run/" + child), child);
            }
            Leftovers.endPostgres(data);
            this.postgres = start(Ports.freeFrom(properties.postgresPort()));
            this.guardian = new Guardian(properties.resolve("run"), data);
            watch();
            createDatabase(HUB);
            provision();
            createDatabase(KEYCLOAK);
            createDatabase(EXCHANGE);
        } catch (RuntimeException e) {
            release();
            throw e;
        }
        LOG.info("PostgreSQL listens on port {}, its data is in {}", postgres.getPort(), data);
    }

    int port() {
        return postgres.getPort();
    }

    /** JDBC address of the database that Keycloak uses. */
    String keycloakUrl() {
        return url(KEYCLOAK);
    }

    /** JDBC address of the database that a simulated department shares with the hub (前置库). */
    String exchangeUrl() {
        return url(EXCHANGE);
    }

    @Override
    public String getJdbcUrl() {
        return url(HUB);
    }

    @Override
    public String getUsername() {
        return HUB;
    }

    @Override
    public String getPassword() {
        return HUB;
    }

    @Override
    public void close() throws IOException {
        closing = true;
        postgres.close();
        guardian.close();
        release();
    }

    private String url(String database) {
        return "jdbc:postgresql://localhost:" + postgres.getPort() + "/" + database;
    }

    /** A server that ended by itself is started again, at the same port and on the same data. */
    private void watch() {
        Leftovers.postgres(data).ifPresent(server -> server.onExit().thenRunAsync(() -> {
            if (!closing) {
                LOG.warn("PostgreSQL ended by itself and is started again");
                again();
            }
        }));
    }

    private synchronized void again() {
        int port = postgres.getPort();
        try {
            // Gives the lock of the data directory back; there is no server any more that it could stop.
            postgres.close();
            postgres = start(port);
            watch();
        } catch (IOException | RuntimeException e) {
            LOG.warn("PostgreSQL can't be started again yet: {}", e.getMessage());
            CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS).execute(() -> {
                if (!closing) {
                    again();
                }
            });
        }
    }

    private EmbeddedPostgres start(int port) {
        try {
            Path log = properties.resolve("log/postgresql.log");
            Files.createDirectories(log.getParent());
            return EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPort(port)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    // Chinese text has no trigrams in the C locale.
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("locale", "C.UTF-8")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("listen_addresses", "localhost")
                    .setServerConfig("max_connections", "100")
                    // The engine's running tables are small and turn over within minutes: without these two they are
                    // scanned whole,
                    // dead rows and all.
                    .setServerConfig("random_page_cost", "1.1")
                    .setServerConfig("autovacuum_naptime", "15s")
                    .start();
        } catch (IOException | RuntimeException e) {
            throw new StartupProblem(
                    "PostgreSQL did not start in " + data + ".",
                    "Its own words are in " + properties.resolve("log/postgresql.log") + ".",
                    e);
        }
    }

    private void createDatabase(String name) {
        JdbcClient jdbc = JdbcClient.create(postgres.getPostgresDatabase());
        if (jdbc.sql("select 1 from pg_database where datname = ?")
                .param(name)
                .query()
                .listOfRows()
                .isEmpty()) {
            jdbc.sql("create database " + name).update();
        }
    }

    /** As a database administrator would: the hub's own user can't change the audit log. */
    private void provision() {
        ResourceDatabasePopulator script =
                new ResourceDatabasePopulator(false, false, "UTF-8", new ClassPathResource("db/provision.sql"));
        // It has bodies of functions, and goes to the server as a whole.
        script.setSeparator(ScriptUtils.EOF_STATEMENT_SEPARATOR);
        script.execute(postgres.getDatabase(USER, HUB));
    }

    private static FileChannel onlyHubIn(EmbeddedProperties properties) {
        Path file = properties.resolve("run/hub.lock");
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw inUse(properties, null);
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            throw inUse(properties, e);
        } catch (IOException e) {
            throw new StartupProblem(
                    "The folder " + properties.resolve("") + " can't be written to.",
                    "Make it writable, or name another one with liudan.embedded.directory=<folder>.",
                    e);
        }
    }

    private static StartupProblem inUse(EmbeddedProperties properties, Exception cause) {
        return new StartupProblem(
                "Another hub is running on the data in " + properties.resolve("") + ".",
                "End it first, or name another folder with liudan.embedded.directory=<folder>.",
                cause);
    }

    /** Asks the file system for real bytes: quotas and reserved blocks don't show in the figure of free space. */
    private static void requireSpace(EmbeddedProperties properties) {
        Path probe = properties.resolve("run/space");
        long free = properties.resolve("").toFile().getUsableSpace();
        try (RandomAccessFile file = new RandomAccessFile(probe.toFile(), "rw")) {
            file.write(new byte[1 << 20]);
            file.getFD().sync();
        } catch (IOException full) {
            free = 0;
        } finally {
            Leftovers.forget(probe);
        }
        if (free < properties.minimumSpace()) {
            throw new StartupProblem(
                    "The disk below " + properties.resolve("") + " is full: " + free / 1_000_000 + " MB are free, "
                            + properties.minimumSpace() / 1_000_000 + " MB are needed.",
                    "Free some space, or name a folder on another disk with liudan.embedded.directory=<folder>.");
        }
    }

    private void release() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
