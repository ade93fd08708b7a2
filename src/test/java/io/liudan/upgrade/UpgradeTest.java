package io.liudan.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubProcess;
import io.liudan.HubTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * A database of the version before, with requests at every step, starts on this one: everybody reads what they read,
 * and each request ends as it did there. {@link Fixture} made it.
 */
class UpgradeTest extends HubTest {

    private static final String SERVER = "jdbc:postgresql://localhost:15432/";
    private static final String DATABASE = "upgrade";
    /** The last migration that the version before has. */
    private static final String LAST_BEFORE = "19";

    /** Between reading the age and writing it. */
    private static final Duration ACCURACY = Duration.ofSeconds(5);

    private static final long LARGEST = 2 * 1024 * 1024;
    private static final String MASTER = "liudan.privacy.master-key=a2V5LW9mLXRoZS11cGdyYWRlLXdpdGgtMzItYnl0ZXM=";
    /** The demo's own, with which the version before sealed. */
    private static final String FORMER =
            "liudan.privacy.former-master-keys=bGl1ZGFuLWRlbW8ta2V5LWtub3duLXRvLWFueW9uZSE=";

    private static final List<String> ENGINE = List.of(
            "engine", "history", "identity", "case.engine", "case.history", "decision.engine", "decision.history");

    @Test
    void what_was_begun_on_the_version_before_is_read_and_ends_as_it_would_have() throws Exception {
        assertThat(Files.size(Fixture.FILE)).isLessThan(LARGEST);
        JsonNode known = Dump.restore(Fixture.FILE, emptyDatabase());
        Duration age = Dump.age(known);
        try (HubProcess hub = new HubProcess(
                Path.of("target/upgrade/" + ProcessHandle.current().pid()),
                freePort(),
                "spring.profiles.active=production",
                "spring.datasource.url=" + SERVER + DATABASE,
                "spring.datasource.username=liudan",
                "spring.datasource.password=liudan",
                MASTER,
                FORMER,
                "liudan.integration.link-secret=of-the-test-alone",
                "liudan.identity.directory-secret=of-the-test-alone",
                "spring.security.oauth2.client.registration.keycloak.client-secret=of-the-test-alone",
                "liudan.web-url=http://localhost",
                "liudan.integration.departments=target/upgrade/none",
                "liudan.identity.issuer=" + realm(),
                "liudan.identity.backchannel=" + realm())) {
            Api api = new Api(hub.start().url(), realm());
            Story story = new Story(api);
            known.path("codes").properties().forEach(one -> story.readers().forEach(user -> {
                JsonNode before = known.path("views").path(one.getKey()).path(user);
                assertThat(missing(
                                age, "", before, story.read(user, one.getValue().asText())))
                        .as("%s, as %s reads it", one.getKey(), user)
                        .isEmpty();
            }));
            assertThat(api.get("integrator", "/api/v1/dead-letters")
                            .body()
                            .path("items")
                            .size())
                    .isEqualTo(known.path("deadLetters").asInt());
            known.path("codes").properties().forEach(one -> assertThat(
                            story.end(one.getValue().asText()))
                    .as(one.getKey())
                    .isEqualTo(known.path("ends").path(one.getKey()).asText()));
            assertThat(api.get("process-operator", "/api/v1/stuck-steps")
                            .body()
                            .path("total")
                            .asInt())
                    .as("beside the order that couldn't be delivered, nothing stands still")
                    .isEqualTo(known.path("deadLetters").asInt());
        }
    }

    /** With the tables of the version before, as its hub had them. */
    private static String emptyDatabase() {
        JdbcClient server = JdbcClient.create(new DriverManagerDataSource(SERVER + "postgres", "postgres", "postgres"));
        server.sql("drop database if exists " + DATABASE + " with (force)").update();
        server.sql("create database " + DATABASE).update();
        DriverManagerDataSource administrator = new DriverManagerDataSource(SERVER + DATABASE, "postgres", "postgres");
        whole("db/provision.sql").execute(administrator);
        DriverManagerDataSource hub = new DriverManagerDataSource(SERVER + DATABASE, "liudan", "liudan");
        Flyway.configure().dataSource(hub).target(LAST_BEFORE).load().migrate();
        for (String part : ENGINE) {
            new ResourceDatabasePopulator(new ClassPathResource(
                            "org/camunda/bpm/engine/db/create/activiti.postgres.create." + part + ".sql"))
                    .execute(hub);
        }
        new ResourceDatabasePopulator(new ClassPathResource("io/liudan/camunda7/schema.sql")).execute(hub);
        ResourceDatabasePopulator indexes = new ResourceDatabasePopulator(new ClassPathResource("engine/indexes.sql"));
        indexes.setSeparator(";;");
        indexes.execute(hub);
        return SERVER + DATABASE;
    }

    private static ResourceDatabasePopulator whole(String script) {
        ResourceDatabasePopulator populator =
                new ResourceDatabasePopulator(false, false, "UTF-8", new ClassPathResource(script));
        populator.setSeparator(ScriptUtils.EOF_STATEMENT_SEPARATOR);
        return populator;
    }

    /** What stood in the one and doesn't in the other, where times are later; more may stand there. */
    private static List<String> missing(Duration age, String at, JsonNode before, JsonNode now) {
        List<String> missed = new ArrayList<>();
        if (before.isObject()) {
            for (Map.Entry<String, JsonNode> field : before.properties()) {
                missed.addAll(missing(age, at + "/" + field.getKey(), field.getValue(), now.path(field.getKey())));
            }
        } else if (before.isArray()) {
            if (before.size() != now.size()) {
                missed.add(at + ": " + before.size() + " → " + now.size());
            }
            for (int n = 0; n < before.size(); n++) {
                missed.addAll(missing(age, at + "/" + n, before.get(n), now.path(n)));
            }
        } else if (!before.isNull() && !before.equals(now) && !later(age, before.asText(), now.asText())) {
            missed.add(at + ": " + before + " → " + now);
        }
        return missed;
    }

    private static boolean later(Duration age, String before, String now) {
        try {
            Instant moved = Instant.parse(before).plus(age);
            return Duration.between(moved, Instant.parse(now)).abs().compareTo(ACCURACY) <= 0;
        } catch (DateTimeParseException noTime) {
            return false;
        }
    }
}
