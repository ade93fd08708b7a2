package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.WebSession;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Knocks at every door as everybody and compares with the table of {@code docs/access.md}. Should it fail: what the
 * table should be is in {@code target/access.md}.
 */
class AccessTest extends HubTest {

    private static final Path PAGE = Path.of("docs/access.md");
    private static final String BEGIN = "<!-- as tested: AccessTest writes what it should be to target/access.md -->\n";
    private static final String END = "<!-- end -->";
    /** Each stands for those of a kind; the request is one of resident1, of the grid of grid1, handled by cgj. */
    private static final Map<String, String> PEOPLE = new LinkedHashMap<>();

    static {
        PEOPLE.put("nobody", null);
        PEOPLE.put("resident, own", "resident1");
        PEOPLE.put("resident, other", "resident2");
        PEOPLE.put("grid", "grid1");
        PEOPLE.put("grid, other", "grid-622901002001-01");
        PEOPLE.put("community", "community1");
        PEOPLE.put("street", "street1");
        PEOPLE.put("department", "dept-cgj");
        PEOPLE.put("department, other", "dept-hbj");
        PEOPLE.put("supervisor", "supervisor");
        PEOPLE.put("designer", "designer");
        PEOPLE.put("process operator", "process-operator");
        PEOPLE.put("integrator", "integrator");
        PEOPLE.put("administrator", "admin");
        PEOPLE.put("auditor", "auditor");
        PEOPLE.put("security officer", "security");
        PEOPLE.put("agency", "agency-cgj");
        PEOPLE.put("agency, other", "agency-hbj");
        PEOPLE.put("monitor", "liudan-monitor");
    }

    private static final Set<String> SYSTEMS = Set.of("agency-cgj", "agency-hbj", "liudan-monitor");
    /** Where the body is looked at before it is asked whose the thing is. */
    private static final Map<String, Map<String, Object>> BODIES = Map.of(
            "/rating", Map.of("contacted", true, "solved", true, "satisfied", 5), "/answer", Map.of("answer", "知道了"));

    /** What the description of the API leaves out. */
    private static final List<String> BESIDE_IT = List.of(
            "GET /actuator",
            "GET /actuator/health",
            "GET /actuator/info",
            "GET /actuator/metrics",
            "GET /actuator/prometheus",
            "GET /docs",
            "GET /camunda/app/tasklist/",
            "GET /camunda/app/cockpit/",
            "GET /camunda/app/admin/",
            "GET /camunda/api/engine/engine/default/engine-rest-task/{task}",
            "POST /camunda/api/engine/engine/default/task/count",
            "GET /camunda/assets/hub/operator.html",
            "GET /embedded/clock",
            "GET /v3/api-docs",
            "GET /engine-rest/task",
            "POST /engine-rest/task",
            "GET /engine-rest/process-definition",
            "GET /engine-rest/history/task",
            "GET /engine-rest/user",
            "GET /engine-rest/authorization",
            "POST /engine-rest/process-definition/key/six-orders/start",
            "DELETE /engine-rest/filter/none",
            "GET /engine-rest/engine-rest-task/{task}",
            "GET /no/such/door");

    private final Api api = new Api(hub(), realm());
    private final Map<String, String> names = new TreeMap<>();
    private final Map<String, WebSession> browsers = new TreeMap<>();

    @Test
    void everybody_finds_open_what_the_table_says_and_nothing_else() throws IOException {
        aRequestOnItsWay();
        List<String> doors = new ArrayList<>();
        api.get(null, "/v3/api-docs").body().path("paths").properties().forEach(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(method -> doors.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(doors).hasSizeGreaterThan(50);
        doors.addAll(BESIDE_IT);
        // Whoever erases their data finds nothing afterwards.
        doors.sort(Comparator.comparing((String door) -> door.equals("DELETE /api/v1/me/data"))
                .thenComparing(door -> door.substring(door.indexOf(' ')))
                .thenComparing(door -> door));
        PEOPLE.values().stream()
                .filter(person -> person == null || !SYSTEMS.contains(person))
                .forEach(person -> {
                    WebSession browser = new WebSession(hub());
                    if (person != null) {
                        browser.signIn(person);
                    }
                    browsers.put(String.valueOf(person), browser);
                });
        StringBuilder table = new StringBuilder("\n| door | " + String.join(" | ", PEOPLE.keySet()) + " |\n|"
                + " --- |".repeat(PEOPLE.size() + 1) + "\n");
        for (String door : doors) {
            table.append("| `")
                    .append(door.replace("engine-rest-task", "task"))
                    .append("` | ")
                    .append(PEOPLE.values().stream()
                            .map(person -> knock(person, door))
                            .collect(Collectors.joining(" | ")))
                    .append(" |\n");
        }
        Files.writeString(Path.of("target/access.md"), table);
        String page = Files.readString(PAGE);
        assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END)))
                .isEqualTo(table + "\n");
    }

    /**
     * Handled by a department and rated, so that nobody's move changes what the next one finds; and one that waits at
     * its grid.
     */
    private void aRequestOnItsWay() {
        String code = submit();
        decide("grid1", code, Map.of("decision", "CONFIRM"));
        decide("community1", code, Map.of("decision", "ISSUE"));
        decide("street1", code, Map.of("decision", "DISPATCH", "lead", "cgj", "urgency", "NORMAL"));
        decide("dept-cgj", code, Map.of("decision", "ACCEPT"));
        decide(
                "dept-cgj",
                code,
                Map.of("decision", "FINISH", "report", "已清运", "evidence", List.of(api.evidence("dept-cgj"))));
        assertThat(api.post(
                                "resident1",
                                "/api/v1/requests/" + code + "/rating",
                                Map.of("contacted", true, "solved", true, "satisfied", 5))
                        .status())
                .isEqualTo(200);
        assertThat(api.send(
                                "resident1",
                                "PUT",
                                "/api/v1/me/household",
                                Api.json(Map.of("name", "马小兰", "gridCode", "622901001001-01", "address", "团结路 1 号")),
                                Map.of("Content-Type", "application/json"))
                        .status())
                .isEqualTo(200);
        names.put("code", code);
        String waiting = submit();
        names.put("task", api.task("grid1", waiting, "verify").path("id").asText());
        names.put(
                "attachment",
                api.get("resident1", "/api/v1/requests/" + code)
                        .body()
                        .path("attachments")
                        .path(0)
                        .path("id")
                        .asText());
        assertThat(api.post(
                                "supervisor",
                                "/api/v1/requests/" + waiting + "/supervision",
                                Map.of("demand", "尽快办理", "until", "2036-01-01T00:00:00Z"))
                        .status())
                .isEqualTo(201);
        names.put(
                "supervision",
                api.get("supervisor", "/api/v1/supervisions?requestCode=" + waiting)
                        .body()
                        .path("items")
                        .path(0)
                        .path("id")
                        .asText());
    }

    private String submit() {
        return api.file("resident1");
    }

    private void decide(String user, String code, Map<String, ?> decision) {
        assertThat(api.complete(user, api.task(user, code, null).path("id").asText(), decision)
                        .status())
                .isEqualTo(204);
    }

    /** Moves come without what they need, so that they are refused only after the door has let them in. */
    private String knock(String person, String door) {
        String method = door.substring(0, door.indexOf(' '));
        // What is posted there is a kind's name: the document has one path for what differs in a variable's name alone.
        String path = door.equals("POST /api/v1/matters/{code}")
                ? "/api/v1/matters/six-orders"
                : path(door.substring(door.indexOf(' ') + 1));
        boolean bodied = method.equals("POST") || method.equals("PUT");
        if (path.startsWith("/camunda/")) {
            return person != null && SYSTEMS.contains(person)
                    ? ""
                    : sign(browsers.get(String.valueOf(person)), method, path, bodied);
        }
        if (path.endsWith("/attachments") || path.startsWith("/api/v1/packages") && bodied) {
            return sign(api.send(
                    person,
                    method,
                    path,
                    BodyPublishers.ofString("--x--\r\n"),
                    Map.of("Content-Type", "multipart/form-data; boundary=x")));
        }
        BodyPublisher body = bodied
                ? Api.json(BODIES.entrySet().stream()
                        .filter(one -> path.contains(one.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(Map.of()))
                : BodyPublishers.noBody();
        return sign(api.send(
                person,
                method,
                path,
                body,
                bodied ? Map.of("Content-Type", "application/json", "Idempotency-Key", door) : Map.of()));
    }

    private String path(String pattern) {
        String code = pattern.contains("/integration/") ? names.get("code") + "-1-cgj" : names.get("code");
        String id = pattern.contains("/tasks/")
                ? names.get("task")
                : pattern.contains("/supervisions/")
                        ? names.get("supervision")
                        : pattern.contains("/api/v1/attachments/")
                                ? names.get("attachment")
                                : pattern.contains("/integration/v1/attachments/")
                                        ? names.get("attachment") + "?expires=1&signature=x"
                                        : "none";
        return pattern.replace(
                        "{code}",
                        pattern.contains("/directory/org-units")
                                ? "cgj"
                                : pattern.contains("/directory/grids") ? "622901001001-01" : code)
                .replace("{id}", id)
                .replace("{kind}", pattern.contains("/registers/") ? "hazard-patrol" : "six-orders")
                .replace("{register}", "points")
                .replace("{move}", "supplement")
                .replace("{action}", "accept")
                .replace("{year}", "2026")
                .replace("{account}", "resident1")
                .replace("{username}", "nobody")
                .replace("engine-rest-task", "task")
                .replace("{task}", names.get("task"));
    }

    /** As a browser that signed in, or didn't. */
    private String sign(WebSession browser, String method, String path, boolean bodied) {
        HttpResponse<String> answer = path.contains("/api/")
                ? browser.send(method, path, bodied ? Map.of() : null, Map.of())
                : browser.get(path);
        return !answer.uri().toString().startsWith(hub()) || answer.statusCode() == 401
                ? " "
                : !answer.uri().getPath().startsWith(path)
                        ? "→"
                        : answer.statusCode() == 403
                                ? "–"
                                : answer.statusCode() == 404 ? "∅" : answer.statusCode() >= 500 ? "!" : "●";
    }

    private static String sign(Api.Answer answer) {
        return switch (answer.status()) {
            case 401 -> " ";
            case 403 -> "–";
            case 404 -> "∅";
            default -> answer.status() >= 500 ? "!" + answer.status() : "●";
        };
    }
}
