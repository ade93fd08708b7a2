package io.liudan.matter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.process.EngineClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Residents have their data copied and erased; what was kept long enough goes by itself; the figures stay. */
class PersonalDataApiTest extends HubTest {

    private final Api api = new Api(hub(), realm()).heldToItsDocument();

    @Autowired
    private PersonalData data;

    @Autowired
    private EngineClock clock;

    @Autowired
    private JdbcClient jdbc;

    private String submit(String resident) {
        return api.submit(
                        resident,
                        Map.of(
                                "category",
                                "street-lighting",
                                "title",
                                "路灯不亮",
                                "description",
                                "我叫马占海，路灯不亮",
                                "gridCode",
                                "622901001001-01",
                                "contact",
                                Map.of("name", "马占海", "phone", "13900001111")))
                .body()
                .path("code")
                .asText();
    }

    /** By the grid's own report, with a picture, a note and a supervision on the way. */
    private String closed(String resident) {
        String code = submit(resident);
        assertThat(api.post("grid1", "/api/v1/requests/" + code + "/comments", Map.of("text", "马占海说的"))
                        .status())
                .isEqualTo(201);
        assertThat(api.post(
                                "supervisor",
                                "/api/v1/requests/" + code + "/supervision",
                                Map.of("demand", "联系马占海", "until", "2036-01-01T00:00:00Z"))
                        .status())
                .isEqualTo(201);
        assertThat(api.complete(
                                "grid1",
                                api.task("grid1", code, "verify").path("id").asText(),
                                Map.of("decision", "DECLINE", "reason", "马占海家的事已进入诉讼程序", "channel", "人民法院"))
                        .status())
                .isEqualTo(204);
        assertThat(status(code)).isEqualTo("CLOSED");
        return code;
    }

    private String status(String code) {
        return jdbc.sql("select status from matter where code = ?")
                .param(code)
                .query(String.class)
                .single();
    }

    private List<String> left(String code) {
        return jdbc.sql("""
                select 'contact' from matter where code = :code and (contact_name is not null or contact_phone is not null or contact_index is not null or address is not null)
                union all select 'words' from matter where code = :code and (title <> '' or headline <> '' or exists (select from matter_text where matter_id = id))
                union all select 'events' from matter_event where matter_id = :code::bigint / 10 and words is not null
                union all select 'supervision' from supervision where matter_id = :code::bigint / 10 and demand <> ''
                union all select 'search' from matter_search where matter_id = :code::bigint / 10
                union all select 'author' from matter where code = :code and reporter <> 'erased'""").param("code", code).query(String.class).list().stream()
                .distinct()
                .sorted()
                .toList();
    }

    @Test
    void a_copy_has_all_of_ones_own_and_nothing_of_others() {
        String code = submit("resident3");
        String other = submit("resident2");
        JsonNode copy = api.get("resident3", "/api/v1/me/data").body();
        assertThat(copy.path("account").asText()).isEqualTo("resident3");
        List<String> codes = copy.path("requests").findValuesAsText("code");
        assertThat(codes).contains(code).doesNotContain(other);
        assertThat(copy.toString()).contains("13900001111", "我叫马占海");
    }

    @Test
    void who_wants_their_data_gone_loses_what_is_closed_at_once_and_the_rest_when_it_is() throws InterruptedException {
        String resident = "resident3";
        String closed = closed(resident);
        String open = submit(resident);
        String others = closed("resident2");
        counted(closed, others);
        List<JsonNode> figures = figures();
        JsonNode erased = api.send(
                        resident,
                        "DELETE",
                        "/api/v1/me/data",
                        java.net.http.HttpRequest.BodyPublishers.noBody(),
                        Map.of())
                .body();
        assertThat(erased.path("open")).extracting(JsonNode::asText).contains(open);
        assertThat(left(closed)).isEmpty();
        assertThat(left(open)).contains("author", "contact", "words");
        assertThat(left(others)).contains("author", "contact", "words");
        assertThat(api.get(resident, "/api/v1/requests/" + closed).status()).isEqualTo(404);
        assertThat(api.get("grid1", "/api/v1/requests/" + closed)
                        .body()
                        .path("outcome")
                        .asText())
                .isEqualTo("DECLINED");
        assertThat(figures()).isEqualTo(figures);

        for (String code : api.get(resident, "/api/v1/requests?mine=true&limit=100")
                .body()
                .path("items")
                .findValuesAsText("code")) {
            api.post(resident, "/api/v1/requests/" + code + "/withdraw", Map.of());
        }
        data.keepNoLonger();
        assertThat(left(open)).isEmpty();
    }

    /** What was closed is in the figures a moment later. */
    private void counted(String... codes) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(60);
        while (jdbc.sql(
                                "select count(*) from figure_pending where matter_id in (select c::bigint / 10 from unnest(array[:codes]) c)")
                        .param("codes", List.of(codes))
                        .query(Long.class)
                        .single()
                > 0) {
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(100);
        }
    }

    private List<JsonNode> figures() {
        JsonNode report = api.get("supervisor", "/api/v1/figures?category=street-lighting")
                .body();
        return List.of(report.path("lines"), report.path("steps"));
    }

    @Test
    void what_was_kept_long_enough_goes_contact_first() {
        String code = closed("resident2");
        String waiting = submit("resident2");
        clock.moveBy(Duration.ofDays(179));
        data.keepNoLonger();
        assertThat(left(code)).contains("contact");
        clock.moveBy(Duration.ofDays(181));
        data.keepNoLonger();
        assertThat(left(code)).contains("words", "events", "author").doesNotContain("contact");
        String original = api.post("supervisor", "/api/v1/requests/" + code + "/unmask", Map.of("reason", "核对"))
                .body()
                .toString();
        assertThat(original)
                .as("who it was went from the texts as well")
                .contains("路灯不亮", "进入诉讼程序")
                .doesNotContain("马占海");
        clock.moveBy(Duration.ofDays(1096));
        data.keepNoLonger();
        assertThat(left(code)).containsExactly("author");
        assertThat(left(waiting)).as("what isn't closed stays").contains("contact", "words");
        assertThat(api.get("supervisor", "/api/v1/requests/" + code)
                        .body()
                        .path("contact")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void an_event_from_before_words_were_sealed_is_masked_and_erased_like_any_other() {
        String code = closed("resident2");
        jdbc.sql(
                        "update matter_event set words = null, data = data || '{\"text\": \"我叫马占海\"}' where matter_id = ?::bigint / 10 and type like '%commented'")
                .param(code)
                .update();
        assertThat(api.get("supervisor", "/api/v1/requests/" + code)
                        .body()
                        .path("timeline")
                        .toString())
                .contains("我叫‹姓名›")
                .doesNotContain("马占海");
        clock.moveBy(Duration.ofDays(181));
        data.keepNoLonger();
        assertThat(jdbc.sql(
                                "select count(*) from matter_event where matter_id = ?::bigint / 10 and data::text like '%马占海%'")
                        .param(code)
                        .query(Long.class)
                        .single())
                .isZero();
        clock.moveBy(Duration.ofDays(1096));
        data.keepNoLonger();
        assertThat(api.get("supervisor", "/api/v1/requests/" + code)
                        .body()
                        .path("timeline")
                        .toString())
                .doesNotContain("我叫")
                .contains("DECLINE");
    }

    @Test
    void a_desk_finds_a_callers_requests_by_the_number_and_a_resident_doesnt() {
        String code = submit("resident2");
        assertThat(api.get("grid1", "/api/v1/requests?q=139-0000-1111&limit=100")
                        .body()
                        .path("items")
                        .findValuesAsText("code"))
                .contains(code);
        assertThat(api.get("dept-hbj", "/api/v1/requests?q=13900001111")
                        .body()
                        .path("items")
                        .findValuesAsText("code"))
                .doesNotContain(code);
        assertThat(api.get("resident1", "/api/v1/requests?q=13900001111")
                        .body()
                        .path("items")
                        .findValuesAsText("code"))
                .doesNotContain(code);
    }

    @Test
    void staff_who_filed_for_others_can_neither_take_that_along_nor_erase_it() {
        assertThat(api.get("grid1", "/api/v1/me/data").status()).isEqualTo(403);
        assertThat(api.send(
                                "grid1",
                                "DELETE",
                                "/api/v1/me/data",
                                java.net.http.HttpRequest.BodyPublishers.noBody(),
                                Map.of())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void an_upload_that_never_joined_a_request_goes_too() {
        String id = api.evidence("resident1");
        clock.moveBy(Duration.ofDays(31));
        data.keepNoLonger();
        assertThat(jdbc.sql("select count(*) from attachment where id = ?")
                        .param(UUID.fromString(id))
                        .query(Long.class)
                        .single())
                .isZero();
    }
}
