package org.turing.runtime.app.whole;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.RuntimeProgram;

/** A PostgreSQL that is stopped, killed or throws everybody out while work flows, and comes back. */
class DatabaseRestartTest {

    private static final int SUBJECTS = 200;

    @RegisterExtension
    final WholeSystem system = new WholeSystem()
            .onServerApart(Map.of())
            .with("turing.ledger.renew-every", "500ms")
            .with("turing.work.poll-shortest", Flow.NO_POLL)
            .with("turing.work.poll-longest", Flow.NO_POLL);

    private Flow flow;
    private RuntimeProgram program;

    @BeforeEach
    void start() throws Exception {
        flow = Flow.prepare(system);
        program = system.start();

        flow.add(SUBJECTS / 4);
        flow.awaitDone(SUBJECTS / 4);
        flow.hold();
        flow.add(SUBJECTS);
        flow.awaitAllHeld();
    }

    private void assertEverythingGoesOn() throws Exception {
        flow.assertEachWasMovedOnce();
        flow.assertEachRanOnce();
        Flow.awaitRunning(program);
        flow.assertChangesAreHeard();
        flow.assertNothingIsLeftOpen(program);
    }

    @Test
    void resultsThatComeInWhileTheServerIsStoppedAreKeptAndWrittenOnceItIsBack() throws Exception {
        try (LogLines log = LogLines.listen()) {
            system.server().stop();
            flow.letGo();

            log.await("outcome(s) wait for the database");
            log.await("notifications are lost, polling goes on");
            Flow.awaitWaiting(program, "refused");
        }
        system.server().startAgain();

        assertEverythingGoesOn();
    }

    @Test
    void aServerThatIsKilledIsComeBackTo() throws Exception {
        ProcessHandle postmaster =
                ProcessHandle.of(system.server().postmaster()).orElseThrow();
        try (LogLines log = LogLines.listen()) {
            postmaster.destroyForcibly();
            postmaster.onExit().get(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            flow.letGo();

            log.await("outcome(s) wait for the database");
            log.await("notifications are lost, polling goes on");
            Flow.awaitWaiting(program, "the database can't serve now");
        }
        system.server().startAgain();

        assertEverythingGoesOn();
    }

    @Test
    void everySessionIsEndedAgainAndAgainWhileTicketsFlow() throws Exception {
        flow.letGo();
        try (LogLines log = LogLines.listen()) {
            for (int times = 1; times <= 10; times++) {
                system.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND application_name LIKE 'turing-runtime%'");
                flow.add(SUBJECTS / 10);
                flow.awaitDone(SUBJECTS / 4 + times * (SUBJECTS / 10));
            }
            log.await("terminating connection due to administrator command");
        }

        assertEverythingGoesOn();
    }
}
