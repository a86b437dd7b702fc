package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Waiting;

/** A process of pgbench for each time it works: it can't wait for jobs. */
final class PgbenchSession implements Contender.Session {

    private static final Duration LONGEST_START = Duration.ofMinutes(1);

    /** Client c has the jobs first + c, first + c + clients and so on, as each keeps its own count. */
    private static final String JOB = """
            \\set n :n + 1
            \\set id :first + :n * %d + :client_id
            BEGIN;
            UPDATE jobs SET state = 1, claimed_at = clock_timestamp() WHERE id = :id AND state = 0;
            %sUPDATE jobs SET state = 2 WHERE id = :id AND state = 1;
            END;
            """;

    private static final String MOVE = "UPDATE items SET status = 'done' WHERE id = :id;\n";

    private final BenchDatabase database;
    private final Path script;
    private final Path log;
    private long first = 1;
    private int jobs;
    private @Nullable Process process;

    PgbenchSession(BenchDatabase database, Workload workload) throws IOException {
        this.database = database;
        this.script = database.folder().resolve("pgbench.sql");
        this.log = database.folder().resolve("pgbench.log");
        Files.writeString(script, JOB.formatted(Pgbench.CLIENTS, workload == Workload.STATUS ? MOVE : ""));
    }

    @Override
    public void enqueue(int count) throws SQLException {
        first += jobs;
        jobs = count;
        database.execute(JobTable.insert(first, jobs));
    }

    @Override
    public long work() throws IOException, SQLException {
        close();
        ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true);
        builder.redirectOutput(log.toFile()).environment().putAll(database.libpqEnvironment());
        process = builder.start();
        long[] began = {0};
        Waiting.until(LONGEST_START, "the first transaction of pgbench", () -> {
            began[0] = database.numbers("""
                            SELECT CAST(extract(epoch FROM min(claimed_at)) * 1000000 AS bigint) FROM jobs
                             WHERE id BETWEEN ? AND ?""", first, first + Pgbench.CLIENTS - 1).get(0);
            return began[0] > 0;
        });
        return began[0];
    }

    private List<String> command() {
        int ofEach = (jobs + Pgbench.CLIENTS - 1) / Pgbench.CLIENTS;
        return List.of(
                Pgbench.PROGRAM,
                "--no-vacuum",
                "--protocol=prepared",
                "--client=" + Pgbench.CLIENTS,
                "--jobs=" + Math.min(Pgbench.CLIENTS, Runtime.getRuntime().availableProcessors()),
                "--transactions=" + ofEach,
                "--define=first=" + first,
                "--define=n=-1",
                "--file=" + script);
    }

    /** The last job of each client is among the last ones. */
    @Override
    public String left() {
        long last = first + jobs - 1;
        return "SELECT EXISTS (SELECT FROM jobs WHERE id BETWEEN %d AND %d AND state <> 2)"
                .formatted(last - Pgbench.CLIENTS + 1, last);
    }

    /** It ends as soon as it has done all; only a bad end is wrong. */
    @Override
    public void requireAlive() throws IOException {
        if (process != null && !process.isAlive() && process.exitValue() != 0) {
            throw new IOException(
                    "pgbench has ended with exit code " + process.exitValue() + ":\n" + Files.readString(log));
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            process.onExit().join();
        }
    }
}
