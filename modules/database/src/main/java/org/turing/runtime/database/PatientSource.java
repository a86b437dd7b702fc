package org.turing.runtime.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections for a pool, and where the server gives none, goes on trying until it does. A pool that is told of
 * failures pauses between its attempts, in the end for seconds; one that is kept waiting has its connection within a
 * quarter of a second of the server's return.
 */
final class PatientSource implements DataSource, AutoCloseable {

    private static final Duration AGAIN = Duration.ofMillis(250);

    private final DataSource source;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable SQLException failure;

    PatientSource(DataSource source) {
        this.source = source;
    }

    /** Why the latest attempt came to nothing; null if it was successful, or there was none. */
    @Nullable
    SQLException failure() {
        return failure;
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            try {
                Connection connection = source.getConnection();
                failure = null;
                return connection;
            } catch (SQLException refused) {
                failure = refused;
                if (isClosedAfter(AGAIN)) {
                    throw refused;
                }
            }
        }
    }

    private boolean isClosedAfter(Duration pause) {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException poolIsClosing) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Ends the attempts. */
    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the login belongs to the source");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    /** Not taken: pools would shorten it to their own patience. */
    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return source.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return source.isWrapperFor(type);
    }
}
