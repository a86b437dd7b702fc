package org.turing.runtime.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What rounds came to together, as a table in Markdown. */
final class CampaignTable {

    private final List<RoundResult> rounds;

    CampaignTable(List<RoundResult> rounds) {
        this.rounds = rounds;
    }

    /** The whole table. */
    String markdown() {
        List<String> lines = new ArrayList<>(List.of("| what | figure |", "|---|---|"));
        row(
                lines,
                "campaign seeds",
                rounds.stream().map(RoundResult::campaignSeed).distinct().toList());
        row(
                lines,
                "rounds, passed",
                rounds.size() + ", "
                        + rounds.stream().filter(RoundResult::passed).count());
        for (FaultKind kind : FaultKind.values()) {
            long struck = sum(round -> round.count(kind));
            if (struck > 0) {
                long survived = sum(round -> round.passed() ? round.count(kind) : 0);
                row(lines, kind.words() + ": struck, in rounds that passed", struck + ", " + survived);
            }
        }
        row(lines, "subjects", sum(RoundResult::subjects));
        row(lines, "status transitions", sum(RoundResult::transitions));
        row(lines, "effects lost", sum(RoundResult::lost));
        row(lines, "effects doubled (status transitions, hold())", sum(RoundResult::doubled));
        reexecutions().forEach((taskType, count) -> row(lines, "re-executions of " + taskType, count));
        row(lines, "deadlocks that PostgreSQL counted", sum(RoundResult::deadlocks));
        row(lines, "starts that ended before the runtime worked", sum(RoundResult::refusedStarts));
        if (rounds.stream().anyMatch(round -> round.givenUp() > 0)) {
            row(lines, "nodes that the others gave up", sum(RoundResult::givenUp));
        }
        goesOn(lines, "the node that speaks killed", Recovery.Figure::speaker);
        goesOn(lines, "another runtime killed", figure -> !figure.speaker());
        recovery(lines, "killed, running again elsewhere", Recovery.Figure::elsewhere);
        recovery(lines, "killed, running again on the same host", figure -> !figure.elsewhere());
        row(
                lines,
                "slowest end of a killed runtime's scripts (s)",
                seconds(rounds.stream()
                        .mapToLong(RoundResult::slowestChildrenMillis)
                        .max()
                        .orElse(0)));
        row(lines, "hours", String.format(Locale.ROOT, "%.2f", sum(RoundResult::seconds) / 3600.0));
        return String.join("\n", lines) + "\n";
    }

    private void goesOn(List<String> lines, String what, Predicate<Recovery.Figure> which) {
        List<Recovery.Figure> figures = rounds.stream()
                .flatMap(round -> round.recoveries().stream())
                .filter(figure -> figure.goesOnMillis() > 0)
                .filter(which)
                .toList();
        if (!figures.isEmpty()) {
            row(lines, what + ": kills measured", figures.size());
            row(
                    lines,
                    what + ": work goes on anywhere, p50 / p99 / max (s)",
                    spread(figures, Recovery.Figure::goesOnMillis));
            row(
                    lines,
                    what + ": every task type goes on, p50 / p99 / max (s)",
                    spread(figures, Recovery.Figure::allGoOnMillis));
        }
    }

    private void recovery(List<String> lines, String what, Predicate<Recovery.Figure> which) {
        List<Recovery.Figure> figures = rounds.stream()
                .flatMap(round -> round.recoveries().stream())
                .filter(which)
                .toList();
        if (!figures.isEmpty()) {
            row(lines, what + ": kills measured", figures.size());
            row(
                    lines,
                    what + ": its first subject, p50 / p99 / max (s)",
                    spread(figures, Recovery.Figure::firstMillis));
            row(lines, what + ": its last subject, p50 / p99 / max (s)", spread(figures, Recovery.Figure::lastMillis));
        }
    }

    private static String spread(List<Recovery.Figure> figures, ToLongFunction<Recovery.Figure> value) {
        long[] sorted = figures.stream().mapToLong(value).sorted().toArray();
        return seconds(percentile(sorted, 0.5)) + " / " + seconds(percentile(sorted, 0.99)) + " / "
                + seconds(sorted[sorted.length - 1]);
    }

    /** The smallest value that at least such a share of all does not exceed. */
    static long percentile(long[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    private Map<String, Long> reexecutions() {
        Map<String, Long> counts = new TreeMap<>();
        rounds.forEach(
                round -> round.reexecutions().forEach((taskType, count) -> counts.merge(taskType, count, Long::sum)));
        return counts;
    }

    private long sum(ToLongFunction<RoundResult> value) {
        return rounds.stream().mapToLong(value).sum();
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f", millis / 1000.0);
    }

    private static void row(List<String> lines, String what, Object figure) {
        lines.add("| " + what + " | " + figure + " |");
    }
}
