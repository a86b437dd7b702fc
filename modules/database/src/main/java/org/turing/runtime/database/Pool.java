package org.turing.runtime.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

/**
 * Some connections for one purpose. None is trusted for long: one that was idle is asked for a sign of life before it
 * is lent, and none waits for an answer longer than its statements may take, since the other end of a connection can
 * vanish without a word.
 */
final class Pool implements AutoCloseable {

    /** What a statement's own limit leaves for the way there and back. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(5);

    /** How long a call waits for a connection; while the database is away, calls fail after this. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(2);
    private static final Duration SIGN_OF_LIFE_EVERY = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final PatientSource source;
    private final HikariDataSource pool;

    private Pool(PatientSource source, HikariConfig config) {
        this.source = source;
        config.setDataSource(source);
        this.pool = new HikariDataSource(config);
    }

    /**
     * Makes a pool; its connections come as they are needed.
     *
     * @param name the application's name that PostgreSQL shows
     * @param connections at most so many
     * @param longest the longest that a statement may take
     * @param session what is set in every session beside the longest, ending in a semicolon; empty: nothing is set
     * @param readOnly whether its transactions can't write
     */
    static Pool open(
            DatabaseSettings settings,
            String name,
            int connections,
            Duration longest,
            String session,
            boolean readOnly) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE.toMillis());
        config.setKeepaliveTime(SIGN_OF_LIFE_EVERY.toMillis());
        config.setValidationTimeout(SIGN_OF_LIFE.toMillis());
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        config.setReadOnly(readOnly);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        if (!session.isEmpty()) {
            config.setConnectionInitSql(session + "SET standard_conforming_strings = on; SET jit = off;"
                    + " SET statement_timeout = " + Math.max(1, longest.toMillis()));
        }
        // Else the pool leaves the transaction of the SETs open, and the first rollback undoes them.
        config.setIsolateInternalQueries(true);
        return new Pool(new PatientSource(Database.dataSource(settings, name, longest.plus(ON_THE_WAY))), config);
    }

    /** A connection, to be closed soon; says why there is none now. */
    Connection connection() throws SQLException {
        try {
            return pool.getConnection();
        } catch (SQLTransientConnectionException none) {
            SQLException reason = source.failure();
            if (reason == null) {
                throw none;
            }
            throw new SQLTransientConnectionException(SqlFaults.message(reason), reason.getSQLState(), none);
        }
    }

    /** Ends the transaction of work that failed; a failure to do so goes along with the work's own. */
    static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** Closes a connection that was lent, instead of taking it back. */
    void evict(Connection connection) {
        pool.evictConnection(connection);
    }

    /** Replaces the connections as they come back: a setting of the database itself has changed. */
    void renew() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public void close() {
        source.close();
        pool.close();
    }
}
