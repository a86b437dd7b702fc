package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The database and its pools: one for registry and ledger, a small one for work_queries, so that a slow query keeps
 * nobody from recording an outcome, one connection for the lease, which is renewed whatever the others wait for, and
 * few for the journal of actors. No connection is ever left with a transaction open.
 */
public final class Database implements AutoCloseable {

    private static final String APPLICATION = "turing-runtime ";

    /** A renewal that takes longer is tried again: leases last for some seconds only. */
    private static final Duration RENEWAL = Duration.ofSeconds(2);

    /** A connection that is silent for so long during a renewal is dead, and the renewal is made on another one. */
    private static final Duration RENEWAL_ANSWER = Duration.ofSeconds(3);

    /** How long a ledger's statement waits for a lock, unless it says otherwise. */
    static final String LOCK_TIMEOUT = "5s";

    /** The same for a renewal. */
    private static final String RENEWAL_LOCK_TIMEOUT = "1s";

    /** Longest statement on the journal: who can't write there stands still, and is better told soon. */
    private static final Duration JOURNAL = Duration.ofSeconds(5);

    /** The same for a lock: only two incarnations of one actor can be in each other's way. */
    private static final String JOURNAL_LOCK_TIMEOUT = "2s";

    /** Statements whose wording is kept; there are some hundred that don't depend on what people registered. */
    private static final int MOST_WORDED = 2000;

    private final DatabaseSettings settings;
    private final UnaryOperator<String> wording;
    private final Map<String, String> worded = new ConcurrentHashMap<>();
    private final boolean pooled;
    private final Pool ledger;
    private final KeptConnection lease;
    private final Pool journal;
    private final QueryPool queries;

    private Database(DatabaseSettings settings, UnaryOperator<String> wording, boolean pooled) {
        this.settings = settings;
        this.wording = wording;
        this.pooled = pooled;
        // The search_path stays the database's own: users' triggers fire in these sessions. Our SQL names its schema.
        this.ledger = Pool.open(
                settings,
                APPLICATION + "ledger",
                settings.ledgerConnections(),
                preamble(settings.ledgerTimeout(), LOCK_TIMEOUT, pooled).byIndex(),
                false);
        this.lease = new KeptConnection(
                Pool.open(settings, APPLICATION + "lease", 1, preamble(RENEWAL, RENEWAL_LOCK_TIMEOUT, pooled), false),
                RENEWAL_ANSWER,
                pooled);
        this.journal = Pool.open(
                settings,
                APPLICATION + "journal",
                DatabaseSettings.JOURNAL_CONNECTIONS,
                preamble(JOURNAL, JOURNAL_LOCK_TIMEOUT, pooled),
                false);
        this.queries = QueryPool.open(reading(settings), APPLICATION + "work_query", pooled);
    }

    private static Preamble preamble(Duration longest, String lock, boolean shared) {
        return shared ? Preamble.ofTransaction(longest, lock) : Preamble.ofSession(longest, lock);
    }

    /**
     * Connects once to see whether the database can serve, and makes the pools.
     *
     * @throws DatabaseFault if it can't: not reachable, user or login for reading refused, no such database, too old,
     *     no right to the schema
     */
    public static Database connect(DatabaseSettings settings) throws DatabaseFault {
        return connect(settings, UnaryOperator.identity());
    }

    /**
     * A database whose statements are worded differently, so that tests can leave a part of the protocol out and see
     * that it is missed.
     */
    static Database connect(DatabaseSettings settings, UnaryOperator<String> wording) throws DatabaseFault {
        boolean pooled = ServerCheck.check(settings);
        return new Database(settings, wording, pooled);
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

    /**
     * Whether a pooler such as PgBouncer stands at the database's address: no session is relied upon then, as it may
     * belong to somebody else after each transaction.
     */
    public boolean isPooled() {
        return pooled;
    }

    /** Whether there is a session that stays ours: the server's own address is known, or no pooler stands before it. */
    boolean hasSessions() {
        return !pooled || settings.direct() != null;
    }

    /**
     * Runs a renewal, which is a single statement, on a connection that nothing else uses; waits seconds at most. It
     * may be made twice.
     *
     * @throws org.turing.runtime.ports.DatabaseUnavailable if the database can't serve now
     */
    <T> T renewal(Work<T> work) {
        try {
            return lease.run(work);
        } catch (SQLException e) {
            throw SqlFaults.unchecked(e);
        }
    }

    /**
     * Connections for the journal of actors, {@link DatabaseSettings#JOURNAL_CONNECTIONS} at most, which nothing else
     * uses. Whoever switches autocommit off has a transaction, to be ended by commit or rollback; what is done without
     * one is committed when the connection is closed, and closing fails if that does. They work behind a pooler too.
     * Closed with this database.
     */
    public DataSource journal() {
        return new CommittingSource(journal);
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
            return run(ledger, work);
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
     * Most are made again and again, and known then.
     */
    String inSchema(String sql) {
        String known = worded.get(sql);
        if (known != null) {
            return known;
        }
        String now = wording.apply(sql).replace("turing.", Sql.identifier(settings.schema()) + ".");
        if (worded.size() < MOST_WORDED) {
            worded.put(sql, now);
        }
        return now;
    }

    /** Replaces the pools' connections as they come back: a setting of the database itself has changed. */
    void renewConnections() {
        ledger.renew();
        lease.drop();
        journal.renew();
        queries.renew();
    }

    @Override
    public void close() {
        queries.close();
        journal.close();
        lease.close();
        ledger.close();
    }

    private static <T> T run(Pool pool, Work<T> work) throws SQLException {
        try (Connection connection = pool.connection()) {
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                Pool.rollBack(connection, e);
                throw e;
            }
        }
    }

    /** The same place, for the login that can only read where there is one. */
    static DatabaseSettings reading(DatabaseSettings settings) {
        Login reader = settings.reader();
        return reader == null ? settings : settings.as(reader);
    }

    /**
     * Where connections come from, those of the pools and those beside them: for checks, migrations and listening.
     *
     * @param answer how long to wait for any answer of the server; zero: for ever
     */
    static PGSimpleDataSource dataSource(DatabaseSettings settings, String applicationName, Duration answer) {
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
        source.setSocketTimeout((int) answer.toSeconds());
        return source;
    }
}
