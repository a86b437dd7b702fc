package org.turing.runtime.bench.scripts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.Python;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.TuringRuntime;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.throughput.Rounds;
import org.turing.runtime.bench.throughput.Series;
import org.turing.runtime.bench.throughput.ThroughputGoals;
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
public final class ScriptThroughput extends Benchmark {

    @Mixin
    private Rounds rounds = new Rounds();

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
            names = "--workload",
            paramLabel = "NAME",
            converter = Workload.OfScripts.class,
            description = "What runs, thick or script; repeatable, default: both.")
    private List<Workload> workloads = Workload.OF_SCRIPTS;

    @Override
    protected Findings measure() throws Exception {
        int processes = Runtime.getRuntime().availableProcessors();
        List<Contender> contenders = List.of(
                new ScriptFloor(program(), Python.find(), processes, rounds.batch()), new TuringRuntime(program()));
        List<String> lines = new ArrayList<>();
        ObjectNode figures = Findings.object();
        List<Goal> goals = new ArrayList<>();
        for (Workload workload : workloads) {
            int jobs = workload == Workload.THICK ? thickJobs : scriptJobs;
            ThroughputResult result = new ThroughputRounds(rounds.count(), jobs / 10, series -> jobs)
                    .run(contenders.stream()
                            .map(contender -> new Series(contender, workload))
                            .toList());
            lines.addAll(ThroughputTable.lines(result));
            figures.set(workload.title(), ThroughputJson.figures(result));
            goals.addAll(ThroughputGoals.ofScripts(result));
        }
        return new Findings(lines, figures, goals);
    }
}
