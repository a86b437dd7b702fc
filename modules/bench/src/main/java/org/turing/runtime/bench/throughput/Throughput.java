package org.turing.runtime.bench.throughput;

import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.Contenders;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Findings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Jobs per second of the runtime and of its peers, taking turns on one server, each in a process of its own that has
 * worked off a warm-up before: so that what the machine does besides hits all of them alike.
 */
@Command(
        name = "throughput",
        mixinStandardHelpOptions = true,
        description = "Jobs per second of the runtime beside its peers, in turns on one PostgreSQL.")
public final class Throughput extends Benchmark {

    @Mixin
    private Rounds rounds = new Rounds();

    @Option(names = "--jobs", defaultValue = "20000", description = "Timed jobs of a turn (${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--slow-jobs",
            defaultValue = "5000",
            description = "Timed jobs at most for contenders known to be slow (${DEFAULT-VALUE}).")
    private int slowJobs;

    @Option(
            names = "--warm-up",
            defaultValue = "20000",
            description = "Jobs before those, at most as many for slow ones (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--contender",
            paramLabel = "NAME",
            description = "Who is measured; repeatable, default: all that can be.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            converter = Workload.OfQueues.class,
            description = "What a job does, no-op or status; repeatable, default: both.")
    private List<Workload> workloads = Workload.OF_QUEUES;

    @Override
    protected Findings measure() throws Exception {
        ThroughputResult result = new ThroughputRounds(
                        rounds.count(), warmUp, series -> series.contender().slow() ? Math.min(jobs, slowJobs) : jobs)
                .run(series());
        return new Findings(
                ThroughputTable.lines(result), ThroughputJson.figures(result), ThroughputGoals.ofQueues(result));
    }

    private List<Series> series() {
        try {
            List<Contender> contenders = Contenders.chosen(Contenders.all(program(), rounds.batch()), names);
            return workloads.stream()
                    .distinct()
                    .flatMap(workload -> contenders.stream().map(contender -> new Series(contender, workload)))
                    .toList();
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec().commandLine(), unknown.getMessage());
        }
    }
}
