package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.RuntimeProgram;

/** Runtimes that are killed, asked to end, or told to end at once while scripts run. */
class ProcessesTest {

    /** Says that it runs, and, for the subjects named in the file held, waits until there is a file go. */
    private static final String HELD = """
            import json, os, sys, time

            ticket = json.load(sys.stdin)
            subject = ticket["subject_id"]
            open("running-" + subject, "w").write(str(os.getpid()))
            if subject in open("held").read().split():
                while not os.path.exists("go"):
                    time.sleep(0.01)
            print('{"success": true}')
            """;

    private static final int SUBJECTS = 24;

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    private StatusChanges changes;

    @BeforeEach
    void registerHeld() throws Exception {
        system.makeTable("owl", SUBJECTS);
        changes = StatusChanges.of(system, "owl");
        system.script("held.py", HELD);
        system.registerMoving("alma", "owl", "held.py", "scale_limit", 2);
    }

    private void hold(int... subjects) throws IOException {
        StringBuilder held = new StringBuilder();
        for (int subject : subjects) {
            held.append(subject).append(' ');
        }
        system.script("held", held.toString());
    }

    private boolean runs(int subject) throws IOException {
        Path file = system.scripts().resolve("running-" + subject);
        return Files.exists(file) && Files.size(file) > 0;
    }

    private void letGo() throws IOException {
        system.script("go", "");
    }

    private List<Long> scriptPids() throws IOException {
        try (Stream<Path> files = Files.list(system.scripts())) {
            return files.filter(file -> file.getFileName().toString().startsWith("running-"))
                    .map(ProcessesTest::pid)
                    .toList();
        }
    }

    private static long pid(Path file) {
        try {
            return Long.parseLong(Files.readString(file));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void awaitNoScriptLeft() throws IOException {
        List<Long> pids = scriptPids();
        assertThat(pids).isNotEmpty();
        WholeSystem.await("the scripts' end")
                .untilAsserted(() -> assertThat(pids)
                        .allSatisfy(pid -> assertThat(ProcessHandle.of(pid))
                                .as("script " + pid)
                                .isEmpty()));
    }

    @Test
    void afterAKillTheNextStartFinishesTheRestAndNoSubjectMovesTwice() throws Exception {
        hold(9, 10);
        Child killed = system.child("start");
        WholeSystem.await("two scripts to be held").until(() -> runs(9) && runs(10) && system.done("owl") == 8);

        killed.process().destroyForcibly().onExit().join();

        awaitNoScriptLeft();
        assertThat(system.done("owl")).isEqualTo(8);
        assertThat(system.number("SELECT count(*) FROM turing.claims")).isPositive();
        letGo();
        long left = system.number("SELECT count(*) FROM turing.claims");
        Child next = system.child("start", "--run-once");
        assertThat(next.exitCode()).as(next.printed()).isZero();
        assertThat(next.printed())
                .contains("found " + left + " claim(s) of earlier runs (free again)")
                .contains("completed " + (SUBJECTS - 8) + ",");
        assertThat(system.done("owl")).isEqualTo(SUBJECTS);
        changes.assertOneOfEach(SUBJECTS);
        assertThat(system.number("SELECT count(*) FROM turing.claims")).isZero();
        assertThat(system.tickets("alma", "dead")).isZero();
    }

    @Test
    void noTransactionOfTheRuntimeIsOpenWhileScriptsRun() throws Exception {
        hold(9, 10);
        Child child = system.child("start");
        WholeSystem.await("two scripts to be held").until(() -> runs(9) && runs(10));

        String asOld = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND backend_type = 'client backend' AND xact_start < to_timestamp(%s / 1000.0)";
        long since = system.number("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)");
        WholeSystem.await("the end of what was open when the scripts were there")
                .until(() -> system.number(asOld.formatted(since)) == 0);
        assertThat(runs(9) && runs(10) && child.process().isAlive()).isTrue();
        letGo();
        child.process().destroy();
        assertThat(child.exitCode()).as(child.printed()).isZero();
    }

    @Test
    void sigtermLetsWhatRunsFinishAndStartsNothingMore() throws Exception {
        hold(9, 10);
        Child child = system.child("start");
        WholeSystem.await("two scripts to be held").until(() -> runs(9) && runs(10) && system.done("owl") == 8);

        child.process().destroy();
        child.awaitPrinted("nothing more is claimed");
        WholeSystem.await("what was claimed ahead to be given back")
                .until(() -> system.number("SELECT count(*) FROM turing.claims") == 2);
        letGo();

        assertThat(child.exitCode()).as(child.printed()).isZero();
        // each lane may have started one more before it heard
        assertThat(system.done("owl")).isBetween(10L, 12L);
        assertThat(system.tickets("alma", "completed")).isEqualTo(system.done("owl"));
        assertThat(system.number("SELECT count(*) FROM turing.claims")).isZero();
        awaitNoScriptLeft();
    }

    @Test
    void aScriptThatHangsForEverKeepsNeitherItsNeighboursNorTheShutdown() throws Exception {
        hold(1, 2);
        system.registerGood("good", 30);
        RuntimeProgram program = system.start();
        WholeSystem.await("both lanes to hang and the neighbour's end")
                .until(() -> runs(1) && runs(2) && system.done("good") == 30);

        program.control().stop(true);
        program.whenDone().toCompletableFuture().get(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        program.close();

        awaitNoScriptLeft();
        assertThat(system.ofTickets("alma", "status")).containsExactly("cancelled", "cancelled");
        assertThat(system.ofTickets("alma", "error")).containsOnly("the runtime is stopping");
        assertThat(system.number("SELECT count(*) FROM turing.claims")).isZero();
        letGo();
        assertThat(system.runOnce().completed()).isEqualTo(SUBJECTS);
        assertThat(system.number("SELECT max(attempt) FROM turing.tickets")).isEqualTo(1);
    }
}
