package org.turing.runtime.bench.pickup;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.report.Figures;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.steps.Stamping;

/**
 * One table whose rows become eligible in one way, one row at a time, each when the one before is done: so a slot is
 * always free. Beside the table stands another one, filled by whoever makes a row eligible in the same transaction,
 * since the row itself is moved on before its commit can be asked for.
 */
final class Flow implements Picker, AutoCloseable {

    private static final Duration LONGEST_PASS = Duration.ofSeconds(90);

    private final BenchDatabase database;
    private final RuntimeProcess runtime;
    private final Way way;
    private final Taker taker;
    private final String table;
    private final Connection session;

    Flow(BenchDatabase database, RuntimeProcess runtime, Way way, Taker taker) throws SQLException {
        this.database = database;
        this.runtime = runtime;
        this.way = way;
        this.taker = taker;
        this.table = ("item_" + way.name() + "_" + taker.name()).toLowerCase(Locale.ROOT);
        this.session = database.session();
    }

    @Override
    public String title() {
        return way.title() + ", " + taker.title();
    }

    List<Goal> goals(Figures own, @Nullable Figures peer) {
        return way.goals(title(), own, peer);
    }

    String table() {
        return table;
    }

    /** Creates the tables and the task types; each has a model with a slot of its own. */
    void prepare(String pollInterval) throws SQLException {
        session.setAutoCommit(false);
        database.execute("CREATE TABLE %1$s (id bigint PRIMARY KEY, status text NOT NULL)".formatted(table));
        database.execute("CREATE INDEX ON %1$s (status)".formatted(table));
        database.execute("CREATE TABLE %1$s_commits (id bigint PRIMARY KEY)".formatted(table));
        if (way == Way.DECLARED) {
            register("first", Stamping.PASS, "new", "'ready'", pollInterval);
        } else if (way == Way.SOVEREIGN) {
            register("first", Stamping.MOVE, "new", "NULL", pollInterval);
        }
        register("second", taker.script(), "ready", "'done'", pollInterval);
    }

    private void register(String name, String script, String inbox, String outbox, String pollInterval)
            throws SQLException {
        database.execute("""
                INSERT INTO turing.task_types (task_type_name, pipeline, script_path, requires_model, subject_table,
                                               subject_key, status_column, inbox_status, outbox_status, poll_interval)
                VALUES ('%1$s_%2$s', '%1$s', '%3$s', 'model of %1$s_%2$s', '%1$s', 'id', 'status', '%4$s', %5$s, '%6$s')
                """.formatted(table, name, script, inbox, outbox, pollInterval));
    }

    @Override
    public void pass(int row) throws IOException, SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("INSERT INTO %s VALUES (%d, '%s')".formatted(table, row, way.byStep() ? "new" : "ready"));
            if (way.byStep()) {
                statement.execute("SELECT pg_notify('turing_wake', CAST(task_type_id AS text)) FROM turing.task_types"
                        + " WHERE task_type_name = '" + table + "_first'");
            } else {
                statement.execute("INSERT INTO %s_commits VALUES (%d)".formatted(table, row));
            }
        }
        session.commit();
        Waiting.until(LONGEST_PASS, "the end of row " + row + " of " + table, () -> {
            runtime.requireAlive();
            return !database.numbers("SELECT id FROM " + table + " WHERE status = 'done' AND id = ?", (long) row)
                    .isEmpty();
        });
    }

    @Override
    public List<Long> waits() throws SQLException {
        String commits =
                way == Way.DECLARED ? """
                  SELECT CAST(h.subject_id AS bigint) AS id, pg_xact_commit_timestamp(h.xmin) AS at
                    FROM turing.ticket_history h JOIN turing.task_types USING (task_type_id)
                   WHERE task_type_name = '%1$s_first'""" : "SELECT id, pg_xact_commit_timestamp(xmin) AS at FROM %1$s_commits";
        return database.numbers(("""
                WITH committed AS (%s)
                SELECT CAST(h.output ->> 'at' AS bigint) - CAST(extract(epoch FROM committed.at) * 1000000 AS bigint)
                  FROM turing.ticket_history h JOIN turing.task_types USING (task_type_id)
                  JOIN committed ON committed.id = CAST(h.subject_id AS bigint)
                 WHERE task_type_name = '%%1$s_second'
                 ORDER BY committed.id""".formatted(commits)).formatted(table));
    }

    /** What was registered is taken away, so that it does not disturb what is measured next. */
    @Override
    public void close() throws SQLException {
        session.close();
        database.execute("DELETE FROM turing.task_types WHERE pipeline = '" + table + "'");
    }
}
