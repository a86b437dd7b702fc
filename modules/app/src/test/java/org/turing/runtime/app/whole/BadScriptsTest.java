package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.actors.RunSummary;

/** One run to its end, {@code start --run-once}, over many bad scripts and a good neighbour. */
class BadScriptsTest {

    private static final int GOOD_SUBJECTS = 40;
    private static final int SUBJECTS = 2;
    private static final int ATTEMPTS = 2;

    @RegisterExtension
    static final WholeSystem SYSTEM = new WholeSystem();

    private static RunSummary summary;

    @BeforeAll
    static void runToTheEnd() throws Exception {
        SYSTEM.registerGood("good", GOOD_SUBJECTS);
        script("raises", "raise ValueError('owl has no meaning')");
        script("raises_thick", """
                class Raising:
                    def process(self):
                        raise ValueError('owl has no meaning')
                """);
        script("returns_none", """
                class Silent:
                    def process(self):
                        return None
                """);
        script("never_returns", "import time\ntime.sleep(3600)", "timeout_seconds", 1);
        script(
                "never_answers",
                "# turing: worker\nimport time\nprint('{\"ready\": true}', flush=True)\ntime.sleep(3600)",
                "timeout_seconds",
                1);
        script("exits_3", "import sys\nprint('{\"success\": true}')\nprint('no owl', file=sys.stderr)\nsys.exit(3)");
        script("prints_nothing", "pass");
        script("dies", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)");
        script("unknown_status", "print('{\"success\": true, \"status\": \"flown\"}')");
        script("no_boolean", "print('{\"success\": \"yes\"}')");
        script("around", "print('before')\nprint('{\"success\": true, \"output\": 7}')\nprint('after {')");
        script("fifty_megabytes", "for i in range(50): print('x' * (1 << 20))\nprint('{\"success\": true}')");
        script("leaves_child", """
                import subprocess

                child = subprocess.Popen(["sleep", "3600"])
                print('{"success": true, "output": %d}' % child.pid)
                """);
        SYSTEM.makeTable("owl", SUBJECTS);
        SYSTEM.execute("UPDATE turing.task_types SET outbox_status = 'hunting, asleep', subject_table = 'owl',"
                + " subject_key = 'id', status_column = 'status', inbox_status = 'new'"
                + " WHERE task_type_name = 'unknown_status'");
        register("missing", "nowhere.py");
        Files.writeString(SYSTEM.home().resolve("outside.py"), "print('{\"success\": true}')");
        register("outside", "../outside.py");
        SYSTEM.script("plain.sh", "#!/bin/sh\necho '{\"success\": true}'");
        register("not_executable", "plain.sh");
        summary = SYSTEM.runOnce();
    }

    private static void script(String name, String text, Object... more) throws IOException, SQLException {
        SYSTEM.script(name + ".py", text + "\n");
        register(name, name + ".py", more);
    }

    private static void register(String name, String path, Object... more) throws SQLException {
        List<Object> columns = new ArrayList<>(List.of(
                "work_query",
                "SELECT i AS id FROM generate_series(1, " + SUBJECTS + ") i",
                "script_path",
                path,
                "rerun",
                "once",
                "max_attempts",
                ATTEMPTS,
                "retry_backoff",
                "100 ms"));
        columns.addAll(List.of(more));
        SYSTEM.register(name, columns.toArray());
    }

    /** Every subject was tried as often as allowed, and each ticket says why it failed. */
    private static void assertGivenUp(String name, String error) throws SQLException {
        assertThat(SYSTEM.tickets(name, "failed")).isEqualTo(SUBJECTS * (ATTEMPTS - 1L));
        assertThat(SYSTEM.tickets(name, "dead")).isEqualTo(SUBJECTS);
        assertThat(SYSTEM.ofTickets(name, "error")).containsOnly(error);
    }

    /** Nothing ran, no attempt was used up, and the runtime says when it leaves what must be mended. */
    private static void assertNotRun(String name, String message) throws Exception {
        assertThat(summary.blocked()).contains("task type '" + name + "' is faulted: " + message);
        assertThat(SYSTEM.ofTickets(name, "ticket_id")).isEmpty();
        assertThat(SYSTEM.check(name)).isEqualTo("WRONG " + message);
    }

    private static void assertCompleted(String name) throws SQLException {
        assertThat(SYSTEM.ofTickets(name, "status")).hasSize(SUBJECTS).containsOnly("completed");
    }

    @Test
    void theGoodNeighbourFinishes() throws SQLException {
        assertThat(SYSTEM.done("good")).isEqualTo(GOOD_SUBJECTS);
        assertThat(summary.clean()).isFalse();
        assertThat(SYSTEM.number("SELECT count(*) FROM turing.claims")).isZero();
    }

    @Test
    void aScriptThatRaisesForEverySubjectIsTriedAsOftenAsAllowedAndItsTracebackIsKept() throws SQLException {
        assertGivenUp("raises", "the script exited with code 1");
        assertThat(SYSTEM.ofTickets("raises", "stderr"))
                .allSatisfy(stderr -> assertThat(stderr).contains("ValueError: owl has no meaning"));
    }

    @Test
    void aClassThatRaisesForEverySubjectIsTriedAsOftenAsAllowed() throws SQLException {
        assertThat(SYSTEM.tickets("raises_thick", "dead")).isEqualTo(SUBJECTS);
        assertThat(SYSTEM.ofTickets("raises_thick", "error"))
                .hasSize(SUBJECTS * ATTEMPTS)
                .allSatisfy(error -> assertThat(error).contains("ValueError: owl has no meaning"));
    }

    @Test
    void aClassThatReturnsNoneHasFailed() throws SQLException {
        assertThat(SYSTEM.tickets("returns_none", "dead")).isEqualTo(SUBJECTS);
        assertThat(SYSTEM.ofTickets("returns_none", "error"))
                .allSatisfy(error -> assertThat(error).contains("None"));
    }

    @Test
    void aScriptThatNeverReturnsIsEndedAfterItsTimeout() throws SQLException {
        assertGivenUp(
                "never_returns",
                "timed out after 1.0 s and was ended. Fix: make the script faster, or raise timeout_seconds");
    }

    @Test
    void aWorkerThatNeverAnswersIsEndedAfterItsTimeout() throws SQLException {
        assertGivenUp(
                "never_answers",
                "timed out after 1.0 s and was ended. Fix: make the script faster, or raise timeout_seconds");
    }

    @Test
    void exitCodeThreeIsAFailureWhateverWasPrinted() throws SQLException {
        assertGivenUp("exits_3", "the script exited with code 3");
        assertThat(SYSTEM.ofTickets("exits_3", "exit_code")).containsOnly("3");
        assertThat(SYSTEM.ofTickets("exits_3", "stderr")).containsOnly("no owl\n");
    }

    @Test
    void aScriptThatPrintsNothingIsToldWhatToPrint() throws SQLException {
        assertGivenUp(
                "prints_nothing",
                "the script printed no result line. Fix: print one line such as {\"success\": true} on standard"
                        + " output");
    }

    @Test
    void aScriptThatDiesBySignalIsToldWhichOne() throws SQLException {
        assertGivenUp("dies", "the script was ended by SIGKILL");
    }

    @Test
    void anUnknownStatusIsRefusedWithTheOnesThatAreAllowed() throws SQLException {
        assertGivenUp(
                "unknown_status",
                "the script succeeded with status 'flown', and task type 'unknown_status' may only move subjects to"
                        + " hunting, asleep. Fix: return one of these as \"status\", or change outbox_status");
    }

    @Test
    void aSuccessThatIsNeitherTrueNorFalseIsAFailure() throws SQLException {
        assertGivenUp("no_boolean", "the result's success is \"yes\", not true or false");
    }

    @Test
    void textAroundTheResultIsKeptWithTheTicket() throws SQLException {
        assertCompleted("around");
        assertThat(SYSTEM.ofTickets("around", "output")).containsOnly("7");
        assertThat(SYSTEM.ofTickets("around", "stdout")).containsOnly("before\nafter {\n");
    }

    @Test
    void fiftyMegabytesAreKeptInPartAndHideNoResult() throws SQLException {
        assertCompleted("fifty_megabytes");
        assertThat(SYSTEM.ofTickets("fifty_megabytes", "stdout"))
                .allSatisfy(stdout -> assertThat(stdout).hasSizeBetween(1_000, 200_000));
    }

    @Test
    void aChildThatIsLeftBehindIsEnded() throws SQLException {
        assertCompleted("leaves_child");
        assertThat(SYSTEM.ofTickets("leaves_child", "output"))
                .allSatisfy(pid -> assertThat(ProcessHandle.of(Long.parseLong(pid)))
                        .as("process " + pid)
                        .isEmpty());
    }

    @Test
    void aMissingScriptIsNamedWithItsPlace() throws Exception {
        assertNotRun(
                "missing",
                "script 'nowhere.py' is missing: there is no file "
                        + SYSTEM.scripts().resolve("nowhere.py")
                        + ". Fix: put it there, or correct script_path (relative to the scripts folder)");
    }

    @Test
    void aScriptOutsideTheFolderIsRefused() throws Exception {
        assertNotRun(
                "outside",
                "script '../outside.py' is outside the scripts folder: "
                        + SYSTEM.home().resolve("outside.py") + ". Fix: move it into " + SYSTEM.scripts()
                        + ", or set turing.scripts.folder");
    }

    @Test
    void aScriptThatIsNotExecutableIsToldHowToBecomeSo() throws Exception {
        assertNotRun(
                "not_executable",
                "script 'plain.sh' is not executable: " + SYSTEM.scripts().resolve("plain.sh") + ". Fix: chmod +x "
                        + SYSTEM.scripts().resolve("plain.sh"));
    }

    @Test
    void whatWasGivenUpIsCounted() throws SQLException {
        assertThat(summary.dead()).isEqualTo(10L * SUBJECTS);
        assertThat(summary.failed()).isEqualTo(10L * SUBJECTS * (ATTEMPTS - 1));
        assertThat(summary.completed()).isEqualTo(GOOD_SUBJECTS + 3L * SUBJECTS);
    }
}
