package io.liudan.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import io.liudan.matter.Attachments;
import io.liudan.matter.MatterCodes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.apache.commons.imaging.Imaging;
import org.apache.commons.imaging.formats.jpeg.JpegImageMetadata;
import org.apache.commons.imaging.formats.jpeg.exif.ExifRewriter;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;
import org.apache.commons.imaging.formats.tiff.write.TiffOutputSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class RequestApiTest extends HubTest {

    private static final String GRID = "622901001001-01";

    private final Api api = new Api(hub(), realm()).heldToItsDocument();

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Attachments attachments;

    private static Map<String, Object> submission(Object... more) {
        Map<String, Object> body = new HashMap<>(
                Map.of("category", "heating", "title", "暖气不热", "description", "家里只有十二度", "gridCode", GRID));
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return body;
    }

    private static void assertRefused(Answer answer, int status, String field, String reason) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        JsonNode error = answer.body().path("errors").path(0);
        assertThat(error.path("field").asText()).isEqualTo(field);
        assertThat(error.path("code").asText()).isEqualTo(reason);
        assertThat(error.path("reason").asText()).isNotBlank().doesNotContain("reason.");
    }

    @Test
    void an_anonymous_request_is_found_by_no_number_and_no_name_but_by_its_author() {
        String phone = "1990" + "%07d".formatted(System.nanoTime() % 10_000_000);
        Map<String, Object> contact = Map.of("name", "马尕娃", "phone", phone);
        String hidden = api.submit(
                        "resident1", submission("anonymous", true, "contact", contact, "description", "井盖坏了，马尕娃家门口"))
                .body()
                .path("code")
                .asText();
        String open = api.submit("resident1", submission("contact", contact))
                .body()
                .path("code")
                .asText();
        for (String written :
                List.of(phone, phone.substring(0, 3) + "-" + phone.substring(3, 7) + "-" + phone.substring(7))) {
            for (String desk : List.of("grid1", "supervisor", "community1")) {
                assertThat(found(desk, written)).as(desk).contains(open).doesNotContain(hidden);
            }
        }
        assertThat(found("grid1", "马尕娃")).doesNotContain(hidden);
        assertThat(found("resident1", "井盖坏了")).contains(hidden);
        assertThat(found("grid1", "井盖坏了")).as("by what it is about").contains(hidden);
        assertThat(jdbc.sql(
                                "select count(*) from audit.entry where action = 'request.search' and actor = 'grid1' and policy = 'number' and reason not like ?")
                        .param("%" + phone + "%")
                        .query(Long.class)
                        .single())
                .as("searches by number are written down, with the number sealed")
                .isGreaterThanOrEqualTo(2);
    }

    private List<String> found(String user, String q) {
        return api.get(user, "/api/v1/requests?limit=100&q=" + URLEncoder.encode(q, StandardCharsets.UTF_8))
                .body()
                .path("items")
                .findValuesAsText("code");
    }

    @Test
    void nobody_adds_words_without_end() {
        String code = api.submit("resident1", submission()).body().path("code").asText();
        for (int i = 0; i < 20; i++) {
            assertThat(api.post("resident1", "/api/v1/requests/" + code + "/supplement", Map.of("text", "还没有来 " + i))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/supplement", Map.of("text", "还没有来"))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void an_account_has_its_share_of_a_day_and_no_more() {
        // The demo's limits are a hundred times as generous; as if most of it had been used.
        jdbc.sql("""
                insert into upload_day values ('resident3', (now() at time zone 'UTC')::date, 6000, 6000)
                on conflict (owner, day) do update set files = 6000""").update();
        try {
            Answer refused = api.upload("resident3", "a.pdf", "%PDF-1.4\n%%EOF\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.body().path("code").asText()).isEqualTo("uploads-of-the-day");
            assertThat(api.upload("resident2", "a.pdf", "%PDF-1.4\n%%EOF\n".getBytes(StandardCharsets.US_ASCII))
                            .status())
                    .isEqualTo(201);
        } finally {
            jdbc.sql("delete from upload_day where owner = 'resident3'").update();
        }
    }

    @Test
    void a_filed_request_shows_its_desk_deadline_and_timeline() {
        Answer answer = api.submit("resident1", submission());
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("code").asText()).matches("\\d{7,}").matches(MatterCodes::valid);
        assertThat(answer.body().path("status").asText()).isEqualTo("ORDERED");
        assertThat(answer.body().path("desk").path("code").asText()).isEqualTo("grid-" + GRID);
        assertThat(answer.body().path("deadline").asText()).isNotBlank();
        assertThat(answer.body().path("timeline").path(0).path("text").asText()).isEqualTo("群众点单");
    }

    @Test
    void the_same_key_and_body_get_the_same_answer_also_under_fifty_parallel_sends() throws Exception {
        Map<String, Object> body = submission();
        Map<String, String> key = Map.of("Idempotency-Key", "parallel-" + System.nanoTime());
        api.token("resident1");
        try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
            List<Callable<Answer>> sends = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                sends.add(() -> api.post("resident1", "/api/v1/requests", body, key));
            }
            Set<JsonNode> answers = new HashSet<>();
            for (Future<Answer> send : threads.invokeAll(sends)) {
                assertThat(send.get().status()).isEqualTo(201);
                answers.add(send.get().body());
            }
            assertThat(answers).hasSize(1);
        }
    }

    @Test
    void the_same_key_with_another_body_is_refused() {
        Map<String, String> key = Map.of("Idempotency-Key", "reused-" + System.nanoTime());
        assertThat(api.post("resident1", "/api/v1/requests", submission(), key).status())
                .isEqualTo(201);
        Answer again = api.post("resident1", "/api/v1/requests", submission("title", "另一件事"), key);
        assertThat(again.status()).isEqualTo(422);
        assertThat(again.body().path("code").asText()).isEqualTo("idempotency-key-reused");
        assertThat(api.post("resident2", "/api/v1/requests", submission("title", "另一件事"), key)
                        .status())
                .as("another sender's key is another key")
                .isEqualTo(201);
    }

    @Test
    void a_missing_key_is_named() {
        Answer answer = api.post("resident1", "/api/v1/requests", submission());
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("code").asText()).isEqualTo("idempotency-key-missing");
    }

    @Test
    void wrong_fields_are_named_and_nothing_is_stored() {
        long before = jdbc.sql("select count(*) from matter").query(Long.class).single();
        assertRefused(api.submit("resident1", submission("title", " ")), 422, "title", "required");
        assertRefused(api.submit("resident1", submission("category", "no-such")), 422, "category", "unknown-category");
        assertRefused(api.submit("resident1", submission("gridCode", "1-01")), 422, "gridCode", "unknown-grid");
        assertRefused(
                api.submit("resident1", submission("location", Map.of("lat", 39.9, "lon", 116.4))),
                422,
                "location",
                "outside-city");
        assertRefused(
                api.submit("resident1", submission("location", Map.of("lat", 35.6, "lon", 103.21, "datum", "NAD27"))),
                422,
                "location.datum",
                "unknown-datum");
        assertRefused(
                api.submit("resident1", submission("location", Map.of("lat", "north", "lon", 1))),
                422,
                "location.lat",
                "malformed");
        assertRefused(
                api.submit("resident1", submission("contact", Map.of("phone", "call me"))),
                422,
                "contact.phone",
                "invalid");
        assertRefused(api.submit("resident1", submission("catgory", "heating")), 422, "catgory", "unknown-field");
        assertRefused(
                api.submit("resident1", Map.of("title", "暖气不热", "description", "冷")), 422, "location", "place-missing");
        Answer unreadable = api.post("resident1", "/api/v1/requests", "{", Map.of("Idempotency-Key", "broken"));
        assertThat(unreadable.status()).isEqualTo(400);
        assertThat(jdbc.sql("select count(*) from matter").query(Long.class).single())
                .isEqualTo(before);
    }

    @Test
    void problems_speak_the_readers_language() {
        Answer english = api.send(
                "resident1",
                "POST",
                "/api/v1/requests",
                Api.json(submission("category", "no-such")),
                Map.of("Idempotency-Key", "language", "Accept-Language", "en"));
        assertThat(english.body().path("title").asText()).isEqualTo("Some fields are wrong");
        assertThat(english.body().path("errors").path(0).path("reason").asText())
                .isEqualTo("no such category: no-such");
        Answer chinese = api.send(
                "resident1",
                "POST",
                "/api/v1/requests",
                Api.json(submission("category", "no-such")),
                Map.of("Idempotency-Key", "language", "Accept-Language", "zh-CN"));
        assertThat(chinese.body().path("title").asText()).isEqualTo("填写有误");
    }

    @Test
    void a_point_or_a_community_places_the_request() {
        Answer byPoint = api.submit(
                "resident1",
                Map.of(
                        "title",
                        "路灯不亮",
                        "description",
                        "一周了",
                        "location",
                        Map.of("lat", 35.5951, "lon", 103.2217, "datum", "GCJ-02", "address", "青年路")));
        assertThat(byPoint.status()).isEqualTo(201);
        assertThat(byPoint.body().path("gridCode").asText()).matches("\\d{12}-\\d\\d");
        assertThat(byPoint.body().path("location").path("lat").asDouble())
                .as("WGS84")
                .isNotEqualTo(35.5951)
                .isBetween(35.59, 35.60);
        Answer byCommunity =
                api.submit("resident1", Map.of("title", "路灯不亮", "description", "一周了", "communityCode", "622901001001"));
        assertThat(byCommunity.body().path("gridCode").asText()).isEqualTo(GRID);
    }

    @Test
    void others_can_not_see_a_request_and_followers_see_no_words_of_it() {
        String code = api.submit("resident1", submission("contact", Map.of("name", "马小兰", "phone", "13800001234")))
                .body()
                .path("code")
                .asText();
        assertThat(api.get("resident2", "/api/v1/requests/" + code).status()).isEqualTo(404);
        assertThat(api.get("dept-cgj", "/api/v1/requests/" + code).status()).isEqualTo(404);
        assertThat(api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("contact")
                        .path("phone")
                        .asText())
                .isEqualTo("13800001234");
        assertThat(api.get("grid1", "/api/v1/requests/" + code)
                        .body()
                        .path("contact")
                        .path("phone")
                        .asText())
                .as("holds it")
                .isEqualTo("13800001234");
        assertThat(api.get("street1", "/api/v1/requests/" + code)
                        .body()
                        .path("contact")
                        .path("phone")
                        .asText())
                .as("doesn't hold it")
                .isEqualTo("138******34");
        assertThat(api.post("resident2", "/api/v1/requests/" + code + "/follow", Map.of())
                        .status())
                .isEqualTo(204);
        JsonNode followed = api.get("resident2", "/api/v1/requests/" + code).body();
        assertThat(followed.path("status").asText()).isEqualTo("ORDERED");
        assertThat(followed.has("description")).isFalse();
        assertThat(followed.has("contact")).isFalse();
    }

    @Test
    void an_anonymous_reporter_is_hidden_from_the_desks() {
        String code = api.submit(
                        "resident1",
                        submission("anonymous", true, "contact", Map.of("name", "马小兰", "phone", "13800001234")))
                .body()
                .path("code")
                .asText();
        assertThat(api.get("grid1", "/api/v1/requests/" + code).body().has("contact"))
                .isFalse();
    }

    @Test
    void lists_show_what_the_reader_may_see_page_by_page() {
        String first = api.submit("resident3", submission("title", "独一无二的鹦鹉"))
                .body()
                .path("code")
                .asText();
        String second = api.submit("resident3", submission("title", "独一无二的鹦鹉又来"))
                .body()
                .path("code")
                .asText();
        Answer page = api.get("resident3", "/api/v1/requests?mine=true&limit=1");
        assertThat(page.body().path("items").path(0).path("code").asText()).isEqualTo(second);
        Answer next = api.get(
                "resident3",
                "/api/v1/requests?mine=true&limit=1&cursor="
                        + page.body().path("next").asText());
        assertThat(next.body().path("items").path(0).path("code").asText()).isEqualTo(first);
        assertThat(api.get("grid1", "/api/v1/requests?q=%E9%B9%A6%E9%B9%89")
                        .body()
                        .path("items"))
                .hasSize(2);
        assertThat(api.get("supervisor", "/api/v1/requests?status=ORDERED&q=" + first)
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(api.get("resident2", "/api/v1/requests?q=%E9%B9%A6%E9%B9%89")
                        .body()
                        .path("items"))
                .isEmpty();
        assertThat(api.get("dept-cgj", "/api/v1/requests?q=" + first).body().path("items"))
                .isEmpty();
    }

    @Test
    void likely_duplicates_of_the_neighbourhood_are_found_before_filing() {
        String code = api.submit(
                        "resident1",
                        submission("title", "小区门口窨井盖破损", "description", "井盖碎了，晚上很危险", "category", "sanitation"))
                .body()
                .path("code")
                .asText();
        JsonNode found = api.get(
                        "resident2",
                        "/api/v1/requests/similar?text=%E7%AA%A8%E4%BA%95%E7%9B%96%E7%A2%8E%E4%BA%86%E5%8D%B1%E9%99%A9&category=sanitation&gridCode="
                                + GRID)
                .body();
        assertThat(found.path(0).path("code").asText()).isEqualTo(code);
        JsonNode elsewhere = api.get(
                        "resident2",
                        "/api/v1/requests/similar?text=%E7%AA%A8%E4%BA%95%E7%9B%96%E7%A2%8E%E4%BA%86%E5%8D%B1%E9%99%A9&gridCode=622901103209-01")
                .body();
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void a_resident_can_withdraw_and_urge_only_an_own_request() {
        String code = api.submit("resident1", submission()).body().path("code").asText();
        assertThat(api.post("resident2", "/api/v1/requests/" + code + "/withdraw", Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/urge", Map.of())
                        .body()
                        .path("urged")
                        .asInt())
                .isEqualTo(1);
        assertThat(api.post(
                                "resident1",
                                "/api/v1/requests/" + code + "/rating",
                                Map.of("contacted", true, "solved", true, "satisfied", 5))
                        .status())
                .isEqualTo(409);
        Answer withdrawn = api.post("resident1", "/api/v1/requests/" + code + "/withdraw", Map.of("reason", "已经好了"));
        assertThat(withdrawn.body().path("outcome").asText()).isEqualTo("WITHDRAWN");
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/withdraw", Map.of())
                        .status())
                .isEqualTo(409);
        assertThat(api.task("grid1", code, null).isMissingNode()).isTrue();
    }

    @Test
    void a_question_is_answered_and_a_rating_closes() {
        String code = api.submit("resident1", submission()).body().path("code").asText();
        String task = api.task("grid1", code, "verify").path("id").asText();
        assertThat(api.complete("grid1", task, Map.of("decision", "ASK_RESIDENT", "question", "几号楼？"))
                        .status())
                .isEqualTo(204);
        JsonNode waiting = api.get("resident1", "/api/v1/requests/" + code).body();
        assertThat(waiting.path("status").asText()).isEqualTo("AWAITING_RESIDENT");
        assertThat(waiting.has("deadline")).as("the clock stands still").isFalse();
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/supplement", Map.of("text", "三号楼"))
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("ORDERED");
        task = api.task("grid1", code, "verify").path("id").asText();
        api.complete(
                "grid1",
                task,
                Map.of(
                        "decision",
                        "SOLVED_ON_SITE",
                        "report",
                        "已通知热力公司当场排气",
                        "evidence",
                        List.of(api.evidence("grid1"))));
        assertRefused(
                api.post(
                        "resident1",
                        "/api/v1/requests/" + code + "/rating",
                        Map.of("contacted", true, "solved", true, "satisfied", 6)),
                422,
                "satisfied",
                "range");
        Answer rated = api.post(
                "resident1",
                "/api/v1/requests/" + code + "/rating",
                Map.of("contacted", true, "solved", true, "satisfied", 5, "comment", "好"));
        assertThat(rated.body().path("status").asText()).isEqualTo("CLOSED");
        assertThat(rated.body().path("outcome").asText()).isEqualTo("SOLVED_ON_SITE");
        assertThat(rated.body().path("rated").asText()).isEqualTo("RESIDENT");
    }

    @Test
    void a_photo_loses_its_place_and_keeps_its_orientation() throws IOException {
        TiffOutputSet metadata = new TiffOutputSet();
        metadata.getOrCreateRootDirectory().add(TiffTagConstants.TIFF_TAG_ORIENTATION, (short) 6);
        metadata.setGpsInDegrees(103.21, 35.6);
        ByteArrayOutputStream photo = new ByteArrayOutputStream();
        new ExifRewriter().updateExifMetadataLossless(picture("jpg"), photo, metadata);
        assertThat(((JpegImageMetadata) Imaging.getMetadata(photo.toByteArray()))
                        .getExif()
                        .getGpsInfo())
                .as("the test's photo has a place")
                .isNotNull();
        Answer uploaded = api.upload("resident1", "a.jpg", photo.toByteArray());
        assertThat(uploaded.body().path("mediaType").asText()).isEqualTo("image/jpeg");
        byte[] stored = attachments
                .find(UUID.fromString(uploaded.body().path("id").asText()))
                .orElseThrow()
                .bytes();
        JpegImageMetadata kept = (JpegImageMetadata) Imaging.getMetadata(stored);
        assertThat(kept.getExif().getGpsInfo()).isNull();
        assertThat(kept.findExifValueWithExactMatch(TiffTagConstants.TIFF_TAG_ORIENTATION)
                        .getIntValue())
                .isEqualTo(6);
    }

    /** A picture of forty thousand times forty thousand pixels, in a hundred bytes. */
    private static byte[] bomb() {
        java.nio.ByteBuffer head = java.nio.ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(40_000)
                .putInt(40_000)
                .put(new byte[] {8, 2, 0, 0, 0});
        java.util.zip.CRC32 sum = new java.util.zip.CRC32();
        sum.update(head.array());
        return java.nio.ByteBuffer.allocate(45)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10})
                .putInt(13)
                .put(head.array())
                .putInt((int) sum.getValue())
                .putInt(0)
                .put("IEND".getBytes(StandardCharsets.US_ASCII))
                .putInt(0xAE426082)
                .array();
    }

    @Test
    void a_file_is_what_its_bytes_say_and_no_larger_than_the_limit() throws IOException {
        assertThat(api.upload("resident1", "photo.jpg", "MZ a program".getBytes(StandardCharsets.US_ASCII))
                        .status())
                .isEqualTo(415);
        assertThat(api.upload("resident1", "text.bin", picture("png"))
                        .body()
                        .path("mediaType")
                        .asText())
                .isEqualTo("image/png");
        assertThat(api.upload("resident1", "large.jpg", new byte[10 * 1024 * 1024 + 1])
                        .status())
                .isEqualTo(413);
        assertThat(api.upload("resident1", "bomb.png", bomb())
                        .body()
                        .path("code")
                        .asText())
                .isEqualTo("attachment-too-many-pixels");
        byte[] both = new byte[200];
        System.arraycopy("%PDF-1.4\n<script>alert(1)</script>".getBytes(StandardCharsets.US_ASCII), 0, both, 0, 34);
        assertThat(api.upload("resident1", "page.html", both)
                        .body()
                        .path("mediaType")
                        .asText())
                .as("a page that begins like a document stays a document")
                .isEqualTo("application/pdf");
        assertThat(api.upload(
                                "resident1",
                                "page.pdf",
                                "<html><script>alert(1)</script></html>".getBytes(StandardCharsets.US_ASCII))
                        .status())
                .isEqualTo(415);
        assertThat(api.upload(
                                "resident1",
                                "a.svg",
                                "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
                                        .getBytes(StandardCharsets.US_ASCII))
                        .status())
                .isEqualTo(415);
        byte[] broken = picture("jpg");
        assertThat(api.upload("resident1", "cut.jpg", java.util.Arrays.copyOf(broken, 40))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void an_attachment_is_shown_to_its_owner_and_the_requests_desks_only() throws IOException {
        String id = api.upload("resident1", "a.png", picture("png"))
                .body()
                .path("id")
                .asText();
        assertThat(api.get("grid1", "/api/v1/attachments/" + id).status()).isEqualTo(404);
        assertRefused(
                api.submit("resident2", submission("attachments", List.of(id))),
                422,
                "attachments",
                "unknown-attachment");
        api.submit("resident1", submission("attachments", List.of(id)));
        assertThat(api.get("grid1", "/api/v1/attachments/" + id).status()).isEqualTo(200);
        assertThat(api.get("resident2", "/api/v1/attachments/" + id).status()).isEqualTo(404);
    }

    @Test
    void nobody_gets_in_without_a_token() {
        assertThat(api.get(null, "/api/v1/requests").status()).isEqualTo(401);
        assertThat(api.send(
                                null,
                                "GET",
                                "/api/v1/tasks",
                                BodyPublishers.noBody(),
                                Map.of("Authorization", "Bearer forged"))
                        .status())
                .isEqualTo(401);
        assertThat(api.get("resident1", "/actuator/metrics").status()).isEqualTo(403);
        assertThat(api.get("dept-cgj", "/embedded/clock").status()).isEqualTo(403);
        assertThat(api.get("admin", "/embedded/clock").status()).isEqualTo(200);
        assertThat(api.get(null, "/actuator/health").body().path("components").has("keycloak"))
                .isTrue();
    }

    @Test
    void the_contract_is_published_as_openapi_3_1() {
        JsonNode contract = api.get(null, "/v3/api-docs").body();
        assertThat(contract.path("openapi").asText()).startsWith("3.1");
        assertThat(contract.path("paths").fieldNames())
                .toIterable()
                .contains(
                        "/api/v1/requests",
                        "/api/v1/requests/{code}/rating",
                        "/api/v1/tasks/{id}/complete",
                        "/api/v1/attachments",
                        "/api/v1/directory/categories");
    }

    private static byte[] picture(String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), format, out);
        return out.toByteArray();
    }
}
