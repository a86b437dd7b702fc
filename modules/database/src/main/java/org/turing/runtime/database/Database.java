package org.turing.runtime.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The database and its two pools: one for registry and ledger, a small one for work_queries, so that a slow query keeps
 * nobody from recording an outcome. No connection is ever left with a transaction open.
 */
public final class Database implements AutoCloseable {

    private static final String APPLICATION = "turing-runtime";

    private final DatabaseSettings settings;
    private final HikariDataSource ledger;
    private final QueryPool queries;

    private Database(DatabaseSettings settings) {
        this.settings = settings;
        this.ledger = new HikariDataSource(ledgerPool(settings));
        this.queries = new QueryPool(
                pool(reading(settings), "work_query", settings.queryConnections()), settings.queryTimeout());
    }

    /**
     * Connects once to see whether the database can serve, and makes the pools.
     *
     * @throws DatabaseFault if it can't: not reachable, user or login for reading refused, no such database, too old,
     *     no right to the schema
     */
    public static Database connect(DatabaseSettings settings) throws DatabaseFault {
        ServerCheck.check(settings);
        return new Database(settings);
    }

    /**
     * Brings the runtime's schema to this program's version and makes room for today's history.
     *
     * @throws DatabaseFault if the schema can't be migrated
     */
    public void migrate() throws DatabaseFault {
        Migrations.run(this);
        new HistoryPartitions(this, HistoryPartitions.FOR_EVER).housekeep();
    }

    /** How the database is used. */
    public DatabaseSettings settings() {
        return settings;
    }

    /** Work inside one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /**
     * Runs the work in one transaction of the ledger's pool (read committed).
     *
     * @throws org.turing.runtime.ports.DatabaseUnavailable if the database can't serve now
     */
    <T> T transaction(Work<T> work) {
        try {
            return attempt(work);
        } catch (SQLException e) {
            throw SqlFaults.unchecked(e);
        }
    }

    /** Like {@link #transaction}, for callers that can make something of a refused statement. */
    <T> T attempt(Work<T> work) throws SQLException {
        try {
            return run(work);
        } catch (SQLException e) {
            if (SqlFaults.isUnavailability(e)) {
                throw SqlFaults.unavailable(e);
            }
            throw e;
        }
    }

    /**
     * Runs a reading of users' tables, read-only and as the login for reading where there is one; its transaction is
     * rolled back right away.
     */
    <T> T reading(Work<T> work) throws SQLException {
        try {
            return queries.read(work);
        } catch (SQLException e) {
            if (SqlFaults.isUnavailabilityToQuery(e)) {
                throw SqlFaults.unavailable(e);
            }
            throw e;
        }
    }

    /**
     * The statement with the schema {@code turing}, under which all SQL here is written, replaced by the runtime's own.
     */
    String inSchema(String sql) {
        return sql.replace("turing.", Sql.identifier(settings.schema()) + ".");
    }

    /** Replaces the pools' connections as they come back: a setting of the database itself has changed. */
    void renewConnections() {
        ledger.getHikariPoolMXBean().softEvictConnections();
        queries.renew();
    }

    @Override
    public void close() {
        queries.close();
        ledger.close();
    }

    private <T> T run(Work<T> work) throws SQLException {
        try (Connection connection = ledger.getConnection()) {
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static HikariConfig ledgerPool(DatabaseSettings settings) {
        HikariConfig config = pool(settings, "ledger", settings.ledgerConnections());
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        // The search_path stays the database's own: users' triggers fire in these sessions. Our SQL names its schema.
        config.setConnectionInitSql("""
                SET standard_conforming_strings = on; SET jit = off; SET lock_timeout = '5s';
                SET idle_in_transaction_session_timeout = '60s'""");
        return config;
    }

    /** The same place, for the login that can only read where there is one. */
    static DatabaseSettings reading(DatabaseSettings settings) {
        Login reader = settings.reader();
        return reader == null ? settings : settings.as(reader);
    }

    private static HikariConfig pool(DatabaseSettings settings, String name, int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(APPLICATION + " " + name);
        config.setDataSource(dataSource(settings, APPLICATION + " " + name));
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        // Else the pool leaves the transaction of the SETs open, and the first rollback undoes them.
        config.setIsolateInternalQueries(true);
        return config;
    }

    /** Connections outside the pools: for migrations, listening and checks. */
    static PGSimpleDataSource dataSource(DatabaseSettings settings, String applicationName) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.jdbcUrl());
        if (settings.user() != null) {
            source.setUser(settings.user());
        }
        if (settings.password() != null) {
            source.setPassword(settings.password());
        }
        source.setApplicationName(applicationName);
        source.setTcpKeepAlive(true);
        int seconds = (int) Math.max(1, settings.connectTimeout().toSeconds());
        source.setConnectTimeout(seconds);
        source.setLoginTimeout(seconds);
        return source;
    }
}
