package org.turing.runtime.app.whole;

import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.RuntimeProgram;

/** A server that only reads for a while, as one does that lost its office to another one, or has not got it yet. */
class ReadOnlyServerTest {

    private static final int SUBJECTS = 40;

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
        flow.add(SUBJECTS);
        flow.awaitDone(SUBJECTS);
        flow.hold();
        flow.add(SUBJECTS);
        flow.awaitAllHeld();
    }

    private void assertEverythingGoesOn() throws Exception {
        flow.assertEachWasMovedOnce();
        flow.assertEachRanOnce();
        flow.assertNoAttemptWasUsedUp();
        Flow.awaitRunning(program);
        flow.assertChangesAreHeard();
        flow.assertNothingIsLeftOpen(program);
    }

    @Test
    void resultsThatComeInWhileTransactionsOnlyReadAreKeptAndWrittenOnceTheyMayWrite() throws Exception {
        try (LogLines log = LogLines.listen()) {
            onlyReads("on");
            flow.letGo();

            log.await("outcome(s) wait for the database");
            Flow.awaitWaiting(program, "read-only transaction");
        }
        onlyReads("off");

        assertEverythingGoesOn();
    }

    @Test
    void aServerThatComesBackAsAStandbyIsWaitedForUntilItIsPromoted() throws Exception {
        try (LogLines log = LogLines.listen()) {
            system.server().stop();
            Files.createFile(system.server().folder().resolve("postgres/standby.signal"));
            system.server().startAgain();
            flow.letGo();

            log.await("outcome(s) wait for the database");
            Flow.awaitWaiting(program, "read-only transaction");
        }
        system.server().execute("SELECT pg_promote()");

        assertEverythingGoesOn();
    }

    /** In a session of its own that may write all the same, if it must. */
    private void onlyReads(String onOrOff) throws Exception {
        system.server().execute("ALTER SYSTEM SET default_transaction_read_only = " + onOrOff);
        system.server().execute("SELECT pg_reload_conf()");
    }
}
