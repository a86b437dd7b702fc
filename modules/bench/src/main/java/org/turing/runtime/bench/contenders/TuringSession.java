package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.Waiting;

/** A running runtime that is paused while jobs are added, and resumed to begin. */
final class TuringSession implements Contender.Session {

    private static final Duration LONGEST_PICK_UP = Duration.ofMinutes(2);

    private final Program program;
    private final BenchDatabase database;
    private final Path scripts;
    private final RuntimeProcess runtime;
    private final TuringJobs jobs;
    private boolean resumed;

    TuringSession(Program program, BenchDatabase database, Path scripts, RuntimeProcess runtime, TuringJobs jobs) {
        this.program = program;
        this.database = database;
        this.scripts = scripts;
        this.runtime = runtime;
        this.jobs = jobs;
    }

    @Override
    public void enqueue(int count) throws IOException, SQLException, InterruptedException {
        if (resumed) {
            Shell.run(program.ofJar("pause"), RuntimeProcess.environment(database, scripts));
        }
        jobs.add(count);
    }

    @Override
    public long work() throws IOException, SQLException {
        jobs.resume();
        resumed = true;
        long[] began = {0};
        Waiting.until(LONGEST_PICK_UP, "the first claim", () -> {
            requireAlive();
            began[0] = jobs.claimedFirst();
            return began[0] > 0;
        });
        return began[0];
    }

    @Override
    public String left() {
        return jobs.left();
    }

    @Override
    public void requireAlive() throws IOException {
        runtime.requireAlive();
    }

    @Override
    public void close() throws IOException {
        runtime.close();
    }
}
