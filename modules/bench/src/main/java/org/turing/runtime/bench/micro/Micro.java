package org.turing.runtime.bench.micro;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.scripts.WorkerProtocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Single functions on the hot path, by JMH: what a gate decides, and the lines between runtime and worker. */
@Command(
        name = "micro",
        mixinStandardHelpOptions = true,
        description = "Micro-benchmarks by JMH of the gate's decision and of the worker protocol.")
public final class Micro extends Benchmark {

    @Option(names = "--forks", defaultValue = "2", description = "Java processes of each (${DEFAULT-VALUE}).")
    private int forks;

    @Option(
            names = "--iterations",
            defaultValue = "5",
            description = "Measured iterations of a process, after as many to warm up (${DEFAULT-VALUE}).")
    private int iterations;

    @Option(names = "--millis", defaultValue = "1000", description = "What an iteration takes (${DEFAULT-VALUE}).")
    private int millis;

    @Override
    protected Findings measure() throws Exception {
        Path log = Files.createTempFile("turing-bench-micro", ".log");
        try {
            return findings(new Runner(options(log)).run());
        } finally {
            Files.delete(log);
        }
    }

    private Options options(Path log) {
        return new OptionsBuilder()
                .include("^" + GateDecision.class.getName() + "\\.")
                .include("^" + WorkerProtocol.class.getName() + "\\.")
                .jvm(program().javaHome().resolve("bin/java").toString())
                .forks(forks)
                .warmupIterations(iterations)
                .measurementIterations(iterations)
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementTime(TimeValue.milliseconds(millis))
                .shouldFailOnError(true)
                .output(log.toString())
                .build();
    }

    private static Findings findings(Collection<RunResult> results) {
        List<String> lines = new ArrayList<>(
                List.of("", "| what | with | mean (µs) | error, of 99.9 % | samples |", "|---|---|---|---|---|"));
        ObjectNode figures = Findings.object();
        ArrayNode all = figures.putArray("micro");
        for (RunResult each : results) {
            BenchmarkParams params = each.getParams();
            String name = params.getBenchmark().replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1");
            String with = params.getParamsKeys().stream()
                    .map(key -> key + " " + params.getParam(key))
                    .collect(Collectors.joining(", "));
            Result<?> result = each.getPrimaryResult();
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.2f | ± %.2f | %d |",
                    name,
                    with,
                    result.getScore(),
                    result.getScoreError(),
                    result.getSampleCount()));
            all.addObject()
                    .put("name", name)
                    .put("with", with)
                    .put("meanMicros", result.getScore())
                    .put("errorMicros", result.getScoreError());
        }
        return new Findings(lines, figures, List.of());
    }
}
