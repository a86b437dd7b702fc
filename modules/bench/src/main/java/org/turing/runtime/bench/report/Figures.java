package org.turing.runtime.bench.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
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

    /** What tables of {@link #row} begin with. */
    public static final List<String> HEAD =
            List.of("", "| what | samples | median (ms) | p90 | p99 | least to most |", "|---|---|---|---|---|---|");

    public String row(String what) {
        return "| " + what + " | " + cells() + " |";
    }

    /** Adds its row to a table, and returns the figures of that as JSON, in ms. */
    public ObjectNode writeTo(List<String> table, String what) {
        table.add(row(what));
        return json();
    }

    /** In ms. */
    public ObjectNode json() {
        return Findings.object()
                .put("samples", sorted.length)
                .put("median", median())
                .put("p90", percentile(90))
                .put("p99", percentile(99))
                .put("least", sorted[0])
                .put("most", sorted[sorted.length - 1]);
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
