package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.app.program.RuntimeProgram;

/**
 * Something that scripts need is out of order: no attempt is used up, no subject is dead, neighbours finish, and once
 * it is mended everything is done without anybody's help.
 */
class BreakersTest {

    private static final int SUBJECTS = 60;

    /** Three that open a breaker and what ran beside them, on two cores; then a few probes. */
    private static final int FEW = 20;

    /** What a predecessor's script does: it catches everything, and says no more than that it failed. */
    private static final String ASKS_MODEL = """
            class Asks:
                def process(self):
                    import socket
                    try:
                        socket.create_connection(("127.0.0.1", %d), timeout=5).close()
                    except Exception as problem:
                        return {"success": False, "error": "no answer"}
                    return {"success": True}
            """;

    @RegisterExtension
    final WholeSystem system = new WholeSystem().with("turing.breakers.longest-pause", "2s");

    @BeforeEach
    void registerNeighbour() throws Exception {
        system.registerGood("good", SUBJECTS);
        system.makeTable("owl", SUBJECTS);
    }

    @Test
    void aModelThatIsDownUsesUpNoAttempt() throws Exception {
        int port = freePort();
        system.script("asks.py", ASKS_MODEL.formatted(port));
        system.execute("INSERT INTO turing.models (model_name, slots, server) VALUES ('gemma2', 2, 'http://127.0.0.1:"
                + port + "')");
        system.registerMoving("clara_a", "owl", "asks.py", "requires_model", "gemma2", "max_attempts", 1);
        RuntimeProgram program = system.start();

        awaitOpen(program, "model 'gemma2'", "the server of model 'gemma2' at 127.0.0.1:" + port);

        try (ServerSocket server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress())) {
            assertThat(server.isBound()).isTrue();
            assertDoneByItself("clara_a");
        }
    }

    @Test
    void aScriptFileThatDisappearsWhileTheRuntimeWorksIsWaitedFor() throws Exception {
        system.script("moves.py", "import time\ntime.sleep(0.05)\nprint('{\"success\": true}')\n");
        system.registerMoving("clara_a", "owl", "moves.py", "max_attempts", 1);
        RuntimeProgram program = system.start();
        WholeSystem.await("some work").until(() -> system.done("owl") > 3);
        Files.delete(system.scripts().resolve("moves.py"));

        awaitOpen(program, "script 'moves.py'", "script 'moves.py' is missing");

        system.script("moves.py", "print('{\"success\": true}')\n");
        assertDoneByItself("clara_a");
    }

    @Test
    void aFunctionThatTheDatabaseLacksIsWaitedFor() throws Exception {
        assumeTrue(system.hasPsycopg2(), "turing.test.python has psycopg2");
        system.script("scores.py", """
                class Scores:
                    def __init__(self, db_conn=None):
                        self.db = db_conn

                    def process(self):
                        cursor = self.db.cursor()
                        cursor.execute("SELECT owl_score(1)")
                        return {"success": True}
                """);
        system.registerMoving("clara_a", "owl", "scores.py", "max_attempts", 1);
        RuntimeProgram program = system.start();

        awaitOpen(program, "task type 'clara_a'", "owl_score");

        system.execute("CREATE FUNCTION owl_score(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1'");
        assertDoneByItself("clara_a");
    }

    @Test
    void aMissingPsycopg2IsWaitedFor() throws Exception {
        system.script("psycopg2.py", "raise ImportError('not here')\n"); // comes before an installed one
        String uses = "class A:\n    def __init__(self, db_conn): self.db = db_conn\n"
                + "    def process(self):\n        %s\n        return {'success': True}\n";
        system.script("uses.py", uses.formatted("self.db.cursor()"));
        system.registerMoving("clara_a", "owl", "uses.py", "max_attempts", 1);
        RuntimeProgram program = system.start();

        awaitOpen(program, "script 'uses.py'", "psycopg2 is not installed");

        system.script("uses.py", uses.formatted("pass"));
        assertDoneByItself("clara_a");
    }

    @Test
    void runOnceNamesWhatItTriedInVainAndExitsWithOne() throws Exception {
        system.script("lacks.py", """
                # turing: worker
                import json, sys

                for line in sys.stdin:
                    print(json.dumps({"success": False, "environment": "database", "error": "owl_score is missing"}),
                          flush=True)
                """);
        system.registerMoving("clara_a", "owl", "lacks.py", "max_attempts", 1);

        Child child = system.child("start", "--run-once");

        assertThat(child.exitCode()).isEqualTo(1);
        assertThat(child.printed())
                .contains(
                        "task type 'clara_a' waits: the breaker of task type 'clara_a' is open: owl_score is missing");
        assertThat(system.done("good")).isEqualTo(SUBJECTS);
        assertNothingUsedUp("clara_a");
        system.script("lacks.py", Files.readString(system.scripts().resolve("good.py")));
        RunSummary summary = system.runOnce();
        assertThat(summary.clean()).isTrue();
        assertThat(system.done("owl")).isEqualTo(SUBJECTS);
    }

    /** Status names what is open and why, and neighbours finish meanwhile. */
    private void awaitOpen(RuntimeProgram program, String what, String why) throws SQLException {
        WholeSystem.await("the open breaker in status")
                .untilAsserted(() -> assertThat(WholeSystem.statusText(program))
                        .contains("clara_a is blocked: the breaker of " + what + " is open: ")
                        .containsPattern("OUT OF ORDER +SINCE +NEXT PROBE")
                        .contains(why));
        WholeSystem.await("the neighbour's work").until(() -> system.done("good") == SUBJECTS);
        WholeSystem.await("three failed probes")
                .until(() -> WholeSystem.status(program).breakers().stream().anyMatch(open -> open.failedProbes() > 2));
    }

    private void assertDoneByItself(String taskType) throws SQLException {
        WholeSystem.await("all work").untilAsserted(() -> {
            assertNothingUsedUp(taskType);
            assertThat(system.done("owl")).isEqualTo(SUBJECTS);
        });
        WholeSystem.await("the claims' end").until(() -> system.number("SELECT count(*) FROM turing.claims") == 0);
    }

    private void assertNothingUsedUp(String taskType) throws SQLException {
        assertThat(system.column("SELECT error FROM turing.tickets WHERE status = 'dead'"))
                .isEmpty();
        assertThat(system.ofTickets(taskType, "attempt")).containsOnly("1");
        assertThat(system.tickets(taskType, "failed")).isLessThan(FEW);
    }

    private static int freePort() throws Exception {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }
}
