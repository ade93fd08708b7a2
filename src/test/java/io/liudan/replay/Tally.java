package io.liudan.replay;

import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happened and how long it took, from many threads. */
public class Tally {

    private final Map<String, ConcurrentLinkedQueue<Long>> nanos = new ConcurrentSkipListMap<>();
    private final Map<String, Map<String, LongAdder>> counts = new ConcurrentSkipListMap<>();

    public void count(String table, String row) {
        counts.computeIfAbsent(table, name -> new ConcurrentSkipListMap<>())
                .computeIfAbsent(row, name -> new LongAdder())
                .increment();
    }

    public void took(String step, long elapsedNanos) {
        nanos.computeIfAbsent(step, name -> new ConcurrentLinkedQueue<>()).add(elapsedNanos);
    }

    public long counted(String table) {
        return counts.getOrDefault(table, Map.of()).values().stream()
                .mapToLong(LongAdder::sum)
                .sum();
    }

    /** Milliseconds at a quantile, 0 to 1; NaN when the step never ran. */
    public double quantile(String step, double quantile) {
        long[] sorted = nanos.getOrDefault(step, new ConcurrentLinkedQueue<>()).stream()
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] / 1e6;
    }

    public void printCounts(String table, String title) {
        System.out.printf("%n  %s%n", title);
        counts.getOrDefault(table, Map.of()).entrySet().stream()
                .sorted((a, b) -> Long.compare(b.getValue().sum(), a.getValue().sum()))
                .forEach(row -> System.out.printf(
                        "    %-36s %6d%n", row.getKey(), row.getValue().sum()));
    }

    public void printTimes(String title) {
        System.out.printf("%n  %-24s %8s %9s %9s %9s%n", title, "calls", "p50 ms", "p95 ms", "p99 ms");
        for (String step : nanos.keySet()) {
            System.out.printf(
                    "    %-22s %8d %9.1f %9.1f %9.1f%n",
                    step, nanos.get(step).size(), quantile(step, 0.50), quantile(step, 0.95), quantile(step, 0.99));
        }
    }
}
