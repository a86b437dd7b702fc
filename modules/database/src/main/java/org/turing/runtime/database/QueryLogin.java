package org.turing.runtime.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Who runs work_queries, as the database sees it.
 *
 * @param user the role
 * @param ofItsOwn whether that is a login for this alone, not the runtime's user
 * @param powers what the role may do beyond reading, in PostgreSQL's words; empty: nothing
 * @param mayMakeRoles whether it may create roles
 */
public record QueryLogin(String user, boolean ofItsOwn, String powers, boolean mayMakeRoles) {

    /**
     * Asks the session that work_queries run in.
     *
     * @throws org.turing.runtime.ports.DatabaseUnavailable if the database can't serve now
     */
    public static QueryLogin of(Database database) {
        boolean ofItsOwn = database.settings().reader() != null;
        try {
            return database.reading(connection -> {
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery("""
                                SELECT r.rolname, pg_catalog.concat_ws(', ', %s,
                                           (SELECT 'CREATE on schema ' || pg_catalog.min(n.nspname)
                                              FROM pg_catalog.pg_namespace n
                                             WHERE n.nspname !~ '^pg_' AND has_schema_privilege(n.oid, 'CREATE')),
                                           (SELECT 'writes to ' || pg_catalog.min(CAST(CAST(c.oid AS regclass) AS text))
                                              FROM pg_catalog.pg_class c
                                              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                             WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname !~ '^pg_'
                                               AND n.nspname <> 'information_schema'
                                               AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))),
                                       r.rolsuper OR r.rolcreaterole
                                  FROM pg_catalog.pg_roles r WHERE r.rolname = current_user""".formatted(ReaderRole.POWERS))) {
                    row.next();
                    return new QueryLogin(row.getString(1), ofItsOwn, row.getString(2), row.getBoolean(3));
                }
            });
        } catch (SQLException e) {
            throw SqlFaults.unchecked(e);
        }
    }
}
