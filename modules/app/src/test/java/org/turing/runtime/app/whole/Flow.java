package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.turing.runtime.app.program.RuntimeProgram;

/**
 * Subjects that a task type moves from new to done while something happens to the database, and what must be true when
 * that is over: each was moved once and its script ran once, notifications are heard, nothing is left open. The script
 * waits while it is held, so that results come in when the test wants them to.
 */
final class Flow {

    /** Longer than any test: whoever moves on without waiting for a poll was told to. */
    static final String NO_POLL = "10m";

    /** How many scripts run at a time. */
    static final int LANES = 4;

    private static final String SCRIPT = """
            # turing: worker
            import json, os, sys, time

            for line in sys.stdin:
                ticket = json.loads(line)
                with open("runs", "a") as runs:
                    runs.write(ticket["subject_id"] + "\\n")
                while os.path.exists("hold"):
                    time.sleep(0.01)
                print(json.dumps({"success": True, "ticket_id": ticket["ticket_id"]}), flush=True)
            """;

    private final WholeSystem system;
    private final StatusChanges changes;
    private long subjects;

    private Flow(WholeSystem system, StatusChanges changes) {
        this.system = system;
        this.changes = changes;
    }

    /** Registers task type alma over a watched table owl, which has no subject yet. */
    static Flow prepare(WholeSystem system) throws IOException, SQLException {
        system.script("alma.py", SCRIPT);
        system.makeTable("owl", 0);
        StatusChanges changes = StatusChanges.of(system, "owl");
        system.registerMoving("alma", "owl", "alma.py", "scale_limit", LANES);
        WholeSystem.Result watched = system.turing("watch", "owl");
        assertThat(watched.exitCode()).as(watched.said()).isZero();
        return new Flow(system, changes);
    }

    /** So many more subjects come in. */
    void add(int more) throws SQLException {
        system.execute("INSERT INTO owl SELECT i, 'new' FROM generate_series(" + (subjects + 1) + ", "
                + (subjects + more) + ") i");
        subjects += more;
    }

    /** From now on scripts that begin do not end. */
    void hold() throws IOException {
        system.script("hold", "");
    }

    void letGo() throws IOException {
        Files.deleteIfExists(system.scripts().resolve("hold"));
    }

    /** Waits until every lane has begun something that it does not end. */
    void awaitAllHeld() throws IOException {
        WholeSystem.await("scripts to be held").until(() -> runs().size() == doneNow() + LANES);
    }

    private long doneNow() throws SQLException {
        return system.done("owl");
    }

    private List<Long> runs() throws IOException {
        var file = system.scripts().resolve("runs");
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
                : List.of();
    }

    void awaitDone(long atLeast) {
        WholeSystem.await(atLeast + " subjects to be done")
                .untilAsserted(() -> assertThat(doneNow())
                        .as(() -> "errors of tickets: " + errors())
                        .isGreaterThanOrEqualTo(atLeast));
    }

    private String errors() {
        try {
            return String.join(
                    "; ", system.column("SELECT DISTINCT error FROM turing.tickets WHERE error IS NOT NULL"));
        } catch (SQLException unknown) {
            return unknown.toString();
        }
    }

    /** Waits for the rest; then every subject was moved once, and nothing is claimed any more. */
    void assertEachWasMovedOnce() throws Exception {
        awaitDone(subjects);
        assertThat(changes.to("done"))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, subjects)
                        .mapToObj(Long::toString)
                        .toList());
        WholeSystem.await("the last outcomes").until(() -> system.tickets("alma", "completed") == subjects);
        assertThat(system.number("SELECT count(*) FROM turing.claims")).isZero();
    }

    /** No result was thrown away: each script ran once. */
    void assertEachRanOnce() throws IOException {
        assertThat(runs().stream().sorted())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, subjects).boxed().toList());
    }

    void assertNoAttemptWasUsedUp() throws SQLException {
        assertThat(system.number("SELECT max(attempt) FROM turing.tickets")).isEqualTo(1);
    }

    /** What comes in now is picked up although no poll is due for longer than any test takes. */
    void assertChangesAreHeard() throws Exception {
        WholeSystem.await("a session that listens").until(() -> listening() == 1);
        for (int again = 0; again < 3; again++) {
            add(1);
            awaitDone(subjects);
        }
    }

    private long listening() throws SQLException {
        return system.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name = 'turing-runtime notifications'");
    }

    /** Waits for good weather in status, which need not count inboxes for that. */
    static void awaitRunning(RuntimeProgram program) {
        WholeSystem.await("good weather in status")
                .untilAsserted(
                        () -> assertThat(WholeSystem.glance(program).state()).isEqualTo("running"));
    }

    /** Waits for bad weather in status, and for a word of it. */
    static void awaitWaiting(RuntimeProgram program, String word) {
        WholeSystem.await("bad weather in status").untilAsserted(() -> {
            var status = WholeSystem.glance(program);
            assertThat(status.state()).isEqualTo("waiting for the database");
            assertThat(status.databaseProblem()).contains(word);
        });
    }

    /** The runtime ends in order, and leaves no session behind. */
    void assertNothingIsLeftOpen(RuntimeProgram program) throws Exception {
        assertThat(system.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND state LIKE 'idle in transaction%' AND state_change < now() - interval '5 s'"))
                .isZero();
        program.control().stop(false);
        program.whenDone()
                .toCompletableFuture()
                .orTimeout(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        program.close();
        WholeSystem.await("every session's end")
                .until(() -> system.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name LIKE 'turing-runtime%'")
                        == 0);
    }
}
