package org.turing.runtime.bench.idle;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.steps.Stamping;

/** A database in which task types have declared inboxes on one table, all of them empty, and runtimes on it. */
final class IdleRuntime {

    private final Program program;
    private final BenchDatabase database;
    private final Path scripts;

    private IdleRuntime(Program program, BenchDatabase database, Path scripts) {
        this.program = program;
        this.database = database;
        this.scripts = scripts;
    }

    static IdleRuntime prepare(Program program, BenchDatabase database)
            throws IOException, SQLException, InterruptedException {
        Path scripts = Stamping.create(database.folder().resolve("scripts"));
        Shell.run(program.ofJar("init"), RuntimeProcess.environment(database, scripts));
        database.execute("CREATE TABLE item (id bigint PRIMARY KEY, status text NOT NULL)");
        database.execute("CREATE INDEX ON item (status, id)");
        return new IdleRuntime(program, database, scripts);
    }

    /** Starts a runtime with so many task types, and returns when it is up. */
    RuntimeProcess start(int taskTypes) throws IOException, SQLException {
        database.execute("DELETE FROM turing.task_types");
        database.execute("""
                INSERT INTO turing.task_types (task_type_name, script_path, subject_table, subject_key, status_column,
                                               inbox_status, outbox_status)
                SELECT 'idle ' || i, '%s', 'item', 'id', 'status', 'never ' || i, 'done' FROM generate_series(1, %d) i
                """.formatted(Stamping.STAMP_STEP, taskTypes));
        database.execute("ANALYZE");
        RuntimeProcess runtime = RuntimeProcess.spawn(program, database, scripts, Map.of());
        try {
            runtime.awaitAnnounced();
            return runtime;
        } catch (IOException failure) {
            runtime.close();
            throw failure;
        }
    }
}
