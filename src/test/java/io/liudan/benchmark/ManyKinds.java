package io.liudan.benchmark;

import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.replay.Tally;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Twenty kinds of matters, each a copy of a folder: how long a package takes to be checked and deployed, and how the
 * Tasklist and lists do at 100,000 open matters of all of them.
 */
class ManyKinds {

    private static final Path FOLDER = Path.of("bpmn/hazard-patrol");
    private static final String KEY = "hazard-patrol";
    private static final int KINDS = 20;
    private static final long OPEN = 100_000;
    private static final int READS = 250;

    private final Api api;
    private final String hub;
    private final OpenRequests open;

    ManyKinds(Api api, String hub, OpenRequests open) {
        this.api = api;
        this.hub = hub;
        this.open = open;
    }

    void measure() throws IOException {
        TasklistCalls tasklist = new TasklistCalls(hub);
        Tally packages = new Tally();
        for (int n = 1; n <= KINDS; n++) {
            String kind = "kind-" + n;
            byte[] zip = zip(kind);
            Benchmark.timed(packages, "check", 200, () -> sent("/api/v1/packages/check", zip));
            Benchmark.timed(packages, "deploy", 201, () -> sent("/api/v1/packages", zip));
            open.fillUpTo(begun(kind), OPEN * n / KINDS);
            if (n == 1) {
                open.mark();
                tasklist.measure();
            }
        }
        open.mark();
        tasklist.measure();
        Tally lists = new Tally();
        for (int n = 0; n < READS; n++) {
            Benchmark.timed(lists, "tasks of a grid", 200, () -> api.get("grid1", "/api/v1/tasks"));
            Benchmark.timed(lists, "matters of a street", 200, () -> api.get("street1", "/api/v1/matters"));
            Benchmark.timed(
                    lists,
                    "one kind's, by a field",
                    200,
                    () -> api.get("street1", "/api/v1/matters?kind=kind-7&field.level=GENERAL"));
            Benchmark.timed(lists, "kinds", 200, () -> api.get("street1", "/api/v1/kinds"));
        }
        System.out.printf("%n  %d kinds; a package, in ms: p50, p95 of %d%n", KINDS, KINDS);
        for (String step : List.of("check", "deploy")) {
            System.out.printf(
                    "    %-24s %8.0f %8.0f%n", step, packages.quantile(step, 0.5), packages.quantile(step, 0.95));
        }
        System.out.printf("%n  p50 and p95 ms at %d open matters of %d kinds%n", OPEN, KINDS);
        for (String step : List.of("tasks of a grid", "matters of a street", "one kind's, by a field", "kinds")) {
            System.out.printf("    %-24s %8.1f %8.1f%n", step, lists.quantile(step, 0.5), lists.quantile(step, 0.95));
        }
        System.out.print("  First size: 5,000 open matters of one kind, second: all of them");
        tasklist.print(0);
    }

    private Answer sent(String path, byte[] zip) {
        return api.uploadTo("designer", path, "package.zip", zip);
    }

    private static byte[] zip(String kind) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes);
                Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(
                        new ZipEntry(kind + "/" + file.getFileName().toString().replace(KEY, kind)));
                zip.write(Files.readString(file).replace(KEY, kind).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    /** One that waits for its community: what all others are copies of. */
    private String begun(String kind) {
        Answer begun = api.post(
                "grid1",
                "/api/v1/matters/" + kind,
                Map.of(
                        "finding",
                        "HAZARD",
                        "level",
                        "GENERAL",
                        "what",
                        "楼道堆物",
                        "place",
                        Map.of("gridCode", "622901001001-01")),
                Map.of("Idempotency-Key", UUID.randomUUID().toString()));
        return begun.body().path("code").asText();
    }
}
