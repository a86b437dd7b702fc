package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A program between us and the server that shares few sessions among many clients, such as PgBouncer. In transaction
 * mode a client has a session for one transaction, and another one for the next.
 */
final class Pooler {

    private static final Pattern REFUSED = Pattern.compile("unsupported startup parameter: (\\S+)");

    private Pooler() {}

    /**
     * Whether one stands between: to be able to cancel statements it greets its clients with process ids of its own
     * making. It does not say in which mode it is, and may change that while we are connected.
     */
    static boolean isBefore(Connection connection) throws SQLException {
        int greeted = connection.unwrap(PGConnection.class).getBackendPID();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_backend_pid()")) {
            row.next();
            return row.getInt(1) != greeted;
        }
    }

    /**
     * What is the same for all ways to a database, and for no other database: as long as its server is not restarted.
     */
    static String server(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.concat_ws(' ', d.oid, d.datname,"
                        + " extract(epoch FROM pg_catalog.pg_postmaster_start_time()))"
                        + " FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()")) {
            row.next();
            return row.getString(1);
        }
    }

    /** What PgBouncer did not want to hear at the start of a session; null if that is not what failed. */
    static @Nullable String refusedParameter(SQLException failure) {
        Matcher refused = REFUSED.matcher(SqlFaults.message(failure));
        return refused.find() ? refused.group(1) : null;
    }
}
