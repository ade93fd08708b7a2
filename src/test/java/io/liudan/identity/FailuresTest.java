package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.problem.Failures;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What broke can be found by what its caller was told, and nobody's words come with it. */
@ExtendWith(OutputCaptureExtension.class)
class FailuresTest extends HubTest {

    @Autowired
    private Failures failures;

    @Autowired
    private JdbcClient jdbc;

    private final Api api = new Api(hub(), realm());

    @Test
    void the_log_has_the_chain_of_causes_with_their_frames_and_no_words_of_anybodys(CapturedOutput log) {
        Exception failure = new IllegalStateException(
                "The request of 马小兰 (13900001111, 身份证 622901199001011234) at 3号楼2单元 can't be read",
                new RuntimeException(
                        "Value 'lan.ma@example.com' of \"住在团结路的马小兰\" and 6222 0213 1234 5678",
                        new SQLException("Failing row contains (13900001111, 马小兰)", "23502")));
        String id = failures.log("GET /api/v1/requests/{code}", failure);
        assertThat(log.getAll())
                .contains("Failure " + id + " at GET /api/v1/requests/{code}")
                .contains("java.lang.IllegalStateException: The request of")
                .contains("caused by java.lang.RuntimeException")
                .contains("caused by java.sql.SQLException: SQLSTATE 23502")
                .contains("at io.liudan.identity.FailuresTest.")
                .doesNotContain("马小兰", "13900001111", "622901199001011234", "lan.ma@", "团结路", "6222", "Failing row");
    }

    @Test
    void the_caller_is_told_the_id_that_the_log_has(CapturedOutput log) {
        Map<String, Object> submission = Map.of(
                "category",
                "sanitation",
                "title",
                "马小兰家门口",
                "description",
                "电话 13900001111",
                "gridCode",
                "622901001001-01");
        // As if somebody had taken a table away.
        jdbc.sql("alter table matter_search rename to matter_search_away").update();
        try {
            Api.Answer broken = api.submit("resident1", submission);
            assertThat(broken.status()).isEqualTo(500);
            String id = broken.body().path("failure").asText();
            assertThat(id).matches("[0-9a-f]{12}");
            assertThat(broken.body().path("detail").asText()).contains(id);
            assertThat(broken.body().toString()).doesNotContain("matter_search", "insert", "at io.liudan");
            assertThat(log.getAll())
                    .contains("Failure " + id + " at POST /api/v1/requests")
                    .contains("SQLSTATE 42P01")
                    .contains("at io.liudan.matter.Intake")
                    .doesNotContain("马小兰", "13900001111");
        } finally {
            jdbc.sql("alter table matter_search_away rename to matter_search").update();
        }
    }
}
