package io.liudan.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.keycloak.util.JsonSerialization;

/**
 * WeChat's {@code code2Session}: from the mini-program's login code to who it is. The session key that comes with it is
 * of no use here and is let go.
 */
final class Wechat {

    private static final String ADDRESS = setting("LIUDAN_WECHAT_URL", "https://api.weixin.qq.com");
    private static final String APP = setting("LIUDAN_WECHAT_APPID", "");
    private static final String SECRET = setting("LIUDAN_WECHAT_SECRET", "");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private static final int BUSY = -1;
    private static final int TOO_OFTEN = 45011;
    /** WeChat's {@code errcode}, as the caller is told; others lie with our settings. */
    private static final Map<Integer, String> MEANINGS = Map.of(
            40029,
            "js_code_invalid",
            40163,
            "js_code_used",
            40226,
            "wechat_user_blocked",
            TOO_OFTEN,
            "wechat_too_often",
            BUSY,
            "wechat_busy");

    private Wechat() {}

    /** WeChat said no; the message is the error for the caller. */
    static final class Refused extends Exception {

        private final boolean busy;

        private Refused(int code) {
            super(MEANINGS.getOrDefault(code, "wechat_refused_" + code));
            this.busy = code == BUSY || code == TOO_OFTEN || !MEANINGS.containsKey(code);
        }

        /** Whether the caller may try again later, with no fault of their own. */
        boolean busy() {
            return busy;
        }
    }

    static String openid(String code) throws IOException, Refused {
        String query = "appid=" + encoded(APP) + "&secret=" + encoded(SECRET) + "&js_code=" + encoded(code)
                + "&grant_type=authorization_code";
        try {
            JsonNode answer = JsonSerialization.mapper.readTree(HTTP.send(
                            HttpRequest.newBuilder(URI.create(ADDRESS + "/sns/jscode2session?" + query))
                                    .timeout(PATIENCE)
                                    .build(),
                            BodyHandlers.ofByteArray())
                    .body());
            if (answer.path("errcode").asInt() != 0
                    || answer.path("openid").asText().isEmpty()) {
                throw new Refused(answer.path("errcode").asInt());
            }
            return answer.path("openid").asText();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
