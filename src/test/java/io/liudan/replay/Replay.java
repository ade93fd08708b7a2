package io.liudan.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * Plays a file of residents' messages ({@code id,submitted_at,title,text}) against a running hub, through its public
 * API only: files each, then works as the desks until all are closed, and tells what came of them. Some residents keep
 * silent; for them the embedded hub's clock is moved over the follow-up call and the end of the rating window, and
 * back. With {@code time=moving} it lives through weeks of the city instead, with late desks ({@link MovingTime}).
 */
public final class Replay {

    private static final int RESIDENTS = 3;
    private static final int ERRORS_SHOWN = 10;

    private Replay() {}

    /**
     * Settings: system properties {@code replay.file}, {@code .hub}, {@code .realm}, {@code .seed}, {@code .threads},
     * {@code .limit}, {@code .time}.
     */
    public static void main(String[] args) throws Exception {
        Api api = new Api(
                setting("hub", "http://localhost:8080"), setting("realm", "http://localhost:8180/realms/liudan"));
        List<CSVRecord> messages = messages(setting("file", ""));
        messages = messages.subList(0, Math.min(messages.size(), Integer.parseInt(setting("limit", "1000000"))));
        long seed = Long.parseLong(setting("seed", "622901"));
        List<String> grids = new ArrayList<>();
        api.get("resident1", "/api/v1/directory/grids")
                .body()
                .forEach(grid -> grids.add(grid.path("code").asText()));
        Tally tally = new Tally();
        boolean moving = setting("time", "still").equals("moving");
        CityAtWork city = new CityAtWork(api, tally, moving ? MovingTime.WEIGHTS : Map.of());
        ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
        List<Supplier<CityAtWork.Case>> filings = messages.stream()
                .map(message -> (Supplier<CityAtWork.Case>) () -> file(city, message, grids, seed))
                .toList();
        JsonNode clock = api.get("admin", "/embedded/clock").body();
        long start = System.nanoTime();
        try (ProgressBar bar = new ProgressBarBuilder()
                        .setTaskName("六单联办")
                        .setInitialMax(messages.size())
                        .setUpdateIntervalMillis(500)
                        .build();
                ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(setting("threads", "4")))) {
            if (moving) {
                long days = new MovingTime(api, city, tally, seed, threads, errors).live(filings, bar);
                System.out.printf("%n  %d days of the city in %.0f s%n", days, (System.nanoTime() - start) / 1e9);
            } else {
                atOnce(api, city, tally, filings, threads, bar, errors);
            }
        } finally {
            putBack(api, clock, start);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        tally.printCounts("outcomes", "Outcomes 结果");
        tally.printCounts("decisions", "Decisions 决定");
        if (moving) {
            tally.printCounts("cards", "Cards given, by step 亮牌");
        }
        tally.printTimes("Time per step 各环节用时");
        System.out.printf(
                "%n  %d messages, %d closed, %.1f a second in %.0f s, %d errors%n%n",
                messages.size(), tally.counted("outcomes"), messages.size() / seconds, seconds, errors.size());
        errors.stream().limit(ERRORS_SHOWN).forEach(error -> System.out.println("  " + error));
        if (!errors.isEmpty() || tally.counted("outcomes") != messages.size()) {
            System.exit(1);
        }
    }

    private static CityAtWork.Case file(CityAtWork city, CSVRecord message, List<String> grids, long seed) {
        Random random = new Random(seed ^ message.get("id").hashCode());
        return city.submit(
                "resident" + (1 + random.nextInt(RESIDENTS)),
                CityAtWork.submission(message.get("title"), message.get("text"), grids, random),
                random);
    }

    /** Files everything and works it off; the clock is moved only for those who keep silent. */
    private static void atOnce(
            Api api,
            CityAtWork city,
            Tally tally,
            List<Supplier<CityAtWork.Case>> filings,
            ExecutorService threads,
            ProgressBar bar,
            ConcurrentLinkedQueue<String> errors)
            throws InterruptedException {
        ConcurrentLinkedQueue<CityAtWork.Case> silent = new ConcurrentLinkedQueue<>();
        filings.forEach(filing -> threads.submit(() -> {
            try {
                CityAtWork.Case request = filing.get();
                if (!closed(city.work(request), tally)) {
                    silent.add(request);
                }
            } catch (RuntimeException e) {
                errors.add(e.getMessage());
            }
            bar.step();
        }));
        threads.shutdown();
        threads.awaitTermination(1, TimeUnit.DAYS);
        endTheSilent(api, city, tally, silent, errors);
    }

    private static void putBack(Api api, JsonNode clock, long start) {
        if (Duration.parse(clock.path("ahead").asText()).isZero()) {
            api.send("admin", "DELETE", "/embedded/clock", BodyPublishers.noBody(), Map.of());
        } else {
            api.post(
                    "admin",
                    "/embedded/clock",
                    Map.of(
                            "to",
                            Instant.parse(clock.path("now").asText())
                                    .plusNanos(System.nanoTime() - start)
                                    .toString()));
        }
    }

    /** Half of the silent are reached by phone, the others' rating window ends. */
    private static void endTheSilent(
            Api api,
            CityAtWork city,
            Tally tally,
            ConcurrentLinkedQueue<CityAtWork.Case> silent,
            ConcurrentLinkedQueue<String> errors)
            throws InterruptedException {
        if (silent.isEmpty()) {
            return;
        }
        System.out.printf(
                "  %d residents keep silent: the clock is moved to their follow-up calls and to the end of the rating window%n",
                silent.size());
        advance(api, "P4D");
        List<CityAtWork.Case> waiting = new ArrayList<>(silent);
        for (CityAtWork.Case request : List.copyOf(waiting)) {
            if (request.random().nextBoolean()) {
                MovingTime.await(() -> city.followUp(request));
                JsonNode view =
                        city.work(new CityAtWork.Case(request.code(), request.resident(), request.random(), false));
                if (closed(view, tally)) {
                    waiting.remove(request);
                }
            }
        }
        advance(api, "P8D");
        for (CityAtWork.Case request : waiting) {
            if (!MovingTime.await(() -> closed(city.track(request), tally))) {
                errors.add("request " + request.code() + " did not close after its rating window");
            }
        }
    }

    private static void advance(Api api, String duration) {
        if (api.post("admin", "/embedded/clock", Map.of("advance", duration)).status() != 200) {
            throw new IllegalStateException("This hub's clock can't be moved");
        }
    }

    private static boolean closed(JsonNode view, Tally tally) {
        boolean closed = view.path("status").asText().equals("CLOSED");
        if (closed) {
            tally.count(
                    "outcomes",
                    view.path("outcome").asText() + " " + view.path("rated").asText(""));
        }
        return closed;
    }

    private static List<CSVRecord> messages(String file) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (InputStream in = file.isEmpty()
                        ? Replay.class.getResourceAsStream("/replay/messages.csv")
                        : Files.newInputStream(Path.of(file));
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return format.parse(reader).getRecords();
        }
    }

    private static String setting(String name, String otherwise) {
        String value = System.getProperty("replay." + name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
