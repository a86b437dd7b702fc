package org.turing.runtime.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Registry;

/** Reads {@code task_types} and {@code models}, and writes what people paused. */
public final class JdbcRegistry implements Registry {

    private final Database database;

    public JdbcRegistry(Database database) {
        this.database = database;
    }

    @Override
    public Contents read() {
        return database.transaction(connection -> {
            List<TaskType> taskTypes = new ArrayList<>();
            Set<Long> paused = new HashSet<>();
            List<Problem> problems = new ArrayList<>();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            }
            readTaskTypes(connection, taskTypes, paused, problems);
            return new Contents(taskTypes, paused, readModels(connection), problems);
        });
    }

    @Override
    public void pause(Set<Long> taskTypeIds, boolean paused) {
        database.transaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement(database.inSchema(
                    "UPDATE turing.task_types SET paused = ? WHERE task_type_id = ANY (?) AND paused <> ?"))) {
                update.setBoolean(1, paused);
                update.setArray(2, connection.createArrayOf("bigint", taskTypeIds.toArray()));
                update.setBoolean(3, paused);
                return update.executeUpdate();
            }
        });
    }

    private void readTaskTypes(
            Connection connection, List<TaskType> taskTypes, Set<Long> paused, List<Problem> problems)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(database.inSchema("""
                        SELECT task_type_id, task_type_name, description, pipeline, enabled, paused, work_query,
                               inbox_status, outbox_status, subject_table, subject_key, status_column, script_path,
                               requires_model, reads, writes, execution_type, database_access, batch_size, scale_limit,
                               priority, extract(epoch FROM poll_interval) AS poll_seconds, timeout_seconds,
                               max_attempts, extract(epoch FROM retry_backoff) AS backoff_seconds, rerun, script_hash
                          FROM turing.task_types ORDER BY task_type_id"""))) {
            while (row.next()) {
                String outbox = row.getString("outbox_status");
                String inbox = row.getString("inbox_status");
                List<String> outboxStatuses = statuses(outbox);
                OddTexts.Finding odd = OddTexts.in(row);
                String problem = problemOf(outbox, outboxStatuses, inbox);
                if (odd != null) {
                    problems.add(problem(row, odd.what(), odd.column()));
                } else if (problem != null) {
                    problems.add(problem(row, problem, "outbox_status"));
                } else {
                    taskTypes.add(taskType(row, outboxStatuses));
                    if (row.getBoolean("paused")) {
                        paused.add(row.getLong("task_type_id"));
                    }
                }
            }
        }
    }

    private static Problem problem(ResultSet row, String what, String column) throws SQLException {
        long id = row.getLong("task_type_id");
        String name = row.getString("task_type_name");
        String shown = OddTexts.shown(name);
        String fix = shown.equals(name)
                ? fix(column, name)
                : ". Fix: UPDATE task_types SET " + column + " = … WHERE task_type_id = " + id;
        return new Problem(id, name, "task type '" + shown + "': " + what + fix);
    }

    /** The next step for whoever wrote a task type: to set that column of it anew. */
    static String fix(String column, String taskTypeName) {
        return ". Fix: UPDATE task_types SET " + column + " = … WHERE task_type_name = " + Sql.literal(taskTypeName);
    }

    private static @Nullable String problemOf(
            @Nullable String outbox, List<String> outboxStatuses, @Nullable String inbox) {
        if (outbox != null && outboxStatuses.isEmpty()) {
            return "outbox_status '" + outbox + "' names no status";
        }
        if (inbox != null && outboxStatuses.contains(inbox)) {
            return "outbox_status contains its own inbox_status '" + inbox + "', so its subjects would never leave";
        }
        return null;
    }

    private static TaskType taskType(ResultSet row, List<String> outboxStatuses) throws SQLException {
        return new TaskType(
                row.getLong("task_type_id"),
                row.getString("task_type_name"),
                row.getString("description"),
                row.getString("pipeline"),
                row.getBoolean("enabled"),
                row.getString("work_query"),
                declaredInbox(row, outboxStatuses),
                row.getString("script_path"),
                row.getString("requires_model"),
                texts(row.getArray("reads")),
                texts(row.getArray("writes")),
                ExecutionType.ofSqlName(row.getString("execution_type")),
                row.getObject("database_access", Boolean.class),
                row.getInt("batch_size"),
                row.getObject("scale_limit", Integer.class),
                row.getInt("priority"),
                seconds(row, "poll_seconds"),
                seconds(row, "timeout_seconds"),
                row.getInt("max_attempts"),
                nonNull(seconds(row, "backoff_seconds")),
                Rerun.ofSqlName(row.getString("rerun")),
                row.getString("script_hash"));
    }

    private static @Nullable DeclaredInbox declaredInbox(ResultSet row, List<String> outboxStatuses)
            throws SQLException {
        String table = row.getString("subject_table");
        String key = row.getString("subject_key");
        String column = row.getString("status_column");
        String status = row.getString("inbox_status");
        return table == null || key == null || column == null || status == null
                ? null
                : new DeclaredInbox(table, key, column, status, outboxStatuses);
    }

    private List<Model> readModels(Connection connection) throws SQLException {
        List<Model> models = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        database.inSchema("SELECT model_name, slots, server FROM turing.models ORDER BY model_name"))) {
            while (row.next()) {
                models.add(new Model(row.getString(1), row.getInt(2), row.getString(3)));
            }
        }
        return models;
    }

    private static List<String> statuses(@Nullable String outbox) {
        return outbox == null
                ? List.of()
                : Arrays.stream(outbox.split(","))
                        .map(String::strip)
                        .filter(status -> !status.isEmpty())
                        .distinct()
                        .toList();
    }

    private static List<String> texts(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray()).map(String::valueOf).toList();
    }

    private static @Nullable Duration seconds(ResultSet row, String column) throws SQLException {
        double seconds = row.getDouble(column);
        return row.wasNull() ? null : Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static Duration nonNull(@Nullable Duration duration) {
        return duration == null ? Duration.ZERO : duration;
    }
}
