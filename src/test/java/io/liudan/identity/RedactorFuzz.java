package io.liudan.identity;

import io.liudan.benchmark.Siege;
import java.util.Arrays;
import java.util.Random;

/** How long the redactor takes for the longest texts, made of repeated pieces. */
public final class RedactorFuzz {

    /** In milliseconds; what took longer is tried again: the machine does other things as well. */
    private static final double LIMIT = 50;

    /** Texts before the first that counts, or a tenth of them: by then the JVM has compiled what they need. */
    private static final int WARMING = 300;

    private RedactorFuzz() {}

    /**
     * @param texts how many, each another one
     * @param turns how often one is tried that took too long
     * @return milliseconds each took, at its best of up to three times, in ascending order
     */
    public static double[] run(int texts, int turns) {
        Redactor redactor = new Redactor();
        Random random = new Random(4711);
        double[] millis = new double[texts];
        for (int i = -Math.max(WARMING, texts / 10); i < texts; i++) {
            String text = Siege.hostile(random);
            double best = Double.MAX_VALUE;
            for (int turn = 0; turn < turns && best > LIMIT; turn++) {
                long start = System.nanoTime();
                // Without its turn: the one before rests for as long as it worked.
                redactor.find(text);
                best = Math.min(best, (System.nanoTime() - start) / 1e6);
            }
            if (i >= 0) {
                millis[i] = best;
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    /** For the benchmark. */
    public static void print(int texts) {
        double[] millis = run(texts, 3);
        System.out.printf(
                "%n  Redaction of %d texts of 20,000 characters: median %.1f ms, p99 %.1f ms, longest %.1f ms%n",
                texts, millis[texts / 2], millis[(int) (texts * 0.99)], millis[texts - 1]);
    }
}
