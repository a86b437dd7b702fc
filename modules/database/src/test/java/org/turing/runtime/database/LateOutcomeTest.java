package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.turing.runtime.database.TestDatabase.failure;
import static org.turing.runtime.database.TestDatabase.success;
import static org.turing.runtime.database.TestDatabase.written;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Rescued;
import org.turing.runtime.ports.TicketLedger.Verdict;
import org.turing.runtime.ports.TicketLedger.Verdict.Written;

/** Outcomes that come to the ledger late: after the lease, against a rescue, or a second time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LateOutcomeTest {

    private static final int LONG_WAIT_SECONDS = 120;

    private TestDatabase test;
    private TaskType taskType;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @BeforeEach
    void owls(TestInfo info) throws Exception {
        test.owls(4, "pending");
        String name = info.getTestMethod().orElseThrow().getName();
        taskType = test.registerDeclared(name, "pending", "done");
    }

    @AfterAll
    void close() {
        test.close();
    }

    private List<String> tickets(String columns) throws Exception {
        return test.values("SELECT " + columns + " FROM turing.ticket_history WHERE task_type_id = " + taskType.id()
                + " ORDER BY ticket_id");
    }

    @Test
    void whatALapsedRuntimeKeptIsWrittenAsLongAsNobodyRescuedIt() throws Exception {
        TestDatabase.TestRuntime cutOff = test.new TestRuntime("cut off");
        List<Claim> claims = cutOff.claim(taskType, 2);
        cutOff.lapse();
        assertThat(written(cutOff.record(taskType, claims.get(0), success())).status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThat(test.runtime.ledger.rescue().claims()).isOne();
        assertThat(cutOff.record(taskType, claims.get(1), success())).isInstanceOf(Verdict.Stale.class);
        assertThat(tickets("status")).containsExactly("completed", "cancelled");
    }

    @Test
    void aRescuerLeavesItsOwnLapsedIdentityToItself() throws Exception {
        TestDatabase.TestRuntime rescuer = test.new TestRuntime("rescuer");
        TestDatabase.TestRuntime other = test.new TestRuntime("other");
        Claim own = rescuer.claim(taskType, 1).get(0);
        other.claim(taskType, 1);
        rescuer.lapse();
        other.lapse();
        assertThat(rescuer.ledger.rescue().claims()).isOne();
        assertThat(written(rescuer.record(taskType, own, success())).status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(rescuer.ledger.rescue()).isEqualTo(new Rescued(0, 0, Set.of()));
        assertThat(test.value("SELECT ended_at FROM turing.runtimes WHERE runtime_id = " + rescuer.lease.runtimeId()))
                .isNull();
    }

    @Test
    void aCommitWhoseAnswerWasLostIsWrittenOnceAndSaidAgain() throws Exception {
        List<Claim> claims = test.runtime.claim(taskType, 2);
        Entry success = test.entry(taskType, claims.get(0), success());
        Entry failure = test.entry(taskType, claims.get(1), failure());
        List<Verdict> first = test.runtime.ledger.record(List.of(success, failure));
        List<Verdict> again = test.runtime.ledger.record(List.of(success, failure));
        assertThat(again.get(0)).isEqualTo(first.get(0));
        Written completed = written(again.get(0));
        assertThat(completed.status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(completed.change()).isEqualTo(new StatusChange(new Relation("public", "owl"), "done"));
        Written failed = written(again.get(1));
        assertThat(failed.status()).isEqualTo(TicketStatus.FAILED);
        assertThat(failed.message()).isEqualTo("boom");
        assertThat(failed.retryAt()).isCloseTo(written(first.get(1)).retryAt(), within(1, ChronoUnit.MILLIS));
        assertThat(tickets("status")).containsExactly("completed", "failed");
        assertThat(test.value(
                        "SELECT attempt FROM turing.memory WHERE subject_id = '2' AND task_type_id = " + taskType.id()))
                .isEqualTo("1");
    }

    /** PostgreSQL's microseconds have no place for half of one, whichever the next even one is. */
    @Test
    void anOutcomeOfHalfAMicrosecondIsRecognisedToo() throws Exception {
        List<Entry> entries = new ArrayList<>();
        for (Claim claim : test.runtime.claim(taskType, 2)) {
            Entry entry = test.entry(taskType, claim, success());
            FinishedRun run = entry.run();
            Instant finished =
                    run.startedAt().truncatedTo(ChronoUnit.SECONDS).plusNanos(1_500 + entries.size() * 1_000);
            entries.add(new Entry(
                    taskType,
                    new FinishedRun(claim, run.outcome(), finished, finished, run.log(), run.place(), run.warning())));
        }
        List<Verdict> first = test.runtime.ledger.record(entries);
        assertThat(first).hasOnlyElementsOfType(Written.class);
        assertThat(test.runtime.ledger.record(entries)).isEqualTo(first);
    }

    @Test
    void anotherOutcomeOfAnEndedTicketIsStale() throws Exception {
        Claim claim = test.runtime.claim(taskType, 1).get(0);
        test.runtime.record(taskType, claim, success());
        assertThat(test.runtime.record(taskType, claim, failure())).isInstanceOf(Verdict.Stale.class);
        assertThat(tickets("status")).containsExactly("completed");
    }

    @Test
    void anOutcomeWhoseFirstWritingIsStillBeingCommittedIsNotWrittenTwice() throws Exception {
        Entry entry = test.entry(taskType, test.runtime.claim(taskType, 1).get(0), success());
        test.sql("CREATE OR REPLACE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS "
                + "$$ BEGIN WHILE NOT pg_try_advisory_xact_lock(45) LOOP PERFORM pg_sleep(0.01); END LOOP; "
                + "RETURN NEW; END $$");
        test.sql("CREATE TRIGGER linger AFTER UPDATE ON owl FOR EACH ROW EXECUTE FUNCTION linger()");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection gate = test.connection();
                Statement statement = gate.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(45)");
            CompletableFuture<List<Verdict>> first =
                    CompletableFuture.supplyAsync(() -> test.runtime.ledger.record(List.of(entry)), thread);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(LONG_WAIT_SECONDS))
                    .until(() -> "1"
                            .equals(test.value("SELECT count(*) FROM pg_stat_activity "
                                    + "WHERE wait_event = 'PgSleep' AND datname = current_database()")));
            assertThat(test.runtime.ledger.record(List.of(entry))).hasOnlyElementsOfType(Verdict.Delayed.class);
            statement.execute("SELECT pg_advisory_unlock(45)");
            List<Verdict> verdicts = first.get(LONG_WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(written(verdicts.get(0)).status()).isEqualTo(TicketStatus.COMPLETED);
            assertThat(test.runtime.ledger.record(List.of(entry))).isEqualTo(verdicts);
        } finally {
            thread.shutdown();
        }
        assertThat(tickets("status")).containsExactly("completed");
    }

    @Test
    void ofAnOutcomeAndARescueAtTheSameTimeExactlyOneCounts() throws Exception {
        int subjects = 300;
        test.owls(subjects, "pending");
        TestDatabase.TestRuntime lapsing = test.new TestRuntime("lapsing");
        List<Claim> claims = lapsing.claim(taskType, subjects);
        List<Entry> entries = claims.stream()
                .map(claim -> test.entry(taskType, claim, success()))
                .toList();
        lapsing.lapse();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Verdict> verdicts = new ArrayList<>();
        try {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(
                    () -> entries.forEach(entry -> verdicts.addAll(lapsing.ledger.record(List.of(entry)))), threads);
            CompletableFuture<Integer> rescuing = CompletableFuture.supplyAsync(
                    () -> {
                        Awaitility.await()
                                .atMost(Duration.ofSeconds(LONG_WAIT_SECONDS))
                                .pollInSameThread()
                                .until(() -> !tickets("status").isEmpty());
                        return test.runtime.ledger.rescue().claims();
                    },
                    threads);
            writing.get(LONG_WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(rescuing.get(LONG_WAIT_SECONDS, TimeUnit.SECONDS)).isPositive();
        } finally {
            threads.shutdown();
        }
        assertThat(verdicts).hasSize(subjects);
        for (Verdict verdict : lapsing.ledger.record(entries)) {
            String ticket = "SELECT string_agg(h.status || ' ' || o.status, ',') FROM turing.ticket_history h "
                    + "JOIN owl o ON o.owl_id::text = h.subject_id WHERE ticket_id = " + verdict.ticketId();
            assertThat(test.value(ticket))
                    .isEqualTo(verdict instanceof Verdict.Written ? "completed done" : "cancelled pending");
        }
        assertThat(verdicts).anyMatch(Verdict.Written.class::isInstance);
        assertThat(test.value("SELECT count(*) FROM turing.claims WHERE task_type_id = " + taskType.id()))
                .isEqualTo("0");
    }
}
