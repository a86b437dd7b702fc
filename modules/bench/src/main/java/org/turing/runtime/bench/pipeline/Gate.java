package org.turing.runtime.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long the only slot of a model is idle between two items, while more of them wait than are looked at: from the
 * tickets' own times.
 */
@Command(
        name = "gate",
        mixinStandardHelpOptions = true,
        description = "How long a model's only slot is idle between two items although work waits.")
public final class Gate extends Benchmark {

    private static final String WAIT = "wait.py";
    private static final Duration LONGEST_START = Duration.ofMinutes(3);

    @Option(names = "--items", defaultValue = "600", description = "Measured items (${DEFAULT-VALUE}).")
    private int items;

    @Option(names = "--warm-up", defaultValue = "50", description = "Items before those (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--millis", defaultValue = "100", description = "What an item takes (${DEFAULT-VALUE}).")
    private int millis;

    @Option(
            names = "--task-types",
            defaultValue = "1",
            description = "How many task types want the slot (${DEFAULT-VALUE}).")
    private int taskTypes;

    @Override
    protected Findings measure() throws Exception {
        try (BenchDatabase database = BenchDatabase.start()) {
            Path scripts = ScriptsFolder.create(
                    database.folder().resolve("scripts"), "/org/turing/runtime/bench/", List.of(WAIT));
            Shell.run(program().ofJar("init"), RuntimeProcess.environment(database, scripts));
            prepare(database);
            try (RuntimeProcess runtime = RuntimeProcess.spawn(program(), database, scripts, Map.of())) {
                int all = warmUp + items;
                Waiting.until(LONGEST_START.plusMillis(2L * all * millis), all + " items", () -> {
                    runtime.requireAlive();
                    Waiting.pause(Duration.ofMillis(500));
                    return database.numbers("SELECT count(*) FROM turing.ticket_history")
                                    .get(0)
                            >= all;
                });
                return findings(Busyness.of(runs(database)));
            }
        }
    }

    private void prepare(BenchDatabase database) throws SQLException {
        // Twice as many, so that work waits to the end.
        database.execute("CREATE TABLE item (id bigint PRIMARY KEY, kind integer NOT NULL, status text NOT NULL)");
        database.execute("INSERT INTO item SELECT i, i %% %d, 'new' FROM generate_series(1, %d) i"
                .formatted(taskTypes, 2 * (warmUp + items)));
        database.execute("CREATE INDEX ON item (kind, id) WHERE status = 'new'");
        database.execute("""
                INSERT INTO turing.task_types (task_type_name, script_path, requires_model, work_query, subject_table,
                                               subject_key, status_column, inbox_status, outbox_status)
                SELECT 'wait ' || kind, '%s', 'model',
                       'SELECT id, %s AS seconds FROM item WHERE status = ''new'' AND kind = ' || kind || ' ORDER BY id',
                       'item', 'id', 'status', 'new', 'done'
                  FROM generate_series(0, %d) kind""".formatted(WAIT, millis / 1000.0, taskTypes - 1));
    }

    private List<Busyness.Span> runs(BenchDatabase database) throws SQLException {
        List<Busyness.Span> runs = new ArrayList<>();
        try (Connection session = database.session();
                Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT CAST(extract(epoch FROM started_at) * 1000000 AS bigint),
                               CAST(extract(epoch FROM finished_at) * 1000000 AS bigint)
                          FROM turing.ticket_history ORDER BY started_at OFFSET %d LIMIT %d""".formatted(warmUp, items))) {
            while (row.next()) {
                runs.add(new Busyness.Span(row.getLong(1), row.getLong(2)));
            }
        }
        return runs;
    }

    private Findings findings(Busyness busyness) {
        Figures pauses = busyness.pauses();
        List<String> lines = new ArrayList<>(Figures.HEAD);
        lines.add(pauses.row("idle between two items of %d ms, %d task types".formatted(millis, taskTypes)));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "busy: %.4f of the time", busyness.share()));
        ObjectNode figures = Findings.object().put("busyShare", busyness.share());
        figures.set("idleMillis", pauses.json());
        return new Findings(
                lines,
                figures,
                List.of(
                        Goal.atMost(
                                "a gate with waiting work: idle between two items, median (ms)", pauses.median(), 1),
                        Goal.atLeast("a gate with waiting work: busy, of the time", busyness.share(), 0.99)));
    }
}
