package io.liudan.matter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.process.EngineClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Lists that a kind keeps, for its matters to refer to: here the points of a patrol. */
class RegistersTest extends HubTest {

    private static final String POINTS = "/api/v1/kinds/hazard-patrol/registers/points";
    private static final String GRID = "622901001001-01";

    @Autowired
    private EngineClock clock;

    @Autowired
    private JdbcClient jdbc;

    private final Api api = new Api(hub(), realm());

    private static Map<String, Object> point(String name) {
        return new HashMap<>(Map.of(
                "name",
                name,
                "class",
                "KEY",
                "keeper",
                "马某 13900000000",
                "place",
                Map.of("gridCode", GRID, "address", "折桥路口")));
    }

    private JsonNode added(String name) {
        Api.Answer added = api.post("community1", POINTS, point(name));
        assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
        return added.body();
    }

    private Api.Answer put(String user, String id, Map<String, Object> body) {
        return api.send(user, "PUT", POINTS + "/" + id, Api.json(body), Map.of("Content-Type", "application/json"));
    }

    private Api.Answer patrol(String user, Map<String, Object> fields) {
        Map<String, Object> body = new HashMap<>(Map.of("finding", "NONE", "what", "一切正常"));
        body.putAll(fields);
        return api.post(
                user,
                "/api/v1/matters/hazard-patrol",
                body,
                Map.of("Idempotency-Key", UUID.randomUUID().toString()));
    }

    private JsonNode read(String user, String id) {
        return api.get(user, POINTS + "/" + id).body();
    }

    @Test
    void a_point_says_where_and_until_when_and_a_record_sets_its_next_day() {
        String id = added("东门加油站").path("id").asText();
        LocalDate today = LocalDate.now(clock.withZone(java.time.ZoneId.of("Asia/Shanghai")));
        assertThat(read("grid1", id).path("dueOn").asText()).isEqualTo(today.toString());
        JsonNode matter = patrol("grid1", Map.of("point", id)).body();
        assertThat(matter.path("gridCode").asText())
                .as("where it is, nobody types again")
                .isEqualTo(GRID);
        assertThat(matter.path("location").path("address").asText()).isEqualTo("折桥路口");
        assertThat(matter.path("fields").toString()).contains("东门加油站");
        JsonNode visited = read("grid1", id);
        assertThat(visited.path("visits").asInt()).isEqualTo(1);
        assertThat(visited.path("dueOn").asText()).isEqualTo(today.plusDays(7).toString());
        assertThat(visited.path("overdue").asBoolean()).isFalse();
        clock.moveTo(clock.instant().plus(Duration.ofDays(8)));
        assertThat(read("grid1", id).path("overdue").asBoolean()).isTrue();
        assertThat(api.get("grid1", POINTS + "?due=true&limit=200").body().toString())
                .contains("东门加油站");
        String found = api.get("community1", "/api/v1/matters?kind=hazard-patrol&field.point=" + id)
                .body()
                .toString();
        assertThat(found).contains(matter.path("code").asText());
    }

    @Test
    void where_it_is_may_be_said_more_closely_and_has_to_be_said_without_a_point() {
        String id = added("西门市场").path("id").asText();
        JsonNode matter = patrol("grid1", Map.of("point", id, "place", Map.of("gridCode", GRID, "address", "二楼东侧")))
                .body();
        assertThat(matter.path("location").path("address").asText()).isEqualTo("二楼东侧");
        Api.Answer nowhere = patrol("grid1", Map.of());
        assertThat(nowhere.status()).isEqualTo(422);
        assertThat(nowhere.body().toString()).contains("\"place\"");
        Api.Answer unknown = patrol("grid1", Map.of("point", "999999999"));
        assertThat(unknown.status()).isEqualTo(422);
        assertThat(unknown.body().path("errors").toString()).contains("point", "999999999");
    }

    @Test
    void only_its_keepers_change_a_list_and_only_where_they_work() {
        String id = added("南门小吃店").path("id").asText();
        assertThat(api.post("grid1", POINTS, point("北门小吃店")).status()).isEqualTo(403);
        assertThat(put("grid1", id, point("南门小吃店")).status()).isEqualTo(403);
        assertThat(api.post("grid1", POINTS + "/" + id + "/retire", Map.of()).status())
                .isEqualTo(403);
        Map<String, Object> elsewhere = point("别处的小吃店");
        elsewhere.put("place", Map.of("gridCode", "622901002001-01"));
        assertThat(api.post("community1", POINTS, elsewhere)
                        .body()
                        .path("errors")
                        .toString())
                .as("of another community")
                .contains("place", "not-where-you-work");
        elsewhere.put("version", 1);
        assertThat(put("community1", id, elsewhere).status())
                .as("nor moved there")
                .isEqualTo(422);
        assertThat(imported("点位名称,场所类别,网格代码\n别处的小吃店,KEY,622901002001-01\n").status())
                .isEqualTo(422);
        assertThat(api.post(
                                "dept-yjj",
                                POINTS,
                                Map.of(
                                        "name",
                                        "别处的小吃店",
                                        "class",
                                        "KEY",
                                        "place",
                                        Map.of("gridCode", "622901002001-01")))
                        .status())
                .as("of the whole city")
                .isEqualTo(201);
        assertThat(api.get("resident1", POINTS).status()).isEqualTo(404);
        assertThat(api.get("dept-cgj", POINTS).status())
                .as("begins none and keeps none")
                .isEqualTo(404);
        assertThat(api.get("grid-622901002001-01", POINTS + "/" + id).status())
                .as("of another grid")
                .isEqualTo(404);
        assertThat(api.get("grid-622901002001-01", POINTS + "?limit=200").body().toString())
                .doesNotContain("南门小吃店");
        assertThat(api.get("dept-yjj", POINTS + "/" + id).status())
                .as("of the whole city")
                .isEqualTo(200);
        assertThat(read("community1", id).path("fields").toString()).contains("13900000000");
        assertThat(read("grid1", id).path("fields").toString())
                .as("who answers for it is for those that keep the list")
                .doesNotContain("13900000000");
        assertThat(jdbc.sql("select words || fields::text || address from register_entry where id = ?::bigint")
                        .param(id)
                        .query(String.class)
                        .single())
                .as("sealed")
                .doesNotContain("南门", "1390", "折桥");
    }

    @Test
    void a_change_is_made_to_what_was_read() {
        JsonNode entry = added("河滩公园");
        String id = entry.path("id").asText();
        Map<String, Object> changed = point("河滩公园南区");
        changed.put("version", entry.path("version").asInt());
        assertThat(put("community1", id, changed).body().path("title").asText()).isEqualTo("河滩公园南区");
        Api.Answer late = put("community1", id, changed);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.body().path("code").asText()).isEqualTo("entry-changed");
        assertThat(put("community1", id, point("河滩公园")).body().path("errors").toString())
                .contains("version");
        changed.put("class", "KEYS");
        assertThat(put("community1", id, changed).body().path("errors").toString())
                .contains("class");
    }

    @Test
    void another_class_of_place_has_another_day() {
        JsonNode entry = added("物流仓库");
        String id = entry.path("id").asText();
        assertThat(patrol("grid1", Map.of("point", id)).status()).isEqualTo(201);
        LocalDate first = LocalDate.parse(read("grid1", id).path("dueOn").asText());
        Map<String, Object> changed = point("物流仓库");
        changed.put("class", "COMMON");
        changed.put("version", entry.path("version").asInt());
        JsonNode after = put("community1", id, changed).body();
        assertThat(LocalDate.parse(after.path("dueOn").asText())).isEqualTo(first.plusDays(90 - 7));
    }

    @Test
    void what_is_retired_is_chosen_no_more_and_its_name_is_free() {
        String id = added("老粮站").path("id").asText();
        String code = patrol("grid1", Map.of("point", id)).body().path("code").asText();
        assertThat(api.post("community1", POINTS, point("老粮站"))
                        .body()
                        .path("code")
                        .asText())
                .isEqualTo("entry-known");
        assertThat(api.post("community1", POINTS + "/" + id + "/retire", Map.of())
                        .status())
                .isEqualTo(204);
        assertThat(read("community1", id).path("fields").toString())
                .as("whom to call for it is forgotten")
                .doesNotContain("13900000000");
        assertThat(api.post("community1", POINTS + "/" + id + "/retire", Map.of())
                        .status())
                .isEqualTo(409);
        assertThat(patrol("grid1", Map.of("point", id)).status()).isEqualTo(422);
        assertThat(api.get("grid1", POINTS + "?limit=200").body().toString()).doesNotContain("老粮站");
        assertThat(api.get("grid1", POINTS + "?retired=true&limit=200").body().toString())
                .contains("老粮站");
        assertThat(api.get("grid1", "/api/v1/matters/" + code).body().toString())
                .as("what it was called stays")
                .contains("老粮站");
        added("老粮站");
    }

    @Test
    void of_many_that_add_one_name_at_once_one_does() throws Exception {
        try (ExecutorService many = Executors.newFixedThreadPool(8)) {
            Callable<Integer> add =
                    () -> api.post("community1", POINTS, point("一中北门")).status();
            List<Integer> answers = many.invokeAll(java.util.Collections.nCopies(8, add)).stream()
                    .map(RegistersTest::get)
                    .toList();
            assertThat(answers).containsOnly(201, 409).containsOnlyOnce(201);
        }
    }

    @Test
    void of_many_records_at_once_each_counts() throws Exception {
        String id = added("二中南门").path("id").asText();
        try (ExecutorService many = Executors.newFixedThreadPool(8)) {
            Callable<Integer> visit = () -> patrol("grid1", Map.of("point", id)).status();
            assertThat(many.invokeAll(java.util.Collections.nCopies(8, visit)))
                    .allSatisfy(one -> assertThat(get(one)).isEqualTo(201));
        }
        assertThat(read("grid1", id).path("visits").asInt()).isEqualTo(8);
    }

    private Api.Answer imported(String table) {
        return api.uploadTo("community1", POINTS + "/import", "points.csv", table.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_table_of_a_spreadsheet_is_added_whole_or_not_at_all() {
        String table =
                "\uFEFF点位名称,场所类别,网格代码,详细地址,责任人及电话\n城东菜市场,KEY,%1$s,东街 1 号,马某\n七号院,楼院和公共区域,%1$s,,\n".formatted(GRID);
        Api.Answer wrong = imported(table.replace("七号院,楼院和公共区域", "七号院,楼院").replace(GRID + ",,", "1,,"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body().path("errors").findValuesAsText("field"))
                .as("the third row, with the head")
                .containsExactlyInAnyOrder("3.class", "3.place.gridCode");
        assertThat(api.get("community1", POINTS + "?limit=200").body().toString())
                .doesNotContain("城东菜市场");
        Api.Answer added = imported(table);
        assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
        assertThat(added.body().path("added").asInt()).isEqualTo(2);
        assertThat(api.get("community1", POINTS + "?limit=200").body().toString())
                .contains("城东菜市场", "七号院");
        assertThat(imported(table).body().path("code").asText()).isEqualTo("entry-known");
        assertThat(imported("名称,类别\n甲,KEY\n").body().path("errors").findValuesAsText("field"))
                .contains("名称", "类别");
        assertThat(imported("点位名称,点位名称\n甲,乙\n").body().path("errors").toString())
                .contains("file");
        assertThat(api.uploadTo("grid1", POINTS + "/import", "points.csv", table.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void pages_follow_one_another_without_gaps() {
        for (String name : List.of("甲楼", "乙楼", "丙楼", "丁楼", "戊楼")) {
            added(name);
        }
        List<String> whole = new java.util.ArrayList<>();
        api.get("community1", POINTS + "?limit=200")
                .body()
                .path("items")
                .forEach(one -> whole.add(one.path("id").asText()));
        List<String> paged = new java.util.ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get("community1", POINTS + "?limit=2" + cursor).body();
            page.path("items").forEach(one -> paged.add(one.path("id").asText()));
            cursor = page.hasNonNull("next") ? "&cursor=" + page.path("next").asText() : null;
        } while (cursor != null);
        assertThat(paged).hasSizeGreaterThan(4).isEqualTo(whole);
        assertThat(api.get("community1", POINTS + "?cursor=x").status()).isEqualTo(422);
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
