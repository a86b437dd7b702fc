package org.turing.runtime.bench.hosts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
 * The same work on more and more hosts: processes on loopback with one slot each of one model, whose every request
 * takes 0.2 s of waiting. Also what that costs: messages between nodes, statements, processor time, with work and
 * without.
 */
@Command(
        name = "hosts",
        mixinStandardHelpOptions = true,
        description = "Makespan, messages and statements as hosts grow, of work that waits for a model.")
public final class HostScaling implements Callable<Integer> {

    private static final String ANSWER = "answer.py";
    /** What answer.py takes for a subject. */
    static final double REQUEST_SECONDS = 0.2;

    private static final int CONNECTIONS_OF_A_HOST = 20;
    private static final Duration LONGEST_START = Duration.ofMinutes(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    @Mixin
    private Program program = new Program();

    @Option(
            names = "--hosts",
            split = ",",
            defaultValue = "1,2,4,8",
            description = "How many hosts there are, ascending (${DEFAULT-VALUE}).")
    private List<Integer> steps = List.of();

    @Option(names = "--runs", defaultValue = "3", description = "Runs with each number of hosts (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--items", defaultValue = "300", description = "Subjects of one run (${DEFAULT-VALUE}).")
    private int items;

    @Option(
            names = "--idle-seconds",
            defaultValue = "30",
            description = "For how long idle hosts are watched, after as long a pause (${DEFAULT-VALUE}).")
    private int idleSeconds;

    @Option(
            names = "--task-types",
            defaultValue = "0",
            description = "Further task types, which never have work (${DEFAULT-VALUE}).")
    private int idleTaskTypes;

    @Option(names = "--picture", paramLabel = "FILE", description = "An SVG file to draw the scaling into.")
    private @Nullable Path picture;

    private final ScalingReport report = new ScalingReport();
    private long written;

    @Override
    public Integer call() throws Exception {
        Report.conditions("before", program.describe());
        int most = steps.get(steps.size() - 1);
        Map<String, String> settings = Map.of(
                "shared_preload_libraries",
                "pg_stat_statements",
                "max_connections",
                Integer.toString(100 + CONNECTIONS_OF_A_HOST * most));
        try (BenchDatabase database = BenchDatabase.start(settings)) {
            Path scripts = ScriptsFolder.create(
                    database.folder().resolve("scripts"), "/org/turing/runtime/bench/", List.of(ANSWER));
            Shell.run(program.ofJar("init"), RuntimeProcess.environment(database, scripts));
            prepare(database);
            try (SimulatedHosts hosts = new SimulatedHosts(program, database, scripts, most)) {
                for (int count : steps) {
                    measure(database, hosts, count);
                }
            }
        }
        report.print(items, 1 + idleTaskTypes);
        Report.conditions("after", program.describe());
        if (picture != null) {
            Files.writeString(picture, new ScalingPicture(report.runs()).svg());
        }
        return 0;
    }

    private void prepare(BenchDatabase database) throws SQLException {
        database.execute("CREATE EXTENSION pg_stat_statements SCHEMA public");
        database.execute("CREATE TABLE item (id bigint PRIMARY KEY, status text NOT NULL)");
        database.execute("CREATE INDEX ON item (status)");
        database.execute("INSERT INTO turing.models (model_name, slots) VALUES ('m', 1)");
        register(database, "'answer'", "'new'", "VALUES (0)");
        register(database, "'idle ' || i", "'idle ' || i", "generate_series(1, " + idleTaskTypes + ")");
    }

    private static void register(BenchDatabase database, String name, String inbox, String rows) throws SQLException {
        database.execute(
                """
                INSERT INTO turing.task_types (task_type_name, script_path, requires_model, subject_table, subject_key,
                                               status_column, inbox_status, outbox_status)
                SELECT %s, '%s', 'm', 'item', 'id', 'status', %s, 'done' FROM (%s) r(i)
                """.formatted(name, ANSWER, inbox, rows.startsWith("VALUES") ? rows : "SELECT * FROM " + rows));
    }

    private void measure(BenchDatabase database, SimulatedHosts hosts, int count) throws Exception {
        Costs alone = Costs.now(database, hosts);
        hosts.growTo(count);
        Waiting.pause(Duration.ofSeconds(idleSeconds));
        Costs before = Costs.now(database, hosts);
        report.came(count, before.since(alone));
        Waiting.pause(Duration.ofSeconds(idleSeconds));
        report.idled(count, Costs.now(database, hosts).since(before));
        say("idle", count);
        awaitAllAtWork(database, hosts);
        for (int run = 0; run < runs; run++) {
            ScalingRun one = run(database, hosts, items);
            report.ran(count, one);
            say(one.toString(), count);
        }
        report.connected(
                count,
                database.numbers("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'turing%'")
                        .get(0));
    }

    private static void say(String what, int count) {
        Report.conditions(count + (count == 1 ? " host: " : " hosts: ") + what, "now");
    }

    /** Small runs, not counted, until every host has had a part in one of them. */
    private void awaitAllAtWork(BenchDatabase database, SimulatedHosts hosts) throws Exception {
        Waiting.until(
                LONGEST_START,
                "work on every host",
                () -> run(database, hosts, 5 * hosts.count()).hosts() == hosts.count());
    }

    private ScalingRun run(BenchDatabase database, SimulatedHosts hosts, int count) throws IOException, SQLException {
        Costs before = Costs.now(database, hosts);
        long began = database.now();
        database.execute("INSERT INTO item SELECT i, 'new' FROM generate_series(%d, %d) i"
                .formatted(written + 1, written + count));
        written += count;
        database.execute("SELECT pg_notify('turing_wake', CAST(task_type_id AS text)) FROM turing.task_types"
                + " WHERE task_type_name = 'answer'");
        Waiting.until(LONGEST_START, "the end of a run", () -> {
            hosts.requireAlive();
            Waiting.pause(BETWEEN_LOOKS);
            return database.numbers("SELECT 1 FROM item WHERE status = 'new' LIMIT 1")
                    .isEmpty();
        });
        Costs costs = Costs.now(database, hosts).since(before);
        List<Long> recorded = database.numbers("""
                SELECT CAST(extract(epoch FROM recorded_at) * 1000000 AS bigint) AS at FROM turing.ticket_history
                 WHERE status = 'completed' AND CAST(subject_id AS bigint) > ? ORDER BY at""", written - count);
        if (recorded.size() != count) {
            throw new IOException(count + " subjects have " + recorded.size() + " completed tickets");
        }
        List<Long> perHost = database.numbers("""
                SELECT count(*) FROM turing.ticket_history WHERE CAST(subject_id AS bigint) > ?
                 GROUP BY host ORDER BY 1""", written - count);
        long overlaps = database.numbers("""
                SELECT count(*) FROM (SELECT started_at, lag(finished_at) OVER (PARTITION BY host ORDER BY started_at) AS before
                                        FROM turing.ticket_history WHERE CAST(subject_id AS bigint) > ?) t
                 WHERE started_at < before""", written - count).get(0);
        return new ScalingRun(count, recorded.get(count - 1) - began, perHost, overlaps, costs);
    }
}
