package org.turing.runtime.bench.growth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.contenders.Circumstance;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.Floor;
import org.turing.runtime.bench.contenders.TuringRuntime;
import org.turing.runtime.bench.contenders.Under;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.throughput.Rounds;
import org.turing.runtime.bench.throughput.Series;
import org.turing.runtime.bench.throughput.ThroughputRounds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Throughput while another session holds a snapshot, from before the first job to after the last one: nothing that is
 * dead can be removed, and whoever reads past it again and again becomes slow.
 */
@Command(
        name = "snapshot",
        mixinStandardHelpOptions = true,
        description = "Throughput while another session holds a snapshot open, and while none does.")
public final class Snapshot extends Benchmark {

    private static final String NONE = "none";
    private static final String HELD = "held by another session";

    @Mixin
    private Rounds rounds = new Rounds();

    @Option(names = "--jobs", defaultValue = "300000", description = "Timed jobs of a turn (${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--warm-up",
            defaultValue = "20000",
            description = "Jobs before those, at least 1 (${DEFAULT-VALUE}).")
    private int warmUp;

    @Override
    protected Findings measure() throws Exception {
        Curve.Point held = point(HELD, HeldSnapshot::take);
        Curve curve = new Curve("snapshot", List.of(point(NONE, Circumstance.NONE), held));
        new ThroughputRounds(rounds.count(), Math.max(1, warmUp), series -> jobs).run(curve.series());
        ObjectNode figures = Findings.object().put("jobs", jobs);
        figures.set("snapshots", curve.json());
        return new Findings(
                curve.lines(),
                figures,
                List.of(Goal.atLeast(
                        "throughput of %,d jobs under a snapshot: times the floor's".formatted(jobs),
                        Curve.ratio(held.runtime(), held.floor()),
                        0.9)));
    }

    private Curve.Point point(String title, Circumstance circumstance) {
        return new Curve.Point(
                title,
                jobs,
                series(new Floor(program(), rounds.batch()), title, circumstance),
                series(new TuringRuntime(program()), title, circumstance));
    }

    private static Series series(Contender contender, String title, Circumstance circumstance) {
        return new Series(new Under(contender, "snapshot " + title, circumstance), Workload.STATUS);
    }
}
