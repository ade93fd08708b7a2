package io.liudan.household;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import io.liudan.identity.Residents;
import io.liudan.notification.OneTimeCodes;
import io.liudan.problem.Problem;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Residents register where they live, grid workers confirm it, and desks act for people without a phone. */
class HouseholdTest extends HubTest {

    private static final String GRID = "622901001001-01";
    private static final String ADDRESS = "团结路 8 号 3 栋 502 室";

    private final Api api = new Api(hub(), realm());

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Residents residents;

    @Autowired
    private OneTimeCodes codes;

    @BeforeEach
    void nobodyLivesAnywhere() {
        jdbc.sql("delete from registration").update();
        jdbc.sql("delete from household").update();
    }

    private Answer put(String person, String path, Object body) {
        return api.send(person, "PUT", path, Api.json(body), Map.of("Content-Type", "application/json"));
    }

    private Answer register(String person, String address) {
        return put(person, "/api/v1/me/household", Map.of("name", "马小兰", "gridCode", GRID, "address", address));
    }

    private JsonNode seen(String person, String account) {
        for (JsonNode one : api.get(person, "/api/v1/households").body()) {
            if (one.path("account").asText().equals(account)) {
                return one;
            }
        }
        return null;
    }

    /** As somebody who has just looked at it. */
    private Answer decide(String person, String account, String how, String reason) {
        Map<String, Object> decision = new HashMap<>();
        decision.put(
                "registeredAt",
                jdbc.sql("select registered_at from registration where account = ?")
                        .param(account)
                        .query(OffsetDateTime.class)
                        .optional()
                        .map(Object::toString)
                        .orElse("2026-01-01T00:00:00Z"));
        if (reason != null) {
            decision.put("reason", reason);
        }
        return api.post(person, "/api/v1/households/" + account + "/" + how, decision);
    }

    private String kept(String person) {
        Answer made =
                api.post(person, "/api/v1/households", Map.of("name", "祁老汉", "gridCode", GRID, "address", "团结路 9 号"));
        assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
        return made.body().path("account").asText();
    }

    private Map<String, Object> submission(String onBehalfOf) {
        return Map.of(
                "category",
                "sanitation",
                "title",
                "门口积水",
                "description",
                "下雨就积水，老人出不了门",
                "gridCode",
                GRID,
                "onBehalfOf",
                onBehalfOf);
    }

    @Test
    void a_resident_registers_and_the_grid_worker_confirms() {
        assertThat(api.get("resident1", "/api/v1/me/household").status()).isEqualTo(404);
        assertThat(register("resident1", ADDRESS).body().path("state").asText()).isEqualTo("PENDING");
        assertThat(seen("grid1", "resident1").path("address").asText())
                .as("who has to confirm reads it")
                .isEqualTo(ADDRESS);
        assertThat(seen("grid1", "resident1").path("name").asText()).isEqualTo("马小兰");
        assertThat(decide("grid1", "resident1", "confirm", null).status()).isEqualTo(200);
        assertThat(api.get("resident1", "/api/v1/me/household")
                        .body()
                        .path("state")
                        .asText())
                .isEqualTo("CONFIRMED");
        assertThat(seen("grid1", "resident1").path("name").asText())
                .as("nothing left to do with it")
                .isEqualTo("马**");
        assertThat(seen("grid1", "resident1").path("address").asText()).doesNotContain("502", "8");
        assertThat(decide("grid1", "resident1", "refuse", "x")
                        .body()
                        .path("code")
                        .asText())
                .isEqualTo("household-decided");
    }

    @Test
    void a_refusal_says_why_and_the_resident_may_register_anew() {
        register("resident1", ADDRESS);
        assertThat(decide("grid1", "resident1", "refuse", " ").status()).isEqualTo(422);
        assertThat(decide("grid1", "resident1", "refuse", "楼栋号有误").status()).isEqualTo(200);
        assertThat(api.get("resident1", "/api/v1/me/household")
                        .body()
                        .path("reason")
                        .asText())
                .isEqualTo("楼栋号有误");
        JsonNode again = register("resident1", "团结路 8 号 2 栋 502 室").body();
        assertThat(again.path("state").asText()).isEqualTo("PENDING");
        assertThat(again.has("reason")).isFalse();
    }

    @Test
    void what_was_registered_otherwise_since_the_grid_worker_looked_isnt_confirmed() {
        String seen = register("resident1", ADDRESS).body().path("registeredAt").asText();
        register("resident1", "团结路 100 号");
        assertThat(api.post("grid1", "/api/v1/households/resident1/confirm", Map.of("registeredAt", seen))
                        .body()
                        .path("code")
                        .asText())
                .isEqualTo("household-decided");
        assertThat(api.post("grid1", "/api/v1/households/resident1/confirm", Map.of())
                        .status())
                .isEqualTo(422);
        assertThat(decide("grid1", "resident1", "refuse", "长".repeat(201)).status())
                .isEqualTo(422);
        assertThat(api.get("resident1", "/api/v1/me/household")
                        .body()
                        .path("state")
                        .asText())
                .isEqualTo("PENDING");
    }

    @Test
    void only_the_grids_own_worker_confirms_and_other_desks_dont_know_of_it() {
        register("resident1", ADDRESS);
        assertThat(decide("grid-622901001001-02", "resident1", "confirm", null).status())
                .isEqualTo(404);
        assertThat(seen("grid-622901001001-02", "resident1")).isNull();
        assertThat(seen("community1", "resident1"))
                .as("the community above reads it")
                .isNotNull();
        assertThat(decide("community1", "resident1", "confirm", null).status()).isEqualTo(403);
        assertThat(api.get("resident2", "/api/v1/me/household").status()).isEqualTo(404);
    }

    @Test
    void people_at_one_address_are_one_household_however_they_write_it() {
        register("resident1", ADDRESS);
        register("resident2", "团结路８号，3栋502室");
        register("resident3", "团结路 8 号 3 栋 503 室");
        assertThat(jdbc.sql("select count(*) from household").query(Long.class).single())
                .isEqualTo(2);
        decide("grid1", "resident1", "confirm", null);
        assertThat(seen("grid1", "resident2").path("together").asInt()).isEqualTo(1);
        register("resident2", "团结路 8 号 3 栋 503 室");
        register("resident1", "团结路 8 号 3 栋 503 室");
        assertThat(jdbc.sql("select count(*) from household").query(Long.class).single())
                .as("nobody is left at the old one")
                .isEqualTo(1);
    }

    @Test
    void neither_name_nor_address_is_kept_in_clear() {
        register("resident1", ADDRESS);
        assertThat(jdbc.sql(
                                "select (select string_agg(r::text, '') from registration r) || (select string_agg(h::text, '') from household h)")
                        .query(String.class)
                        .single())
                .doesNotContain("马小兰", "团结路", "502");
    }

    @Test
    void fields_that_are_wrong_are_named() {
        assertThat(put("resident1", "/api/v1/me/household", Map.of("name", "", "gridCode", GRID, "address", ADDRESS))
                        .status())
                .isEqualTo(422);
        assertThat(put(
                                "resident1",
                                "/api/v1/me/household",
                                Map.of("name", "马", "gridCode", "nowhere", "address", ADDRESS))
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("gridCode");
        assertThat(put(
                                "resident1",
                                "/api/v1/me/household",
                                Map.of("name", "马", "gridCode", GRID, "address", ADDRESS, "state", "CONFIRMED"))
                        .body()
                        .path("errors")
                        .path(0)
                        .path("code")
                        .asText())
                .as("nobody confirms themselves")
                .isEqualTo("unknown-field");
        assertThat(put(
                                "resident1",
                                "/api/v1/me/household",
                                Map.of("name", "马", "gridCode", GRID, "address", ADDRESS, "account", "resident2"))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void a_desk_files_and_follows_and_rates_for_somebody_without_a_phone() {
        String account = kept("grid1");
        Answer filed = api.submit("grid1", submission(account));
        assertThat(filed.status()).as("%s", filed.body()).isEqualTo(201);
        String code = filed.body().path("code").asText();
        assertThat(jdbc.sql("select reporter from matter where code = ?")
                        .param(code)
                        .query(String.class)
                        .single())
                .isEqualTo(account);
        assertThat(jdbc.sql(
                                "select actor from matter_event where matter_id = ?::bigint / 10 and type like '%.submitted'")
                        .param(code)
                        .query(String.class)
                        .single())
                .as("who typed it is known")
                .isEqualTo("grid1");
        assertThat(api.post("grid1", "/api/v1/requests/" + code + "/supplement", Map.of("text", "门牌 9 号"))
                        .status())
                .isEqualTo(200);
        assertThat(api.post("grid-622901001001-02", "/api/v1/requests/" + code + "/supplement", Map.of("text", "x"))
                        .status())
                .isEqualTo(404);

        String evidence = api.evidence("grid1");
        assertThat(api.complete(
                                "grid1",
                                api.task("grid1", code, "verify").path("id").asText(),
                                Map.of("decision", "SOLVED_ON_SITE", "report", "已疏通", "evidence", List.of(evidence)))
                        .status())
                .isEqualTo(204);
        Map<String, Object> rating = Map.of("contacted", true, "solved", true, "satisfied", 5);
        assertThat(api.post("grid1", "/api/v1/requests/" + code + "/rating", rating)
                        .body()
                        .path("code")
                        .asText())
                .as("not for one's own work")
                .isEqualTo("rating-own-work");
        assertThat(api.post("grid-leader", "/api/v1/requests/" + code + "/rating", rating)
                        .status())
                .as("a colleague of the desk may")
                .isEqualTo(200);
        assertThat(jdbc.sql("select actor from matter_event where matter_id = ?::bigint / 10 and type like '%.rated'")
                        .param(code)
                        .query(String.class)
                        .single())
                .isEqualTo("grid-leader");
        assertThat(jdbc.sql("select rated from request where matter_id = ?::bigint / 10")
                        .param(code)
                        .query(String.class)
                        .single())
                .as("no resident's own word")
                .isEqualTo("FOLLOW_UP");
    }

    @Test
    void nobody_acts_for_an_account_that_their_desk_doesnt_keep() {
        String account = kept("grid1");
        for (String person : List.of("grid-622901001001-02", "dept-cgj", "resident2")) {
            assertThat(api.submit(person, submission(account))
                            .body()
                            .path("errors")
                            .path(0)
                            .path("field")
                            .asText())
                    .as(person)
                    .isEqualTo("onBehalfOf");
        }
        assertThat(api.submit("grid1", submission("resident1")).status())
                .as("nor for somebody who signs in")
                .isEqualTo(422);
        assertThat(api.post(
                                "grid1",
                                "/api/v1/households",
                                Map.of("name", "祁", "gridCode", "622901002001-01", "address", "x"))
                        .body()
                        .path("errors")
                        .path(0)
                        .path("code")
                        .asText())
                .isEqualTo("not-your-grid");
    }

    private String codeOf(String phone) {
        Matcher code = Pattern.compile("\\d{6}")
                .matcher(api.get(null, "/embedded/inbox?phone=" + phone)
                        .body()
                        .path(0)
                        .path("text")
                        .asText());
        assertThat(code.find()).isTrue();
        return code.group();
    }

    @Test
    void whoever_gets_a_phone_takes_the_account_over_with_the_code_that_came_to_it() {
        jdbc.sql("delete from one_time_code").update();
        String account = kept("community1");
        String door = "/api/v1/households/" + account + "/phone";
        String code = api.submit("community1", submission(account))
                .body()
                .path("code")
                .asText();
        String phone = "1991" + "%07d".formatted(System.nanoTime() % 10_000_000);
        assertThat(api.post("grid-622901001001-02", door, Map.of("phone", phone))
                        .status())
                .isEqualTo(404);
        assertThat(api.post("community1", door, Map.of("phone", "123")).status())
                .isEqualTo(422);
        assertThat(api.post("community1", door, Map.of("phone", phone)).status())
                .isEqualTo(204);
        String sent = codeOf(phone);
        assertThat(put("community1", door, Map.of("phone", phone, "code", sent.equals("000000") ? "000001" : "000000"))
                        .body()
                        .path("errors")
                        .path(0)
                        .path("code")
                        .asText())
                .isEqualTo("code-wrong");
        assertThat(jdbc.sql("select tries from one_time_code")
                        .query(Integer.class)
                        .single())
                .as("a wrong guess counts")
                .isEqualTo(1);
        assertThat(put("grid-622901001001-02", door, Map.of("phone", phone, "code", sent))
                        .status())
                .isEqualTo(404);
        assertThatThrownBy(() -> codes.check(
                        phone,
                        new OneTimeCodes.Asker("127.0.0.1", "hand-over/" + account),
                        sent,
                        OneTimeCodes.Purpose.SIGN_IN))
                .as("what a desk is told signs nobody in")
                .isInstanceOf(Problem.class);
        assertThat(put("community1", door, Map.of("phone", phone, "code", sent)).status())
                .isEqualTo(204);
        assertThat(residents.byPhone(phone)).isEqualTo(account);
        assertThat(api.post("community1", "/api/v1/requests/" + code + "/urge", Map.of())
                        .status())
                .as("the desk acts for them no longer")
                .isEqualTo(404);

        jdbc.sql("delete from one_time_code").update();
        String other = "/api/v1/households/" + kept("community1") + "/phone";
        assertThat(api.post("community1", other, Map.of("phone", phone)).status())
                .isEqualTo(204);
        assertThat(put("community1", other, Map.of("phone", phone, "code", codeOf(phone)))
                        .body()
                        .path("code")
                        .asText())
                .isEqualTo("phone-taken");
    }

    @Test
    void a_copy_of_ones_data_has_the_registration_and_erasing_ends_it() {
        register("resident3", ADDRESS);
        assertThat(api.get("resident3", "/api/v1/me/data")
                        .body()
                        .path("household")
                        .path("address")
                        .asText())
                .isEqualTo(ADDRESS);
        assertThat(api.send("resident3", "DELETE", "/api/v1/me/data", BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(200);
        assertThat(api.get("resident3", "/api/v1/me/household").status()).isEqualTo(404);
        assertThat(jdbc.sql("select count(*) from household").query(Long.class).single())
                .isZero();
    }

    @Test
    void whoever_has_no_phone_has_their_data_copied_and_erased_by_the_desk_that_keeps_their_account() {
        String account = kept("grid1");
        String code =
                api.submit("grid1", submission(account)).body().path("code").asText();
        String door = "/api/v1/households/" + account + "/data";
        assertThat(api.get("grid-622901001001-02", door).status()).isEqualTo(404);
        assertThat(api.send("grid-622901001001-02", "DELETE", door, BodyPublishers.noBody(), Map.of())
                        .status())
                .isEqualTo(404);
        JsonNode copy = api.get("grid1", door).body();
        assertThat(copy.path("name").asText()).isEqualTo("祁老汉");
        assertThat(copy.path("requests").path(0).path("code").asText()).isEqualTo(code);
        assertThat(api.post("grid1", "/api/v1/requests/" + code + "/withdraw", Map.of())
                        .status())
                .isEqualTo(200);
        assertThat(api.send("grid1", "DELETE", door, BodyPublishers.noBody(), Map.of())
                        .body()
                        .path("erased")
                        .asInt())
                .isEqualTo(1);
        assertThat(jdbc.sql("select reporter from matter where code = ?")
                        .param(code)
                        .query(String.class)
                        .single())
                .isEqualTo("erased");
        assertThat(api.get("grid1", door).status()).isEqualTo(404);
        assertThat(jdbc.sql("select count(*) from resident where account = ?")
                        .param(account)
                        .query(Long.class)
                        .single())
                .isZero();
    }
}
