package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.ExecutionType;

/**
 * Takes over a predecessor's table of task types: columns by name where both tables have them, ids kept. Rows that are
 * there already, by id or name, stay as they are.
 */
public final class RegistryImport {

    private static final Set<String> EXECUTION_TYPES =
            Arrays.stream(ExecutionType.values()).map(ExecutionType::sqlName).collect(Collectors.toUnmodifiableSet());

    private final Database database;

    public RegistryImport(Database database) {
        this.database = database;
    }

    /**
     * What was done.
     *
     * @param imported names of the task types that were taken over
     * @param present names of those that were there already
     * @param notes what was left out or changed, and why
     */
    public record Report(List<String> imported, List<String> present, List<String> notes) {}

    /** The table can't be taken over. The message names the thing, the cause and the next step. */
    public static final class NotImportable extends Exception {
        private static final long serialVersionUID = 1L;

        NotImportable(String message) {
            super(message);
        }
    }

    /**
     * Takes the table over, all or nothing but for rows that the registry refuses, which are noted.
     *
     * @param table as SQL would name it, for example {@code public.task_types}
     * @throws NotImportable if there is no such table, it can't be read, or it is the registry itself
     */
    public Report run(String table) throws NotImportable {
        Report report = new Report(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try {
            String problem = database.attempt(connection -> {
                String source = source(connection, table);
                if (source == null) {
                    return "there is no such table";
                }
                if (source.isEmpty()) {
                    return "it is this runtime's own registry";
                }
                List<String> columns = columns(connection, source);
                for (String needed : List.of("task_type_name", "script_path")) {
                    if (!columns.contains(needed)) {
                        return "it has no column " + needed;
                    }
                }
                importRows(connection, source, columns, report);
                moveIdentityOn(connection);
                return null;
            });
            if (problem != null) {
                throw notImportable(table, problem);
            }
            return report;
        } catch (SQLException e) {
            throw notImportable(table, SqlFaults.message(e));
        }
    }

    private static NotImportable notImportable(String table, String problem) {
        return new NotImportable("table '" + table + "' can't be taken over: " + problem
                + ". Fix: name the predecessor's table, for example init --import public.task_types");
    }

    /** The quoted table; null if there is none, empty if it is the registry itself. */
    private @Nullable String source(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                SELECT n.nspname, c.relname, c.oid = CAST('turing.task_types' AS regclass)
                  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.oid = pg_catalog.to_regclass(?)"""))) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                return row.getBoolean(3) ? "" : Sql.qualified(row.getString(1), row.getString(2));
            }
        }
    }

    private List<String> columns(Connection connection, String source) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                SELECT ours.attname FROM pg_catalog.pg_attribute ours
                  JOIN pg_catalog.pg_attribute theirs
                    ON theirs.attname = ours.attname AND theirs.attnum > 0 AND NOT theirs.attisdropped
                       AND theirs.attrelid = CAST(? AS regclass)
                 WHERE ours.attrelid = CAST('turing.task_types' AS regclass) AND ours.attnum > 0
                   AND NOT ours.attisdropped
                 ORDER BY ours.attnum"""))) {
            statement.setString(1, source);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    columns.add(row.getString(1));
                }
            }
        }
        return columns;
    }

    private void importRows(Connection connection, String source, List<String> columns, Report report)
            throws SQLException {
        String order = columns.contains("task_type_id") ? "task_type_id" : "task_type_name";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT CAST(to_jsonb(t) AS text), t.task_type_name, to_jsonb(t) ->> 'execution_type' FROM "
                                + source + " t ORDER BY t." + order)) {
            while (row.next()) {
                String name = row.getString(2);
                String executionType = row.getString(3);
                List<String> taken = new ArrayList<>(columns);
                if (executionType != null && !EXECUTION_TYPES.contains(executionType)) {
                    taken.remove("execution_type");
                    report.notes()
                            .add("task type '" + name + "': execution_type '" + executionType
                                    + "' is not known here; it became auto");
                }
                importRow(connection, name, row.getString(1), taken, report);
            }
        }
    }

    private void importRow(Connection connection, String name, String json, List<String> columns, Report report)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            if (insert(connection, json, given(connection, json, columns))) {
                report.imported().add(name);
            } else {
                report.present().add(name);
            }
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            if (SqlFaults.isUnavailability(e)) {
                throw e;
            }
            connection.rollback(before);
            report.notes().add("task type '" + name + "' was left out: " + SqlFaults.message(e));
        }
    }

    /** The columns that have a value: the others get the registry's defaults. */
    private static List<String> given(Connection connection, String json, List<String> columns) throws SQLException {
        List<String> given = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT c FROM unnest(CAST(? AS text[])) WITH ORDINALITY AS u (c, n)
                 WHERE CAST(? AS jsonb) ->> c IS NOT NULL ORDER BY n""")) {
            statement.setArray(1, connection.createArrayOf("text", columns.toArray()));
            statement.setString(2, json);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    given.add(Sql.identifier(row.getString(1)));
                }
            }
        }
        return given;
    }

    private boolean insert(Connection connection, String json, List<String> columns) throws SQLException {
        String names = String.join(", ", columns);
        try (PreparedStatement statement =
                connection.prepareStatement(database.inSchema("""
                INSERT INTO turing.task_types (%1$s)
                SELECT %1$s FROM jsonb_populate_record(CAST(NULL AS turing.task_types), CAST(? AS jsonb))
                ON CONFLICT DO NOTHING""").formatted(names))) {
            statement.setString(1, json);
            return statement.executeUpdate() == 1;
        }
    }

    private void moveIdentityOn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(database.inSchema("""
                    SELECT setval(pg_get_serial_sequence('turing.task_types', 'task_type_id'),
                                  greatest(max(task_type_id) + 1, 10000), false)
                      FROM turing.task_types HAVING count(*) > 0"""));
        }
    }
}
