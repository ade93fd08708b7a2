package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * WeChat's server as a mini-program's server sees it: {@code GET /sns/jscode2session} with its parameters and error
 * codes, below {@code /wechat}. In place of a phone that calls {@code wx.login}, a login code is
 * {@code <person>.<anything>}, good once; {@code busy}, {@code too-often} and {@code blocked} are answered like that.
 */
public final class WechatSimulator {

    /** The mini-program that it knows. */
    public static final String APP = "wx0000000000000000";
    /** Its secret. */
    public static final String SECRET = "demo";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> used = ConcurrentHashMap.newKeySet();

    private WechatSimulator() {}

    /** Adds it to a server. */
    public static void start(HttpServer server) {
        server.createContext("/wechat/sns/jscode2session", new WechatSimulator()::handle);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            // As the real one does, with 200 also when it says no.
            byte[] answer = JSON.writeValueAsBytes(
                    answer(parameters(exchange.getRequestURI().getRawQuery())));
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private ObjectNode answer(Map<String, String> asked) {
        String code = asked.getOrDefault("js_code", "");
        if (!asked.getOrDefault("appid", "").equals(APP)) {
            return error(40013, "invalid appid");
        }
        if (!asked.getOrDefault("secret", "").equals(SECRET)) {
            return error(40125, "invalid appsecret");
        }
        if (!"authorization_code".equals(asked.get("grant_type"))) {
            return error(40002, "invalid grant_type");
        }
        return switch (code) {
            case "" -> error(41008, "missing code");
            case "busy" -> error(-1, "system error");
            case "too-often" -> error(45011, "api minute-quota reach limit  mustslower  retry next minute");
            case "blocked" -> error(40226, "code blocked");
            default ->
                !code.matches("[a-z0-9]+\\.\\S+")
                        ? error(40029, "invalid code")
                        : used.add(code)
                                ? session(code.substring(0, code.indexOf('.')))
                                : error(40163, "code been used");
        };
    }

    private static ObjectNode session(String person) {
        String openid = "o"
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(("simulated-openid/" + person).getBytes(StandardCharsets.UTF_8))
                        .substring(0, 20)
                + person.hashCode();
        return JSON.createObjectNode()
                .put(
                        "session_key",
                        Base64.getEncoder()
                                .encodeToString(UUID.randomUUID()
                                        .toString()
                                        .substring(0, 16)
                                        .getBytes(StandardCharsets.UTF_8)))
                .put("openid", openid);
    }

    private static ObjectNode error(int code, String message) {
        return JSON.createObjectNode().put("errcode", code).put("errmsg", message + ", rid: " + UUID.randomUUID());
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        return parameters;
    }
}
