package org.turing.runtime.bench.throughput;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.report.Findings;

/** The result as JSON, for programs; it holds every run's figure. */
public final class ThroughputJson {

    private ThroughputJson() {}

    public static ObjectNode figures(ThroughputResult result) {
        ObjectNode root = Findings.object()
                .put("postgresql", result.postgres())
                .put("rounds", result.rounds())
                .put("warmUpJobs", result.warmUp());
        ArrayNode series = root.putArray("series");
        result.series().forEach(one -> series.add(series(one, result)));
        return root;
    }

    private static ObjectNode series(Series series, ThroughputResult result) {
        Contender contender = series.contender();
        ObjectNode node = Findings.object()
                .put("workload", series.workload().title())
                .put("contender", contender.name())
                .put("version", contender.version())
                .put("settings", contender.settings());
        if (series.measured()) {
            node.put("medianPerSecond", series.median())
                    .put("leastPerSecond", series.least())
                    .put("mostPerSecond", series.most())
                    .put("spread", series.spread())
                    .put("serverProcessorMicrosPerJob", series.serverMicrosPerJob())
                    .put("contenderProcessorMicrosPerJob", series.contenderMicrosPerJob());
            result.floor(series.workload()).ifPresent(floor -> node.put("ratioToFloor", series.ratioTo(floor)));
        }
        ArrayNode runs = node.putArray("runs");
        series.runs()
                .forEach(run -> runs.addObject()
                        .put("round", run.round())
                        .put("jobs", run.jobs())
                        .put("seconds", run.seconds())
                        .put("perSecond", run.perSecond())
                        .put("serverProcessorMicros", run.server())
                        .put("contenderProcessorMicros", run.contender())
                        .put("load", run.load()));
        if (series.failure() != null) {
            node.put("notMeasured", series.failure());
        }
        return node;
    }
}
