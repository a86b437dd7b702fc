package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.RuntimeProgram;

/** A limit for runs that nobody set is learned, and what outlives it is ended with everything that it started. */
class TimeoutsTest {

    /** Succeeds at once; subject 0 hangs, and neither it nor its child ends when asked politely. */
    private static final String HANGS = """
            # turing: worker
            import json, os, signal, subprocess, sys, time

            def asked_to_end(*_):
                open("asked-to-end", "w").close()

            for line in sys.stdin:
                ticket = json.loads(line)
                if ticket["subject_id"] == "0":
                    signal.signal(signal.SIGTERM, asked_to_end)
                    child = subprocess.Popen([sys.executable, "-c",
                        "import signal, time\\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\\nopen('ready', 'w').close()\\n"
                        "while True: time.sleep(1)"])
                    while not os.path.exists("ready"):
                        time.sleep(0.01)
                    with open("pids", "w") as pids:
                        pids.write("%d %d" % (os.getpid(), child.pid))
                    while True:
                        time.sleep(1)
                print(json.dumps({"success": True, "ticket_id": ticket["ticket_id"]}), flush=True)
            """;

    /** Looks for the processes of the hanging one: whoever gets its slot must find them gone. */
    private static final String LOOKS = """
            import os, sys

            def lives(pid):
                try:
                    with open("/proc/%s/stat" % pid) as stat:
                        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
                except OSError:
                    return False

            left = [pid for pid in open("pids").read().split() if lives(pid)]
            print('{"success": true, "output": %d}' % len(left))
            """;

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    @Test
    void aLearnedLimitEndsAHangingRunPolitelyThenByForceAndItsSlotIsFreeWhenItsGroupIsGone() throws Exception {
        system.script("hangs.py", HANGS);
        system.script("looks.py", LOOKS);
        system.makeTable("owl", 0);
        system.makeTable("moth", 0);
        system.execute("INSERT INTO turing.models (model_name, slots) VALUES ('gemma2', 1)");
        system.registerMoving("hangs", "owl", "hangs.py", "requires_model", "gemma2", "max_attempts", 1);
        system.registerMoving("looks", "moth", "looks.py", "requires_model", "gemma2");
        RuntimeProgram program = system.start();
        WholeSystem.await("what little is known")
                .untilAsserted(
                        () -> assertThat(WholeSystem.status(program, "hangs").timeoutFrom())
                                .isEqualTo("default"));
        system.execute("INSERT INTO owl SELECT i, 'new' FROM generate_series(1, 100) i");
        WholeSystem.await("a limit learned from the first hundred runs")
                .untilAsserted(
                        () -> assertThat(WholeSystem.statusText(program)).containsPattern("hangs .* \\(100 runs\\)"));

        system.execute("INSERT INTO owl VALUES (0, 'new')");
        Path pids = system.scripts().resolve("pids");
        WholeSystem.await("the hanging run").until(() -> Files.exists(pids));
        system.execute("INSERT INTO moth VALUES (1, 'new')");

        WholeSystem.await("the next in line").until(() -> system.done("moth") == 1);
        assertThat(system.ofTickets("looks", "output")).as("processes left").isEqualTo(List.of("0"));
        assertThat(system.scripts().resolve("asked-to-end"))
                .as("SIGTERM came first")
                .exists();
        assertThat(system.column("SELECT error FROM turing.tickets WHERE status = 'dead'"))
                .singleElement()
                .asString()
                .startsWith("timed out after ");
    }
}
