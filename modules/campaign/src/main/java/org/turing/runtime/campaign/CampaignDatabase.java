package org.turing.runtime.campaign;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.Waiting;

/** The campaign's own way into the database of a round, past the proxy. It comes back when the server does. */
final class CampaignDatabase implements AutoCloseable {

    /** Names the campaign's sessions, which no fault ends and no check counts. */
    static final String APPLICATION = "campaign";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);
    private static final int TIMEOUT_SECONDS = 60;

    private final String url;
    private final String user;
    private final String password;
    private @Nullable Connection kept;

    CampaignDatabase(String url, String user, String password) {
        this.url = url + "?ApplicationName=" + APPLICATION + "&socketTimeout=" + TIMEOUT_SECONDS;
        this.user = user;
        this.password = password;
    }

    /** Makes a value of a row. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** A session of its own. */
    Connection session() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /**
     * Runs a statement as often as it takes until the server takes it; what it changes may be changed twice.
     *
     * @throws IOException if the server does not take it for minutes
     */
    void execute(String sql, Object... parameters) throws IOException {
        untilTaken(sql, () -> {
            try (PreparedStatement statement = prepare(sql, parameters)) {
                statement.execute();
            }
            return List.of();
        });
    }

    /** Every row, as often asked as it takes. */
    <T> List<T> rows(Reader<T> reader, String sql, Object... parameters) throws IOException {
        return untilTaken(sql, () -> read(reader, sql, parameters));
    }

    /** The number in the first column of the only row. */
    long number(String sql, Object... parameters) throws IOException {
        return rows(row -> row.getLong(1), sql, parameters).get(0);
    }

    /** Every row, asked once; empty if the server can't say just now. */
    synchronized <T> Optional<List<T>> rowsNow(Reader<T> reader, String sql, Object... parameters) {
        try {
            return Optional.of(read(reader, sql, parameters));
        } catch (SQLException notNow) {
            forget();
            return Optional.empty();
        }
    }

    private synchronized <T> List<T> read(Reader<T> reader, String sql, Object... parameters) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return rows;
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        Connection connection = kept;
        if (connection == null) {
            connection = session();
            kept = connection;
        }
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    @FunctionalInterface
    private interface Attempt<T> {
        List<T> run() throws SQLException;
    }

    private synchronized <T> List<T> untilTaken(String sql, Attempt<T> attempt) throws IOException {
        long since = System.nanoTime();
        while (true) {
            try {
                return attempt.run();
            } catch (SQLException failure) {
                forget();
                if (!isWeather(failure) || System.nanoTime() - since > PATIENCE.toNanos()) {
                    throw new IOException(
                            "the campaign's own statement failed: " + failure.getMessage() + "\n" + sql, failure);
                }
                Waiting.pause(BETWEEN_TRIES);
            }
        }
    }

    /** Connection gone (08), no resources or no space (53), server stopping or starting (57), deadlock (40). */
    private static boolean isWeather(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.matches("(08|53|57|40).*");
    }

    private void forget() {
        Connection connection = kept;
        kept = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException gone) {
                // It is closed because it failed; that it fails again tells nothing new.
                return;
            }
        }
    }

    @Override
    public synchronized void close() {
        forget();
    }
}
