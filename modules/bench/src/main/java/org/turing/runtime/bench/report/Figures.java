package org.turing.runtime.bench.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** Measured times, in ms, in ascending order. */
public record Figures(double[] sorted) {

    /** @param micros the samples in µs, in any order; at least one */
    public static Figures ofMicros(Collection<Long> micros) {
        if (micros.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        double[] sorted =
                micros.stream().mapToDouble(sample -> sample / 1000.0).sorted().toArray();
        return new Figures(sorted);
    }

    /** The smallest sample that so much of all samples do not exceed (nearest rank). */
    public double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(0, rank - 1)];
    }

    /** The middle sample, or the mean of the middle two. */
    public double median() {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The cells of a table: samples, median, p90, p99, least and most. */
    public String cells() {
        return String.format(
                Locale.ROOT,
                "%d | %.1f | %.1f | %.1f | %.1f to %.1f",
                sorted.length,
                median(),
                percentile(90),
                percentile(99),
                sorted[0],
                sorted[sorted.length - 1]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Figures figures && Arrays.equals(sorted, figures.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sorted);
    }

    @Override
    public String toString() {
        return "Figures[" + cells() + "]";
    }
}
