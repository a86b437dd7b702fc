package org.turing.runtime.database;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.turing.runtime.ports.DatabaseUnavailable;

/** The one place that tells the database's weather from everything else that a statement can fail with. */
final class SqlFaults {

    /** As the driver says it in the user's language: it has neither a cause nor a state of its own. */
    private static final String LOGIN_TIMED_OUT = GT.tr("Connection attempt timed out.");

    private SqlFaults() {}

    /** Whether the database can't serve now, whatever it was asked; see {@link #isLock} for what other sessions do. */
    static boolean isUnavailability(SQLException failure) {
        String state = failure.getSQLState();
        if (failure instanceof SQLTransientConnectionException) {
            return true; // the pool's time-out
        }
        if (state == null) {
            return true; // a closed pool or connection
        }
        return state.startsWith("08") // connection
                || state.startsWith("57P") // shutdown, crash, starting, dropped, idle session
                || state.startsWith("53") // too many connections, disk or memory full
                || state.startsWith("58") // the server's system or files
                || state.startsWith("28") // the password was changed under us
                || state.equals("25006") // read-only: a standby
                || state.equals("25P03") // idle in transaction: this JVM stood still
                || state.equals("3D000"); // the database was dropped
    }

    /** Whether the database can't serve now, for a user's query: what it may bring about itself is its own fault. */
    static boolean isUnavailabilityToQuery(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        boolean itsOwn =
                state.startsWith("53") && !state.equals("53300") || state.startsWith("58") || state.equals("25006");
        return isUnavailability(failure) && !itsOwn;
    }

    /** Whether a server that is there, and knows us, says that it can't serve now: time alone may help. */
    static boolean isForNow(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("57P") || state.startsWith("53") || state.startsWith("58") || state.equals("25006");
    }

    /**
     * Whether nobody answers, or not in time, or not to the end: the server may not have been started yet, or its
     * machine or the network may be busy.
     */
    static boolean isAway(SQLException failure) {
        Throwable cause = failure.getCause();
        return cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || cause instanceof UnknownHostException
                || cause instanceof EOFException
                || LOGIN_TIMED_OUT.equals(failure.getMessage());
    }

    /** Whether no connection is left: of the server's, the database's or the role's. */
    static boolean isCrowd(SQLException failure) {
        return "53300".equals(failure.getSQLState());
    }

    /** Whether somebody else's lock is in the way: asking again later helps. */
    static boolean isLock(SQLException failure) {
        String state = failure.getSQLState();
        return "55P03".equals(state) || "40P01".equals(state) || "40001".equals(state);
    }

    /** Whether the statement was ended because it took longer than it may; whose fault that is it does not say. */
    static boolean isTimeout(SQLException failure) {
        return "57014".equals(failure.getSQLState());
    }

    static DatabaseUnavailable unavailable(SQLException failure) {
        return new DatabaseUnavailable("the database can't serve now: " + message(failure), failure);
    }

    /** What to throw for a statement of ours that failed: weather, or a defect that a caller can't mend. */
    static RuntimeException unchecked(SQLException failure) {
        return isUnavailability(failure) || isLock(failure) || isTimeout(failure)
                ? unavailable(failure)
                : new IllegalStateException("the ledger's statement failed: " + message(failure), failure);
    }

    /** PostgreSQL's own message with its detail, without the driver's decoration. */
    static String message(SQLException failure) {
        ServerErrorMessage server = serverMessage(failure);
        if (server == null || server.getMessage() == null) {
            return String.valueOf(failure.getMessage());
        }
        return server.getDetail() == null ? server.getMessage() : server.getMessage() + " (" + server.getDetail() + ")";
    }

    /** Where in the statement the error is, counted from 1; 0 if that is not known. */
    static int position(SQLException failure) {
        ServerErrorMessage server = serverMessage(failure);
        return server == null ? 0 : server.getPosition();
    }

    /** PostgreSQL's hint, or null. */
    static @Nullable String hint(SQLException failure) {
        ServerErrorMessage server = serverMessage(failure);
        return server == null ? null : server.getHint();
    }

    private static @Nullable ServerErrorMessage serverMessage(SQLException failure) {
        return failure instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    }
}
