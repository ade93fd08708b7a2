package io.liudan.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.WebSession;
import io.liudan.replay.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Every shared filter's first page and count, as the Tasklist itself asks for them, for readers with one desk, ten and
 * all.
 */
class TasklistCalls {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API = "/camunda/api/engine/engine/default/filter";
    private static final int WARM = 100;
    private static final int CALLS = 100;
    private static final Map<String, Object> PAGE = Map.of(
            "firstResult",
            0,
            "maxResults",
            15,
            "active",
            true,
            "sorting",
            List.of(Map.of("sortBy", "created", "sortOrder", "desc")));

    private final Map<String, WebSession> readers = new LinkedHashMap<>();
    private final Map<String, String> firstFilter = new HashMap<>();
    private final List<Tally> sizes = new ArrayList<>();
    private final List<String> filters = new ArrayList<>();

    TasklistCalls(String hub) {
        for (String user : List.of("grid1", "grid-leader", "supervisor")) {
            WebSession session = new WebSession(hub);
            session.signIn(user);
            readers.put(user, session);
        }
    }

    /** All filters but those of single units, of which the largest stands for the others. */
    private static List<JsonNode> measured(JsonNode filters) {
        List<JsonNode> all = StreamSupport.stream(filters.spliterator(), false).toList();
        Stream<JsonNode> largest = all.stream()
                .filter(TasklistCalls::ofUnit)
                .max(Comparator.comparing(
                        filter -> filter.path("query").path("candidateGroups").size()))
                .stream();
        return Stream.concat(all.stream().filter(filter -> !ofUnit(filter)), largest)
                .toList();
    }

    private static boolean ofUnit(JsonNode filter) {
        return filter.path("properties").path("unit").asBoolean();
    }

    void measure() {
        Tally tally = new Tally();
        readers.forEach((user, session) -> {
            for (JsonNode filter : measured(json(session.send("GET", API + "?resourceType=Task", null, Map.of())
                    .body()))) {
                String name = user + " " + filter.path("name").asText();
                if (!filters.contains(name)) {
                    filters.add(name);
                }
                String path = API + "/" + filter.path("id").asText();
                for (int n = 0; n < WARM + CALLS; n++) {
                    call(
                            session,
                            path + "/list?firstResult=0&maxResults=15",
                            name + " page",
                            n < WARM ? new Tally() : tally);
                    call(session, path + "/count", name + " count", n < WARM ? new Tally() : tally);
                }
            }
        });
        sizes.add(tally);
    }

    /** The first page of a reader's first filter. */
    void myDesk(String user, String name, Tally tally) {
        String id = firstFilter.computeIfAbsent(user, reader -> json(readers.get(reader)
                        .send("GET", API + "?resourceType=Task", null, Map.of())
                        .body())
                .path(0)
                .path("id")
                .asText());
        call(readers.get(user), API + "/" + id + "/list?firstResult=0&maxResults=15", name, tally);
    }

    private static void call(WebSession session, String path, String name, Tally tally) {
        long start = System.nanoTime();
        var answer = session.send(
                "POST",
                path,
                PAGE,
                Map.of("Accept", path.endsWith("count") ? "application/json" : "application/hal+json"));
        tally.took(name, System.nanoTime() - start);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(name + " was answered with " + answer.statusCode());
        }
    }

    /** The second size beside the first. */
    void print(int desks) {
        System.out.printf(
                "%n  Tasklist over %d desks, a fifth assigned: p95 ms at 1,000 and 100,000 open tasks (grid1: 1 desk, grid-leader: 10, supervisor: all)%n",
                desks);
        for (String filter : filters) {
            System.out.printf(
                    "    %-28s page %6.1f %7.1f   count %6.1f %7.1f%n",
                    filter,
                    sizes.get(0).quantile(filter + " page", 0.95),
                    sizes.get(1).quantile(filter + " page", 0.95),
                    sizes.get(0).quantile(filter + " count", 0.95),
                    sizes.get(1).quantile(filter + " count", 0.95));
        }
        System.out.println();
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
