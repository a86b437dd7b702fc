package org.turing.runtime.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.ScriptsFolder;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.report.Figures;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The stages of the OWL example with scripts that wait: from the commit that makes all entities eligible to the record
 * of the last ticket, beside what the models' slots allow at best.
 */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = "Makespan of the OWL example's stages with scripts that wait, beside the least that it can be.")
public final class Pipeline extends Benchmark {

    private static final String WAIT = "wait.py";
    private static final Duration LONGEST_RUN = Duration.ofMinutes(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    @Option(names = "--runs", defaultValue = "3", description = "Measured runs (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--entities", defaultValue = "200", description = "Entities of a run (${DEFAULT-VALUE}).")
    private int entities;

    @Option(names = "--warm-up", defaultValue = "8", description = "Entities of a run before those (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--model-millis",
            defaultValue = "50",
            description = "What an item takes at a model (${DEFAULT-VALUE}).")
    private int modelMillis;

    @Option(
            names = "--script-millis",
            defaultValue = "5",
            description = "What an item takes without one (${DEFAULT-VALUE}).")
    private int scriptMillis;

    private long written;

    @Override
    protected Findings measure() throws Exception {
        List<Long> makespans = new ArrayList<>();
        try (BenchDatabase database = BenchDatabase.start()) {
            Path scripts = ScriptsFolder.create(
                    database.folder().resolve("scripts"), "/org/turing/runtime/bench/", List.of(WAIT));
            Shell.run(program().ofJar("init"), RuntimeProcess.environment(database, scripts));
            prepare(database);
            try (RuntimeProcess runtime = RuntimeProcess.spawn(program(), database, scripts, Map.of())) {
                runtime.awaitAnnounced();
                run(database, runtime, warmUp);
                for (int run = 0; run < runs; run++) {
                    long micros = run(database, runtime, entities);
                    makespans.add(micros);
                    Report.progress(
                            String.format(Locale.ROOT, "run %d of %d: %.2f s", run + 1, runs, micros / 1_000_000.0));
                }
            }
        }
        return findings(Figures.ofMicros(makespans));
    }

    private void prepare(BenchDatabase database) throws SQLException {
        database.execute("""
                CREATE TABLE owl (owl_id bigint PRIMARY KEY, status text NOT NULL, by_clara_a text NOT NULL DEFAULT 'open',
                                  by_clara_b text NOT NULL DEFAULT 'open', committed text NOT NULL DEFAULT 'open')""");
        database.execute("CREATE INDEX ON owl (status, owl_id)");
        for (Stage stage : Stage.values()) {
            int millis = stage.model() == null ? scriptMillis : modelMillis;
            database.execute(stage.registration(WAIT, millis / 1000.0));
        }
    }

    /** Returns the µs from right before the commit of the entities to the record of the last ticket. */
    private long run(BenchDatabase database, RuntimeProcess runtime, int count) throws IOException, SQLException {
        database.execute("ANALYZE");
        long first = written + 1;
        written += count;
        long began = database.now();
        database.execute(
                "INSERT INTO owl SELECT i, 'pending' FROM generate_series(%d, %d) i".formatted(first, written));
        database.execute("SELECT pg_notify('turing_wake', CAST(task_type_id AS text)) FROM turing.task_types"
                + " WHERE task_type_name = 'lucy'");
        Waiting.until(LONGEST_RUN, "the end of a run", () -> {
            runtime.requireAlive();
            Waiting.pause(BETWEEN_LOOKS);
            return database.numbers("SELECT 1 FROM owl WHERE committed = 'open' LIMIT 1")
                    .isEmpty();
        });
        long ended = database.numbers("""
                SELECT CAST(extract(epoch FROM max(recorded_at)) * 1000000 AS bigint) FROM turing.ticket_history
                 WHERE status = 'completed'""").get(0);
        return ended - began;
    }

    private Findings findings(Figures makespan) {
        double bound = new Bound(modelMillis, scriptMillis).millis(entities);
        List<String> lines = List.of(
                "",
                "| entities | runs | makespan: median (s) | least to most | bound (s) | median / bound |",
                "|---|---|---|---|---|---|",
                String.format(
                        Locale.ROOT,
                        "| %d | %d | %.2f | %.2f to %.2f | %.2f | %.3f |",
                        entities,
                        runs,
                        makespan.median() / 1000,
                        makespan.percentile(0) / 1000,
                        makespan.percentile(100) / 1000,
                        bound / 1000,
                        makespan.median() / bound));
        ObjectNode figures = Findings.object().put("entities", entities).put("boundMillis", bound);
        figures.set("makespanMillis", makespan.json());
        return new Findings(
                lines,
                figures,
                List.of(Goal.atMost(
                        "OWL load of %d entities: makespan, times the bound".formatted(entities),
                        makespan.median() / bound,
                        1.05)));
    }
}
