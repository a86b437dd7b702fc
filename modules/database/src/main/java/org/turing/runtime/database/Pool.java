package org.turing.runtime.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.postgresql.ds.PGSimpleDataSource;

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
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final PatientSource source;
    private final HikariDataSource pool;
    private final Preamble preamble;
    private final String need;

    private Pool(PatientSource source, HikariConfig config, Preamble preamble, String need) {
        this.source = source;
        this.preamble = preamble;
        this.need = need;
        config.setDataSource(source);
        this.pool = new HikariDataSource(config);
    }

    /**
     * Makes a pool; its connections come as they are needed.
     *
     * @param name the application's name that PostgreSQL shows
     * @param connections at most so many
     * @param preamble what its sessions or its transactions are told first
     * @param readOnly whether its transactions can't write
     */
    static Pool open(DatabaseSettings settings, String name, int connections, Preamble preamble, boolean readOnly) {
        return open(settings, name, connections, preamble, readOnly, source -> {});
    }

    /** @param driver what the driver is told beyond that, where sessions are relied upon */
    static Pool open(
            DatabaseSettings settings,
            String name,
            int connections,
            Preamble preamble,
            boolean readOnly,
            Consumer<PGSimpleDataSource> driver) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE.toMillis());
        config.setKeepaliveTime(0); // who is idle for longer than a moment is asked when it is lent, and soon closed
        config.setValidationTimeout(SIGN_OF_LIFE.toMillis());
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        config.setReadOnly(readOnly);
        // Else the pool leaves the transaction of its own statements open, and the first rollback undoes them.
        config.setIsolateInternalQueries(true);
        PGSimpleDataSource source =
                Database.dataSource(settings, name, preamble.longest().plus(ON_THE_WAY));
        if (preamble.reliesOnSessions()) {
            config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
            config.setConnectionInitSql(preamble.ofSession());
            driver.accept(source);
        } else {
            source.setPrepareThreshold(0); // what is prepared in one session is not known in the next
        }
        return new Pool(new PatientSource(source), config, preamble, settings.need());
    }

    /** A connection that has been told what it must know, to be closed soon; says why there is none now. */
    Connection connection() throws SQLException {
        Connection connection = lent();
        try {
            begin(connection);
            return connection;
        } catch (SQLException refused) {
            rollBack(connection, refused);
            connection.close();
            throw refused;
        }
    }

    /** Tells a transaction that is about to begin what it must know. */
    void begin(Connection connection) throws SQLException {
        if (preamble.ofTransaction().isEmpty()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(preamble.ofTransaction());
        }
    }

    /** A connection as it is, for those who begin their transactions themselves; says why there is none now. */
    Connection lent() throws SQLException {
        try {
            return pool.getConnection();
        } catch (SQLTransientConnectionException none) {
            SQLException reason = source.failure();
            if (reason == null) {
                throw none;
            }
            String crowd = SqlFaults.isCrowd(reason) ? " (" + need + ")" : "";
            throw new SQLTransientConnectionException(SqlFaults.message(reason) + crowd, reason.getSQLState(), none);
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
