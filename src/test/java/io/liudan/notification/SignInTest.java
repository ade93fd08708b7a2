package io.liudan.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.embedded.simulator.WechatSimulator;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Residents sign in at a real Keycloak with a code from the simulated inbox, or with the simulated WeChat. */
class SignInTest extends HubTest {

    private static final Pattern CODE = Pattern.compile("\\d{6}");
    private static final AtomicInteger NUMBERS = new AtomicInteger((int) (System.nanoTime() % 90_000_000));
    private static HttpServer wechat;

    @Autowired
    private JdbcClient jdbc;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();

    private record Reply(int status, JsonNode body) {

        String error() {
            return body.path("error").asText();
        }

        String token() {
            assertThat(status).as("%s", body).isEqualTo(200);
            return body.path("access_token").asText();
        }
    }

    @BeforeAll
    static void wechat() throws Exception {
        wechat = HttpServer.create(new InetSocketAddress("localhost", simulatorsPort()), 0);
        WechatSimulator.start(wechat);
        wechat.start();
    }

    @AfterAll
    static void end() {
        wechat.stop(0);
    }

    @BeforeEach
    void nobodyAskedBefore() {
        // All calls of tests come from one address.
        jdbc.sql("delete from one_time_code").update();
    }

    /** Of a range that no carrier has. */
    private static String newPhone() {
        return "199" + "%08d".formatted(NUMBERS.incrementAndGet());
    }

    /** What the browser of this test was asked to do for each number, last. */
    private final Map<String, String> challenges = new HashMap<>();

    /** As the browser that asked for the number's code, unless it says which. */
    private Reply grant(Map<String, String> parameters) throws Exception {
        Map<String, String> all = new HashMap<>(parameters);
        if (all.containsKey("code") && !all.containsKey("challenge")) {
            String number = all.get("phone").replaceAll("\\D", "").replaceFirst("^(00)?86(?=1)", "");
            Optional.ofNullable(challenges.get(number)).ifPresent(challenge -> all.put("challenge", challenge));
        }
        all.putAll(Map.of("grant_type", "password", "client_id", "liudan-miniprogram"));
        String form = all.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(realm() + "/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Accept-Language", "zh-CN")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        return new Reply(answer.statusCode(), json.readTree(answer.body()));
    }

    private String codeOf(String phone) throws Exception {
        JsonNode texts = new Api(hub(), realm())
                .get(null, "/embedded/inbox?phone=" + phone)
                .body();
        Matcher code = CODE.matcher(texts.path(0).path("text").asText());
        assertThat(code.find()).isTrue();
        return code.group();
    }

    /** Does what is asked before a code is sent. */
    private Reply ask(String phone) throws Exception {
        Reply asked = grant(Map.of("phone", phone));
        if (!asked.error().equals("work_required")) {
            return asked;
        }
        String challenge = asked.body().path("challenge").asText();
        challenges.put(phone.replaceAll("\\D", "").replaceFirst("^(00)?86(?=1)", ""), challenge);
        return grant(Map.of("phone", phone, "challenge", challenge, "work", work(challenge, bits(asked))));
    }

    private static int bits(Reply asked) {
        return asked.body().path("bits").asInt();
    }

    private static String work(String challenge, int bits) {
        for (int number = 0; ; number++) {
            if (new BigInteger(1, DigestUtils.sha256(challenge + ":" + number)).bitLength() <= 256 - bits) {
                return Integer.toString(number);
            }
        }
    }

    /** Asks for a code and has it. */
    private String codeFor(String phone) throws Exception {
        Reply sent = ask(phone);
        assertThat(sent.error()).as("%s", sent.body()).isEqualTo("code_sent");
        return codeOf(phone);
    }

    private JsonNode claims(String token) throws Exception {
        return json.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    }

    private String account(Reply reply) throws Exception {
        return claims(reply.token()).path("preferred_username").asText();
    }

    private int knock(String token, String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(hub() + path))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void a_resident_signs_in_with_a_code_and_files_and_sees_their_own() throws Exception {
        String phone = newPhone();
        Reply reply = grant(Map.of("phone", phone, "code", codeFor(phone)));
        JsonNode claims = claims(reply.token());
        assertThat(claims.path("realm_access").path("roles"))
                .extracting(JsonNode::asText)
                .containsExactly("resident");
        assertThat(claims.toString()).doesNotContain(phone);
        HttpResponse<String> filed = http.send(
                HttpRequest.newBuilder(URI.create(hub() + "/api/v1/requests"))
                        .header("Authorization", "Bearer " + reply.token())
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(
                                BodyPublishers.ofString(
                                        "{\"category\":\"sanitation\",\"title\":\"垃圾\",\"description\":\"三天没有清运\",\"gridCode\":\"622901001001-01\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(filed.statusCode()).isEqualTo(201);
        assertThat(knock(
                        reply.token(),
                        "/api/v1/requests/"
                                + json.readTree(filed.body()).path("code").asText()))
                .isEqualTo(200);
        assertThat(knock(reply.token(), "/api/v1/tasks")).isEqualTo(403);
    }

    @Test
    void the_same_number_opens_the_same_account_however_it_is_written() throws Exception {
        String phone = newPhone();
        String first = account(grant(Map.of("phone", phone, "code", codeFor(phone))));
        jdbc.sql("delete from one_time_code").update();
        assertThat(ask("+86 " + phone.substring(0, 3) + "-" + phone.substring(3))
                        .error())
                .isEqualTo("code_sent");
        assertThat(account(grant(Map.of("phone", "0086" + phone, "code", codeOf(phone)))))
                .isEqualTo(first);
    }

    @Test
    void a_code_serves_once_and_the_last_one_counts() throws Exception {
        String phone = newPhone();
        String first = codeFor(phone);
        String js = "last" + phone;
        assertThat(grant(Map.of("js_code", js + ".1", "phone", phone)).error()).isEqualTo("code_sent");
        String older = codeOf(phone);
        jdbc.sql("update one_time_code set created_at = created_at - interval '2 minutes'")
                .update();
        assertThat(grant(Map.of("js_code", js + ".2", "phone", phone)).error()).isEqualTo("code_sent");
        if (!older.equals(codeOf(phone))) {
            challenges.remove(phone);
            assertThat(grant(Map.of("js_code", js + ".3", "phone", phone, "code", older))
                            .status())
                    .isEqualTo(401);
        }
        jdbc.sql("delete from one_time_code").update();
        first = codeFor(phone);
        String second = first;
        assertThat(grant(Map.of("phone", phone, "code", second)).status()).isEqualTo(200);
        Reply again = grant(Map.of("phone", phone, "code", second));
        assertThat(again.status()).isEqualTo(401);
        assertThat(again.error()).isEqualTo("code_over");
        assertThat(again.body().path("error_description").asText()).isEqualTo("验证码已失效，请重新获取。");
    }

    @Test
    void a_code_that_is_too_old_or_for_another_number_opens_nothing() throws Exception {
        String phone = newPhone();
        String other = newPhone();
        String code = codeFor(phone);
        codeFor(other);
        if (!code.equals(codeOf(other))) {
            assertThat(grant(Map.of("phone", other, "code", code)).status()).isEqualTo(401);
        }
        jdbc.sql("update one_time_code set created_at = created_at - interval '6 minutes'")
                .update();
        assertThat(grant(Map.of("phone", phone, "code", code)).status()).isEqualTo(401);
    }

    @Test
    void five_wrong_guesses_end_a_code() throws Exception {
        String phone = newPhone();
        String code = codeFor(phone);
        String wrong = code.equals("000000") ? "000001" : "000000";
        for (int i = 0; i < 5; i++) {
            assertThat(grant(Map.of("phone", phone, "code", wrong))
                            .body()
                            .path("error_description")
                            .asText())
                    .isEqualTo("验证码不正确。");
        }
        assertThat(grant(Map.of("phone", phone, "code", code)).status()).isEqualTo(401);
    }

    @Test
    void codes_are_sent_no_more_often_than_the_limits_say() throws Exception {
        String phone = newPhone();
        codeFor(phone);
        for (int i = 1; i < 5; i++) {
            codeFor(phone);
        }
        assertThat(ask(phone).error()).as("five to one number from one address").isEqualTo("codes_of_phone");
        // As if others at this address had had the rest of its two hundred.
        jdbc.sql(
                        "insert into one_time_code (phone_index, address_index, code_hash, created_at) select decode(md5(n::text), 'hex'), address_index, code_hash, now() from one_time_code, generate_series(1, 40) n")
                .update();
        assertThat(ask(newPhone()).error())
                .as("two hundred an hour from one address")
                .isEqualTo("codes_of_address");
        jdbc.sql("update one_time_code set created_at = created_at - interval '25 hours'")
                .update();
        codeFor(phone);
    }

    @Test
    void the_same_browser_waits_a_minute_for_its_next_code() throws Exception {
        String phone = newPhone();
        String js = "wait" + phone;
        assertThat(grant(Map.of("js_code", js + ".1", "phone", phone)).error()).isEqualTo("code_sent");
        Reply soon = grant(Map.of("js_code", js + ".2", "phone", phone));
        assertThat(soon.status()).isEqualTo(429);
        assertThat(soon.body().path("error_description").asText()).contains("秒后可再次获取");
    }

    @Test
    void no_text_is_sent_to_whom_wechat_doesnt_know_and_who_did_nothing_for_it() throws Exception {
        String phone = newPhone();
        Reply asked = grant(Map.of("phone", phone));
        assertThat(asked.status()).isEqualTo(401);
        assertThat(asked.error()).isEqualTo("work_required");
        String challenge = asked.body().path("challenge").asText();
        String done = work(challenge, bits(asked));
        for (Map<String, String> wrong : List.of(
                Map.of("phone", phone, "challenge", challenge, "work", done + "1"),
                Map.of("phone", newPhone(), "challenge", challenge, "work", done),
                Map.of("phone", phone, "challenge", challenge),
                Map.of("phone", phone, "challenge", "{\"n\":0}", "work", "1"),
                Map.of("phone", phone, "challenge", challenge + "A", "work", done))) {
            assertThat(grant(wrong).error()).as("%s", wrong).isIn("work_not_done", "malformed");
        }
        assertThat(new Api(hub(), realm())
                        .get(null, "/embedded/inbox?phone=" + phone)
                        .body())
                .isEmpty();
        assertThat(grant(Map.of("phone", phone, "challenge", challenge, "work", done))
                        .error())
                .isEqualTo("code_sent");
        assertThat(grant(Map.of("phone", phone, "challenge", challenge, "work", done))
                        .error())
                .as("it serves once")
                .isIn("work_not_done", "code_just_sent");
    }

    @Test
    void a_stranger_can_neither_burn_a_code_nor_put_another_in_its_place() throws Exception {
        String phone = newPhone();
        String code = codeFor(phone);
        String mine = challenges.get(phone);
        // Somebody else asks for the same number, gets the text sent, and guesses.
        codeFor(phone);
        String theirs = challenges.get(phone);
        for (int i = 0; i < 7; i++) {
            assertThat(grant(Map.of(
                                    "phone",
                                    phone,
                                    "challenge",
                                    theirs,
                                    "code",
                                    code.equals("000000") ? "000001" : "000000"))
                            .status())
                    .isEqualTo(401);
        }
        assertThat(grant(Map.of("phone", phone, "challenge", theirs, "code", code))
                        .status())
                .as("a code is of no use in another browser")
                .isEqualTo(401);
        assertThat(grant(Map.of("phone", phone, "challenge", mine, "code", code))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whoever_has_many_texts_sent_to_somebody_works_harder_and_locks_nobody_out() throws Exception {
        String phone = newPhone();
        account(grant(Map.of("phone", phone, "code", codeFor(phone))));
        jdbc.sql("delete from one_time_code").update();
        int quiet = bits(grant(Map.of("phone", phone)));
        // Thirty texts by strangers, from elsewhere.
        jdbc.sql("""
                insert into one_time_code (phone_index, address_index, code_hash, created_at)
                select phone_index, decode(md5(n::text), 'hex'), ''::bytea, now() from proved_place, generate_series(1, 30) n
                where proved_at = (select max(proved_at) from proved_place)""").update();
        assertThat(bits(grant(Map.of("phone", phone))))
                .as("from where its owner signed in before nothing changes")
                .isEqualTo(quiet);
        jdbc.sql("delete from proved_place").update();
        assertThat(bits(grant(Map.of("phone", phone))))
                .as("from elsewhere it is harder")
                .isGreaterThanOrEqualTo(quiet + 8);
        assertThat(grant(Map.of("js_code", "owner" + phone + ".1", "phone", phone))
                        .error())
                .as("WeChat vouches for its own")
                .isEqualTo("code_sent");
    }

    @Test
    void what_is_no_mobile_number_gets_no_code() throws Exception {
        for (String number :
                new String[] {"", "110", "0930-6212345", "12345678901", "1991234567", "199123456789", "199 1234 567x"
                }) {
            Reply reply = grant(Map.of("phone", number));
            assertThat(reply.status()).as(number).isEqualTo(401);
            assertThat(reply.body().path("error_description").asText()).isEqualTo("请填写 11 位手机号。");
        }
        assertThat(grant(Map.of()).error()).isEqualTo("invalid_request");
    }

    @Test
    void a_number_that_nobody_showed_for_long_opens_no_older_account() throws Exception {
        String phone = newPhone();
        String before =
                account(grant(Map.of("phone", phone, "code", codeFor(phone), "js_code", "mover" + phone + ".1")));
        jdbc.sql("update resident set phone_proved_at = phone_proved_at - interval '91 days' where account = ?")
                .param(before)
                .update();
        jdbc.sql("delete from one_time_code").update();
        String after = account(grant(Map.of("phone", phone, "code", codeFor(phone))));
        assertThat(after).isNotEqualTo(before);
        assertThat(account(grant(Map.of("js_code", "mover" + phone + ".2"))))
                .as("who had it before still has WeChat")
                .isEqualTo(before);
        jdbc.sql("update resident set phone_proved_at = phone_proved_at - interval '89 days' where account = ?")
                .param(after)
                .update();
        jdbc.sql("delete from one_time_code").update();
        assertThat(account(grant(Map.of("phone", phone, "code", codeFor(phone)))))
                .isEqualTo(after);
    }

    @Test
    void wechat_and_phone_open_one_account() throws Exception {
        String phone = newPhone();
        String byPhone = account(grant(Map.of("phone", phone, "code", codeFor(phone))));
        assertThat(grant(Map.of("js_code", "lan" + phone + ".1")).error()).isEqualTo("phone_required");
        jdbc.sql("delete from one_time_code").update();
        assertThat(account(grant(Map.of("js_code", "lan" + phone + ".2", "phone", phone, "code", codeFor(phone)))))
                .isEqualTo(byPhone);
        assertThat(account(grant(Map.of("js_code", "lan" + phone + ".3")))).isEqualTo(byPhone);
    }

    @Test
    void wechat_and_a_phone_of_two_accounts_are_not_made_one() throws Exception {
        String one = newPhone();
        String other = newPhone();
        account(grant(Map.of("js_code", "yong" + one + ".1", "phone", one, "code", codeFor(one))));
        account(grant(Map.of("phone", other, "code", codeFor(other))));
        jdbc.sql("delete from one_time_code").update();
        assertThat(grant(Map.of("js_code", "yong" + one + ".2", "phone", other, "code", codeFor(other)))
                        .error())
                .isEqualTo("two_accounts");
    }

    @Test
    void a_new_number_of_somebody_known_by_wechat_becomes_theirs() throws Exception {
        String old = newPhone();
        String fresh = newPhone();
        String account = account(grant(Map.of("js_code", "xiang" + old + ".1", "phone", old, "code", codeFor(old))));
        assertThat(account(grant(Map.of("js_code", "xiang" + old + ".2", "phone", fresh, "code", codeFor(fresh)))))
                .isEqualTo(account);
        jdbc.sql("delete from one_time_code").update();
        assertThat(account(grant(Map.of("phone", fresh, "code", codeFor(fresh)))))
                .isEqualTo(account);
        jdbc.sql("delete from one_time_code").update();
        assertThat(account(grant(Map.of("phone", old, "code", codeFor(old))))).isNotEqualTo(account);
    }

    @Test
    void whoever_erases_their_data_ends_their_account_and_begins_anew() throws Exception {
        String phone = newPhone();
        Reply first = grant(Map.of("phone", phone, "code", codeFor(phone)));
        assertThat(http.send(
                                HttpRequest.newBuilder(URI.create(hub() + "/api/v1/me/data"))
                                        .header("Authorization", "Bearer " + first.token())
                                        .DELETE()
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
        assertThat(knock(first.token(), "/api/v1/requests"))
                .as("nothing is filed for an account that nobody can open any more")
                .isEqualTo(401);
        jdbc.sql("delete from one_time_code").update();
        Reply next = grant(Map.of("phone", phone, "code", codeFor(phone)));
        assertThat(account(next)).isNotEqualTo(account(first));
        assertThat(knock(next.token(), "/api/v1/requests")).isEqualTo(200);
    }

    @Test
    void what_wechat_refuses_is_told_in_words_of_its_own() throws Exception {
        assertThat(grant(Map.of("js_code", "NO-SUCH-CODE")).error()).isEqualTo("js_code_invalid");
        String used = "used" + newPhone() + ".1";
        grant(Map.of("js_code", used));
        assertThat(grant(Map.of("js_code", used)).error()).isEqualTo("js_code_used");
        assertThat(grant(Map.of("js_code", "busy")).status()).isEqualTo(503);
        assertThat(grant(Map.of("js_code", "too-often")).error()).isEqualTo("wechat_too_often");
        assertThat(grant(Map.of("js_code", "blocked")).error()).isEqualTo("wechat_user_blocked");
    }

    @Test
    void nobody_but_the_realm_asks_for_accounts() {
        Api api = new Api(hub(), realm());
        for (String person : new String[] {null, "resident1", "admin", "supervisor", "agency-cgj"}) {
            assertThat(api.post(person, "/api/v1/sign-in/wechat", Map.of("openid", "o"))
                            .status())
                    .as(person)
                    .isIn(401, 403);
        }
    }

    @Test
    void a_password_opens_nothing_at_the_mini_programs_client() throws Exception {
        assertThat(grant(Map.of("username", "resident1", "password", "demo")).error())
                .isEqualTo("invalid_request");
    }

    @Test
    void neither_numbers_nor_ids_nor_codes_are_kept_in_clear() throws Exception {
        String phone = newPhone();
        String code = codeFor(phone);
        account(grant(Map.of("js_code", "clear" + phone + ".1", "phone", phone, "code", code)));
        String tables = jdbc.sql(
                        "select (select string_agg(r::text, '') from resident r) || (select string_agg(c::text, '') from one_time_code c)")
                .query(String.class)
                .single();
        assertThat(tables)
                .doesNotContain(
                        phone, "," + code + ",", HexFormat.of().formatHex(code.getBytes(StandardCharsets.UTF_8)));
        assertThat(Files.readString(
                        Path.of("target/embedded/" + ProcessHandle.current().pid() + "/log/keycloak.log")))
                .doesNotContain(phone);
    }
}
