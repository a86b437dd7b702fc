package org.turing.runtime.bench.idle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.Processes;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.report.BarsPicture;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.report.Report;
import org.turing.runtime.bench.startup.EmptyNodeProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a runtime without work costs: round trips to PostgreSQL, its processor time, and that of the runtime beyond an
 * empty Pekko node's.
 */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        description = "Round trips and processor time of a runtime whose task types have no work.")
public final class IdleCost extends Benchmark {

    /** The driver sends a BEGIN along with the statement behind it. */
    private static final String ROUND_TRIPS = """
            SELECT CAST(coalesce(sum(calls), 0) AS bigint) FROM pg_stat_statements
             WHERE query NOT LIKE '%s%%' AND query NOT LIKE 'BEGIN%%'""".formatted(BenchDatabase.MARK);

    /** Within the while in which it was watched: a second's round trips, and shares of a processor. */
    private record Cost(int taskTypes, double roundTrips, double server, double runtime) {}

    @Option(
            names = "--task-types",
            split = ",",
            defaultValue = "1,50,1000",
            description = "How many there are (${DEFAULT-VALUE}).")
    private List<Integer> taskTypes = List.of();

    @Option(
            names = "--settle",
            defaultValue = "60",
            description = "For how many seconds each is up before it is watched (${DEFAULT-VALUE}).")
    private int settle;

    @Option(names = "--seconds", defaultValue = "60", description = "For how long it is watched (${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    protected Findings measure() throws Exception {
        List<Cost> costs = new ArrayList<>();
        double emptyNode;
        try (EmptyNodeProcess node = EmptyNodeProcess.start(program())) {
            Waiting.pause(Duration.ofSeconds(settle));
            long before = Processes.processorMicros(node.handle());
            Waiting.pause(Duration.ofSeconds(seconds));
            emptyNode = share(Processes.processorMicros(node.handle()) - before);
        }
        Map<String, String> settings = Map.of("shared_preload_libraries", "pg_stat_statements");
        try (BenchDatabase database = BenchDatabase.start(settings)) {
            database.execute("CREATE EXTENSION pg_stat_statements SCHEMA public");
            IdleRuntime idle = IdleRuntime.prepare(program(), database);
            for (int count : taskTypes) {
                try (RuntimeProcess runtime = idle.start(count)) {
                    costs.add(watch(database, runtime, count));
                }
                Report.progress("%,d task types".formatted(count));
            }
        }
        Files.writeString(file(".svg"), picture(emptyNode, costs).svg());
        return findings(emptyNode, costs);
    }

    private static BarsPicture picture(double emptyNode, List<Cost> costs) {
        return new BarsPicture(
                "% of a processor at rest, by the number of task types",
                List.of("runtime", "empty Pekko node", "PostgreSQL"),
                costs.stream()
                        .map(cost -> new BarsPicture.Group(
                                "%,d".formatted(cost.taskTypes()),
                                List.of(100 * cost.runtime(), 100 * emptyNode, 100 * cost.server())))
                        .toList());
    }

    private Cost watch(BenchDatabase database, RuntimeProcess runtime, int count) throws IOException, SQLException {
        Waiting.pause(Duration.ofSeconds(settle));
        long roundTrips = database.numbers(ROUND_TRIPS).get(0);
        long server = Processes.processorMicros(database.server());
        long own = Processes.processorMicros(runtime.handle());
        Waiting.pause(Duration.ofSeconds(seconds));
        runtime.requireAlive();
        return new Cost(
                count,
                (double) (database.numbers(ROUND_TRIPS).get(0) - roundTrips) / seconds,
                share(Processes.processorMicros(database.server()) - server),
                share(Processes.processorMicros(runtime.handle()) - own));
    }

    private double share(long micros) {
        return micros / 1_000_000.0 / seconds;
    }

    private static Findings findings(double emptyNode, List<Cost> costs) {
        List<String> lines = new ArrayList<>(List.of(
                "",
                String.format(Locale.ROOT, "An empty Pekko node takes %.2f %% of a processor.", 100 * emptyNode),
                "",
                "| idle task types | round trips/s | PostgreSQL, of a processor | runtime, of a processor | beyond the"
                        + " empty node |",
                "|---|---|---|---|---|"));
        ObjectNode figures = Findings.object().put("emptyNodeProcessorShare", emptyNode);
        ArrayNode all = figures.putArray("idle");
        List<Goal> goals = new ArrayList<>();
        for (Cost cost : costs) {
            double beyond = cost.runtime() - emptyNode;
            lines.add(String.format(
                    Locale.ROOT,
                    "| %,d | %.2f | %.2f %% | %.2f %% | %.2f %% |",
                    cost.taskTypes(),
                    cost.roundTrips(),
                    100 * cost.server(),
                    100 * cost.runtime(),
                    100 * beyond));
            all.addObject()
                    .put("taskTypes", cost.taskTypes())
                    .put("roundTripsPerSecond", cost.roundTrips())
                    .put("serverProcessorShare", cost.server())
                    .put("runtimeProcessorShare", cost.runtime());
            String with = "idle with %,d task types: ".formatted(cost.taskTypes());
            goals.add(Goal.atMost(with + "round trips/s", cost.roundTrips(), 0.5));
            goals.add(Goal.atMost(with + "PostgreSQL, % of a processor", 100 * cost.server(), 2));
            goals.add(Goal.atMost(with + "runtime beyond an empty node, % of a processor", 100 * beyond, 1));
        }
        return new Findings(lines, figures, goals);
    }
}
