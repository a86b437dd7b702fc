package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl;

/** What a gate decides stands in the database, and the next runtime's gate goes on from there. */
class GateJournalTest {

    private static final String EPOCH = "SELECT epoch FROM turing.gates WHERE model = 'mistral-nemo'";

    /** Succeeds once there is a file {@code go}. */
    private static final String WAITING = """
            # turing: worker
            import json, os, sys, time

            for line in sys.stdin:
                ticket = json.loads(line)
                while not os.path.exists("go"):
                    time.sleep(0.01)
                print(json.dumps({"success": True, "ticket_id": ticket["ticket_id"]}), flush=True)
            """;

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    @Test
    void subjectsDoNotGoThroughTheJournalAndEachGateHasALaterEpoch() throws Exception {
        system.makeTable("alma", 500);
        system.registerMoving("alma", "alma", "good.py", "requires_model", "mistral-nemo");
        assertThat(system.runOnce().completed()).isEqualTo(500);

        assertThat(system.number("SELECT count(*) FROM turing.journal_events")).isBetween(3L, 40L);
        assertThat(system.column("SELECT DISTINCT event_ser_manifest FROM turing.journal_events ORDER BY 1"))
                .contains("configured.1", "granted.1", "queued.1", "released.1");
        assertThat(system.column("SELECT DISTINCT persistence_id FROM turing.journal_events"))
                .containsExactly("ModelGate|mistral-nemo");
        long epoch = system.number(EPOCH);

        system.execute("INSERT INTO alma SELECT i, 'new' FROM generate_series(501, 510) i");
        assertThat(system.runOnce().completed()).isEqualTo(10);
        assertThat(system.number(EPOCH)).isGreaterThan(epoch);
    }

    @Test
    void theSlotsOfARuntimeThatWasKilledComeBackAndItsSuccessorHasItsOwn() throws Exception {
        system.script("waiting.py", WAITING);
        system.makeTable("alma", 5);
        system.registerMoving("alma", "alma", "waiting.py", "requires_model", "mistral-nemo");
        Child killed = system.child("start");
        WholeSystem.await("a subject at work").until(() -> system.number("SELECT count(*) FROM turing.claims") > 0);
        WholeSystem.await("a slot in the journal")
                .until(() -> system.number(
                                "SELECT count(*) FROM turing.journal_events WHERE event_ser_manifest = 'granted.1'")
                        == 1);
        killed.process().destroyForcibly().onExit().join();

        system.script("go", "");
        RuntimeProgram next = system.start(system.settings("data", Map.of()), Assignment.EVERYTHING);
        WholeSystem.await("all done").until(() -> system.done("alma") == 5);
        WholeSystem.await("no slot left out").until(() -> {
            GateStatus gate = WholeSystem.status(next).gates().get(0);
            return gate.quarantined() == 0 && gate.holders().isEmpty();
        });
        assertThat(system.tickets("alma", "completed")).isEqualTo(5);
    }

    @Test
    void aPausedGateIsPausedInTheNextRuntime() throws Exception {
        system.registerGood("alma", 5);
        system.execute("UPDATE turing.task_types SET requires_model = 'mistral-nemo'");
        try (RuntimeProgram first = system.start()) {
            WholeSystem.await("done").until(() -> system.done("alma") == 5);
            assertThat(first.control()
                            .pause(new RuntimeControl.Target.OneModel("mistral-nemo"))
                            .toCompletableFuture()
                            .join()
                            .done())
                    .isTrue();
            WholeSystem.await("paused")
                    .until(() ->
                            WholeSystem.status(first).gates().get(0).state().equals("paused"));
        }
        RuntimeProgram next = system.start();
        WholeSystem.await("paused still")
                .until(() -> WholeSystem.status(next).gates().stream()
                        .anyMatch(gate -> gate.state().equals("paused")));
    }
}
