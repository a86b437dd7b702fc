package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;

/**
 * A database that does not answer, at the default lease, since what ends scripts in time depends on it; and a runtime
 * that is killed while another one stands by, with a lease that is soon over.
 */
class OutagesTest {

    /** Leaves its process id under a name of its own, then waits until there is a file go. */
    private static final String HELD = """
            import json, os, sys, time

            ticket = json.load(sys.stdin)
            mark = "running-" + ticket["subject_id"] + "-" + str(ticket["ticket_id"])
            with open(mark + ".part", "w") as file:
                file.write(str(os.getpid()))
            os.rename(mark + ".part", mark)
            while not os.path.exists("go"):
                time.sleep(0.01)
            print('{"success": true}')
            """;

    private static final int SUBJECTS = 6;

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    private TcpProxy line;
    private StatusChanges changes;

    @BeforeEach
    void registerHeldBehindALine() throws Exception {
        line = TcpProxy.to(system.server().port());
        system.with("turing.db.url", line.instead(system.server().uri(system.database())));
        system.makeTable("owl", SUBJECTS);
        changes = StatusChanges.of(system, "owl");
        system.script("held.py", HELD);
        system.registerMoving("alma", "owl", "held.py", "scale_limit", 2);
    }

    @AfterEach
    void closeLine() throws IOException {
        line.close();
    }

    @Test
    void scriptsEndBeforeALeaseLapsesThatCannotBeRenewedAndWorkGoesOnByItself() throws Exception {
        system.start();
        List<Long> pids = awaitRunning(2);

        line.vanish();
        awaitEnd(pids);

        assertThat(system.number("SELECT count(*) FROM turing.runtimes WHERE lease_until > clock_timestamp()"))
                .as("leases that stand when the scripts have ended")
                .isOne();
        WholeSystem.await("the lease to lapse")
                .until(() -> system.number("SELECT count(*) FROM turing.runtimes WHERE lease_until > clock_timestamp()")
                        == 0);
        line.comeBackAndCut();
        system.script("go", "");
        awaitEverythingDoneOnce();
        assertThat(system.number("SELECT max(attempt) FROM turing.tickets")).isEqualTo(1);
    }

    @Test
    void aDrainEndsInTimeWithoutADatabaseAndSaysWhatItCouldNotWrite() throws Exception {
        system.with("turing.work.drain-timeout", "3s");
        Child child = system.child("start");
        List<Long> pids = awaitRunning(2);
        line.vanish();

        child.process().destroy();
        child.awaitPrinted("nothing more is claimed");
        system.script("go", "");

        assertThat(child.exitCode()).as(child.printed()).isEqualTo(1);
        assertThat(child.printed()).contains("to be run again: ticket ", "of task type 'alma'");
        awaitEnd(pids);
        line.comeBackAndCut();
        assertThat(system.runOnce().clean()).isTrue();
        awaitEverythingDoneOnce();
    }

    @Test
    void aSecondSignalEndsARuntimeWhoseDatabaseDoesNotAnswer() throws Exception {
        system.with("turing.work.drain-timeout", "1h");
        Child child = system.child("start");
        List<Long> pids = awaitRunning(2);
        line.vanish();

        child.process().destroy();
        child.awaitPrinted("nothing more is claimed");
        child.process().destroy();

        assertThat(child.exitCode()).as(child.printed()).isEqualTo(1);
        awaitEnd(pids);
        line.comeBackAndCut();
        system.script("go", "");
        assertThat(system.runOnce().clean()).isTrue();
        awaitEverythingDoneOnce();
    }

    @Test
    void theWorkOfARuntimeThatIsKilledIsTakenOverByOneThatStandsByWithoutARetry() throws Exception {
        system.with("turing.ledger.lease", "6s").with("turing.ledger.renew-every", "1500ms");
        Child killed = system.childOn("first", "start");
        List<Long> pids = awaitRunning(2);
        RuntimeProgram other = system.start(system.settings("second", Map.of()), Assignment.EVERYTHING);
        WholeSystem.await("the other one to stand by")
                .until(() -> WholeSystem.status(other).state().equals("standing by"));
        assertThat(WholeSystem.statusText(other))
                .contains("(pid " + killed.process().pid() + ") works on this schema");
        assertThat(pids()).as("scripts while it stands by").hasSize(2);

        killed.process().destroyForcibly().onExit().join();
        awaitEnd(pids);
        system.script("go", "");
        awaitEverythingDoneOnce();

        assertThat(system.number("SELECT count(*) FROM turing.tickets JOIN turing.runtimes USING (runtime_id)"
                        + " WHERE status = 'cancelled' AND recorded_at > lease_until"))
                .as("rescued once the lease had lapsed")
                .isEqualTo(2);
        assertThat(system.column("SELECT error FROM turing.tickets WHERE status = 'cancelled'"))
                .hasSize(2)
                .allSatisfy(error -> assertThat(error).startsWith("rescued: runtime"));
        assertThat(system.number("SELECT max(attempt) FROM turing.tickets")).isEqualTo(1);
        assertThat(WholeSystem.status(other, "alma").completed()).isEqualTo(SUBJECTS);
    }

    // ------------------------------------------------------------------ the stage

    /** Waits until so many scripts have begun altogether; returns the process ids of all of them. */
    private List<Long> awaitRunning(int scripts) throws IOException {
        WholeSystem.await(scripts + " scripts to run").until(() -> pids().size() >= scripts);
        return pids();
    }

    private List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (Stream<Path> files = Files.list(system.scripts())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("running-") && !name.endsWith(".part")) {
                    pids.add(Long.parseLong(Files.readString(file)));
                }
            }
        }
        return pids;
    }

    private static void awaitEnd(List<Long> pids) {
        WholeSystem.await("the scripts' end")
                .untilAsserted(() -> assertThat(pids)
                        .allSatisfy(pid -> assertThat(ProcessHandle.of(pid))
                                .as("script " + pid)
                                .isEmpty()));
    }

    private void awaitEverythingDoneOnce() throws Exception {
        WholeSystem.await("everything done")
                .until(() ->
                        system.done("owl") == SUBJECTS && system.number("SELECT count(*) FROM turing.claims") == 0);
        changes.assertOneOfEach(SUBJECTS);
    }
}
