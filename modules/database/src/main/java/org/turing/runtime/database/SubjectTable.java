package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;

/**
 * A declared inbox with its names resolved against the database: ready to be put into SQL.
 *
 * @param table the quoted, schema-qualified table
 * @param kind the table as the database's own search_path shows it: the subject kind
 * @param relation the table, or the root of what it is a partition of
 * @param key the quoted key column
 * @param keyName the key column's bare name
 * @param keyType its type, as SQL writes it
 * @param status the quoted status column
 * @param statusType its type, as SQL writes it
 */
record SubjectTable(
        String table,
        String kind,
        Relation relation,
        String key,
        String keyName,
        String keyType,
        String status,
        String statusType) {

    /** Its rows in any status. */
    String query() {
        return "SELECT * FROM " + table;
    }

    /** The query of a declared inbox without a work_query of its own. */
    String query(String inboxStatus) {
        return query() + " WHERE " + status + " = " + Sql.literal(inboxStatus) + " ORDER BY " + key;
    }

    /** Whether the subject with that id, an SQL expression, is in the inbox's status; one probe by key. */
    String condition(String id, String inboxStatus) {
        return "(SELECT 1 FROM %s AS declared WHERE declared.%s = CAST(%s AS %s) AND declared.%s = %s LIMIT 1) IS NOT NULL"
                .formatted(table, key, id, keyType, status, Sql.literal(inboxStatus));
    }

    /**
     * Looks the names up: as SQL would read them, else exactly as they are written.
     *
     * @throws InboxFault if there is no such table or column
     */
    static SubjectTable resolve(Connection connection, TaskType taskType, DeclaredInbox inbox)
            throws SQLException, InboxFault {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT c.oid, n.nspname, c.relname, CAST(CAST(c.oid AS regclass) AS text), rn.nspname, r.relname
                  FROM pg_catalog.pg_class c
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_catalog.pg_class r ON r.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)
                  JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
                 WHERE c.oid = coalesce(
                           CASE WHEN CAST(? AS boolean) THEN pg_catalog.to_regclass(?) END,
                           pg_catalog.to_regclass(pg_catalog.quote_ident(?)))""")) {
            statement.setBoolean(1, OddTexts.isTable(inbox.table()));
            statement.setString(2, inbox.table());
            statement.setString(3, inbox.table());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw fault(taskType, "subject_table", "table '" + inbox.table() + "' does not exist");
                }
                long oid = row.getLong(1);
                String[] key = column(connection, oid, inbox.key());
                String[] status = column(connection, oid, inbox.statusColumn());
                if (key == null) {
                    throw missing(taskType, "subject_key", inbox.key(), inbox.table());
                }
                if (status == null) {
                    throw missing(taskType, "status_column", inbox.statusColumn(), inbox.table());
                }
                return new SubjectTable(
                        Sql.qualified(row.getString(2), row.getString(3)),
                        row.getString(4),
                        new Relation(row.getString(5), row.getString(6)),
                        Sql.identifier(key[0]),
                        key[0],
                        key[1],
                        Sql.identifier(status[0]),
                        status[1]);
            }
        }
    }

    /**
     * Asks for nothing, but with each comparison that moving a subject needs.
     *
     * @throws InboxFault if its columns can't be compared, or can't hold the statuses
     */
    void check(Connection connection, TaskType taskType, DeclaredInbox inbox) throws SQLException, InboxFault {
        if (TimeZones.matterTo(keyType)) {
            throw fault(
                    taskType, "subject_key", "column '" + keyName + "' is of type " + keyType + ", " + TimeZones.WHY);
        }
        String anyKey = key + " = ANY (CAST('{}' AS " + keyType + "[]))";
        check(
                connection,
                anyKey,
                cause -> fault(
                        taskType,
                        "subject_key",
                        "column '" + keyName + "' is of type " + keyType + " and can't be looked up: " + cause));
        checkStatus(connection, taskType, "inbox_status", inbox.inboxStatus());
        for (String outbox : inbox.outboxStatuses()) {
            checkStatus(connection, taskType, "outbox_status", outbox);
        }
    }

    private void checkStatus(Connection connection, TaskType taskType, String setting, String value)
            throws SQLException, InboxFault {
        String comparison = status + " = CAST(" + Sql.literal(value) + " AS " + statusType + ")";
        check(
                connection,
                comparison,
                cause -> fault(
                        taskType,
                        setting,
                        "'" + value + "' is no value of status_column " + status + ", which is of type " + statusType
                                + ": " + cause));
    }

    private void check(Connection connection, String comparison, Function<String, InboxFault> fault)
            throws SQLException, InboxFault {
        try (Statement statement = Sql.verbatim(connection);
                ResultSet nothing =
                        statement.executeQuery("SELECT FROM " + table + " WHERE " + comparison + " LIMIT 0")) {
            nothing.next();
        } catch (SQLException e) {
            boolean ofTypes = "42883".equals(e.getSQLState())
                    || String.valueOf(e.getSQLState()).startsWith("22");
            if (!ofTypes) {
                throw e;
            }
            throw fault.apply(SqlFaults.message(e));
        }
    }

    private static String @Nullable [] column(Connection connection, long table, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                -- -1: without a length, which for character and bit would else mean 1
                SELECT attname, pg_catalog.format_type(atttypid, -1) FROM pg_catalog.pg_attribute
                 WHERE attrelid = CAST(? AS oid) AND attnum > 0 AND NOT attisdropped AND attname IN (?, lower(?))
                 ORDER BY attname = ? DESC LIMIT 1""")) {
            statement.setLong(1, table);
            statement.setString(2, name);
            statement.setString(3, name);
            statement.setString(4, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new String[] {row.getString(1), row.getString(2)} : null;
            }
        }
    }

    private static InboxFault missing(TaskType taskType, String setting, String column, String table) {
        return fault(taskType, setting, "column '" + column + "' does not exist in '" + table + "'");
    }

    private static InboxFault fault(TaskType taskType, String setting, String what) {
        return new InboxFault("task type '" + taskType.name() + "': " + setting + ": " + OddTexts.message(what)
                + JdbcRegistry.fix(setting, taskType.name()));
    }
}
