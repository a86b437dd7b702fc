package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.Database.Work;

/**
 * One connection for single statements that must not wait for others, kept between them: each is one round trip. No
 * sign of life is asked for before a statement. One that a kept connection did not survive is made once more on a new
 * one, so it must be such that it can be made twice. Safe for use by many threads, one at a time.
 */
final class KeptConnection implements AutoCloseable {

    private final Pool pool;
    private final Duration patience;
    private final boolean pooled;
    private @Nullable Connection kept;

    /**
     * @param pool of one connection
     * @param patience how long to wait for any answer of the server
     * @param pooled whether a pooler lends its sessions for single transactions: then each is told what it must know,
     *     in more round trips
     */
    KeptConnection(Pool pool, Duration patience, boolean pooled) {
        this.pool = pool;
        this.patience = patience;
        this.pooled = pooled;
    }

    /** Runs a single statement in a transaction of its own. */
    synchronized <T> T run(Work<T> work) throws SQLException {
        Connection before = kept;
        if (before != null) {
            try {
                return on(before, work);
            } catch (SQLException lost) {
                if (kept != null) {
                    throw lost;
                }
            }
        }
        Connection now = pool.lent();
        kept = now;
        return on(now, work);
    }

    private <T> T on(Connection connection, Work<T> work) throws SQLException {
        boolean useful = false;
        try {
            connection.setNetworkTimeout(Runnable::run, (int) patience.toMillis());
            connection.setAutoCommit(!pooled);
            if (pooled) {
                pool.begin(connection);
            }
            T result = work.in(connection);
            if (pooled) {
                connection.commit();
            }
            useful = true;
            return result;
        } catch (SQLException refused) {
            useful = !pooled && !SqlFaults.isUnavailability(refused);
            throw refused;
        } finally {
            if (!useful) {
                drop();
            }
        }
    }

    /** Lets the next statement have a new connection. */
    synchronized void drop() {
        Connection connection = kept;
        kept = null;
        if (connection != null) {
            pool.evict(connection);
        }
    }

    @Override
    public void close() {
        drop();
        pool.close();
    }
}
