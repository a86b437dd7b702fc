package org.turing.runtime.bench.scripts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.Python;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.TuringRuntime;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Report;
import org.turing.runtime.bench.throughput.Series;
import org.turing.runtime.bench.throughput.ThroughputJson;
import org.turing.runtime.bench.throughput.ThroughputResult;
import org.turing.runtime.bench.throughput.ThroughputRounds;
import org.turing.runtime.bench.throughput.ThroughputTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Jobs per second through Python, warm or with a process per job, as many processes at a time as there are processors:
 * the runtime beside a loop that does only what can't be left out, taking turns.
 */
@Command(
        name = "scripts",
        mixinStandardHelpOptions = true,
        description = "Jobs per second through Python processes, beside a bare loop, in turns.")
public final class ScriptThroughput implements Callable<Integer> {

    @Mixin
    private Program program = new Program();

    @Option(names = "--rounds", defaultValue = "3", description = "Turns of each (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--thick-jobs",
            defaultValue = "30000",
            description = "Timed jobs of a turn with warm workers (${DEFAULT-VALUE}).")
    private int thickJobs;

    @Option(
            names = "--script-jobs",
            defaultValue = "500",
            description = "Timed jobs of a turn with a process per job (${DEFAULT-VALUE}).")
    private int scriptJobs;

    @Option(
            names = "--batch",
            defaultValue = "100",
            description = "How many jobs the loop claims and completes at once (${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            converter = Workload.OfScripts.class,
            description = "What runs, thick or script; repeatable, default: both.")
    private List<Workload> workloads = Workload.OF_SCRIPTS;

    @Option(
            names = "--json",
            paramLabel = "PREFIX",
            defaultValue = "bench-",
            description =
                    "What the names of the files begin with where the figures of every run go (${DEFAULT-VALUE}).")
    private String json = "bench-";

    @Override
    public Integer call() throws Exception {
        int processes = Runtime.getRuntime().availableProcessors();
        List<Contender> contenders =
                List.of(new ScriptFloor(program, Python.find(), processes, batch), new TuringRuntime(program));
        for (Workload workload : workloads) {
            int jobs = workload == Workload.THICK ? thickJobs : scriptJobs;
            ThroughputResult result = new ThroughputRounds(program, rounds, jobs / 10, contender -> jobs)
                    .run(contenders.stream()
                            .map(contender -> new Series(contender, workload))
                            .toList());
            ThroughputTable.lines(result).forEach(Report::line);
            Files.writeString(Path.of(json + workload.title() + ".json"), ThroughputJson.write(result));
        }
        return 0;
    }
}
