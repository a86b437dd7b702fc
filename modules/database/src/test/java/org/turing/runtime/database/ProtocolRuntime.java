package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Inboxes.Found;

/** One of a history's runtimes: an identity, pools and a lease of its own, and one call that may be made to wait. */
final class ProtocolRuntime implements AutoCloseable {

    /**
     * What a runtime found.
     *
     * @param step when, in steps of the history
     */
    record Reading(TaskType taskType, Found found, int step) {}

    /**
     * A call that waits in the database.
     *
     * @param answer what it will come to
     * @param goesOn what to make of it then
     * @param locked runtimes for which it claims: they can't begin to drain meanwhile
     * @param underAnEpoch whether it claims under the latest epoch: no new one can begin meanwhile
     */
    record Waiting(CompletableFuture<?> answer, Runnable goesOn, Set<Long> locked, boolean underAnEpoch) {}

    private static final int READINGS_KEPT = 4;

    final int number;
    final JdbcRuntimeLease lease;
    final JdbcInboxes inboxes;
    final JdbcTicketLedger ledger;
    final Guards guards;
    final List<Reading> readings = new ArrayList<>();

    @Nullable
    Waiting waiting;

    /** The epoch of the gate that it knows. */
    long epoch;

    private final ProtocolMutant.Wording wording;
    private final Database database;
    private final MonotonicDatabaseClock clock;
    private final int pauseKey;

    /**
     * The first one holds its folder's lock, which proves the end of its predecessors, and lets no chain become deep;
     * the others prove nothing and let chains go on until the visits end them.
     */
    ProtocolRuntime(int number, DatabaseSettings settings, ProtocolMutant mutant) throws DatabaseFault {
        this.number = number;
        this.pauseKey = 1000 + number;
        this.wording = mutant.wording(pauseKey);
        this.database = Database.connect(settings.withConnections(4, 2), wording);
        this.clock = new MonotonicDatabaseClock(database);
        Duration length = Duration.ofHours(1);
        lease = new JdbcRuntimeLease(
                database,
                clock,
                new JdbcRuntimeLease.Settings(
                        "host", number, "boot", "folder " + number, number == 0, length, length.dividedBy(4)));
        inboxes = new JdbcInboxes(database, () -> Set.of(lease.runtimeId()));
        guards = new Guards(number == 0 ? 1 : 1000, 3);
        ledger = new JdbcTicketLedger(database, lease, inboxes, Duration.ofDays(30), guards);
    }

    MonotonicDatabaseClock clock() {
        return clock;
    }

    Database database() {
        return database;
    }

    void keep(Reading reading) {
        readings.add(reading);
        if (readings.size() > READINGS_KEPT) {
            readings.remove(0);
        }
    }

    /**
     * Makes a call that waits in the database if it gets to where it can.
     *
     * @param control holds the advisory lock that it waits for
     * @return the call, which is over already if it did not get there
     */
    <T> CompletableFuture<T> callAndWait(Statement control, Executor threads, Callable<T> call) throws SQLException {
        control.execute("SELECT pg_advisory_lock(" + pauseKey + ")");
        CompletableFuture<T> answer = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return call.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> answer.isDone() || waits(control));
        if (answer.isDone()) {
            unlock(control);
        }
        return answer;
    }

    /** Makes something of a call's answer: now, or once what waits goes on. */
    void whenDone(CompletableFuture<?> call, Runnable goesOn, Set<Long> locked, boolean underAnEpoch) {
        if (call.isDone()) {
            goesOn.run();
        } else {
            waiting = new Waiting(call, goesOn, locked, underAnEpoch);
        }
    }

    private boolean waits(Statement control) throws SQLException {
        try (var row = control.executeQuery(
                "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = " + pauseKey
                        + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")) {
            return row.next();
        }
    }

    /** Lets the call that waits go on, and waits for its end. */
    void goOn(Statement control) throws SQLException {
        Waiting over = waiting;
        if (over == null) {
            return;
        }
        waiting = null;
        unlock(control);
        ended(over);
        over.goesOn().run();
    }

    /** Forgets what it found; what waits goes on, and nobody asks what it came to. */
    void abandon(Statement control) throws SQLException {
        readings.clear();
        if (waiting != null) {
            Waiting over = waiting;
            waiting = null;
            unlock(control);
            ended(over);
        }
    }

    /** Ends the connection of the call that waits. */
    void loseConnection(Statement control) throws SQLException {
        Waiting over = waiting;
        if (over == null) {
            return;
        }
        waiting = null;
        // Until it is gone: its client hears of its end before its locks are free.
        control.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
                        + "AND objid = " + pauseKey);
        ended(over);
        assertThat(over.answer()).isCompletedExceptionally();
        unlock(control);
    }

    private static void ended(Waiting call) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> call.answer().isDone());
    }

    private void unlock(Statement control) throws SQLException {
        control.execute("SELECT pg_advisory_unlock(" + pauseKey + ")");
    }

    /** The texts that were replaced in this runtime's statements. */
    Set<String> replaced() {
        return wording.replaced();
    }

    @Override
    public void close() {
        database.close();
    }
}
