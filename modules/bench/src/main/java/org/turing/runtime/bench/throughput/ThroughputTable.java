package org.turing.runtime.bench.throughput;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.turing.runtime.bench.contenders.Workload;

/** The result in Markdown, for people. */
public final class ThroughputTable {

    /** Of a reason that holds the end of a log; all of it is told when it happens, and in the JSON. */
    private static final int LONGEST_REASON = 300;

    private ThroughputTable() {}

    public static List<String> lines(ThroughputResult result) {
        List<String> lines = new ArrayList<>();
        for (Workload workload : result.workloads()) {
            lines.add("");
            lines.add("`" + workload.title() + "`: " + workload.meaning());
            lines.add("");
            lines.add("| contender | version | jobs | median (jobs/s) | least to most | ratio to the floor |"
                    + " PostgreSQL (µs a job) | its own processes (µs a job) |");
            lines.add("|---|---|---|---|---|---|---|---|");
            result.of(workload).stream().filter(Series::measured).forEach(series -> lines.add(row(series, result)));
            lines.add("");
            result.of(workload).stream()
                    .filter(series -> series.failure() != null)
                    .forEach(series -> lines.add(notMeasured(series)));
        }
        lines.add("");
        result.series().stream()
                .filter(Series::measured)
                .map(Series::contender)
                .distinct()
                .forEach(contender -> lines.add("- " + contender.name() + ": " + contender.settings()));
        return lines;
    }

    private static String row(Series series, ThroughputResult result) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %,.0f | %,.0f to %,.0f | %s | %.0f | %.0f |",
                series.contender().name(),
                series.contender().version(),
                series.runs().stream()
                        .map(run -> String.format(Locale.ROOT, "%,d", run.jobs()))
                        .distinct()
                        .collect(Collectors.joining(", ")),
                series.median(),
                series.least(),
                series.most(),
                result.floor(series.workload())
                        .map(floor -> String.format(Locale.ROOT, "%.3f", series.ratioTo(floor)))
                        .orElse("–"),
                series.serverMicrosPerJob(),
                series.contenderMicrosPerJob());
    }

    private static String notMeasured(Series series) {
        String why = String.valueOf(series.failure()).replaceAll("\\s+", " ");
        return "- " + series.contender().name()
                + (series.measured() ? " was not measured again: " : " was not measured: ")
                + (why.length() > LONGEST_REASON ? why.substring(0, LONGEST_REASON) + " …" : why);
    }
}
