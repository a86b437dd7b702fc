package org.turing.runtime.bench.restart;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.ScriptsFolder;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Throughput before, during and after a restart of PostgreSQL: eight lanes of a step that sleeps for 0.1 s, so that the
 * step's time and not the processors say how much a second completes.
 */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        description = "Time until full throughput is back after PostgreSQL was restarted.")
public final class DatabaseRestart implements Callable<Integer> {

    private static final String NAP = "nap.py";
    private static final int LANES = 8;
    private static final int MOST_PER_SECOND = 10 * LANES;
    private static final int FIRST = 200;
    private static final Duration LONGEST_START = Duration.ofMinutes(3);

    private enum Kind {
        FAST("fast stop", "INT"),
        IMMEDIATE("immediate stop", "QUIT");

        private final String title;
        private final String signal;

        Kind(String title, String signal) {
            this.title = title;
            this.signal = signal;
        }
    }

    private record Run(Kind kind, Recovery recovery) {}

    @Mixin
    private Program program = new Program();

    @Option(names = "--runs", defaultValue = "5", description = "Restarts of each kind (${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--seconds",
            defaultValue = "15",
            description = "Watched before each restart, and after it (${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        Report.conditions("before", program.describe());
        List<Run> measured = new ArrayList<>();
        long twice;
        try (BenchDatabase database = BenchDatabase.start()) {
            Path scripts = ScriptsFolder.create(
                    database.folder().resolve("scripts"), "/org/turing/runtime/bench/", List.of(NAP));
            Shell.run(program.ofJar("init"), RuntimeProcess.environment(database, scripts));
            prepare(database);
            try (RuntimeProcess runtime = RuntimeProcess.spawn(program, database, scripts, Map.of())) {
                Waiting.until(LONGEST_START, "the first tickets", () -> {
                    runtime.requireAlive();
                    return completed(database) > FIRST;
                });
                for (int run = 0; run < runs; run++) {
                    for (Kind kind : Kind.values()) {
                        measured.add(new Run(kind, restart(database, kind)));
                        runtime.requireAlive();
                    }
                }
                twice = database.numbers(
                                "SELECT count(*) - count(DISTINCT subject_id) FROM turing.ticket_history WHERE status = 'completed'")
                        .get(0);
            }
        }
        Report.conditions("after", program.describe());
        report(measured, twice);
        return 0;
    }

    private void prepare(BenchDatabase database) throws SQLException {
        int enough = FIRST + MOST_PER_SECOND * (2 * runs + 1) * (2 * seconds + 30);
        database.execute("CREATE TABLE item (id bigint PRIMARY KEY, status text NOT NULL)");
        database.execute("CREATE INDEX ON item (status)");
        database.execute("INSERT INTO item SELECT i, 'new' FROM generate_series(1, " + enough + ") i");
        database.execute("""
                INSERT INTO turing.task_types (task_type_name, script_path, scale_limit, subject_table, subject_key,
                                               status_column, inbox_status, outbox_status)
                VALUES ('nap', '%s', %d, 'item', 'id', 'status', 'new', 'done')""".formatted(NAP, LANES));
    }

    private static long completed(BenchDatabase database) throws SQLException {
        return database.numbers("SELECT count(*) FROM turing.ticket_history WHERE status = 'completed'")
                .get(0);
    }

    private Recovery restart(BenchDatabase database, Kind kind) throws Exception {
        long began = database.now();
        Waiting.pause(Duration.ofSeconds(seconds));
        long stopped = database.now();
        database.stop(kind.signal);
        CompletableFuture<Boolean> start = CompletableFuture.supplyAsync(database::startAgain);
        database.reconnect();
        long accepting = database.now();
        start.get();
        Waiting.pause(Duration.ofSeconds(seconds));
        long ended = database.now();
        List<Long> recorded = database.numbers("""
                SELECT CAST(extract(epoch FROM recorded_at) * 1000000 AS bigint) AS at FROM turing.ticket_history
                 WHERE status = 'completed' AND recorded_at >= to_timestamp(CAST(? AS bigint) / 1000000.0)
                 ORDER BY at""", began);
        return new Recovery(recorded, began, stopped, accepting, ended);
    }

    private static void report(List<Run> measured, long twice) {
        Report.line("");
        Report.line("tickets per second: the last before / without a server / the first after it accepts connections");
        measured.forEach(
                run -> Report.line(run.kind().title + ": " + run.recovery().line()));
        Report.line("");
        Report.line(
                "| restart | tickets/s before | nobody could connect (s) | then until full throughput (s) | tickets/s"
                        + " from there |");
        Report.line("|---|---|---|---|---|");
        measured.forEach(run ->
                Report.line("| " + run.kind().title + " | " + run.recovery().cells() + " |"));
        Report.line("");
        Report.line(twice + " subjects were completed twice");
    }
}
