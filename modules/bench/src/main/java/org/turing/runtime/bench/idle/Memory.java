package org.turing.runtime.bench.idle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.Processes;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.report.BarsPicture;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.report.Report;
import org.turing.runtime.bench.startup.EmptyNodeProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Memory of a runtime whose task types have no work, beside that of an empty Pekko node, in turns. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description = "Memory of a runtime with idle task types, beside that of an empty Pekko node.")
public final class Memory extends Benchmark {

    private static final double MEBIBYTE = 1 << 20;

    /** @param all resident memory with that of all that was started; heap what is in use of it after a collection */
    private record Sample(long all, long process, long heap) {}

    @Option(names = "--task-types", defaultValue = "1000", description = "How many there are (${DEFAULT-VALUE}).")
    private int taskTypes;

    @Option(names = "--runs", defaultValue = "3", description = "Measured processes of each (${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--settle",
            defaultValue = "120",
            description =
                    "For how many seconds each is up before it is looked at; a runtime is at rest after a minute, and"
                            + " gives memory back half a minute later (${DEFAULT-VALUE}).")
    private int settle;

    @Override
    protected Findings measure() throws Exception {
        List<Sample> nodes = new ArrayList<>();
        List<Sample> runtimes = new ArrayList<>();
        try (BenchDatabase database = BenchDatabase.start()) {
            IdleRuntime idle = IdleRuntime.prepare(program(), database);
            for (int run = 1; run <= runs; run++) {
                try (EmptyNodeProcess node = EmptyNodeProcess.start(program())) {
                    nodes.add(sample(node.handle()));
                }
                try (RuntimeProcess runtime = idle.start(taskTypes)) {
                    runtimes.add(sample(runtime.handle()));
                    runtime.requireAlive();
                }
                Report.progress("run %d of %d".formatted(run, runs));
            }
        }
        Files.writeString(file(".svg"), picture(nodes, runtimes).svg());
        return findings(nodes, runtimes);
    }

    private BarsPicture picture(List<Sample> nodes, List<Sample> runtimes) {
        return new BarsPicture(
                "MiB at rest: resident, and heap in use",
                List.of("resident", "heap in use"),
                List.of(group("empty Pekko node", nodes), group("%,d idle task types".formatted(taskTypes), runtimes)));
    }

    private static BarsPicture.Group group(String title, List<Sample> samples) {
        return new BarsPicture.Group(
                title, List.of(median(samples, Sample::all) / MEBIBYTE, median(samples, Sample::heap) / MEBIBYTE));
    }

    private Sample sample(ProcessHandle process) throws IOException, InterruptedException {
        Waiting.pause(Duration.ofSeconds(settle));
        return new Sample(
                Processes.residentOfAll(process),
                Processes.resident(process),
                Processes.heap(program().javaHome(), process));
    }

    private Findings findings(List<Sample> nodes, List<Sample> runtimes) {
        List<String> lines = List.of(
                "",
                "| medians of " + runs + " (MiB) | resident | resident with its children | heap in use |",
                "|---|---|---|---|",
                row("empty Pekko node", nodes),
                row("runtime with %,d idle task types".formatted(taskTypes), runtimes));
        double ratio = (double) median(runtimes, Sample::all) / median(nodes, Sample::all);
        ObjectNode figures = Findings.object().put("taskTypes", taskTypes);
        writeTo(figures.putObject("emptyNode"), nodes);
        writeTo(figures.putObject("runtime"), runtimes);
        return new Findings(
                lines,
                figures,
                List.of(Goal.atMost(
                        "memory with %,d idle task types: times an empty node's".formatted(taskTypes), ratio, 1.5)));
    }

    private static String row(String what, List<Sample> samples) {
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.0f |",
                what,
                median(samples, Sample::process) / MEBIBYTE,
                median(samples, Sample::all) / MEBIBYTE,
                median(samples, Sample::heap) / MEBIBYTE);
    }

    private static void writeTo(ObjectNode node, List<Sample> samples) {
        node.put("residentBytes", median(samples, Sample::process))
                .put("residentWithChildrenBytes", median(samples, Sample::all))
                .put("heapBytes", median(samples, Sample::heap));
    }

    /** The smaller one of the middle two. */
    private static long median(List<Sample> samples, ToLongFunction<Sample> figure) {
        return samples.stream()
                .mapToLong(figure)
                .sorted()
                .skip((samples.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }
}
