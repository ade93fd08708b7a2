package io.liudan.benchmark;

import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubProcess;
import io.liudan.camunda7.ExternalTaskBenchmark;
import io.liudan.identity.NameRecall;
import io.liudan.identity.RedactorFuzz;
import io.liudan.replay.Tally;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Full lifecycles a second of the hub over HTTP with tokens, against the bare engine driven by its Java API on the same
 * model, with the same waits and the same PostgreSQL, in turns in one run; and how lists and tracking do at 1,000 and
 * 100,000 open requests. Run it with {@code ./mvnw -q -Pbenchmark} on a machine that does nothing else;
 * {@code -Dparts=lists} runs one part, {@code -Dbefore=CHECKOUT} measures another version, built there, in turns with
 * this one.
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

    private static final List<String> LISTS =
            List.of("task list of a grid", "tracking", "requests of a street", "similar requests");

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
            api.awaitSignIn();
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

    /**
     * A version that is measured.
     *
     * @param fill makes so many requests open, by copies of this one, and marks the tasks that the filters ask for
     */
    private record Version(String name, HubProcess hub, Api api, BiConsumer<String, Long> fill) {}

    /** @param offset of its ports from those of this version */
    private static Version start(String name, Path checkout, int offset) throws Exception {
        Path directory = DIRECTORY.resolve(ProcessHandle.current().pid() + "-" + offset);
        String[] settings = {
            "liudan.embedded.keycloak.port=" + (KEYCLOAK_PORT + offset),
            "liudan.embedded.postgres-port=" + (POSTGRES_PORT + offset),
            "liudan.embedded.keycloak.directory=" + System.getProperty("liudan.embedded.keycloak.directory"),
            // The bare engine carries nothing to departments' systems, so the hub has none to carry it to.
            "liudan.embedded.simulators.enabled=false",
            "liudan.integration.departments=" + DIRECTORY.toAbsolutePath().resolve("none")
        };
        HubProcess hub = checkout == null
                ? new HubProcess(directory, HUB_PORT + offset, settings)
                : HubProcess.of(checkout, directory, HUB_PORT + offset, settings);
        hub.start();
        Api api = new Api(hub.url(), "http://localhost:" + (KEYCLOAK_PORT + offset) + "/realms/liudan");
        api.awaitSignIn();
        String database = "jdbc:postgresql://localhost:" + (POSTGRES_PORT + offset) + "/liudan";
        return new Version(
                name, hub, api, checkout == null ? filling(api, database) : filling(checkout, api, database));
    }

    private static BiConsumer<String, Long> filling(Api api, String database) {
        OpenRequests open = new OpenRequests(database, desks(api));
        return (original, total) -> {
            open.fillUpTo(original, total);
            open.mark();
        };
    }

    /** As the other version itself fills its tables. */
    private static BiConsumer<String, Long> filling(Path checkout, Api api, String database) throws Exception {
        List<URL> classes = new ArrayList<>();
        for (String folder : List.of("target/test-classes/", "target/classes/")) {
            classes.add(checkout.toAbsolutePath().resolve(folder).toUri().toURL());
        }
        Class<?> kind = new OfVersion(classes.toArray(URL[]::new)).loadClass(OpenRequests.class.getName());
        Constructor<?> constructor = kind.getDeclaredConstructor(String.class, List.class);
        constructor.setAccessible(true);
        Object open = constructor.newInstance(database, desks(api));
        Method fill = kind.getDeclaredMethod("fillUpTo", String.class, long.class);
        Method mark = kind.getDeclaredMethod("mark");
        fill.setAccessible(true);
        mark.setAccessible(true);
        return (original, total) -> {
            try {
                fill.invoke(open, original, total);
                mark.invoke(open);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** Classes of the hub as that version has them, libraries as this one does. */
    private static final class OfVersion extends URLClassLoader {

        OfVersion(URL... classes) {
            super(classes, Benchmark.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            Class<?> loaded = name.startsWith("io.liudan.") ? findLoadedClass(name) : super.loadClass(name, resolve);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    private static void measureHub(Set<String> parts) throws Exception {
        String before = System.getProperty("benchmark.before");
        List<Version> versions = new ArrayList<>();
        try {
            versions.add(start("hub", null, 0));
            if (before != null && !before.isBlank()) {
                versions.add(start("before", Path.of(before), 1));
            }
            Version hub = versions.getFirst();
            String server = "jdbc:postgresql://localhost:" + POSTGRES_PORT + "/";
            JdbcClient.create(new DriverManagerDataSource(server + "postgres", "postgres", "postgres"))
                    .sql("create database bare")
                    .update();
            if (parts.contains("lifecycles")) {
                try (BareEngine bare = new BareEngine(server + "bare", THREADS)) {
                    lifecycles(versions, bare);
                }
            }
            if (parts.contains("people")) {
                new PeopleSearch(server, hub.hub().url(), "http://localhost:" + KEYCLOAK_PORT + "/realms/liudan")
                        .measure();
            }
            if (parts.contains("lists")) {
                reads(versions);
            }
            if (parts.contains("kinds")) {
                new ManyKinds(hub.api(), hub.hub().url(), new OpenRequests(server + "liudan", desks(hub.api())))
                        .measure();
            }
            if (parts.contains("due")) {
                new DueAtOnce(hub.api(), hub.hub().url(), new OpenRequests(server + "liudan", desks(hub.api())))
                        .measure();
            }
            if (parts.contains("figures")) {
                new ClosedRequests(server + "liudan", hub.api()).measure();
            }
        } finally {
            for (Version version : versions) {
                version.hub().close();
            }
        }
    }

    private static void lifecycles(List<Version> versions, BareEngine bare) throws Exception {
        Tally discarded = new Tally();
        for (Version version : versions) {
            run(HUB_WARM_UP, () -> lifecycle(version.api(), discarded));
        }
        run(BARE_WARM_UP, bare::lifecycle);
        Map<Version, Tally> calls = new LinkedHashMap<>();
        Map<Version, List<Double>> rates = new LinkedHashMap<>();
        versions.forEach(version -> {
            calls.put(version, new Tally());
            rates.put(version, new ArrayList<>());
        });
        List<Double> bareRates = new ArrayList<>();
        List<Double> ofBare = new ArrayList<>();
        List<Double> ofBefore = new ArrayList<>();
        System.out.printf(
                "%n  Lifecycles per second, %d threads, %d s a turn (one lifecycle = start, 5 user tasks, 1 message)%n",
                THREADS, ROUND.toSeconds());
        for (int round = 1; round <= ROUNDS; round++) {
            System.out.printf("    turn %d:", round);
            // Whoever comes after the bare engine finds colder caches: they take turns at that as well.
            for (Version version : round % 2 == 0 ? versions.reversed() : versions) {
                double rate = run(ROUND, () -> lifecycle(version.api(), calls.get(version)));
                rates.get(version).add(rate);
                System.out.printf(" %s %6.1f  ", version.name(), rate);
            }
            double other = run(ROUND, bare::lifecycle);
            double own = rates.get(versions.getFirst()).getLast();
            bareRates.add(other);
            ofBare.add(own / other);
            System.out.printf(" bare engine %6.1f   ratio %.2f", other, own / other);
            if (versions.size() > 1) {
                ofBefore.add(own / rates.get(versions.getLast()).getLast());
                System.out.printf("   of before %.2f", ofBefore.getLast());
            }
            System.out.println();
        }
        rates.forEach((version, all) -> System.out.printf("    median: %s %6.1f%n", version.name(), median(all)));
        System.out.printf("    median: bare engine %6.1f   ratio %.2f%n", median(bareRates), median(ofBare));
        if (!ofBefore.isEmpty()) {
            System.out.printf("    median of the ratios to the version before: %.2f%n", median(ofBefore));
        }
        for (Version version : versions) {
            calls.get(version).printTimes("Calls of " + version.name());
            System.out.printf(
                    "%n  Memory of %s (resident): %d MB%n",
                    version.name(), residentMegabytes(version.hub().pid()));
        }
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

    private static void reads(List<Version> versions) {
        Map<Version, String> originals = new LinkedHashMap<>();
        Map<Version, Tally[]> tallies = new LinkedHashMap<>();
        Map<Version, TasklistCalls> tasklists = new LinkedHashMap<>();
        versions.forEach(version -> {
            originals.put(version, original(version.api()));
            tallies.put(version, new Tally[] {new Tally(), new Tally()});
            tasklists.put(version, new TasklistCalls(version.hub().url()));
        });
        long[] sizes = {1_000, 100_000};
        for (int i = 0; i < sizes.length; i++) {
            int size = i;
            versions.forEach(version -> version.fill().accept(originals.get(version), sizes[size]));
            Tally warm = new Tally();
            for (int n = -READS / 2; n < READS; n++) {
                boolean counts = n >= 0;
                versions.forEach(version ->
                        readOnce(version.api(), originals.get(version), counts ? tallies.get(version)[size] : warm));
            }
            versions.forEach(version -> tasklists.get(version).measure());
        }
        for (Version version : versions) {
            System.out.printf(
                    "%n  %-34s %12s %12s %8s%n",
                    "p95 ms at open requests, " + version.name(), "1,000", "100,000", "growth");
            for (String step : LISTS) {
                double few = tallies.get(version)[0].quantile(step, 0.95);
                double many = tallies.get(version)[1].quantile(step, 0.95);
                System.out.printf("    %-32s %12.1f %12.1f %8.2f%n", step, few, many, many / few);
            }
            tasklists.get(version).print(desks(version.api()).size());
        }
        if (versions.size() > 1) {
            System.out.printf("%n  Median at 100,000, the version before / this one%n");
            for (String step : LISTS) {
                double now = tallies.get(versions.getFirst())[1].quantile(step, 0.5);
                double then = tallies.get(versions.getLast())[1].quantile(step, 0.5);
                System.out.printf("    %-32s %12.1f %12.1f %8.2f%n", step, then, now, then / now);
            }
        }
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
