package io.liudan.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Works requests through the hub as their resident and their desks would, through the public API only. What it decides
 * is drawn from a seeded mix among the decisions that the hub offers, so a model with other decisions is worked as
 * well.
 */
class CityAtWork {

    /** How likely each decision is where it is offered; others count 1. */
    private static final Map<String, Integer> WEIGHTS = Map.ofEntries(
            Map.entry("CONFIRM", 60),
            Map.entry("SOLVED_ON_SITE", 12),
            Map.entry("DECLINE", 6),
            Map.entry("MERGE", 5),
            Map.entry("ASK_RESIDENT", 8),
            Map.entry("ISSUE", 60),
            Map.entry("SOLVED_BY_COMMUNITY", 12),
            Map.entry("SEND_BACK", 5),
            Map.entry("DISPATCH", 70),
            Map.entry("SOLVED_BY_STREET", 8),
            Map.entry("ACCEPT", 60),
            Map.entry("RETURN", 12),
            Map.entry("FINISH", 60),
            Map.entry("EXPLAIN", 10),
            Map.entry("REQUEST_EXTENSION", 10),
            Map.entry("REWORK", 1),
            Map.entry("CLOSE", 2));

    private static final List<String> DEPARTMENTS =
            List.of("cgj", "zjj", "hwzx", "rlgs", "zls", "wygl", "jjdd", "hbj", "jyj", "rsj");
    private static final int STEPS = 80;
    private static final int WITHDRAWN_PERCENT = 3;
    private static final int SILENT_PERCENT = 4;
    private static final int SOLVED_PERCENT = 85;

    private final Api api;
    private final Tally tally;
    private final Map<String, Integer> weights;
    private final List<String> open = java.util.Collections.synchronizedList(new ArrayList<>());

    /** @param weights of decisions that are to come more or less often than usual */
    CityAtWork(Api api, Tally tally, Map<String, Integer> weights) {
        this.api = api;
        this.tally = tally;
        this.weights = new HashMap<>(WEIGHTS);
        this.weights.putAll(weights);
    }

    /** A request and the resident who filed it; a silent one never rates. */
    record Case(String code, String resident, Random random, boolean silent) {}

    Case submit(String resident, Map<String, ?> submission, Random random) {
        Answer answer = timed("submit", () -> api.submit(resident, submission));
        require(answer, 201, "submit");
        String code = answer.body().path("code").asText();
        open.add(code);
        return new Case(code, resident, random, random.nextInt(100) < SILENT_PERCENT);
    }

    /** Works until the request is closed, or handled and left to silence. Gives its last view. */
    JsonNode work(Case request) {
        for (int step = 0; step < STEPS; step++) {
            JsonNode view = track(request);
            if (view.path("status").asText().equals("CLOSED")) {
                closed(request);
                return view;
            }
            if (!turn(request, view, step > 0, desk -> true)) {
                return view;
            }
        }
        throw new IllegalStateException("Request " + request.code() + " isn't closed after " + STEPS + " steps");
    }

    /**
     * One turn of an open request: of its resident where it waits for one, else of its desks.
     *
     * @param mayWithdraw whether its resident may lose patience
     * @param acts which of the desks get to it
     * @return whether it is anybody's turn; not when a silent resident's rating is awaited
     */
    boolean turn(Case request, JsonNode view, boolean mayWithdraw, Predicate<String> acts) {
        switch (view.path("status").asText()) {
            case "AWAITING_RESIDENT" -> move(request, "supplement", Map.of("text", "补充：就在小区北门旁边"));
            case "HANDLED" -> {
                // It waits for its resident, unless a follow-up call or a review has begun.
                if (!view.path("desks").isEmpty()) {
                    workDesks(request, view, acts);
                } else if (request.silent()) {
                    return false;
                } else {
                    move(
                            request,
                            "rating",
                            Map.of(
                                    "contacted",
                                    true,
                                    "solved",
                                    request.random().nextInt(100) < SOLVED_PERCENT,
                                    "satisfied",
                                    1 + request.random().nextInt(5),
                                    "comment",
                                    "谢谢"));
                }
            }
            default -> {
                if (mayWithdraw && request.random().nextInt(100) < WITHDRAWN_PERCENT) {
                    move(request, "withdraw", Map.of("reason", "已经自己解决"));
                } else {
                    workDesks(request, view, acts);
                }
            }
        }
        return true;
    }

    /** Works the follow-up calls that a request waits for; gives whether there was one. */
    boolean followUp(Case request) {
        JsonNode view = track(request);
        if (view.path("status").asText().equals("HANDLED")
                && !view.path("desks").isEmpty()) {
            workDesks(request, view, desk -> true);
            return true;
        }
        return false;
    }

    void closed(Case request) {
        open.remove(request.code());
    }

    JsonNode track(Case request) {
        Answer answer = timed("track", () -> api.get(request.resident(), "/api/v1/requests/" + request.code()));
        require(answer, 200, "track");
        return answer.body();
    }

    private void workDesks(Case request, JsonNode view, Predicate<String> acts) {
        for (JsonNode desk : view.path("desks")) {
            String user = desk.path("code").asText();
            if (acts.test(user)) {
                Answer tasks = timed("tasks", () -> api.get(user, "/api/v1/tasks?requestCode=" + request.code()));
                require(tasks, 200, "tasks");
                for (JsonNode task : tasks.body().path("items")) {
                    complete(request, user, task);
                }
            }
        }
    }

    /** The resident asks where it stays; once in a span that the hub knows, so it may be refused. */
    void urge(Case request) {
        Answer answer = timed(
                "urge", () -> api.post(request.resident(), "/api/v1/requests/" + request.code() + "/urge", Map.of()));
        tally.count("decisions", answer.status() == 200 ? "(urge)" : "(urge, too soon)");
    }

    private void complete(Case request, String user, JsonNode task) {
        JsonNode decision = choose(task.path("decisions"), request);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("decision", decision.path("decision").asText());
        decision.path("fields").forEach(field -> body.put(field.path("name").asText(), value(field, user, request)));
        String key = task.path("key").asText();
        Answer answer = timed(key, () -> api.complete(user, task.path("id").asText(), body));
        // A lead's return cancels what the departments beside it had open in the same moment.
        if (answer.status() != 409 && answer.status() != 404) {
            require(answer, 204, key + " " + body.get("decision"));
            tally.count("decisions", (String) body.get("decision"));
        }
    }

    private JsonNode choose(JsonNode decisions, Case request) {
        List<JsonNode> possible = new ArrayList<>();
        for (JsonNode decision : decisions) {
            if (!decision.path("decision").asText().equals("MERGE") || other(request) != null) {
                possible.add(decision);
            }
        }
        int total = possible.stream()
                .mapToInt(decision ->
                        weights.getOrDefault(decision.path("decision").asText(), 1))
                .sum();
        int drawn = request.random().nextInt(total);
        for (JsonNode decision : possible) {
            drawn -= weights.getOrDefault(decision.path("decision").asText(), 1);
            if (drawn < 0) {
                return decision;
            }
        }
        throw new IllegalStateException("Nothing to decide");
    }

    private Object value(JsonNode field, String user, Case request) {
        Random random = request.random();
        return switch (field.path("type").asText()) {
            case "ATTACHMENTS" -> List.of(timed("evidence", () -> api.evidence(user)));
            case "MATTER" -> other(request);
            case "DEPARTMENT" -> DEPARTMENTS.get(random.nextInt(DEPARTMENTS.size()));
            case "DEPARTMENTS" ->
                random.nextInt(3) > 0 ? List.of() : List.of(DEPARTMENTS.get(random.nextInt(DEPARTMENTS.size())));
            case "WORD" ->
                field.path("words")
                        .path(random.nextInt(10) == 0 ? 1 : 0)
                        .path("value")
                        .asText();
            case "NUMBER" ->
                field.path("min").asInt()
                        + random.nextInt(
                                field.path("max").asInt() - field.path("min").asInt() + 1);
            case "BOOLEAN" -> random.nextInt(100) < SOLVED_PERCENT;
            default -> "现场核查后填写：" + field.path("name").asText();
        };
    }

    /** Another request that may still take this one in. */
    private String other(Case request) {
        synchronized (open) {
            return open.stream()
                    .filter(code -> !code.equals(request.code()))
                    .findFirst()
                    .orElse(null);
        }
    }

    private void move(Case request, String move, Map<String, ?> body) {
        require(
                timed(
                        move,
                        () -> api.post(request.resident(), "/api/v1/requests/" + request.code() + "/" + move, body)),
                200,
                move);
        tally.count("decisions", "(" + move + ")");
    }

    private <T> T timed(String step, java.util.function.Supplier<T> call) {
        long start = System.nanoTime();
        T answer = call.get();
        tally.took(step, System.nanoTime() - start);
        return answer;
    }

    private static void require(Answer answer, int status, String what) {
        if (answer.status() != status) {
            throw new IllegalStateException(what + " was answered with " + answer.status() + " " + answer.body());
        }
    }

    /** What a message without a place is filed with: a grid drawn from the city's. */
    static Map<String, Object> submission(String title, String text, List<String> grids, Random random) {
        Map<String, Object> body = new HashMap<>(
                Map.of("title", title, "description", text, "gridCode", grids.get(random.nextInt(grids.size()))));
        if (random.nextInt(2) == 0) {
            List<String> categories = List.of(
                    "heating",
                    "water",
                    "property",
                    "sanitation",
                    "traffic",
                    "parking",
                    "environment",
                    "education-culture-sport");
            body.put(
                    "category",
                    random.nextInt(40) == 0 ? "gas-leak" : categories.get(random.nextInt(categories.size())));
        }
        return body;
    }
}
