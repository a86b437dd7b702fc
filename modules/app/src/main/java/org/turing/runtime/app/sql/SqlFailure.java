package org.turing.runtime.app.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A statement that PostgreSQL refused; what ran before it stands, unless the script had a transaction open. */
public final class SqlFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private SqlFailure(String message, SQLException cause) {
        super(message, cause);
    }

    static SqlFailure of(SqlScript script, SqlScript.Statement statement, SQLException cause) {
        ServerErrorMessage server = cause instanceof PSQLException told ? told.getServerErrorMessage() : null;
        if (server == null) {
            return new SqlFailure(script.name() + ":" + statement.place(1) + ": " + cause.getMessage(), cause);
        }
        StringBuilder message = new StringBuilder(script.name())
                .append(':')
                .append(statement.place(server.getPosition()))
                .append(": ")
                .append(server.getMessage());
        append(message, "DETAIL", server.getDetail());
        append(message, "HINT", server.getHint());
        if (statement.text().startsWith("\\")) {
            append(message, "HINT", "only SQL is understood here, no commands of psql");
        }
        return new SqlFailure(message.toString(), cause);
    }

    private static void append(StringBuilder message, String label, @Nullable String text) {
        if (text != null) {
            message.append('\n').append(label).append(": ").append(text);
        }
    }
}
