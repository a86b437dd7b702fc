package org.turing.runtime.bench.suite;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Every benchmark that has goals, one after the other, and one table of all goals at the end. */
abstract class EveryPart implements Callable<Integer> {

    @Mixin
    private Program program = new Program();

    @Option(names = "--quick", description = "A small version, which shows that all of it works and no figures.")
    private boolean quick;

    @Option(names = "--part", description = "What is measured; repeatable, default: all of ${COMPLETION-CANDIDATES}.")
    private Set<Part> parts = EnumSet.allOf(Part.class);

    @Option(
            names = "--growth-rounds",
            defaultValue = "3",
            description = "Rounds of the parts that take a quarter of an hour each (${DEFAULT-VALUE}).")
    private int growthRounds;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            defaultValue = "bench-all.json",
            description = "Where all figures go; pictures stand beside it (${DEFAULT-VALUE}).")
    private Path json = Path.of("bench-all.json");

    @Override
    public final Integer call() throws Exception {
        Instant began = Instant.now();
        AtomicBoolean ending = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending.set(true), "end of all benchmarks"));
        ObjectNode root = Findings.object()
                .put("benchmark", "all")
                .put("at", began.toString())
                .put("quick", quick);
        ObjectNode all = root.putObject("parts");
        List<Goal> goals = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Part part : EnumSet.copyOf(parts)) {
            Report.line("");
            Report.line("## " + part.title());
            Report.line("");
            try {
                goals.addAll(measured(part, all.putObject(part.title())));
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (Exception failure) {
                if (ending.get()) {
                    return 1; // what comes next would begin what nobody ends
                }
                failures.add(part.title() + " was not measured: " + failure.getMessage());
                Report.line(failures.get(failures.size() - 1));
            }
            // What has been measured is not lost with what comes next.
            Files.writeString(json, Findings.text(root));
        }
        Report.line("");
        Report.line("## Goals");
        Goal.table(goals).forEach(Report::line);
        Report.line("");
        failures.forEach(failure -> Report.line("- " + failure));
        Report.line(String.format(
                Locale.ROOT,
                "%d of %d reached; it took %d minutes.",
                goals.stream().filter(Goal::reached).count(),
                goals.size(),
                Duration.between(began, Instant.now()).toMinutes()));
        return failures.isEmpty() ? 0 : 1;
    }

    private List<Goal> measured(Part part, ObjectNode node) throws Exception {
        Benchmark benchmark = part.benchmark();
        List<String> arguments = new ArrayList<>(quick ? part.quick() : List.of());
        if (!quick && part.takesLong()) {
            arguments.addAll(List.of("--rounds", Integer.toString(growthRounds)));
        }
        // Only for the names of pictures: the figures go into one file.
        arguments.addAll(List.of(
                "--json", json.resolveSibling("bench-" + part.title() + ".json").toString()));
        new CommandLine(benchmark).parseArgs(arguments.toArray(String[]::new));
        Findings findings = benchmark.run(program, node);
        node.setAll(findings.json());
        return findings.goals();
    }
}
