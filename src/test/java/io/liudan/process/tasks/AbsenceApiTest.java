package io.liudan.process.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody of a desk is away: what they had claimed doesn't wait for them. */
class AbsenceApiTest extends HubTest {

    private final Api api = new Api(hub(), realm());
    private String code;
    private String task;

    @BeforeEach
    void claimATaskOfTheDepartment() {
        // Staff are known once they have been here.
        api.get("dept-cgj-2", "/api/v1/tasks");
        api.get("dept-hwzx", "/api/v1/tasks");
        code = api.file("resident1");
        api.complete("grid1", api.task("grid1", code, null).path("id").asText(), Map.of("decision", "CONFIRM"));
        api.complete("community1", api.task("community1", code, null).path("id").asText(), Map.of("decision", "ISSUE"));
        api.complete(
                "street1",
                api.task("street1", code, null).path("id").asText(),
                Map.of("decision", "DISPATCH", "lead", "cgj"));
        task = api.task("dept-cgj", code, null).path("id").asText();
        assertThat(api.post("dept-cgj", "/api/v1/tasks/" + task + "/claim", Map.of())
                        .status())
                .isLessThan(300);
    }

    @AfterEach
    void back() {
        api.send("dept-cgj", "DELETE", "/api/v1/absences/dept-cgj", BodyPublishers.noBody(), Map.of());
    }

    private Answer away(String actor, String username, String substitute) {
        Map<String, Object> body = new HashMap<>(
                Map.of("until", Instant.now().plus(Duration.ofDays(3)).toString()));
        if (username != null) {
            body.put("username", username);
        }
        if (substitute != null) {
            body.put("substitute", substitute);
        }
        return api.post(actor, "/api/v1/absences", body);
    }

    private JsonNode assignee() {
        return api.task("dept-cgj-2", code, null).path("assignee");
    }

    @Test
    void what_was_claimed_goes_to_the_substitute() {
        assertThat(away("dept-cgj-leader", "dept-cgj", "dept-cgj-2")
                        .body()
                        .path("toSubstitute")
                        .asInt())
                .isPositive();
        assertThat(assignee().asText()).isEqualTo("dept-cgj-2");
        assertThat(api.get("dept-cgj-2", "/api/v1/absences").body().findValuesAsText("username"))
                .contains("dept-cgj");
        assertThat(api.post("dept-cgj-2", "/api/v1/tasks/" + task + "/assign", Map.of("assignee", "dept-cgj"))
                        .status())
                .as("nothing is handed to who is away")
                .isEqualTo(422);
        assertThat(api.get("dept-cgj-2", "/api/v1/tasks/" + task + "/colleagues")
                        .body()
                        .findValuesAsText("username"))
                .doesNotContain("dept-cgj");
    }

    @Test
    void without_a_substitute_it_goes_back_to_the_desk() {
        assertThat(away("dept-cgj", null, null).body().path("toDesk").asInt()).isPositive();
        assertThat(assignee().isMissingNode()).isTrue();
    }

    @Test
    void only_the_person_or_a_leader_of_the_desk_says_so_and_only_a_colleague_stands_in() {
        assertThat(away("dept-cgj-2", "dept-cgj", null).status()).isEqualTo(403);
        assertThat(away("dept-hwzx", "dept-cgj", null).status()).isEqualTo(403);
        assertThat(away("resident1", null, null).status()).isEqualTo(403);
        assertThat(away("dept-cgj", null, "dept-hwzx")
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("substitute");
        assertThat(away("dept-cgj", null, "dept-cgj").status()).isEqualTo(422);
        assertThat(api.post("dept-cgj", "/api/v1/absences", Map.of())
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("until");
        assertThat(assignee().asText()).isEqualTo("dept-cgj");
    }
}
