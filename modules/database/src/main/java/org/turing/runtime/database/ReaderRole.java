package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PasswordUtil;
import org.turing.runtime.database.DatabaseFault.Reason;

/** The role of the login for work_queries: made where it is missing, refused where it may do more than read. */
final class ReaderRole {

    /** Says on the role itself what it is for; a role without it belongs to somebody else. */
    static final String MARK = "turing-runtime: runs work_queries and can only read";

    /** What role {@code r} may do beyond what it is granted, each in PostgreSQL's words or NULL. */
    static final String POWERS = """
            CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
            CASE WHEN r.rolcreatedb THEN 'CREATEDB' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
            CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
            (SELECT 'member of ' || pg_catalog.string_agg(CAST(m.roleid AS regrole)::text, ', ')
               FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid)""";

    private final Database database;
    private final Login login;
    private final String role;

    ReaderRole(Database database, Login login) {
        this.database = database;
        this.login = login;
        this.role = Sql.identifier(login.user());
    }

    /**
     * @param exists whether there is such a role
     * @param comment what is said on it
     * @param powers what it may do beyond reading what it is granted, in PostgreSQL's words; empty: nothing
     * @param mayCreate whether the runtime's user may create roles
     * @param user the runtime's user
     * @param databaseName the database's name
     */
    private record Standing(
            boolean exists,
            @Nullable String comment,
            String powers,
            boolean mayCreate,
            String user,
            String databaseName) {}

    /**
     * Makes the role with the login's password unless it is there.
     *
     * @return whether it was made now
     * @throws DatabaseFault if it can't be made, belongs to somebody else, may do more than read, or can't log in
     */
    boolean ensure() throws DatabaseFault {
        try {
            Standing standing = database.attempt(this::standing);
            if (standing.user().equals(login.user())) {
                throw fault("is the runtime's own user", "name another role in turing.db.reader-user");
            }
            if (standing.exists()) {
                requireOurs(standing);
            } else if (!standing.mayCreate()) {
                throw fault(
                        "does not exist, and user '" + standing.user() + "' may not create roles",
                        "let an administrator run, with a password of your choice,\n"
                                + String.join("\n", administratorSql(standing.databaseName()))
                                + "\nthen set TURING_DB_READER_PASSWORD to it and run 'turing init --grant' again");
            } else {
                database.attempt(this::create);
            }
            database.attempt(connection -> connect(connection, standing.databaseName()));
            ServerCheck.checkReader(database.settings(), login);
            return !standing.exists();
        } catch (SQLException e) {
            throw fault("can't be made: " + SqlFaults.message(e), "let an administrator see to it");
        }
    }

    private void requireOurs(Standing standing) throws DatabaseFault {
        if (!MARK.equals(standing.comment())) {
            throw fault(
                    "exists and was not made for this",
                    "name another role in turing.db.reader-user; if it is meant, COMMENT ON ROLE " + role + " IS "
                            + Sql.literal(MARK) + ";");
        }
        if (!standing.powers().isEmpty()) {
            throw fault(
                    "may do more than read: " + standing.powers(),
                    "take that away from it, or name another role in turing.db.reader-user");
        }
    }

    private Standing standing(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT r.oid IS NOT NULL, pg_catalog.shobj_description(r.oid, 'pg_authid'),
                       pg_catalog.concat_ws(', ', %s),
                       me.rolsuper OR me.rolcreaterole, me.rolname, pg_catalog.current_database()
                  FROM pg_catalog.pg_roles me LEFT JOIN pg_catalog.pg_roles r ON r.rolname = ?
                 WHERE me.rolname = current_user""".formatted(POWERS))) {
            statement.setString(1, login.user());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Standing(
                        row.getBoolean(1),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getString(5),
                        row.getString(6));
            }
        }
    }

    private Void create(Connection connection) throws SQLException {
        // The verifier instead of the password: statements stand in the server's log and in pg_stat_activity.
        String verifier = PasswordUtil.encodeScramSha256(login.password().toCharArray());
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + role + " LOGIN NOINHERIT PASSWORD " + Sql.literal(verifier));
            statement.execute("COMMENT ON ROLE " + role + " IS " + Sql.literal(MARK));
        }
        return null;
    }

    /** What an administrator has to run where the runtime's user may not. */
    private List<String> administratorSql(String databaseName) {
        return List.of(
                "CREATE ROLE " + role + " LOGIN NOINHERIT PASSWORD '…';",
                "COMMENT ON ROLE " + role + " IS " + Sql.literal(MARK) + ";",
                "ALTER ROLE " + role + " SET default_transaction_read_only = on;",
                "GRANT CONNECT ON DATABASE " + Sql.identifier(databaseName) + " TO " + role + ";");
    }

    /** What else its sessions need; nothing where it is so already, since that may be another's to change. */
    private Void connect(Connection connection, String databaseName) throws SQLException {
        String in = Sql.identifier(databaseName);
        boolean mayConnect = Sql.isTrue(
                connection,
                "SELECT pg_catalog.has_database_privilege(" + Sql.literal(login.user()) + ", "
                        + Sql.literal(databaseName) + ", 'CONNECT')");
        boolean readOnly = Sql.isTrue(
                connection,
                "SELECT pg_catalog.bool_or('default_transaction_read_only=on' = ANY (s.setconfig)) IS TRUE"
                        + " FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_roles r ON r.oid = s.setrole"
                        + " WHERE r.rolname = " + Sql.literal(login.user()));
        try (Statement statement = connection.createStatement()) {
            if (!mayConnect) {
                statement.execute("GRANT CONNECT ON DATABASE " + in + " TO " + role);
            }
            if (!readOnly) {
                statement.execute("ALTER ROLE " + role + " SET default_transaction_read_only = on");
            }
            String path = pathOfUser(connection);
            if (path != null) {
                statement.execute("ALTER ROLE " + role + " IN DATABASE " + in + " SET search_path = " + path);
            }
        }
        return null;
    }

    /**
     * The search_path by which names mean to the login what they mean to the runtime's user, where that user has one of
     * its own or a schema of its name; else null.
     */
    private @Nullable String pathOfUser(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT pg_catalog.string_agg(pg_catalog.quote_ident(name), ', ' ORDER BY n)
                          FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS path (name, n)
                         WHERE EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = current_user)
                            OR EXISTS (SELECT FROM pg_catalog.pg_db_role_setting s
                                         JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
                                        WHERE r.rolname = current_user AND s.setconfig::text LIKE '%search_path=%')""")) {
            row.next();
            return row.getString(1);
        }
    }

    private DatabaseFault fault(String what, String fix) {
        return new DatabaseFault(
                Reason.READER,
                "database " + database.settings().address() + ": the role for work_queries '" + login.user() + "' "
                        + what + ". Fix: " + fix);
    }
}
