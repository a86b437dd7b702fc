package org.turing.runtime.bench.hosts;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.turing.runtime.bench.report.Report;

/** What {@link HostScaling} measured, by how many hosts there were, and the tables of it. */
final class ScalingReport {

    private static final int MOST_NAMED = 12;

    private final Map<Integer, List<ScalingRun>> measured = new TreeMap<>();
    private final Map<Integer, Costs> coming = new TreeMap<>();
    private final Map<Integer, Costs> idle = new TreeMap<>();
    private final Map<Integer, Long> connections = new TreeMap<>();

    /** What it cost until there were so many hosts. */
    void came(int count, Costs costs) {
        coming.put(count, costs);
    }

    /** What they cost without work. */
    void idled(int count, Costs costs) {
        idle.put(count, costs);
    }

    void ran(int count, ScalingRun run) {
        measured.computeIfAbsent(count, c -> new ArrayList<>()).add(run);
    }

    /** How many connections they have right after work. */
    void connected(int count, long now) {
        connections.put(count, now);
    }

    /** All runs. */
    Map<Integer, List<ScalingRun>> runs() {
        return measured;
    }

    /**
     * @param items of one run
     * @param taskTypes that there are
     */
    void print(int items, int taskTypes) {
        if (!measured.isEmpty()) {
            makespans(items);
            costsOfItems(items);
        }
        costsOfComing(taskTypes);
        costsOfIdling();
    }

    private void makespans(int items) {
        double one = ScalingRun.medianSeconds(measured.values().iterator().next());
        Report.line("");
        Report.line(
                "| hosts | runs | makespan: median (s) | least to most | ratio to the first | at best | items of a host |"
                        + " two at once on one host |");
        Report.line("|---|---|---|---|---|---|---|---|");
        measured.forEach((count, all) -> {
            double median = ScalingRun.medianSeconds(all);
            Report.line(String.format(
                    Locale.ROOT,
                    "| %d | %d | %.1f | %.1f to %.1f | **%.3f** | %.1f | %d to %d | %d |",
                    count,
                    all.size(),
                    median,
                    all.stream().mapToDouble(ScalingRun::seconds).min().orElseThrow(),
                    all.stream().mapToDouble(ScalingRun::seconds).max().orElseThrow(),
                    median / one,
                    Math.ceil((double) items / count) * HostScaling.REQUEST_SECONDS,
                    all.stream().mapToLong(run -> run.perHost().get(0)).min().orElseThrow(),
                    all.stream()
                            .mapToLong(run -> run.perHost().get(run.hosts() - 1))
                            .max()
                            .orElseThrow(),
                    all.stream().mapToLong(ScalingRun::overlaps).sum()));
        });
    }

    private void costsOfItems(int items) {
        Report.line("");
        Report.line(
                "| hosts | statements per item | transactions | WAL (bytes) | the runtime's messages | bytes of these |"
                        + " the nodes' processors (ms) | of these the first |");
        Report.line("|---|---|---|---|---|---|---|---|");
        measured.forEach((count, all) -> {
            double of = (double) items * all.size();
            Report.line(String.format(
                    Locale.ROOT,
                    "| %d | %.2f | %.2f | %.0f | %.2f | %.0f | %.1f | %.1f |",
                    count,
                    all.stream().mapToLong(run -> run.costs().statements()).sum() / of,
                    all.stream().mapToLong(run -> run.costs().transactions()).sum() / of,
                    all.stream().mapToLong(run -> run.costs().walBytes()).sum() / of,
                    all.stream()
                                    .mapToLong(run -> run.costs().messages(true).messages())
                                    .sum()
                            / of,
                    all.stream()
                                    .mapToLong(run -> run.costs().messages(true).bytes())
                                    .sum()
                            / of,
                    1000
                            * all.stream()
                                    .mapToDouble(run -> run.costs().processorSeconds())
                                    .sum()
                            / of,
                    1000
                            * all.stream()
                                    .mapToDouble(run -> run.costs().firstNodesProcessorSeconds())
                                    .sum()
                            / of));
        });
        measured.forEach((count, all) ->
                classes(count + " hosts at work", all.get(all.size() - 1).costs()));
    }

    /** Starting, forming, and making known every task type to every new host; all in all. */
    private void costsOfComing(int taskTypes) {
        Report.line("");
        Report.line(
                "| hosts, with " + taskTypes
                        + " task types | seconds | statements | transactions | the runtime's messages | bytes of these | Pekko's |");
        Report.line("|---|---|---|---|---|---|---|");
        int before = 0;
        for (Map.Entry<Integer, Costs> entry : coming.entrySet()) {
            Costs costs = entry.getValue();
            Report.line(String.format(
                    Locale.ROOT,
                    "| from %d to %d | %.0f | %d | %d | %d | %d | %d |",
                    before,
                    entry.getKey(),
                    costs.seconds(),
                    costs.statements(),
                    costs.transactions(),
                    costs.messages(true).messages(),
                    costs.messages(true).bytes(),
                    costs.messages(false).messages()));
            before = entry.getKey();
        }
        coming.forEach((count, costs) -> classes("until " + count + " hosts had come", costs));
    }

    private void costsOfIdling() {
        Report.line("");
        Report.line(
                "| idle hosts | statements/s | transactions/s | WAL (bytes/s) | the runtime's messages/s | Pekko's |"
                        + " bytes/s of all | processors, all nodes | the first | connections |");
        Report.line("|---|---|---|---|---|---|---|---|---|---|");
        idle.forEach((count, costs) -> Report.line(String.format(
                Locale.ROOT,
                "| %d | %.2f | %.2f | %.0f | %.2f | %.2f | %.0f | %.1f %% | %.1f %% | %d |",
                count,
                costs.statements() / costs.seconds(),
                costs.transactions() / costs.seconds(),
                costs.walBytes() / costs.seconds(),
                costs.messages(true).messages() / costs.seconds(),
                costs.messages(false).messages() / costs.seconds(),
                (costs.messages(true).bytes() + costs.messages(false).bytes()) / costs.seconds(),
                100 * costs.processorSeconds() / costs.seconds(),
                100 * costs.firstNodesProcessorSeconds() / costs.seconds(),
                connections.get(count))));
        idle.forEach((count, costs) -> classes(count + " idle hosts", costs));
    }

    /** What was sent and what was asked of PostgreSQL most. */
    private static void classes(String what, Costs costs) {
        Report.line("");
        Report.line(what + ", messages by class:");
        costs.sent().entrySet().stream()
                .filter(entry -> entry.getValue().messages() > 0)
                .sorted((a, b) ->
                        Long.compare(b.getValue().messages(), a.getValue().messages()))
                .limit(MOST_NAMED)
                .forEach(entry -> Report.line(String.format(
                        Locale.ROOT,
                        "    %8d  %s (%d bytes each)",
                        entry.getValue().messages(),
                        entry.getKey(),
                        entry.getValue().bytes() / entry.getValue().messages())));
        Report.line(what + ", statements:");
        costs.calls().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                .limit(MOST_NAMED)
                .forEach(entry -> Report.line(
                        String.format(Locale.ROOT, "    %8d  %s", entry.getValue(), beginning(entry.getKey()))));
    }

    private static String beginning(String query) {
        String line = query.replaceAll("\\s+", " ");
        return line.substring(0, Math.min(line.length(), 100));
    }
}
