package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.turing.runtime.database.ProtocolOracle.Key;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * Where histories are played: a database with a declared task type (owls) and a sovereign one (hens), two subjects
 * each, three runtimes, and sessions for scripts and the user.
 */
final class ProtocolStage implements AutoCloseable {

    /** How outcomes get into the ledger. */
    @FunctionalInterface
    interface Completion {
        List<Verdict> record(TicketLedger ledger, List<Entry> entries) throws SQLException;
    }

    private final TestDatabase test;
    private final ProtocolMutant mutant;
    private final Connection controlling;
    private final Statement control;
    private final Connection script;
    private final Connection user;
    private final Database hasty;
    private final List<TaskType> taskTypes;
    private final List<InboxShape> shapes;
    private final List<ProtocolRuntime> runtimes = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Prepares a test database for any number of stages. */
    static void prepare(TestDatabase test) throws SQLException {
        test.sql("""
                CREATE FUNCTION public.pause_here(lock_key integer) RETURNS boolean LANGUAGE plpgsql VOLATILE AS
                $$ BEGIN PERFORM set_config('lock_timeout', '0', true); PERFORM pg_advisory_xact_lock_shared(lock_key); RETURN true; END $$""");
        test.sql("CREATE TABLE owl (owl_id bigint PRIMARY KEY, status text NOT NULL)");
        test.sql("CREATE TABLE hen (hen_id bigint PRIMARY KEY, status text NOT NULL)");
        test.sql("INSERT INTO owl VALUES (1, 'pending'), (2, 'pending')");
        test.sql("INSERT INTO hen VALUES (1, 'pending'), (2, 'pending')");
        test.register(
                "owls",
                "subject_table, subject_key, status_column, inbox_status, outbox_status, max_attempts, retry_backoff",
                "'owl', 'owl_id', 'status', 'pending', 'done', %d, '0 s'".formatted(ProtocolOracle.MAX_ATTEMPTS));
        test.register(
                "hens",
                "work_query, max_attempts, retry_backoff",
                "'SELECT hen_id FROM hen WHERE status = ''pending'' ORDER BY 1', %d, '0 s'"
                        .formatted(ProtocolOracle.MAX_ATTEMPTS));
    }

    ProtocolStage(TestDatabase test, ProtocolMutant mutant) throws Exception {
        this.test = test;
        this.mutant = mutant;
        controlling = test.connection();
        control = controlling.createStatement();
        script = transactional(test);
        user = transactional(test);
        taskTypes = List.of(test.taskType("owls"), test.taskType("hens"));
        shapes = List.of(test.shape(taskTypes.get(0)), test.shape(taskTypes.get(1)));
        for (int number = 0; number < 3; number++) {
            runtimes.add(new ProtocolRuntime(number, test.settings, mutant));
        }
        hasty = Database.connect(test.settings.withConnections(1, 1), ProtocolStage::hastily);
        control.execute(mutant.schemaChange()[0]);
    }

    /** A new epoch, or a runtime that drains, is refused instead of waiting for locks. */
    private static String hastily(String sql) {
        return sql.replace("VALUES (?, 1)", "SELECT ?, 1 FROM (SELECT set_config('lock_timeout', '50ms', true)) hasty")
                .replace("WHERE runtime_id = ? FOR UPDATE", "WHERE runtime_id = ? FOR UPDATE NOWAIT");
    }

    private static Connection transactional(TestDatabase test) throws SQLException {
        Connection connection = test.connection();
        connection.setAutoCommit(false);
        return connection;
    }

    /** An empty ledger, and every subject in its inbox. */
    void clear() throws SQLException {
        control.execute("""
                DELETE FROM turing.claims; DELETE FROM turing.memory; DELETE FROM turing.ticket_history;
                DELETE FROM turing.runtimes; DELETE FROM turing.gates;
                UPDATE owl SET status = 'pending'; UPDATE hen SET status = 'pending'""");
    }

    List<ProtocolRuntime> runtimes() {
        return runtimes;
    }

    Statement control() {
        return control;
    }

    Connection script() {
        return script;
    }

    Connection user() {
        return user;
    }

    /** A database that waits for no locks, for what is expected to be locked. */
    Database hasty() {
        return hasty;
    }

    Executor threads() {
        return threads;
    }

    TaskType taskType(int which) {
        return taskTypes.get(which % 2);
    }

    TaskType taskType(Key key) {
        return key.taskTypeId() == taskTypes.get(0).id() ? taskTypes.get(0) : taskTypes.get(1);
    }

    InboxShape shape(int which) {
        return shapes.get(which % 2);
    }

    Key key(int which) {
        return new Key(taskType(which).id(), String.valueOf(1 + which / 2 % 2));
    }

    List<Key> keys() {
        return Stream.of(0, 1, 2, 3).map(this::key).toList();
    }

    /** The statement that moves a user's row if it is where it is thought to be. */
    String updating(Key key, String to, String from) {
        String table = taskType(key).movesStatus() ? "owl" : "hen";
        return "UPDATE %1$s SET status = '%2$s' WHERE %1$s_id = %3$s AND status = '%4$s'"
                .formatted(table, to, key.subjectId(), from);
    }

    void update(Key key, String to, String from) {
        try {
            control.execute(updating(key, to, from));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tickets whose claims stand. */
    Set<Long> claims() {
        Set<Long> tickets = new HashSet<>();
        try (ResultSet row = control.executeQuery("SELECT ticket_id FROM turing.claims")) {
            while (row.next()) {
                tickets.add(row.getLong(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return tickets;
    }

    Verdict verdict(CompletableFuture<Verdict> call) {
        return call.join();
    }

    /** The ledger's own, or for the mutant one that moves the status first and may be killed before the rest. */
    Completion completion() {
        if (mutant != ProtocolMutant.COMPLETION_IN_TWO_TRANSACTIONS) {
            return TicketLedger::record;
        }
        return (ledger, entries) -> {
            Entry entry = entries.get(0);
            Key key =
                    new Key(entry.taskType().id(), entry.run().claim().subject().id());
            boolean moves = entry.taskType().movesStatus() && entry.run().outcome() instanceof Outcome.Succeeded;
            if (moves && claims().contains(entry.run().claim().ticketId())) {
                control.execute("SET lock_timeout = '50ms'");
                update(key, "done", "pending");
                return List.of(new Verdict.Delayed(entry.run().claim().ticketId(), "killed in between", false));
            }
            return ledger.record(entries);
        };
    }

    /** The texts that were found in some statement of some runtime, and replaced. */
    Set<String> replaced() {
        Set<String> replaced = new HashSet<>();
        runtimes.forEach(runtime -> replaced.addAll(runtime.replaced()));
        return replaced;
    }

    @Override
    public String toString() {
        return mutant.toString();
    }

    @Override
    public void close() throws SQLException {
        threads.shutdown();
        runtimes.forEach(ProtocolRuntime::close);
        hasty.close();
        clear();
        control.execute(mutant.schemaChange()[1]);
        controlling.close();
        script.close();
        user.close();
    }
}
