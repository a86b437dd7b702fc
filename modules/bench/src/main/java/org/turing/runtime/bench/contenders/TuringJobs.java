package org.turing.runtime.bench.contenders;

import java.sql.SQLException;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.steps.EchoJobs;
import org.turing.runtime.bench.steps.NoOpStep;
import org.turing.runtime.bench.steps.StepJar;

/**
 * Jobs as the runtime knows them, subjects of a task type. For {@code status} they are the items themselves, in an
 * inbox with an index on its status, else rows of a table that nobody changes.
 */
final class TuringJobs {

    private final BenchDatabase database;
    private final Workload workload;
    private final Shape shape;
    private long last;
    private long lastTicket;

    TuringJobs(BenchDatabase database, Workload workload, Shape shape) {
        this.database = database;
        this.workload = workload;
        this.shape = shape;
    }

    /** Registers the task types, paused. */
    void register() throws SQLException {
        switch (workload) {
            case NO_OP -> registerOnce("id bigint PRIMARY KEY", StepJar.scriptPath(NoOpStep.class), "java");
            case STATUS -> registerStatus(StepJar.scriptPath(NoOpStep.class));
            case THICK -> registerOnce("id bigint PRIMARY KEY, body jsonb NOT NULL", EchoJobs.WARM, "thick");
            case SCRIPT -> registerOnce("id bigint PRIMARY KEY, body jsonb NOT NULL", EchoJobs.ONCE, "script");
        }
    }

    private void registerStatus(String step) throws SQLException {
        String index = shape.byStatus() ? "(status, id)" : "(id) WHERE status = 'new'";
        String inbox = shape.spread() ? "'new ' || i" : "CASE i WHEN 0 THEN 'new' ELSE 'never ' || i END";
        database.execute("CREATE INDEX ON items " + index);
        database.execute("""
                INSERT INTO turing.task_types (task_type_name, script_path, scale_limit, paused, subject_table,
                                               subject_key, status_column, inbox_status, outbox_status)
                SELECT 'status ' || i, '%s', %s, true, 'items', 'id', 'status',
                       %s, 'done'
                  FROM generate_series(0, %d) i""".formatted(step, shape.lanes(), inbox, shape.taskTypes() - 1));
    }

    private void registerOnce(String columns, String script, String executionType) throws SQLException {
        database.execute("CREATE TABLE jobs (" + columns + ")");
        database.execute("""
                INSERT INTO turing.task_types (task_type_name, script_path, execution_type, scale_limit,
                                               database_access, paused, work_query, rerun)
                VALUES ('%s', '%s', '%s', %s, false, true, 'SELECT * FROM jobs ORDER BY id', 'once')""".formatted(workload.title(), script, executionType, shape.lanes()));
    }

    /** Adds jobs; the task type is paused. */
    void add(int jobs) throws SQLException {
        switch (workload) {
            case NO_OP ->
                database.execute(
                        "INSERT INTO jobs SELECT i FROM generate_series(%d, %d) i".formatted(last + 1, last + jobs));
            case THICK, SCRIPT -> database.execute(EchoJobs.insert(last + 1, jobs));
            case STATUS -> {
                // they are the items
            }
        }
        last += jobs;
        lastTicket = database.numbers("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM turing.ticket_ids")
                .get(0);
    }

    /** As {@code turing resume} does; the registry's trigger notifies the runtime. */
    void resume() throws SQLException {
        if (shape.spread()) {
            database.execute("UPDATE items SET status = 'new ' || id % " + shape.taskTypes() + " WHERE status = 'new'");
            database.execute("VACUUM ANALYZE items");
        }
        database.execute("UPDATE turing.task_types SET paused = false");
    }

    /** When the first job of the latest ones was claimed, in µs since 1970; 0 if none was. */
    long claimedFirst() throws SQLException {
        return database.numbers("""
                SELECT CAST(extract(epoch FROM min(claimed_at)) * 1000000 AS bigint)
                  FROM (SELECT claimed_at FROM turing.claims WHERE ticket_id > ?
                        UNION ALL SELECT claimed_at FROM turing.ticket_history WHERE ticket_id > ?) t""", lastTicket, lastTicket).get(0);
    }

    /**
     * As long as the job with the largest number is not done nothing else needs to be looked at; it is among the last
     * ones to be claimed.
     */
    String left() {
        if (workload == Workload.STATUS) {
            return """
                    SELECT (SELECT status <> 'done' FROM items WHERE id = %d)
                        OR EXISTS (SELECT FROM turing.claims)
                        OR EXISTS (SELECT FROM items WHERE status %s 'new')""".formatted(last, shape.spread() ? ">=" : "=");
        }
        return """
                SELECT NOT EXISTS (SELECT FROM turing.memory m JOIN turing.task_types USING (task_type_id)
                                    WHERE subject_id = '%d' AND state = 'once')
                    OR EXISTS (SELECT FROM turing.claims)
                    OR (SELECT count(*) FROM turing.memory WHERE state = 'once') < %1$d""".formatted(last);
    }
}
