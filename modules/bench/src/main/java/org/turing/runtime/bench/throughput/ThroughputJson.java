package org.turing.runtime.bench.throughput;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.report.Machine;

/** The result as JSON, for programs; it holds every run's figure. */
public final class ThroughputJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ThroughputJson() {}

    public static String write(ThroughputResult result) throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        root.put("benchmark", "throughput").put("at", result.at().toString());
        root.put("rounds", result.rounds()).put("warmUpJobs", result.warmUp());
        root.set("machine", machine(result));
        ArrayNode series = root.putArray("series");
        result.series().forEach(one -> series.add(series(one, result)));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static ObjectNode machine(ThroughputResult result) {
        Machine machine = result.machine();
        return JSON.createObjectNode()
                .put("processors", machine.processors())
                .put("memoryBytes", machine.memoryBytes())
                .put("os", machine.system())
                .put("java", machine.java())
                .put("postgresql", machine.postgres())
                .put("loadBefore", result.loadBefore())
                .put("loadAfter", result.loadAfter());
    }

    private static ObjectNode series(Series series, ThroughputResult result) {
        Contender contender = series.contender();
        ObjectNode node = JSON.createObjectNode()
                .put("workload", series.workload().title())
                .put("contender", contender.name())
                .put("version", contender.version())
                .put("settings", contender.settings());
        if (series.measured()) {
            node.put("medianPerSecond", series.median())
                    .put("leastPerSecond", series.least())
                    .put("mostPerSecond", series.most())
                    .put("spread", series.spread());
            result.floor(series.workload()).ifPresent(floor -> node.put("ratioToFloor", series.ratioTo(floor)));
        }
        ArrayNode runs = node.putArray("runs");
        series.runs()
                .forEach(run -> runs.addObject()
                        .put("round", run.round())
                        .put("jobs", run.jobs())
                        .put("seconds", run.seconds())
                        .put("perSecond", run.perSecond())
                        .put("load", run.load()));
        if (series.failure() != null) {
            node.put("notMeasured", series.failure());
        }
        return node;
    }
}
