package org.turing.runtime.bench.throughput;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.contenders.KnownContender;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Goal;

class ThroughputGoalsTest {

    @Test
    void theBestPeerIsNeitherTheFloorNorTheLimitNorTheRuntime() {
        List<Goal> goals = ThroughputGoals.ofQueues(result(
                series(Workload.STATUS, "floor", 10_000),
                series(Workload.STATUS, "turing-runtime", 9000),
                series(Workload.STATUS, "pgbench", 50_000),
                series(Workload.STATUS, "db-scheduler", 1000),
                series(Workload.STATUS, "pg-boss", 3000)));
        assertThat(goals).extracting(Goal::value).containsExactly(0.9, 3.0);
    }

    @Test
    void whoWasNotMeasuredLeavesTheGoalOpen() {
        List<Goal> goals = ThroughputGoals.ofQueues(
                result(series(Workload.NO_OP, "turing-runtime", 9000), series(Workload.NO_OP, "db-scheduler", 1000)));
        assertThat(goals).extracting(Goal::value).containsExactly(null, null, 9.0);
    }

    private static ThroughputResult result(Series... series) {
        return new ThroughputResult("18.6", 0, 1, List.of(series));
    }

    private static Series series(Workload workload, String name, int perSecond) {
        Series series = new Series(new KnownContender(name), workload);
        series.add(SeriesTest.run(perSecond));
        return series;
    }
}
