package org.turing.runtime.database;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.DatabaseFault.Reason;

/** Connects once and says, in the words of whoever configured it, why a database can't serve. */
final class ServerCheck {

    /** The oldest supported major version of the server. */
    private static final int OLDEST_VERSION = 14;

    private static final String URL = "TURING_DB_URL (turing.db.url)";
    private static final String DIRECT_URL = "TURING_DB_DIRECT_URL (turing.db.direct-url)";

    private ServerCheck() {}

    /** @return whether a pooler stands at the database's address */
    static boolean check(DatabaseSettings settings) throws DatabaseFault {
        boolean pooled;
        try (Connection connection = connect(settings)) {
            checkVersion(
                    settings,
                    connection.getMetaData().getDatabaseMajorVersion(),
                    connection.getMetaData().getDatabaseProductVersion());
            checkRights(settings, connection);
            pooled = Pooler.isBefore(connection);
            DatabaseSettings direct = settings.direct();
            if (direct != null) {
                checkDirect(direct, Pooler.server(connection));
            }
        } catch (SQLException e) {
            throw fault(settings, e);
        }
        Login reader = settings.reader();
        if (reader != null) {
            checkReader(settings, reader);
        }
        return pooled;
    }

    private static Connection connect(DatabaseSettings settings) throws SQLException {
        return Database.dataSource(settings, "turing-runtime check", settings.ledgerTimeout())
                .getConnection();
    }

    /** To listen to another database would look well, and be of no use. */
    private static void checkDirect(DatabaseSettings direct, String server) throws DatabaseFault {
        try (Connection connection = connect(direct)) {
            if (Pooler.isBefore(connection)) {
                throw new DatabaseFault(
                        Reason.DIRECT,
                        "database " + direct.address() + ": a pooler stands there. Fix: set " + DIRECT_URL
                                + " to the server's own address");
            }
            if (!Pooler.server(connection).equals(server)) {
                throw new DatabaseFault(
                        Reason.DIRECT,
                        "database " + direct.address() + ": it is not the database that " + URL + " leads to. Fix: let "
                                + DIRECT_URL + " lead to the same one, past the pooler");
            }
        } catch (SQLException e) {
            DatabaseFault weather = weather(direct, DIRECT_URL, e);
            if (weather != null) {
                throw weather;
            }
            throw new DatabaseFault(
                    Reason.DIRECT,
                    "database " + direct.address() + ": " + withoutStop(e) + ". Fix: correct " + DIRECT_URL
                            + ", or leave it out");
        }
    }

    private static String withoutStop(SQLException e) {
        return SqlFaults.message(e).replaceFirst("\\.$", "");
    }

    /** What time may mend, whatever is configured here; null if a person must mend something. */
    static @Nullable DatabaseFault weather(DatabaseSettings settings, SQLException e) {
        return weather(settings, URL, e);
    }

    /** @param address the setting that leads there, for people */
    private static @Nullable DatabaseFault weather(DatabaseSettings settings, String address, SQLException e) {
        if (SqlFaults.isAway(e)) {
            return new DatabaseFault(
                    Reason.UNREACHABLE,
                    "database " + settings.address() + ": " + withoutStop(e) + detail(e)
                            + ". Fix: start the server, or correct " + address);
        }
        if (!SqlFaults.isForNow(e)) {
            return null;
        }
        String crowd = SqlFaults.isCrowd(e)
                ? "; " + settings.need()
                        + ". Fix: end other sessions, raise max_connections (or the CONNECTION LIMIT of"
                        + " the role or the database), or lower turing.db.ledger-connections and"
                        + " turing.db.query-connections"
                : "";
        return new DatabaseFault(
                Reason.NOT_NOW, "database " + settings.address() + " can't serve now: " + SqlFaults.message(e) + crowd);
    }

    /** What the driver leaves out where it says no more than that it failed. */
    private static String detail(SQLException e) {
        Throwable cause = e.getCause();
        if (cause == null || cause instanceof ConnectException) {
            return "";
        }
        if (cause instanceof UnknownHostException) {
            return " (unknown host: " + cause.getMessage() + ")";
        }
        return " (" + (cause instanceof EOFException ? "closed before it answered" : cause.getMessage()) + ")";
    }

    /** That it is told at the start keeps work_queries from running, unnoticed, as somebody who may write. */
    static void checkReader(DatabaseSettings settings, Login reader) throws DatabaseFault {
        try {
            connect(settings.as(reader)).close();
        } catch (SQLException e) {
            DatabaseFault weather = weather(settings, e);
            if (weather != null) {
                throw weather;
            }
            throw new DatabaseFault(
                    Reason.READER,
                    "database " + settings.address() + ": the login for work_queries '" + reader.user()
                            + "' (turing.db.reader-user) can't log in: "
                            + withoutStop(e)
                            + ". Fix: 'turing init --grant' makes the login; if it is there, set TURING_DB_READER_PASSWORD"
                            + " to its password, and let pg_hba.conf and, where one stands between, the pooler"
                            + " (PgBouncer's auth_file or auth_query) know it");
        }
    }

    static void checkVersion(DatabaseSettings settings, int major, String version) throws DatabaseFault {
        if (major < OLDEST_VERSION) {
            throw new DatabaseFault(
                    Reason.TOO_OLD,
                    "database " + settings.address() + ": the server is PostgreSQL " + version + ", and "
                            + OLDEST_VERSION
                            + " or newer is needed. Fix: upgrade it, point TURING_DB_URL to a "
                            + "newer one, or leave TURING_DB_URL out and use the embedded server");
        }
    }

    static DatabaseFault fault(DatabaseSettings settings, SQLException e) {
        DatabaseFault weather = weather(settings, e);
        if (weather != null) {
            return weather;
        }
        String state = String.valueOf(e.getSQLState());
        String cause = "database " + settings.address() + ": " + withoutStop(e);
        String parameter = Pooler.refusedParameter(e);
        if (parameter != null) {
            return new DatabaseFault(
                    Reason.POOLER,
                    cause + ". Fix: take it out of " + URL + " if it stands there, else add it to"
                            + " ignore_startup_parameters in pgbouncer.ini");
        }
        if (state.startsWith("28") || state.equals("08004") && cause.contains("password")) {
            return new DatabaseFault(
                    Reason.CREDENTIALS,
                    cause
                            + ". Fix: set TURING_DB_USER and TURING_DB_PASSWORD (turing.db.user, turing.db.password) to a "
                            + "role that may log in there");
        }
        if (state.equals("3D000")) {
            return new DatabaseFault(
                    Reason.MISSING, cause + ". Fix: create it (CREATE DATABASE …) or correct TURING_DB_URL");
        }
        if (state.equals("42501")) {
            return new DatabaseFault(
                    Reason.RIGHTS,
                    cause + ". Fix: grant the role CONNECT on the database, or set TURING_DB_USER to one that has it");
        }
        return new DatabaseFault(
                Reason.NO_CONVERSATION,
                cause + ". Fix: let " + URL + " lead to a PostgreSQL, with options that suit it");
    }

    private static void checkRights(DatabaseSettings settings, Connection connection)
            throws SQLException, DatabaseFault {
        String schema = settings.schema();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT current_user, current_database(), n.oid IS NOT NULL,
                       CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
                            ELSE has_schema_privilege(n.oid, 'USAGE') AND has_schema_privilege(n.oid, 'CREATE') END
                  FROM (VALUES (CAST(? AS text))) AS wanted (name)
                  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.name""")) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(4)) {
                    throw new DatabaseFault(
                            Reason.RIGHTS, noRights(settings, row.getString(1), row.getString(2), row.getBoolean(3)));
                }
            }
        }
    }

    private static String noRights(DatabaseSettings settings, String user, String database, boolean schemaExists) {
        String schema = settings.schema();
        String role = Sql.identifier(user);
        return "database " + settings.address() + ": user '" + user + "' may not create "
                + (schemaExists ? "tables in schema '" + schema + "'" : "the schema '" + schema + "'")
                + ". Fix: let its owner run "
                + (schemaExists
                        ? "GRANT USAGE, CREATE ON SCHEMA " + Sql.identifier(schema) + " TO " + role
                        : "GRANT CREATE ON DATABASE " + Sql.identifier(database) + " TO " + role + " (or CREATE SCHEMA "
                                + Sql.identifier(schema) + " AUTHORIZATION " + role + ")")
                + ";";
    }
}
