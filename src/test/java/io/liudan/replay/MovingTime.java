package io.liudan.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;

/**
 * Lives through weeks of the city: the hub's clock goes from one time of day to the next, residents file and urge, most
 * desks get to their work soon and some late, and the hub's timers do what they do in between.
 */
class MovingTime {

    /** Disputes and extensions come often enough to be seen in forty messages. */
    static final Map<String, Integer> WEIGHTS = Map.of("RETURN", 30, "REQUEST_EXTENSION", 25);

    private static final ZoneId CITY = ZoneId.of("Asia/Shanghai");
    private static final List<LocalTime> TIMES =
            List.of(LocalTime.of(9, 0), LocalTime.of(11, 0), LocalTime.of(15, 0), LocalTime.of(17, 0));
    private static final int DAYS_OF_FILING = 10;
    /** From then on nobody is late any more, so that it comes to an end. */
    private static final int DAYS_OF_LATENESS = 45;

    private static final int DAYS = 120;
    private static final int LATE_DESKS_ONE_IN = 4;
    private static final int PROMPT_PERCENT = 50;
    private static final int LATE_PERCENT = 4;
    private static final int URGE_PERCENT = 3;
    private static final List<String> CARDS =
            List.of("reminded", "yellow-card", "red-card", "supervised-level-1", "supervised-level-2");

    private final Api api;
    private final CityAtWork city;
    private final Tally tally;
    private final long seed;
    private final ExecutorService threads;
    private final ConcurrentLinkedQueue<String> errors;

    MovingTime(
            Api api,
            CityAtWork city,
            Tally tally,
            long seed,
            ExecutorService threads,
            ConcurrentLinkedQueue<String> errors) {
        this.api = api;
        this.city = city;
        this.tally = tally;
        this.seed = seed;
        this.threads = threads;
        this.errors = errors;
    }

    /** Gives how many days passed until the last request was closed. */
    long live(List<Supplier<CityAtWork.Case>> filings, ProgressBar bar)
            throws InterruptedException, ExecutionException {
        ZonedDateTime begin = now().atZone(CITY);
        List<CityAtWork.Case> open = new ArrayList<>();
        int filed = 0;
        long day = 0;
        for (ZonedDateTime time = next(begin);
                (filed < filings.size() || !open.isEmpty()) && day < DAYS;
                time = next(time)) {
            advanceTo(time);
            day = ChronoUnit.DAYS.between(begin.toLocalDate(), time.toLocalDate());
            long due = Math.min(
                    filings.size(), (day * TIMES.size() + 1) * filings.size() / (DAYS_OF_FILING * TIMES.size()) + 1);
            List<Future<CityAtWork.Case>> fresh = new ArrayList<>();
            for (; filed < due; filed++) {
                fresh.add(threads.submit(filings.get(filed)::get));
            }
            for (Future<CityAtWork.Case> one : fresh) {
                open.add(one.get());
            }
            turn(open, atWork(time.toLocalDate()), day < DAYS_OF_LATENESS, bar);
        }
        open.forEach(request -> errors.add("request " + request.code() + " isn't closed after " + DAYS + " days"));
        return day;
    }

    private static boolean atWork(LocalDate day) {
        return day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY;
    }

    private void turn(List<CityAtWork.Case> open, boolean atWork, boolean late, ProgressBar bar)
            throws InterruptedException, ExecutionException {
        List<Future<CityAtWork.Case>> closed = open.stream()
                .map(request -> threads.submit(() -> act(request, atWork, late) ? request : null))
                .toList();
        for (Future<CityAtWork.Case> one : closed) {
            if (one.get() != null) {
                open.remove(one.get());
                bar.step();
            }
        }
    }

    /** Gives whether it is closed, or given up. */
    private boolean act(CityAtWork.Case request, boolean atWork, boolean late) {
        try {
            JsonNode view = city.track(request);
            if (view.path("status").asText().equals("CLOSED")) {
                city.closed(request);
                tally.count(
                        "outcomes",
                        view.path("outcome").asText() + " " + view.path("rated").asText(""));
                view.path("timeline").forEach(this::count);
                return true;
            }
            Random random = request.random();
            boolean resident = view.path("desks").isEmpty();
            if (resident ? random.nextInt(100) < PROMPT_PERCENT : atWork) {
                city.turn(
                        request,
                        view,
                        false,
                        desk -> random.nextInt(100) < (late && isLate(desk) ? LATE_PERCENT : PROMPT_PERCENT));
            }
            if (!resident
                    && random.nextInt(100) < URGE_PERCENT
                    && !view.path("status").asText().equals("HANDLED")) {
                city.urge(request);
            }
            return false;
        } catch (RuntimeException e) {
            errors.add("request " + request.code() + ": " + e.getMessage());
            return true;
        }
    }

    private boolean isLate(String desk) {
        return Math.floorMod(desk.hashCode() ^ seed, LATE_DESKS_ONE_IN) == 0;
    }

    private void count(JsonNode entry) {
        String type = entry.path("type").asText();
        if (CARDS.contains(type)) {
            tally.count("cards", type + " " + entry.path("data").path("step").asText());
        }
    }

    private static ZonedDateTime next(ZonedDateTime time) {
        return TIMES.stream()
                .map(time::with)
                .filter(later -> later.isAfter(time))
                .findFirst()
                .orElseGet(() -> time.plusDays(1).with(TIMES.getFirst()));
    }

    private Instant now() {
        return Instant.parse(
                api.get("admin", "/embedded/clock").body().path("now").asText());
    }

    private void advanceTo(ZonedDateTime time) throws InterruptedException {
        if (api.post("admin", "/embedded/clock", Map.of("to", time.toInstant().toString()))
                        .status()
                != 200) {
            throw new IllegalStateException("This hub's clock can't be moved");
        }
        await(() -> api.get("admin", "/embedded/clock").body().path("dueTimers").asLong() == 0);
    }

    /** Gives whether it came true within a minute. */
    static boolean await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < end) {
            if (condition.getAsBoolean()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return false;
    }
}
