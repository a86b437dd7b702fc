package org.turing.runtime.bench.growth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.throughput.Series;

/**
 * Throughput of the runtime and of the floor as something grows.
 *
 * @param axis what grows, in words
 */
record Curve(String axis, List<Point> points) {

    /**
     * @param x how much of it there is, for people
     * @param jobs that are timed
     */
    record Point(String x, int jobs, Series floor, Series runtime) {}

    /** The series in the order of their turns. */
    List<Series> series() {
        return points.stream()
                .flatMap(point -> List.of(point.floor(), point.runtime()).stream())
                .toList();
    }

    /** How many jobs are timed of one of them. */
    int jobs(Series series) {
        return points.stream()
                .filter(point -> point.floor() == series || point.runtime() == series)
                .findFirst()
                .orElseThrow()
                .jobs();
    }

    /** How many times the runtime's throughput at one place it is at the last one; null if either was not measured. */
    @Nullable
    Double lastTo(String x) {
        return points.stream()
                .filter(point -> point.x().equals(x))
                .findFirst()
                .map(point -> ratio(points.get(points.size() - 1).runtime(), point.runtime()))
                .orElse(null);
    }

    String first() {
        return points.get(0).x();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(
                "",
                "| " + axis + " | floor (jobs/s) | to the first | runtime (jobs/s) | least to most | to the first |"
                        + " to the floor | PostgreSQL, runtime (µs a job) |",
                "|---|---|---|---|---|---|---|---|"));
        for (Point point : points) {
            lines.add("| %s | %s | %s | %s | %s | %s | %s | %s |"
                    .formatted(
                            point.x(),
                            perSecond(point.floor()),
                            text(ratio(point.floor(), points.get(0).floor())),
                            perSecond(point.runtime()),
                            range(point.runtime()),
                            text(ratio(point.runtime(), points.get(0).runtime())),
                            text(ratio(point.runtime(), point.floor())),
                            processors(point.runtime())));
        }
        lines.add("");
        series().stream()
                .filter(series -> series.failure() != null)
                .forEach(series ->
                        lines.add("- " + series.contender().name() + " was not measured: " + series.failure()));
        return lines;
    }

    ArrayNode json() {
        ArrayNode all = Findings.array();
        for (Point point : points) {
            all.addObject()
                    .put("x", point.x())
                    .put("floorPerSecond", median(point.floor()))
                    .put("runtimePerSecond", median(point.runtime()))
                    .put("runtimeServerProcessorMicrosPerJob", serverMicros(point.runtime()))
                    .put("runtimeToFloor", ratio(point.runtime(), point.floor()));
        }
        return all;
    }

    private static String perSecond(Series series) {
        return series.measured() ? String.format(Locale.ROOT, "%,.0f", series.median()) : "–";
    }

    private static String range(Series series) {
        return series.measured() ? String.format(Locale.ROOT, "%,.0f to %,.0f", series.least(), series.most()) : "–";
    }

    private static String processors(Series series) {
        return series.measured()
                ? String.format(Locale.ROOT, "%.0f, %.0f", series.serverMicrosPerJob(), series.contenderMicrosPerJob())
                : "–";
    }

    private static String text(@Nullable Double ratio) {
        return ratio == null ? "–" : String.format(Locale.ROOT, "%.3f", ratio);
    }

    private static @Nullable Double serverMicros(Series series) {
        return series.measured() ? series.serverMicrosPerJob() : null;
    }

    private static @Nullable Double median(Series series) {
        return series.measured() ? series.median() : null;
    }

    static @Nullable Double ratio(Series one, Series other) {
        return one.measured() && other.measured() ? one.ratioTo(other) : null;
    }
}
