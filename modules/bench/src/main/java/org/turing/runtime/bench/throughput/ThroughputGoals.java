package org.turing.runtime.bench.throughput;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.contenders.DbScheduler;
import org.turing.runtime.bench.contenders.Floor;
import org.turing.runtime.bench.contenders.NodePeer;
import org.turing.runtime.bench.contenders.Pgbench;
import org.turing.runtime.bench.contenders.TuringRuntime;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Goal;

/** How the runtime's throughput should stand to that of others in the same run. */
public final class ThroughputGoals {

    private static final Set<String> NO_PEERS = Set.of(Floor.NAME, TuringRuntime.NAME, Pgbench.PROGRAM);

    private ThroughputGoals() {}

    static List<Goal> ofQueues(ThroughputResult result) {
        List<Goal> goals = new ArrayList<>();
        if (result.workloads().contains(Workload.NO_OP)) {
            goals.add(beside(result, Workload.NO_OP, Floor.NAME, 0.9));
            goals.add(beside(result, Workload.NO_OP, NodePeer.GRAPHILE_WORKER, 1.2));
            goals.add(beside(result, Workload.NO_OP, DbScheduler.NAME, 8));
        }
        if (result.workloads().contains(Workload.STATUS)) {
            goals.add(beside(result, Workload.STATUS, Floor.NAME, 0.9));
            goals.add(Goal.atLeast(
                    "throughput, status: times the best peer's",
                    ratio(measured(result, Workload.STATUS, TuringRuntime.NAME), bestPeer(result)),
                    3));
        }
        return goals;
    }

    public static List<Goal> ofScripts(ThroughputResult result) {
        return result.workloads().stream()
                .map(workload -> beside(result, workload, Floor.NAME, workload == Workload.THICK ? 0.8 : 0.9))
                .toList();
    }

    private static Goal beside(ThroughputResult result, Workload workload, String other, double limit) {
        return Goal.atLeast(
                "throughput, %s: times that of %s"
                        .formatted(workload.title(), other.equals(Floor.NAME) ? "the floor" : other),
                ratio(measured(result, workload, TuringRuntime.NAME), measured(result, workload, other)),
                limit);
    }

    private static Optional<Series> bestPeer(ThroughputResult result) {
        return result.of(Workload.STATUS).stream()
                .filter(series -> series.measured()
                        && !NO_PEERS.contains(series.contender().name()))
                .max(Comparator.comparingDouble(Series::median));
    }

    private static Optional<Series> measured(ThroughputResult result, Workload workload, String name) {
        return result.of(workload).stream()
                .filter(series -> series.measured() && series.contender().name().equals(name))
                .findFirst();
    }

    private static @Nullable Double ratio(Optional<Series> one, Optional<Series> other) {
        return one.isPresent() && other.isPresent() ? one.get().ratioTo(other.get()) : null;
    }
}
