package org.turing.runtime.bench.throughput;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.Contenders;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Jobs per second of the runtime and of its peers, taking turns on one server, each in a process of its own that has
 * worked off a warm-up before: so that what the machine does besides hits all of them alike.
 */
@Command(
        name = "throughput",
        mixinStandardHelpOptions = true,
        description = "Jobs per second of the runtime beside its peers, in turns on one PostgreSQL.")
public final class Throughput implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private Program program = new Program();

    @Option(names = "--rounds", defaultValue = "3", description = "Turns of each (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--jobs", defaultValue = "20000", description = "Timed jobs of a turn (${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--slow-jobs",
            defaultValue = "5000",
            description = "Timed jobs at most for contenders known to be slow (${DEFAULT-VALUE}).")
    private int slowJobs;

    @Option(names = "--warm-up", defaultValue = "2000", description = "Jobs before those (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--batch",
            defaultValue = "100",
            description = "How many jobs the floor claims at once (${DEFAULT-VALUE}).")
    private int batch;

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

    @Option(
            names = "--json",
            paramLabel = "FILE",
            defaultValue = "bench-throughput.json",
            description = "Where the figures of every run go (${DEFAULT-VALUE}).")
    private Path json = Path.of("bench-throughput.json");

    @Override
    public Integer call() throws Exception {
        List<Series> series = series();
        ThroughputRounds turns = new ThroughputRounds(
                program, rounds, warmUp, contender -> contender.slow() ? Math.min(jobs, slowJobs) : jobs);
        ThroughputResult result = turns.run(series);
        ThroughputTable.lines(result).forEach(Report::line);
        Files.writeString(json, ThroughputJson.write(result));
        return 0;
    }

    private List<Series> series() {
        try {
            List<Contender> contenders = Contenders.chosen(Contenders.all(program, batch), names);
            return workloads.stream()
                    .distinct()
                    .flatMap(workload -> contenders.stream().map(contender -> new Series(contender, workload)))
                    .toList();
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage());
        }
    }
}
