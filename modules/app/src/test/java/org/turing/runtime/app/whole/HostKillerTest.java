package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A subject whose script brings its own runtime down each time. */
class HostKillerTest {

    /** Subject 3 ends the runtime that runs it, as the kernel does when memory runs out. */
    private static final String KILLER = """
            import json, os, signal, sys, time

            ticket = json.load(sys.stdin)
            if ticket["subject_id"] == "3":
                while not os.path.exists("../data/runtime.json"):
                    time.sleep(0.01)
                os.kill(json.load(open("../data/runtime.json"))["pid"], signal.SIGKILL)
                time.sleep(600)
            print('{"success": true}')
            """;

    /** Runs for so long that a crash always meets it. */
    private static final String PATIENT = """
            import sys, time

            time.sleep(3)
            print('{"success": true}')
            """;

    private static final int KILLED = 128 + 9;
    private static final int SUBJECTS = 8;

    @RegisterExtension
    final WholeSystem system = new WholeSystem().with("turing.work.most-interruptions", "3");

    @Test
    void isFoundAndSetAsideAndAllTheOthersComplete() throws Exception {
        system.makeTable("owl", SUBJECTS);
        system.script("killer.py", KILLER);
        system.registerMoving("killing", "owl", "killer.py", "scale_limit", 2);
        system.makeTable("hawk", 1);
        system.script("patient.py", PATIENT);
        system.registerMoving("patient", "hawk", "patient.py");

        int starts = 1;
        Child child = system.child("start", "--run-once");
        while (child.exitCode() == KILLED && starts < 10) {
            starts++;
            child = system.child("start", "--run-once");
        }

        assertThat(starts).isEqualTo(3 + 1);
        assertThat(child.exitCode()).as(child.printed()).isEqualTo(1);
        assertThat(child.printed())
                .contains("task type 'killing': 1 subject(s) set aside: 3 ")
                .contains(
                        "3: its runtime ended 3 times in a row while it was claimed "
                                + "(turing.work.most-interruptions = 3): does it bring the runtime down? Free it: turing retry ");
        assertThat(system.done("owl")).isEqualTo(SUBJECTS - 1);
        assertThat(system.done("hawk")).isOne();
        assertThat(system.column("SELECT state || subject_id FROM turing.memory WHERE state <> 'left'"))
                .containsExactly("set_aside3");
        assertThat(system.number("SELECT max(attempt) FROM turing.tickets")).isOne();
        assertThat(system.number("SELECT count(*) FROM turing.claims")).isZero();
        assertThat(system.turing("retry", "--state", "set_aside", "--dry-run").printed())
                .isEqualTo("1 subject would be worked on again\n");
    }
}
