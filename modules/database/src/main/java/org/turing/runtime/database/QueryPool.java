package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.database.Database.Work;

/**
 * The small pool for what users wrote. Each reading is a read-only transaction that is rolled back, and leaves a
 * session as if it were new: whatever a function in it set, locked or listened to is gone before the next one.
 */
final class QueryPool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(QueryPool.class);

    private final Pool pool;
    private final String limits;

    /** @param pool of read-only sessions, in which nothing is set that must last */
    QueryPool(Pool pool, Duration timeout) {
        this.pool = pool;
        // For the transaction alone: behind a pooler the next one may be in another session.
        this.limits = "SELECT set_config('statement_timeout', '" + Math.max(1, timeout.toMillis()) + "', true), "
                + "set_config('idle_in_transaction_session_timeout', '15s', true), "
                + "set_config('lock_timeout', '2s', true), set_config('jit', 'off', true), "
                + "set_config('standard_conforming_strings', 'on', true)";
    }

    /** Runs the work in a read-only transaction within the limits. */
    <T> T read(Work<T> work) throws SQLException {
        try (Connection connection = pool.connection()) {
            try {
                limit(connection);
                T result = work.in(connection);
                connection.rollback();
                return result;
            } catch (SQLException | RuntimeException e) {
                Pool.rollBack(connection, e);
                throw e;
            } finally {
                discard(connection);
            }
        }
    }

    private void limit(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(limits);
        }
    }

    /** Settings, the role, advisory locks of the session, LISTENs, cursors, temporary tables: all as in a new one. */
    private void discard(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true); // it must not stand in a transaction; the pool sets this back
            statement.execute("DISCARD ALL");
        } catch (SQLException e) {
            log.debug("a session of work_queries is closed, as it can't be made as new: {}", e.getMessage());
            pool.evict(connection);
        }
    }

    /** Replaces the connections as they come back. */
    void renew() {
        pool.renew();
    }

    @Override
    public void close() {
        pool.close();
    }
}
