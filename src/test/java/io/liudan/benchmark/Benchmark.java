package io.liudan.benchmark;

import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubProcess;
import io.liudan.camunda7.ExternalTaskBenchmark;
import io.liudan.identity.NameRecall;
import io.liudan.identity.RedactorFuzz;
import io.liudan.replay.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Full lifecycles a second of the hub over HTTP with tokens, against the bare engine driven by its Java API on the same
 * model, with the same waits and the same PostgreSQL, in turns in one run; and how lists and tracking do at 1,000 and
 * 100,000 open requests. Run it with {@code ./mvnw -q -Pbenchmark} on a machine that does nothing else;
 * {@code -Dparts=lists} runs one part.
 */
public final class Benchmark {

    private static final int THREADS = 2;
    /** Many short turns: other tenants of a machine come and go, and the median turn doesn't mind. */
    private static final int ROUNDS = 9;
    /**
     * The hub's many classes are compiled for some minutes before its figures stand still; the bare engine's sooner.
     */
    private static final Duration HUB_WARM_UP = Duration.ofMinutes(4);

    private static final Duration BARE_WARM_UP = Duration.ofMinutes(1);
    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final int READS = 250;
    private static final Path DIRECTORY = Path.of("target/benchmark");
    private static final int HUB_PORT = 18080;
    private static final int KEYCLOAK_PORT = 18180;
    private static final int POSTGRES_PORT = 35432;
    private static final String GRID = "622901001001-01";

    private Benchmark() {}

    public static void main(String[] args) throws Exception {
        machine();
        Set<String> parts =
                new HashSet<>(List.of(System.getProperty("benchmark.parts").split(",")));
        if (parts.remove("external-tasks")) {
            ExternalTaskBenchmark.run();
        }
        if (parts.remove("names")) {
            NameRecall.main(args);
        }
        if (parts.remove("siege")) {
            RedactorFuzz.print(10_000);
            besiege();
        }
        if (!parts.isEmpty()) {
            measureHub(parts);
        }
    }

    /** With the limits of production, and not those of the demo. */
    private static void besiege() throws Exception {
        try (HubProcess hub = new HubProcess(
                DIRECTORY.resolve("siege-" + ProcessHandle.current().pid()),
                HUB_PORT,
                "liudan.embedded.keycloak.port=" + KEYCLOAK_PORT,
                "liudan.embedded.postgres-port=" + POSTGRES_PORT,
                "liudan.embedded.keycloak.directory=" + System.getProperty("liudan.embedded.keycloak.directory"),
                "liudan.embedded.simulators.enabled=false",
                "liudan.identity.call-limit-factor=1",
                "liudan.integration.departments=" + DIRECTORY.resolve("none"))) {
            hub.start();
            Api api = new Api(hub.url(), "http://localhost:" + KEYCLOAK_PORT + "/realms/liudan");
            awaitKeycloak(api);
            Siege.Result result = new Siege(api, hub.url(), 2000, 20, 50).run(Duration.ofMinutes(1));
            System.out.printf(
                    "%n  A desk's list, p95: quiet %.1f ms, besieged %.1f ms, ratio %.2f, %d failures%n    %s%n",
                    result.quiet(),
                    result.besieged(),
                    result.besieged() / result.quiet(),
                    result.failures(),
                    result.statuses());
        }
    }

    private static void measureHub(Set<String> parts) throws Exception {
        try (HubProcess hub = new HubProcess(
                DIRECTORY.resolve(Long.toString(ProcessHandle.current().pid())),
                HUB_PORT,
                "liudan.embedded.keycloak.port=" + KEYCLOAK_PORT,
                "liudan.embedded.postgres-port=" + POSTGRES_PORT,
                "liudan.embedded.keycloak.directory=" + System.getProperty("liudan.embedded.keycloak.directory"),
                // The bare engine carries nothing to departments' systems, so the hub has none to carry it to.
                "liudan.embedded.simulators.enabled=false",
                "liudan.integration.departments=" + DIRECTORY.resolve("none"))) {
            hub.start();
            Api api = new Api(hub.url(), "http://localhost:" + KEYCLOAK_PORT + "/realms/liudan");
            awaitKeycloak(api);
            String server = "jdbc:postgresql://localhost:" + POSTGRES_PORT + "/";
            JdbcClient.create(new DriverManagerDataSource(server + "postgres", "postgres", "postgres"))
                    .sql("create database bare")
                    .update();
            if (parts.contains("lifecycles")) {
                try (BareEngine bare = new BareEngine(server + "bare", THREADS)) {
                    lifecycles(hub, api, bare);
                }
            }
            if (parts.contains("people")) {
                new PeopleSearch(server, hub.url(), "http://localhost:" + KEYCLOAK_PORT + "/realms/liudan").measure();
            }
            OpenRequests open = new OpenRequests(server + "liudan", desks(api));
            if (parts.contains("lists")) {
                reads(hub.url(), api, open);
            }
            if (parts.contains("due")) {
                new DueAtOnce(api, hub.url(), open).measure();
            }
            if (parts.contains("figures")) {
                new ClosedRequests(server + "liudan", api).measure();
            }
        }
    }

    private static void lifecycles(HubProcess hub, Api api, BareEngine bare) throws Exception {
        Tally discarded = new Tally();
        run(HUB_WARM_UP, () -> lifecycle(api, discarded));
        run(BARE_WARM_UP, bare::lifecycle);
        Tally calls = new Tally();
        List<Double> hubRates = new ArrayList<>();
        List<Double> bareRates = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        System.out.printf(
                "%n  Lifecycles per second, %d threads, %d s a turn (one lifecycle = start, 5 user tasks, 1 message)%n",
                THREADS, ROUND.toSeconds());
        for (int round = 1; round <= ROUNDS; round++) {
            double one = run(ROUND, () -> lifecycle(api, calls));
            double other = run(ROUND, bare::lifecycle);
            System.out.printf(
                    "    turn %d: hub %6.1f   bare engine %6.1f   ratio %.2f%n", round, one, other, one / other);
            hubRates.add(one);
            bareRates.add(other);
            ratios.add(one / other);
        }
        System.out.printf(
                "    median: hub %6.1f   bare engine %6.1f   ratio %.2f%n",
                median(hubRates), median(bareRates), median(ratios));
        calls.printTimes("Calls of the hub");
        System.out.printf("%n  Memory of the hub (resident): %d MB%n", residentMegabytes(hub.pid()));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    /** One request through all six orders over HTTP: 13 calls. */
    private static void lifecycle(Api api, Tally tally) {
        Answer filed = timed(tally, "submit", 201, () -> submit(api));
        String code = filed.body().path("code").asText();
        complete(api, tally, "grid1", code, Map.of("decision", "CONFIRM"));
        complete(api, tally, "community1", code, Map.of("decision", "ISSUE"));
        complete(api, tally, "street1", code, Map.of("decision", "DISPATCH", "lead", "cgj"));
        complete(api, tally, "dept-cgj", code, Map.of("decision", "ACCEPT"));
        String photo = timed(
                        tally, "evidence", 201, () -> api.upload("dept-cgj", "e.pdf", "%PDF-1.4\n%%EOF\n".getBytes()))
                .body()
                .path("id")
                .asText();
        complete(
                api,
                tally,
                "dept-cgj",
                code,
                Map.of("decision", "FINISH", "report", "已清运并消毒", "evidence", List.of(photo)));
        timed(
                tally,
                "rating",
                200,
                () -> api.post(
                        "resident1",
                        "/api/v1/requests/" + code + "/rating",
                        Map.of("contacted", true, "solved", true, "satisfied", 5)));
    }

    private static void complete(Api api, Tally tally, String user, String code, Map<String, Object> decision) {
        String task = timed(tally, "task of a request", 200, () -> api.get(user, "/api/v1/tasks?requestCode=" + code))
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asText();
        timed(tally, "complete", 204, () -> api.complete(user, task, decision));
    }

    /** All desks of the city, as the directory has them. */
    private static List<String> desks(Api api) {
        List<String> all = new ArrayList<>();
        api.get("resident1", "/api/v1/directory/grids")
                .body()
                .forEach(grid -> all.add("grid-" + grid.path("code").asText()));
        api.get("resident1", "/api/v1/directory/org-units").body().forEach(unit -> {
            String kind = unit.path("kind").asText();
            if (unit.path("answers").asBoolean()
                    || List.of("STREET", "TOWN", "COMMUNITY", "VILLAGE").contains(kind)) {
                all.add((kind.equals("STREET") || kind.equals("TOWN")
                                ? "street-"
                                : kind.equals("COMMUNITY") || kind.equals("VILLAGE") ? "community-" : "dept-")
                        + unit.path("code").asText());
            }
        });
        return all;
    }

    /** A request that waits for its grid: what all others are copies of. */
    static String original(Api api) {
        return submit(api).body().path("code").asText();
    }

    static Answer submit(Api api) {
        return api.submit(
                "resident1",
                Map.of(
                        "category",
                        "sanitation",
                        "title",
                        "垃圾没有清运",
                        "description",
                        "小区东门外的垃圾桶三天没有清运，味道很大，请尽快处理。",
                        "gridCode",
                        GRID));
    }

    private static void reads(String hub, Api api, OpenRequests open) {
        String original = original(api);
        Tally[] tallies = {new Tally(), new Tally()};
        TasklistCalls tasklist = new TasklistCalls(hub);
        long[] sizes = {1_000, 100_000};
        for (int i = 0; i < sizes.length; i++) {
            open.fillUpTo(original, sizes[i]);
            open.mark();
            Tally warm = new Tally();
            for (int n = 0; n < READS / 2; n++) {
                readOnce(api, original, warm);
            }
            for (int n = 0; n < READS; n++) {
                readOnce(api, original, tallies[i]);
            }
            tasklist.measure();
        }
        System.out.printf("%n  %-34s %12s %12s %8s%n", "p95 ms at open requests", "1,000", "100,000", "growth");
        for (String step : List.of("task list of a grid", "tracking", "requests of a street", "similar requests")) {
            double few = tallies[0].quantile(step, 0.95);
            double many = tallies[1].quantile(step, 0.95);
            System.out.printf("    %-32s %12.1f %12.1f %8.2f%n", step, few, many, many / few);
        }
        tasklist.print(open.desks().size());
    }

    private static void readOnce(Api api, String code, Tally tally) {
        timed(tally, "task list of a grid", 200, () -> api.get("grid1", "/api/v1/tasks"));
        timed(tally, "tracking", 200, () -> api.get("resident1", "/api/v1/requests/" + code));
        timed(tally, "requests of a street", 200, () -> api.get("street1", "/api/v1/requests"));
        timed(
                tally,
                "similar requests",
                200,
                () -> api.get(
                        "resident1",
                        "/api/v1/requests/similar?category=sanitation&gridCode=" + GRID
                                + "&text=%E5%9E%83%E5%9C%BE%E6%BB%A1%E4%BA%86"));
    }

    static Answer timed(Tally tally, String step, int expected, java.util.function.Supplier<Answer> call) {
        long start = System.nanoTime();
        Answer answer = call.get();
        tally.took(step, System.nanoTime() - start);
        if (answer.status() != expected) {
            throw new IllegalStateException(step + " was answered with " + answer);
        }
        return answer;
    }

    /** Runs an action from all threads for a while; gives how many a second. */
    private static double run(Duration duration, Runnable action) throws Exception {
        AtomicLong done = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                threads.submit(() -> {
                    try {
                        while (System.nanoTime() < end && failure.get() == null) {
                            action.run();
                            done.incrementAndGet();
                        }
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        return done.get() / ((System.nanoTime() - start) / 1e9);
    }

    private static void awaitKeycloak(Api api) throws InterruptedException {
        for (int i = 0; ; i++) {
            try {
                api.token("grid1");
                return;
            } catch (RuntimeException notYet) {
                if (i == 240) {
                    throw notYet;
                }
                Thread.sleep(500);
            }
        }
    }

    private static void machine() throws IOException {
        String cpu = Files.exists(Path.of("/proc/cpuinfo"))
                ? Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .findFirst()
                        .map(line -> line.split(":")[1].strip())
                        .orElse("?")
                : "?";
        System.out.printf(
                "%n  Machine: %s, %d cores, %s %s, Java %s, PostgreSQL 17 and Keycloak on the same machine, fsync on%n",
                cpu,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"));
    }

    private static long residentMegabytes(long pid) throws IOException {
        return Files.exists(Path.of("/proc/" + pid + "/status"))
                ? Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                        .filter(line -> line.startsWith("VmRSS"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                        .findFirst()
                        .orElse(-1)
                : -1;
    }
}
