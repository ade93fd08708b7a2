package io.liudan.benchmark;

import io.liudan.Api;
import io.liudan.Api.Answer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/**
 * Everything at once that would stop the hub for others: sockets that send one byte a second, uploads that are costly
 * to unpack, texts of the largest size made of repeated pieces. Meanwhile a desk looks at its list.
 */
public final class Siege {

    private static final String GRID = "622901001001-01";
    private static final int LARGEST = 20_000;
    private static final String[] PIECES = {
        "x", "1", "0", "一", "%", "a.", "1--", "我叫", "王先生、", "隔壁王", "6222 ", "a@", "号楼", "甘N", "马小兰 ", "\u3000", "１"
    };
    private static final List<String> ATTACKERS = List.of("resident2", "resident3");

    private final Api api;
    private final URI hub;
    private final int sockets;
    private final int uploads;
    private final int texts;
    private final Random random = new Random(42);
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();

    /**
     * @param sockets that send slowly, half of them with a good token
     * @param uploads a second
     * @param texts a second
     */
    public Siege(Api api, String hub, int sockets, int uploads, int texts) {
        this.api = api;
        this.hub = URI.create(hub);
        this.sockets = sockets;
        this.uploads = uploads;
        this.texts = texts;
    }

    /**
     * How a desk's list did.
     *
     * @param quiet 95th percentile in milliseconds before, and {@code besieged} meanwhile
     * @param failures of the list meanwhile
     * @param statuses what the attackers were answered, by kind and status
     */
    public record Result(double quiet, double besieged, long failures, Map<String, Integer> statuses) {}

    /** Half of the time nobody looks: what a siege costs is compiled by then. */
    public Result run(Duration span) throws InterruptedException {
        api.token("grid1");
        ATTACKERS.forEach(api::token);
        besiege(span.dividedBy(2), new ArrayList<>());
        statuses.clear();
        List<Double> quiet = new ArrayList<>();
        watch(span.dividedBy(4), new ArrayList<>());
        watch(span, quiet);
        List<Double> besieged = new ArrayList<>();
        long failures = besiege(span, besieged);
        return new Result(p95(quiet), p95(besieged), failures, new TreeMap<>(statuses));
    }

    /** @return how often the list failed meanwhile */
    private long besiege(Duration span, List<Double> millis) throws InterruptedException {
        Instant end = Instant.now().plus(span);
        try (ExecutorService attack = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < sockets; i++) {
                boolean known = i % 2 == 0;
                attack.submit(() -> drip(known, end));
            }
            byte[] picture = picture();
            attack.submit(() ->
                    repeat(uploads, end, attack, () -> count("upload", api.upload(attacker(), "p.png", picture))));
            attack.submit(() -> repeat(texts, end, attack, () -> count("text", text())));
            long failures = watch(Duration.between(Instant.now(), end), millis);
            attack.shutdownNow();
            return failures;
        }
    }

    private String attacker() {
        return ATTACKERS.get(random.nextInt(ATTACKERS.size()));
    }

    /** Looks at the desk's list five times a second. */
    private long watch(Duration span, List<Double> millis) throws InterruptedException {
        long failures = 0;
        Instant end = Instant.now().plus(span);
        while (Instant.now().isBefore(end)) {
            long start = System.nanoTime();
            try {
                if (api.get("grid1", "/api/v1/tasks").status() != 200) {
                    failures++;
                }
            } catch (UncheckedIOException e) {
                failures++;
            }
            millis.add((System.nanoTime() - start) / 1e6);
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return failures;
    }

    private static double p95(List<Double> millis) {
        return millis.stream()
                .sorted()
                .skip((long) (millis.size() * 0.95))
                .findFirst()
                .orElse(0.0);
    }

    private void drip(boolean known, Instant end) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(hub.getHost(), hub.getPort()), 20_000);
            OutputStream out = socket.getOutputStream();
            String token = known ? "Authorization: Bearer " + api.token(ATTACKERS.get(1)) + "\r\n" : "";
            out.write(("POST /api/v1/requests HTTP/1.1\r\nHost: hub\r\n" + token
                            + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            while (Instant.now().isBefore(end)) {
                TimeUnit.SECONDS.sleep(1);
                out.write(' ');
                out.flush();
            }
            statuses.merge("socket held", 1, Integer::sum);
        } catch (IOException closed) {
            statuses.merge("socket closed", 1, Integer::sum);
        } catch (InterruptedException e) {
            statuses.merge("socket held", 1, Integer::sum);
        }
    }

    private static void repeat(int aSecond, Instant end, ExecutorService attack, Runnable one) {
        try {
            while (Instant.now().isBefore(end)) {
                attack.submit(one);
                TimeUnit.MICROSECONDS.sleep(1_000_000 / Math.max(1, aSecond));
            }
        } catch (InterruptedException | java.util.concurrent.RejectedExecutionException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(String kind, Answer answer) {
        statuses.merge(kind + " " + answer.status(), 1, Integer::sum);
    }

    private Answer text() {
        return api.submit(attacker(), Map.of("title", "测试", "description", hostile(random), "gridCode", GRID));
    }

    /** A text of the largest size, of one to three pieces again and again. */
    public static String hostile(Random random) {
        StringBuilder text = new StringBuilder();
        String[] pieces = new String[1 + random.nextInt(3)];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = PIECES[random.nextInt(PIECES.length)].repeat(1 + random.nextInt(40));
        }
        for (int i = 0; text.length() < LARGEST; i++) {
            text.append(pieces[i % pieces.length]);
        }
        return text.substring(0, LARGEST);
    }

    /** Small to send and costly to unpack. */
    private static byte[] picture() {
        try {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(4000, 4500, BufferedImage.TYPE_INT_RGB), "png", png);
            return png.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
