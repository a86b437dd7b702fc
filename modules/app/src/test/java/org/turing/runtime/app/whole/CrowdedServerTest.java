package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.CannotStart;
import org.turing.runtime.app.program.RuntimeProgram;

/** Others take every connection that the server has ({@code max_connections}), and give them back later. */
class CrowdedServerTest {

    private static final int CONNECTIONS = 30;
    private static final int SUBJECTS = 40;
    private static final String ALL_TAKEN = "53300";
    private static final String NEED =
            "this runtime holds up to 16 connections, and each script with database_access one more";

    private static final String END_SESSIONS_OF_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE backend_type = 'client backend' AND application_name <> 'PostgreSQL JDBC Driver'";

    @RegisterExtension
    final WholeSystem system = new WholeSystem()
            .onServerApart(
                    Map.of("max_connections", Integer.toString(CONNECTIONS), "superuser_reserved_connections", "0"))
            .with("turing.ledger.lease", "1m")
            .with("turing.ledger.renew-every", "500ms")
            .with("turing.work.poll-shortest", Flow.NO_POLL)
            .with("turing.work.poll-longest", Flow.NO_POLL);

    private final Deque<Connection> crowd = new ArrayDeque<>();
    private Flow flow;

    @BeforeEach
    void prepare() throws Exception {
        flow = Flow.prepare(system);
    }

    @AfterEach
    void disperse() throws SQLException {
        while (!crowd.isEmpty()) {
            crowd.pop().close();
        }
    }

    @Test
    void resultsThatComeInWhileNoConnectionIsLeftAreKeptAndWrittenOnceThereIsOne() throws Exception {
        RuntimeProgram program = system.start();
        flow.add(SUBJECTS);
        flow.awaitDone(SUBJECTS);
        flow.hold();
        flow.add(SUBJECTS);
        flow.awaitAllHeld();
        try (LogLines log = LogLines.listen()) {
            takeEveryConnection();
            flow.letGo();

            log.await("outcome(s) wait for the database");
            Flow.awaitWaiting(program, "too many clients already (" + NEED + ")");
        }
        disperse();

        flow.assertEachWasMovedOnce();
        flow.assertEachRanOnce();
        Flow.awaitRunning(program);
        flow.assertChangesAreHeard();
        flow.assertNothingIsLeftOpen(program);
    }

    @Test
    void aStartWaitsForAConnectionAndSaysHowManyAreNeededUntilItHasOneOrIsStopped() throws Exception {
        flow.add(SUBJECTS);
        takeEveryConnection();
        try (LogLines log = LogLines.listen()) {
            CompletableFuture<Void> leave = new CompletableFuture<>();
            CompletableFuture<RuntimeProgram> stopped = start(leave);
            log.await("the start waits: database postgresql://127.0.0.1:"
                    + system.server().port() + "/"
                    + system.database() + " can't serve now: sorry, too many clients already; " + NEED
                    + ". Fix: end other sessions, raise max_connections");
            leave.complete(null);
            assertThatThrownBy(() -> stopped.get(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .cause()
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContaining("was stopped before it worked");
        }
        try (LogLines log = LogLines.listen()) {
            CompletableFuture<RuntimeProgram> started = start(new CompletableFuture<>());
            log.await("the start waits: ");
            assertThat(started).isNotDone();
            disperse();
            started.get(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        flow.assertEachWasMovedOnce();
    }

    private CompletableFuture<RuntimeProgram> start(CompletableFuture<Void> leave) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return system.start(system.settings(), Assignment.EVERYTHING, leave);
            } catch (Exception refused) {
                throw new IllegalStateException(refused);
            }
        });
    }

    /** Until the runtime has none; it is as quick as we are where one becomes free. */
    private void takeEveryConnection() throws SQLException {
        crowd.push(system.connect());
        try (Statement statement = crowd.element().createStatement()) {
            while (crowd.size() < CONNECTIONS) {
                try {
                    crowd.push(system.connect());
                } catch (SQLException refused) {
                    assertThat(refused.getSQLState()).isEqualTo(ALL_TAKEN);
                    statement.execute(END_SESSIONS_OF_OTHERS);
                }
            }
        }
    }
}
