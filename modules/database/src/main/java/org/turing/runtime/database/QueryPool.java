package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.database.Database.Work;

/**
 * The small pool for what users wrote. Each reading is a read-only transaction that is rolled back, and leaves a
 * session as if it were new: whatever a function in it set, locked or listened to is gone before the next one.
 */
final class QueryPool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(QueryPool.class);

    /** How long a reading waits for a lock; what somebody has locked is asked again later. */
    private static final String LOCK_TIMEOUT = "2s";

    private static final String READING = "reading";

    /**
     * Whatever a function set or began to listen to, and what it did to the role, is undone with the transaction. What
     * outlives that is released. Answers whether a function has prepared statements; those of the driver are not among
     * them.
     */
    private static final String AS_NEW = "ROLLBACK; SELECT CAST(pg_catalog.pg_advisory_unlock_all() AS text),"
            + " EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql)";

    /** Statements of so many texts are kept prepared in each session: those of the inboxes that are looked at most. */
    private static final int PREPARED = 64;

    /**
     * What a statement fails with that was prepared earlier: a function has deallocated everything, the driver's own
     * statements included; or a table has other columns by now.
     */
    private static final Set<String> PREPARED_IN_VAIN = Set.of("26000", "0A000");

    private final Pool pool;
    private final boolean shared;

    private QueryPool(Pool pool, boolean shared) {
        this.pool = pool;
        this.shared = shared;
    }

    /**
     * Makes the pool.
     *
     * @param settings who reads, and for how long
     * @param name the application's name that PostgreSQL shows
     * @param shared whether a pooler may lend its sessions to others between two transactions
     */
    static QueryPool open(DatabaseSettings settings, String name, boolean shared) {
        Preamble preamble = shared
                ? Preamble.ofTransaction(settings.queryTimeout(), LOCK_TIMEOUT).withSavepoint(READING)
                : Preamble.ofSession(settings.queryTimeout(), LOCK_TIMEOUT);
        Pool pool = Pool.open(
                settings, name, settings.queryConnections(), preamble, true, QueryPool::prepareWhatIsAskedOften);
        return new QueryPool(pool, shared);
    }

    private static void prepareWhatIsAskedOften(PGSimpleDataSource source) {
        source.setPreferQueryMode(PreferQueryMode.EXTENDED_CACHE_EVERYTHING);
        source.setPrepareThreshold(2);
        source.setPreparedStatementCacheQueries(PREPARED);
    }

    /** Runs the work in a read-only transaction within the limits. */
    <T> T read(Work<T> work) throws SQLException {
        try {
            return readOnce(work);
        } catch (SQLException e) {
            if (!preparedInVain(e)) {
                throw e;
            }
            return readOnce(work); // in a session that has prepared nothing
        }
    }

    private <T> T readOnce(Work<T> work) throws SQLException {
        try (Connection connection = pool.connection()) {
            try {
                return work.in(connection);
            } catch (SQLException e) {
                if (preparedInVain(e)) {
                    pool.evict(connection);
                }
                throw e;
            } finally {
                leaveAsNew(connection);
            }
        }
    }

    private static boolean preparedInVain(SQLException e) {
        return e.getSQLState() != null && PREPARED_IN_VAIN.contains(e.getSQLState());
    }

    /**
     * What can't be left as new is closed. With its transaction open that is the end of the session behind a pooler
     * too.
     */
    private void leaveAsNew(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            if (shared) {
                releaseLocks(statement);
                connection.rollback();
            } else {
                statement.execute(AS_NEW);
                if (hasPrepared(statement)) {
                    statement.execute("DEALLOCATE ALL");
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            log.debug("a session of work_queries is closed, as it can't be made as new: {}", e.getMessage());
            pool.evict(connection);
        }
    }

    private static boolean hasPrepared(Statement statement) throws SQLException {
        statement.getMoreResults(); // behind that of the ROLLBACK
        try (ResultSet row = statement.getResultSet()) {
            return row.next() && row.getBoolean(2);
        }
    }

    /**
     * Of all that a function can do to a session its advisory locks outlive the transaction that is rolled back and can
     * hold up others. They are released within it: afterwards the session is somebody else's.
     */
    private static void releaseLocks(Statement statement) throws SQLException {
        statement.execute("ROLLBACK TO SAVEPOINT " + READING + "; SELECT pg_catalog.pg_advisory_unlock_all()");
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
