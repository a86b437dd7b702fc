package org.turing.runtime.bench.startup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.report.Figures;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.steps.Stamping;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From the spawning of {@code java -jar turing-runtime.jar start} to the moment at which the script of the first ticket
 * is handed its subject, beside an empty Pekko node with the same settings, from spawning to a member of its cluster of
 * one, in turns.
 */
@Command(
        name = "start-up",
        mixinStandardHelpOptions = true,
        description = "Start of a runtime with an external, migrated database, beside that of an empty Pekko node.")
public final class StartUp extends Benchmark {

    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    @Option(names = "--runs", defaultValue = "11", description = "Measured starts of each (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--warm-up", defaultValue = "2", description = "Starts before those (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--python",
            description = "Let the first ticket's script be Python in a warm worker, not a Java step.")
    private boolean python;

    @Override
    protected Findings measure() throws Exception {
        List<Long> nodes = new ArrayList<>();
        List<Long> members = new ArrayList<>();
        List<Long> runtimes = new ArrayList<>();
        try (BenchDatabase database = BenchDatabase.start()) {
            Path scripts = Stamping.create(database.folder().resolve("scripts"));
            prepare(database, scripts);
            for (int run = -warmUp; run < runs; run++) {
                try (EmptyNodeProcess node = EmptyNodeProcess.start(program())) {
                    if (run >= 0) {
                        nodes.add(node.guardianMicros());
                        members.add(node.memberMicros());
                    }
                }
                long runtime = runtime(database, scripts, run);
                if (run >= 0) {
                    runtimes.add(runtime);
                }
            }
        }
        Figures member = Figures.ofMicros(members);
        Figures runtime = Figures.ofMicros(runtimes);
        double ratio = runtime.median() / member.median();
        List<String> lines = new ArrayList<>(Figures.HEAD);
        ObjectNode figures = Findings.object();
        figures.set("guardianMillis", Figures.ofMicros(nodes).writeTo(lines, "empty Pekko node, its guardian up"));
        figures.set("memberMillis", member.writeTo(lines, "the same, a member of its cluster of one"));
        figures.set(
                "firstTicketMillis",
                runtime.writeTo(lines, "runtime to its first ticket (" + (python ? "Python" : "Java step") + ")"));
        return new Findings(
                lines,
                figures,
                List.of(Goal.atMost("start to the first ticket: times an empty node's start", ratio, 1.3)));
    }

    private void prepare(BenchDatabase database, Path scripts) throws IOException, SQLException, InterruptedException {
        Shell.run(program().ofJar("init"), RuntimeProcess.environment(database, scripts));
        database.execute("CREATE TABLE item (id bigint PRIMARY KEY, status text NOT NULL)");
        database.execute("""
                INSERT INTO turing.task_types (task_type_name, script_path, subject_table, subject_key, status_column,
                                               inbox_status, outbox_status)
                VALUES ('stamp', '%s', 'item', 'id', 'status', 'new', 'stamped')""".formatted(python ? Stamping.STAMP : Stamping.STAMP_STEP));
    }

    private long runtime(BenchDatabase database, Path scripts, int run)
            throws IOException, SQLException, InterruptedException {
        database.execute("INSERT INTO item VALUES (" + run + ", 'new')");
        List<Long> handedAt = new ArrayList<>();
        try (RuntimeProcess runtime = RuntimeProcess.spawn(program(), database, scripts, Map.of())) {
            Waiting.until(LONGEST_START, "the first ticket", () -> {
                runtime.requireAlive();
                handedAt.addAll(database.numbers(
                        "SELECT CAST(output ->> 'at' AS bigint) FROM turing.ticket_history WHERE subject_id = ?",
                        Integer.toString(run)));
                return !handedAt.isEmpty();
            });
            return handedAt.get(0) - runtime.spawnedAt();
        }
    }
}
