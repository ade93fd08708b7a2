package io.liudan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Two hubs on one database give cards that have all become due at once; one of them is killed in the middle. */
class TwoNodesTest extends HubTest {

    private static final int REQUESTS = 60;
    /** So many more are taken while their cards are given. */
    private static final int TAKEN = 20;

    private static final List<String> CARDS = List.of("LEVEL_1", "LEVEL_2", "RED", "REMINDER", "YELLOW");
    private static final String DATABASE = "jdbc:postgresql://localhost:26432/liudan";
    /** What a killed node had locked is free again after this, in production after a minute. */
    private static final String LOCK = "camunda.bpm.job-execution.lock-time-in-millis=5000";

    private static final String MASTER = "liudan.privacy.master-key=dGVzdC1rZXktb2YtdHdvLW5vZGVzLTMyLWJ5dGVzISE=";

    private final JdbcClient jdbc = JdbcClient.create(new DriverManagerDataSource(DATABASE, "postgres", "postgres"));

    @Test
    void each_card_is_given_once_though_a_node_dies() throws Exception {
        Path directory = Path.of("target/nodes/" + ProcessHandle.current().pid());
        try (HubProcess first = new HubProcess(
                directory.resolve("1"),
                freePort(),
                "liudan.embedded.keycloak.enabled=false",
                "liudan.embedded.simulators.enabled=false",
                "liudan.embedded.postgres-port=26432",
                "liudan.identity.issuer=" + realm(),
                LOCK,
                MASTER)) {
            Api api = new Api(first.start().url(), realm());
            try (HubProcess second = new HubProcess(
                    directory.resolve("2"),
                    freePort(),
                    "spring.profiles.active=production",
                    "spring.datasource.url=" + DATABASE,
                    "spring.datasource.username=liudan",
                    "spring.datasource.password=liudan",
                    MASTER,
                    "liudan.integration.link-secret=of-the-test-alone",
                    "liudan.identity.directory-secret=of-the-test-alone",
                    "spring.security.oauth2.client.registration.keycloak.client-secret=of-the-test-alone",
                    "liudan.web-url=http://localhost",
                    "liudan.identity.issuer=" + realm(),
                    "liudan.identity.backchannel=" + realm(),
                    LOCK)) {
                second.start();
                List<String> left = file(api, REQUESTS);
                List<String> taken = file(api, TAKEN);
                Map<String, String> tasks = taken.stream()
                        .collect(Collectors.toMap(code -> code, code -> api.task("grid1", code, "verify")
                                .path("id")
                                .asText()));
                everythingIsLongOverdue();
                tasks.forEach((code, task) -> assertThat(api.complete("grid1", task, Map.of("decision", "CONFIRM"))
                                .status())
                        .as("a task completed while its cards are given")
                        .isEqualTo(204));
                awaitCards(left, REQUESTS);
                first.killLeavingServers();
                awaitCards(left, REQUESTS * CARDS.size());
                eachOnce(left);
                assertThat(jdbc.sql(
                                        "select count(*) from step where matter_id in (select c::bigint / 10 from unnest(array[:codes]) c) and step = 'issue' and given = 0")
                                .param("codes", taken)
                                .query(Long.class)
                                .single())
                        .as("steps that began meanwhile")
                        .isEqualTo(TAKEN);
            }
            // Its PostgreSQL outlived it and is ended with it.
            first.start();
        }
    }

    /** As if all had been filed a month ago and nobody had looked at them. */
    private void everythingIsLongOverdue() {
        jdbc.sql("update step set card_at = array(select at - interval '30 days' from unnest(card_at) at)")
                .update();
        jdbc.sql("update act_ru_job set duedate_ = now() where handler_type_ = 'timer-start-event-subprocess'")
                .update();
    }

    private static List<String> file(Api api, int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> api.submit(
                                "resident1",
                                Map.of("title", "测试", "description", "第 " + n + " 件", "gridCode", "622901001001-01"))
                        .body()
                        .path("code")
                        .asText())
                .toList();
    }

    private void awaitCards(List<String> codes, long cards) {
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(given(codes)).isGreaterThanOrEqualTo(cards));
    }

    private void eachOnce(List<String> codes) {
        assertThat(jdbc.sql(
                                "select distinct array_agg(card order by card)::text from card where matter_id in (select c::bigint / 10 from unnest(array[:codes]) c) group by task_id")
                        .param("codes", codes)
                        .query(String.class)
                        .list())
                .containsExactly("{" + String.join(",", CARDS) + "}");
        assertThat(jdbc.sql("""
                select count(*) from matter_event where matter_id in (select c::bigint / 10 from unnest(array[:codes]) c)
                and substring(type from 19) in ('reminded', 'yellow-card', 'red-card', 'supervised-level-1', 'supervised-level-2')""").param("codes", codes).query(Long.class).single())
                .isEqualTo(codes.size() * (long) CARDS.size());
        assertThat(jdbc.sql("select count(*) from act_ru_job where retries_ = 0")
                        .query(Long.class)
                        .single())
                .as("timers given up")
                .isZero();
    }

    private long given(List<String> codes) {
        return jdbc.sql(
                        "select count(*) from card where matter_id in (select c::bigint / 10 from unnest(array[:codes]) c)")
                .param("codes", codes)
                .query(Long.class)
                .single();
    }
}
