package io.liudan.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests that stand at every step, and how each of them ends: the same calls of the public API on whichever version.
 */
final class Story {

    static final String LEAD = "cgj";
    /** Its system can't be reached. */
    static final String DEAF = "zls";

    private static final String GRID = "622901001001-01";
    private static final List<String> DESKS = List.of(
            "grid1", "community1", "street1", "supervisor", "dept-" + LEAD, "dept-" + DEAF, "dept-hwzx", "dept-yjj");

    private final Api api;

    Story(Api api) {
        this.api = api;
    }

    /** Makes requests at every step; gives their codes by what is told with each. */
    Map<String, String> begin() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("verify", file(Map.of()));
        codes.put(
                "anonymous", file(Map.of("anonymous", true, "contact", Map.of("name", "马占海", "phone", "13900001111"))));
        codes.put("awaiting", asked());
        codes.put("issue", confirmed());
        codes.put("sent back", decided(confirmed(), "community1", Map.of("decision", "SEND_BACK", "reason", "地点不清楚")));
        codes.put("dispatch", issued());
        codes.put("accept", dispatched());
        codes.put("returned", decided(dispatched(), "dept-" + LEAD, Map.of("decision", "RETURN", "reason", "不属于本单位")));
        codes.put("handle", accepted());
        codes.put(
                "extension",
                decided(
                        accepted(),
                        "dept-" + LEAD,
                        Map.of("decision", "REQUEST_EXTENSION", "days", 3, "reason", "等待配件")));
        codes.put("rating", finished());
        codes.put("rework", rated(finished(), false));
        codes.put("review", reworkedInVain());
        codes.put("closed", rated(finished(), true));
        codes.put("withdrawn", withdrawn());
        codes.put("merged", merged(codes.get("verify")));
        codes.put("supervised", supervised());
        codes.put("emergency", file(Map.of("category", "gas-leak")));
        codes.put("dead letter", decided(issued(), "street1", Map.of("decision", "DISPATCH", "lead", DEAF)));
        return codes;
    }

    /** Whoever is at work on a request takes the plainest decision until it is closed. */
    String end(String code) {
        for (int steps = 0; steps < 20; steps++) {
            JsonNode request = read("resident1", code);
            switch (request.path("status").asText()) {
                case "CLOSED" -> {
                    return request.path("outcome").asText();
                }
                case "HANDLED" -> {
                    // After a second rating as not solved, supervision has it.
                    if (!step(code)) {
                        rated(code, true);
                    }
                }
                case "AWAITING_RESIDENT" ->
                    done(api.post("resident1", "/api/v1/requests/" + code + "/supplement", Map.of("text", "在三号楼东侧")));
                default -> {
                    if (!step(code)) {
                        throw new IllegalStateException("Nobody has a step of " + request);
                    }
                }
            }
        }
        throw new IllegalStateException(code + " doesn't end: " + read("resident1", code));
    }

    /** @return whether anybody had a step of it */
    private boolean step(String code) {
        for (String user : DESKS) {
            JsonNode task = api.task(user, code, null);
            if (!task.isMissingNode()) {
                done(api.complete(user, task.path("id").asText(), plainest(user, task)));
                return true;
            }
        }
        return false;
    }

    private Map<String, Object> plainest(String user, JsonNode task) {
        List<String> offered = task.path("decisions").findValuesAsText("decision");
        Map<String, Map<String, Object>> ways = new LinkedHashMap<>();
        ways.put("CONFIRM", Map.of());
        ways.put("CONTROLLED", Map.of("report", "险情已控制"));
        ways.put("ISSUE", Map.of());
        ways.put("DISPATCH", Map.of("lead", LEAD));
        ways.put("ACCEPT", Map.of());
        ways.put("APPROVE", Map.of());
        ways.put("UPHOLD", Map.of());
        ways.put("CLOSE", Map.of("explanation", "已多次上门说明"));
        ways.put("FINISH", Map.of("report", "已办结"));
        for (Map.Entry<String, Map<String, Object>> way : ways.entrySet()) {
            if (offered.contains(way.getKey())) {
                Map<String, Object> decision = new HashMap<>(way.getValue());
                decision.put("decision", way.getKey());
                if (way.getKey().equals("FINISH")) {
                    decision.put("evidence", List.of(api.evidence(user)));
                }
                return decision;
            }
        }
        throw new IllegalStateException("None of these is plain: " + offered);
    }

    /** What each reader reads of a request; {@code null} for nothing. */
    JsonNode read(String user, String code) {
        Answer answer = api.get(user, "/api/v1/requests/" + code);
        return answer.status() == 200 ? answer.body() : MissingNode.getInstance();
    }

    List<String> readers() {
        List<String> all = new ArrayList<>(DESKS);
        all.add("resident1");
        all.add("resident2");
        return all;
    }

    private String file(Map<String, ?> more) {
        Map<String, Object> submission = new HashMap<>(Map.of(
                "category",
                "sanitation",
                "title",
                "垃圾没有清运",
                "description",
                "三号楼的马师傅说两天没有清运了，电话 13900002222。",
                "gridCode",
                GRID,
                "attachments",
                List.of(api.evidence("resident1"))));
        submission.putAll(more);
        Answer filed = api.submit("resident1", submission);
        done(filed);
        return filed.body().path("code").asText();
    }

    private String decided(String code, String user, Map<String, ?> decision) {
        JsonNode task = api.task(user, code, null);
        if (task.isMissingNode()) {
            throw new IllegalStateException(user + " has no step of " + code);
        }
        done(api.complete(user, task.path("id").asText(), decision));
        return code;
    }

    private String asked() {
        return decided(file(Map.of()), "grid1", Map.of("decision", "ASK_RESIDENT", "question", "在几号楼？"));
    }

    private String confirmed() {
        return decided(file(Map.of()), "grid1", Map.of("decision", "CONFIRM"));
    }

    private String issued() {
        return decided(confirmed(), "community1", Map.of("decision", "ISSUE"));
    }

    private String dispatched() {
        return decided(
                issued(),
                "street1",
                Map.of("decision", "DISPATCH", "lead", LEAD, "supporting", List.of("hwzx"), "urgency", "NORMAL"));
    }

    private String accepted() {
        return decided(dispatched(), "dept-" + LEAD, Map.of("decision", "ACCEPT"));
    }

    private String finished() {
        String code = decided(
                accepted(),
                "dept-" + LEAD,
                Map.of("decision", "FINISH", "report", "已清运", "evidence", List.of(api.evidence("dept-" + LEAD))));
        for (int n = 0;
                n < 5 && !read("resident1", code).path("status").asText().equals("HANDLED");
                n++) {
            step(code);
        }
        return code;
    }

    private String rated(String code, boolean solved) {
        done(api.post(
                "resident1",
                "/api/v1/requests/" + code + "/rating",
                Map.of("contacted", true, "solved", solved, "satisfied", solved ? 5 : 1, "comment", "给王师傅打过电话")));
        return code;
    }

    private String reworkedInVain() {
        String code = rated(finished(), false);
        for (int n = 0;
                n < 8 && !read("resident1", code).path("status").asText().equals("HANDLED");
                n++) {
            step(code);
        }
        return rated(code, false);
    }

    private String withdrawn() {
        String code = file(Map.of());
        done(api.post("resident1", "/api/v1/requests/" + code + "/withdraw", Map.of("reason", "已经好了")));
        return code;
    }

    private String merged(String into) {
        return decided(file(Map.of()), "grid1", Map.of("decision", "MERGE", "into", into));
    }

    private String supervised() {
        String code = accepted();
        done(api.post(
                "supervisor",
                "/api/v1/requests/" + code + "/supervision",
                Map.of(
                        "demand",
                        "三日内办结并回复",
                        "until",
                        Instant.now().plusSeconds(3 * 86_400).toString())));
        done(api.post("resident1", "/api/v1/requests/" + code + "/urge", Map.of()));
        done(api.post("resident2", "/api/v1/requests/" + code + "/follow", Map.of()));
        return code;
    }

    private static void done(Answer answer) {
        if (answer.status() >= 300) {
            throw new IllegalStateException("Refused: " + answer);
        }
    }
}
