package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.EpochPassed;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes.Found;
import org.turing.runtime.ports.LeaseLapsed;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Verdict;

/** A fresh, migrated database on the test server, with one runtime that holds a lease. */
final class TestDatabase implements AutoCloseable {

    /** A work_query for the pending ones of table {@code owl}. */
    static final String PENDING = "SELECT owl_id, name FROM owl WHERE status = 'pending' ORDER BY owl_id";

    private static final AtomicInteger NEXT = new AtomicInteger();

    final DatabaseSettings settings;
    final Database database;
    final MonotonicDatabaseClock clock;
    final JdbcInboxes inboxes;
    final TestRuntime runtime;

    TestDatabase() throws DatabaseFault, SQLException {
        String name = "test_" + NEXT.incrementAndGet();
        String server = TestServer.get().uri();
        try (Connection connection = connection(DatabaseSettings.of(server, null, null, "turing"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        settings = DatabaseSettings.of(server.substring(0, server.lastIndexOf('/') + 1) + name, null, null, "turing")
                .withQueryTimeout(Duration.ofSeconds(20));
        database = Database.connect(settings);
        database.migrate();
        new SearchPath(database).apply();
        clock = new MonotonicDatabaseClock(database);
        inboxes = new JdbcInboxes(database);
        runtime = new TestRuntime("here");
    }

    /** A runtime of its own: identity, lease and ledger. */
    final class TestRuntime {
        final JdbcRuntimeLease lease;
        final JdbcInboxes inboxes;
        final JdbcTicketLedger ledger;

        TestRuntime(String dataFolder) {
            this(dataFolder, Duration.ofSeconds(2000));
        }

        TestRuntime(String dataFolder, Duration length) {
            lease = new JdbcRuntimeLease(
                    database,
                    clock,
                    new JdbcRuntimeLease.Settings("host", 1, "boot", dataFolder, true, length, length.dividedBy(4)));
            lease.begin();
            inboxes = new JdbcInboxes(database, () -> Set.of(lease.runtimeId()));
            ledger = new JdbcTicketLedger(database, lease, inboxes, Duration.ofDays(30), Guards.DEFAULT);
        }

        /** From now on its lease has lapsed. */
        void lapse() throws SQLException {
            sql("UPDATE turing.runtimes SET lease_until = clock_timestamp() - interval '1 s' WHERE runtime_id = "
                    + lease.runtimeId());
        }

        /** Looks into the inbox and claims what it finds. */
        List<Claim> claim(TaskType taskType, int wanted) throws InboxFault, LeaseLapsed {
            Found found = inboxes.find(taskType, shape(taskType), wanted, Set.of());
            List<Candidate> first = found.candidates()
                    .subList(0, Math.min(wanted, found.candidates().size()));
            return claim(taskType, first, found.snapshot());
        }

        /** Claims what was found, however long ago. */
        List<Claim> claim(TaskType taskType, Found found) throws LeaseLapsed {
            return claim(taskType, found.candidates(), found.snapshot());
        }

        private List<Claim> claim(TaskType taskType, List<Candidate> candidates, String snapshot) throws LeaseLapsed {
            try {
                return ledger.claim(taskType, placed(candidates, lease.runtimeId()), snapshot, null);
            } catch (EpochPassed e) {
                throw new AssertionError("no epoch was named", e);
            }
        }

        Verdict record(TaskType taskType, Claim claim, Outcome outcome) {
            return record(taskType, List.of(claim), outcome).get(0);
        }

        List<Verdict> record(TaskType taskType, List<Claim> claims, Outcome outcome) {
            return ledger.record(claims.stream()
                    .map(claim -> entry(taskType, claim, outcome))
                    .toList());
        }

        /** Claims one subject and records this outcome for it. */
        Verdict run(TaskType taskType, Outcome outcome) throws InboxFault, LeaseLapsed {
            return record(taskType, claim(taskType, 1).get(0), outcome);
        }
    }

    InboxShape shape(TaskType taskType) throws InboxFault {
        return inboxes.examine(taskType);
    }

    Found look(TaskType taskType, int wanted) throws InboxFault {
        return inboxes.find(taskType, shape(taskType), wanted, Set.of());
    }

    List<String> found(TaskType taskType, int wanted) throws InboxFault {
        return ids(look(taskType, wanted).candidates());
    }

    /** All of them for this runtime. */
    static List<Placement> placed(List<Candidate> candidates, long runtimeId) {
        return candidates.stream()
                .map(candidate -> new Placement(candidate, runtimeId))
                .toList();
    }

    static List<String> ids(List<Candidate> candidates) {
        return candidates.stream().map(candidate -> candidate.subject().id()).toList();
    }

    static List<String> claimedIds(List<Claim> claims) {
        return claims.stream().map(claim -> claim.subject().id()).toList();
    }

    Entry entry(TaskType taskType, Claim claim, Outcome outcome) {
        Instant now = clock.now();
        return new Entry(
                taskType,
                new FinishedRun(
                        claim,
                        outcome,
                        now,
                        now,
                        new FinishedRun.RunLog("out", "err", 0),
                        new FinishedRun.Place("host", null, null),
                        null));
    }

    static Verdict.Written written(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Written.class);
        return (Verdict.Written) verdict;
    }

    static Outcome success() {
        return new Outcome.Succeeded(null, "{\"done\": true}");
    }

    static Outcome failure() {
        return new Outcome.Failed("boom", true, null);
    }

    /** Registers a task type with these columns and values (as SQL), and reads it back. */
    TaskType register(String name, String columns, String values) throws SQLException {
        sql("INSERT INTO turing.task_types (task_type_name, script_path, %s) VALUES ('%s', 'x.py', %s)"
                .formatted(columns, name, values));
        return taskType(name);
    }

    TaskType registerQuery(String name, String query) throws SQLException {
        return register(name, "work_query", Sql.literal(query));
    }

    /** The same task type with another work_query, unregistered. */
    static TaskType asking(TaskType t, String query) {
        return new TaskType(
                t.id(),
                t.name(),
                t.description(),
                t.pipeline(),
                t.enabled(),
                query,
                t.declaredInbox(),
                t.scriptPath(),
                t.requiresModel(),
                t.reads(),
                t.writes(),
                t.executionType(),
                t.databaseAccess(),
                t.batchSize(),
                t.scaleLimit(),
                t.priority(),
                t.pollInterval(),
                t.timeout(),
                t.maxAttempts(),
                t.retryBackoff(),
                t.rerun(),
                t.scriptHash());
    }

    /** A work_query for pending owls, with further columns and values, each with a comma before it. */
    TaskType registerPending(String name, String columns, String values) throws SQLException {
        return register(name, "work_query" + columns, Sql.literal(PENDING) + values);
    }

    /** A declared inbox on table {@code owl}. */
    TaskType registerDeclared(String name, String inbox, String outbox) throws SQLException {
        return register(
                name,
                "subject_table, subject_key, status_column, inbox_status, outbox_status",
                "'owl', 'owl_id', 'status', '%s', '%s'".formatted(inbox, outbox));
    }

    TaskType taskType(String name) {
        return new JdbcRegistry(database)
                .read().taskTypes().stream()
                        .filter(taskType -> taskType.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    /** The table of subjects {@code owl} with ids 1 to n, all in this status, of whom the ledger knows nothing. */
    void owls(int n, String status) throws SQLException {
        sql("TRUNCATE turing.claims, turing.memory");
        sql("DROP TABLE IF EXISTS owl CASCADE");
        sql("CREATE TABLE owl (owl_id bigint PRIMARY KEY, name text, status text NOT NULL)");
        sql("INSERT INTO owl SELECT n, 'owl ' || n, '" + status + "' FROM generate_series(1, " + n + ") n");
    }

    void sql(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Nullable
    String value(String sql) throws SQLException {
        List<String> values = values(sql);
        return values.isEmpty() ? null : values.get(0);
    }

    List<String> values(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }

    /** The state that is remembered of a subject. */
    @Nullable
    String state(TaskType taskType, Object subjectId) throws SQLException {
        return value("SELECT state FROM turing.memory WHERE task_type_id = %d AND subject_id = '%s'"
                .formatted(taskType.id(), subjectId));
    }

    Connection connection() throws SQLException {
        return connection(settings);
    }

    private static Connection connection(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
    }

    @Override
    public void close() {
        database.close();
    }
}
