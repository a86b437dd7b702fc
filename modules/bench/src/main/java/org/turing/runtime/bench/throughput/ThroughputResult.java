package org.turing.runtime.bench.throughput;

import java.util.List;
import java.util.Optional;
import org.turing.runtime.bench.contenders.Floor;
import org.turing.runtime.bench.contenders.Workload;

/**
 * What came of a whole benchmark of throughput.
 *
 * @param postgres the server's version
 * @param series of each workload and contender
 */
public record ThroughputResult(String postgres, int warmUp, int rounds, List<Series> series) {

    /** Those of one workload. */
    List<Series> of(Workload workload) {
        return series.stream().filter(one -> one.workload() == workload).toList();
    }

    /** The workloads that were measured or tried, in their usual order. */
    List<Workload> workloads() {
        return series.stream().map(Series::workload).distinct().sorted().toList();
    }

    /** The yardstick of a workload, if it was measured. */
    Optional<Series> floor(Workload workload) {
        return of(workload).stream()
                .filter(one -> one.contender().name().equals(Floor.NAME) && one.measured())
                .findFirst();
    }
}
