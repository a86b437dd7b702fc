package org.turing.runtime.app.whole;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;

/** A server that vanishes without a word: every connection to it looks alive and never answers again. */
class DeadLinesTest {

    private static final int SUBJECTS = 50;

    @RegisterExtension
    final WholeSystem system = new WholeSystem()
            .with("turing.ledger.renew-every", "500ms")
            .with("turing.db.ledger-timeout", "2s")
            .with("turing.work.poll-shortest", Flow.NO_POLL)
            .with("turing.work.poll-longest", Flow.NO_POLL);

    private Flow flow;
    private TcpProxy line;
    private RuntimeProgram program;

    @BeforeEach
    void start() throws Exception {
        flow = Flow.prepare(system);
        line = TcpProxy.to(system.server().port());
        String url = line.instead(system.server().uri(system.database()));
        program = system.start(system.settings("data", Map.of("turing.db.url", url)), Assignment.EVERYTHING);
        flow.add(SUBJECTS);
        flow.awaitDone(SUBJECTS);
    }

    @AfterEach
    void close() throws Exception {
        line.close();
    }

    @Test
    void resultsThatComeInOverDeadLinesAreWrittenOverNewOnes() throws Exception {
        flow.hold();
        flow.add(SUBJECTS);
        flow.awaitAllHeld();
        try (LogLines log = LogLines.listen()) {
            line.vanish();
            flow.letGo();
            log.await("outcome(s) wait for the database");
            Flow.awaitWaiting(program, "the database can't serve now");
        }
        line.comeBack();

        flow.assertEachWasMovedOnce();
        flow.assertEachRanOnce();
        Flow.awaitRunning(program);
        flow.assertChangesAreHeard();
        flow.assertNothingIsLeftOpen(program);
    }

    @Test
    void statementsThatAreUnderWayWhenTheServerVanishesAreGivenUp() throws Exception {
        flow.add(20 * SUBJECTS);
        flow.awaitDone(2 * SUBJECTS);
        line.vanish();
        Flow.awaitWaiting(program, "the database can't serve now");
        line.comeBack();

        flow.assertEachWasMovedOnce();
        Flow.awaitRunning(program);
        flow.assertChangesAreHeard();
        flow.assertNothingIsLeftOpen(program);
    }
}
