package org.turing.runtime.app.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Locale;

/** Runs scripts on a connection, statement by statement, each committed by itself unless the script says BEGIN. */
public final class SqlSession {

    private final Connection connection;
    private final SqlOutput output;

    /** @param connection in auto-commit mode; stays open */
    public SqlSession(Connection connection, SqlOutput output) {
        this.connection = connection;
        this.output = output;
    }

    /**
     * Runs a script up to its end or its first failure.
     *
     * @throws SqlFailure at the first statement that PostgreSQL refuses
     */
    public void run(SqlScript script) throws SqlFailure {
        try {
            for (SqlScript.Statement statement : script.statements()) {
                try {
                    run(statement);
                } catch (SQLException refused) {
                    throw SqlFailure.of(script, statement, refused);
                }
            }
        } finally {
            output.end();
        }
    }

    private void run(SqlScript.Statement statement) throws SQLException {
        try (Statement jdbc = connection.createStatement()) {
            jdbc.setEscapeProcessing(false);
            boolean rows = jdbc.execute(statement.text());
            for (SQLWarning warning = jdbc.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                output.notice(String.valueOf(warning.getMessage()));
            }
            if (rows) {
                output.rows(jdbc.getResultSet());
            } else {
                output.done(firstWord(statement.text()), Math.max(0, jdbc.getLargeUpdateCount()));
            }
        }
    }

    private static String firstWord(String statement) {
        return statement
                .replaceAll("(?s)\\A(\\s|--[^\n]*\n|/\\*.*?\\*/)*(\\w*).*", "$2")
                .toUpperCase(Locale.ROOT);
    }
}
