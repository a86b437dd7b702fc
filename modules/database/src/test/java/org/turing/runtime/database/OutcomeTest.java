package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.turing.runtime.database.TestDatabase.failure;
import static org.turing.runtime.database.TestDatabase.success;
import static org.turing.runtime.database.TestDatabase.written;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Standing;
import org.turing.runtime.ports.TicketLedger.Verdict;
import org.turing.runtime.ports.TicketLedger.Verdict.Written;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutcomeTest {

    /** As the ledger's connections have it. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

    private TestDatabase test;
    private String name = "";

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @BeforeEach
    void owls(TestInfo info) throws Exception {
        test.owls(4, "pending");
        name = info.getTestMethod().orElseThrow().getName();
    }

    @AfterAll
    void close() {
        test.close();
    }

    private TaskType declared(String outbox) throws SQLException {
        return test.registerDeclared(name, "pending", outbox);
    }

    private TaskType sovereign(String columns, String values) throws SQLException {
        return test.registerPending(name, columns, values);
    }

    private @Nullable String status(int owl) throws SQLException {
        return test.value("SELECT status FROM owl WHERE owl_id = " + owl);
    }

    private @Nullable String ticket(long ticketId, String column) throws SQLException {
        return test.value("SELECT " + column + " FROM turing.tickets WHERE ticket_id = " + ticketId);
    }

    @Test
    void aSuccessMovesTheStatusAndEndsTheTicketTogether() throws Exception {
        TaskType taskType = declared("done");
        List<Claim> claims = test.runtime.claim(taskType, 3);
        List<Verdict> verdicts = test.runtime.record(taskType, claims, success());
        for (int i = 0; i < 3; i++) {
            Written verdict = written(verdicts.get(i));
            assertThat(verdict.ticketId()).isEqualTo(claims.get(i).ticketId());
            assertThat(verdict.status()).isEqualTo(TicketStatus.COMPLETED);
            assertThat(verdict.change()).isEqualTo(new StatusChange(new Relation("public", "owl"), "done"));
            assertThat(status(i + 1)).isEqualTo("done");
        }
        assertThat(status(4)).isEqualTo("pending");
        long ticket = claims.get(0).ticketId();
        assertThat(ticket(ticket, "output ->> 'done'")).isEqualTo("true");
        assertThat(ticket(ticket, "input ->> 'name'")).isEqualTo("owl 1");
        assertThat(ticket(ticket, "stdout || stderr || exit_code || host")).isEqualTo("outerr0host");
        assertThat(test.state(taskType, 1)).isEqualTo("left");
        test.sql("UPDATE owl SET status = 'pending' WHERE owl_id = 1");
        assertThat(test.found(taskType, 5)).containsExactly("1", "4");
    }

    @Test
    void aRowThatSomebodyMovedOnIsNeverOverwritten() throws Exception {
        TaskType taskType = declared("done");
        List<Claim> claims = test.runtime.claim(taskType, 3);
        test.sql("UPDATE owl SET status = 'elsewhere' WHERE owl_id = 1");
        test.sql("UPDATE owl SET status = 'done' WHERE owl_id = 2");
        test.sql("DELETE FROM owl WHERE owl_id = 3");
        List<Verdict> verdicts = test.runtime.record(taskType, claims, success());
        assertThat(written(verdicts.get(0)).status()).isEqualTo(TicketStatus.OVERTAKEN);
        assertThat(written(verdicts.get(0)).message()).contains("'elsewhere'");
        assertThat(written(verdicts.get(1)).status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(written(verdicts.get(1)).change()).isNull();
        assertThat(written(verdicts.get(2)).status()).isEqualTo(TicketStatus.OVERTAKEN);
        assertThat(status(1)).isEqualTo("elsewhere");
    }

    /** Beside somebody who waits for the same lock as long as the ledger's statements may. */
    @Test
    void aLockedTableDelaysItsOwnOutcomesAndNobodyElses() throws Exception {
        TaskType taskType = declared("done");
        TaskType neighbour = test.registerQuery("neighbour", "SELECT generate_series(1, 3)");
        List<Claim> claims = test.runtime.claim(taskType, 5);
        List<Claim> others = test.runtime.claim(neighbour, 3);
        List<Entry> entries = new ArrayList<>();
        claims.forEach(claim -> entries.add(test.entry(taskType, claim, success())));
        others.forEach(claim -> entries.add(test.entry(neighbour, claim, success())));
        try (Connection holder = test.connection();
                Connection waiter = test.connection();
                Statement holding = holder.createStatement();
                Statement waiting = waiter.createStatement()) {
            holder.setAutoCommit(false);
            holding.execute("LOCK TABLE owl IN ACCESS EXCLUSIVE MODE");
            waiting.execute("SET lock_timeout = '" + LOCK_TIMEOUT.toMillis() + "'");
            CompletableFuture<Throwable> patience = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> waiting.execute("UPDATE owl SET name = name")));

            List<Verdict> verdicts = test.runtime.ledger.record(entries);

            assertThat(patience).as("others wait still").isNotDone();
            assertThat(verdicts.subList(0, claims.size())).hasOnlyElementsOfType(Verdict.Delayed.class);
            assertThat(verdicts.subList(claims.size(), verdicts.size())).hasOnlyElementsOfType(Verdict.Written.class);
            assertThat(patience.join()).hasMessageContaining("lock timeout");
        }
        assertThat(test.runtime.record(taskType, claims, success())).hasOnlyElementsOfType(Verdict.Written.class);
    }

    /** Its trigger takes longer than a statement of the ledger's may. */
    @Test
    void aTriggerThatHangsDelaysItsOwnOutcomesAndNobodyElses() throws Exception {
        TaskType taskType = declared("done");
        TaskType neighbour = test.registerQuery("beside", "SELECT generate_series(1, 3)");
        List<Claim> claims = test.runtime.claim(taskType, 5);
        List<Claim> others = test.runtime.claim(neighbour, 3);
        List<Entry> entries = new ArrayList<>();
        claims.forEach(claim -> entries.add(test.entry(taskType, claim, success())));
        others.forEach(claim -> entries.add(test.entry(neighbour, claim, success())));
        test.sql("CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM pg_sleep(3600); RETURN new; END $$");
        test.sql("CREATE TRIGGER hang BEFORE UPDATE ON owl FOR EACH ROW EXECUTE FUNCTION hang()");
        try (Database impatient = Database.connect(test.settings.withLedgerTimeout(Duration.ofSeconds(2)))) {
            List<Verdict> verdicts = new JdbcTicketLedger(
                            impatient, test.runtime.lease, test.inboxes, Duration.ofDays(30), Guards.DEFAULT)
                    .record(entries);

            assertThat(verdicts.subList(0, claims.size()))
                    .allSatisfy(verdict -> assertThat(verdict)
                            .isInstanceOfSatisfying(
                                    Verdict.Delayed.class,
                                    late -> assertThat(late.slow()).isTrue()));
            assertThat(verdicts.subList(claims.size(), verdicts.size())).hasOnlyElementsOfType(Verdict.Written.class);
        } finally {
            test.sql("DROP TRIGGER hang ON owl");
            test.sql("DROP FUNCTION hang()");
        }
        assertThat(test.runtime.record(taskType, claims, success())).hasOnlyElementsOfType(Verdict.Written.class);
    }

    /** It needs longer than others can wait, and less than a statement may take. */
    @Test
    void aTriggerThatIsSlowAndRightIsGivenItsTimeWhereNobodyElseWaits() throws Exception {
        TaskType taskType = declared("done");
        List<Claim> claims = test.runtime.claim(taskType, 1);
        List<Entry> entries = List.of(test.entry(taskType, claims.get(0), success()));
        test.sql("CREATE FUNCTION ponder() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM pg_sleep(3); RETURN new; END $$");
        test.sql("CREATE TRIGGER ponder BEFORE UPDATE ON owl FOR EACH ROW EXECUTE FUNCTION ponder()");
        try {
            assertThat(test.runtime.ledger.record(entries)).hasOnlyElementsOfType(Verdict.Delayed.class);
            assertThat(test.runtime.ledger.recordPatiently(entries)).hasOnlyElementsOfType(Verdict.Written.class);
        } finally {
            test.sql("DROP TRIGGER ponder ON owl");
            test.sql("DROP FUNCTION ponder()");
        }
        assertThat(status(1)).isEqualTo("done");
    }

    @Test
    void aLockedRowDelaysItselfOnly() throws Exception {
        TaskType taskType = declared("done");
        List<Claim> claims = test.runtime.claim(taskType, 3);
        try (Connection connection = test.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT FROM owl WHERE owl_id = 2 FOR UPDATE");
            List<Verdict> verdicts = test.runtime.record(taskType, claims, success());
            assertThat(verdicts.get(1)).isInstanceOf(Verdict.Delayed.class);
            assertThat(written(verdicts.get(0)).status()).isEqualTo(TicketStatus.COMPLETED);
            assertThat(written(verdicts.get(2)).status()).isEqualTo(TicketStatus.COMPLETED);
            connection.rollback();
        }
        assertThat(status(2)).isEqualTo("pending");
        assertThat(written(test.runtime.record(taskType, claims.get(1), success()))
                        .status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThat(status(2)).isEqualTo("done");
    }

    @Test
    void aLateWriterChangesNothingAndIsToldSo() throws Exception {
        TaskType taskType = declared("done");
        Claim claim = test.runtime.claim(taskType, 1).get(0);
        Claim wrongFence = new Claim(
                claim.ticketId(),
                claim.fence() - 1,
                claim.taskTypeId(),
                claim.subject(),
                1,
                claim.chain(),
                null,
                claim.runtimeId(),
                "{}");
        assertThat(test.runtime.record(taskType, wrongFence, success())).isInstanceOf(Verdict.Stale.class);
        assertThat(status(1)).isEqualTo("pending");
        assertThat(written(test.runtime.record(taskType, claim, success())).status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThat(test.runtime.record(taskType, claim, failure())).isInstanceOf(Verdict.Stale.class);
        assertThat(ticket(claim.ticketId(), "status")).isEqualTo("completed");
    }

    @Test
    void oneEntryThatTheDatabaseRefusesHarmsNoOther() throws Exception {
        TaskType taskType = declared("done");
        test.sql("ALTER TABLE owl ADD CONSTRAINT owl_2_stays CHECK (owl_id <> 2 OR status = 'pending')");
        List<Claim> claims = test.runtime.claim(taskType, 3);
        List<Verdict> verdicts = test.runtime.record(taskType, claims, success());
        assertThat(written(verdicts.get(0)).status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(written(verdicts.get(1)).status()).isEqualTo(TicketStatus.FAILED);
        assertThat(written(verdicts.get(1)).message()).contains("owl_2_stays");
        assertThat(written(verdicts.get(2)).status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(status(1)).isEqualTo("done");
        assertThat(status(2)).isEqualTo("pending");
    }

    @Test
    void amongSeveralStatusesTheScriptMustChooseOne() throws Exception {
        TaskType taskType = declared("passed, merged");
        List<Claim> claims = test.runtime.claim(taskType, 3);
        Written chosen = written(test.runtime.record(taskType, claims.get(0), new Outcome.Succeeded("merged", null)));
        assertThat(chosen.status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(status(1)).isEqualTo("merged");
        Written missing = written(test.runtime.record(taskType, claims.get(1), success()));
        assertThat(missing.status()).isEqualTo(TicketStatus.FAILED);
        assertThat(missing.message()).contains("with no status").contains("passed, merged");
        Written unknown = written(test.runtime.record(taskType, claims.get(2), new Outcome.Succeeded("eaten", null)));
        assertThat(unknown.status()).isEqualTo(TicketStatus.FAILED);
        assertThat(unknown.message()).contains("status 'eaten'");
        assertThat(status(3)).isEqualTo("pending");
    }

    @Test
    void attemptsAreCountedUntilTheSubjectIsDead() throws Exception {
        TaskType taskType = sovereign(", max_attempts, retry_backoff", ", 2, '0 s'");
        Written first = written(test.runtime.run(taskType, failure()));
        assertThat(first.status()).isEqualTo(TicketStatus.FAILED);
        assertThat(first.retryAt()).isNotNull();
        Written second = written(test.runtime.run(taskType, failure()));
        assertThat(second.status()).isEqualTo(TicketStatus.DEAD);
        assertThat(second.message()).isEqualTo("boom");
        assertThat(test.found(taskType, 1)).containsExactly("2");
        assertThat(test.values("SELECT status || attempt FROM turing.tickets WHERE subject_id = '1' "
                        + "AND task_type_id = " + taskType.id() + " ORDER BY ticket_id"))
                .containsExactly("failed1", "dead2");
    }

    @Test
    void aFailedSubjectWaitsForItsNextAttempt() throws Exception {
        TaskType taskType = sovereign("", "");
        Written verdict = written(test.runtime.run(taskType, failure()));
        assertThat(verdict.retryAt())
                .isBetween(test.clock.now().plusSeconds(5), test.clock.now().plusSeconds(10));
        assertThat(test.found(taskType, 1)).containsExactly("2");
        Standing standing = test.runtime.ledger.settle(taskType, test.shape(taskType));
        assertThat(standing.backingOff()).isOne();
        assertThat(standing.nextRetryAt()).isNotNull();
    }

    @Test
    void aFailureThatNoRetryHelpsIsDeadAtOnce() throws Exception {
        TaskType taskType = sovereign("", "");
        Verdict verdict = test.runtime.run(taskType, new Outcome.Failed("never", false, "{\"why\": 1}"));
        assertThat(written(verdict).status()).isEqualTo(TicketStatus.DEAD);
        assertThat(ticket(verdict.ticketId(), "output ->> 'why'")).isEqualTo("1");
    }

    @Test
    void whatCouldNotBeRunUsesUpNoAttempt() throws Exception {
        TaskType taskType = sovereign(", max_attempts, retry_backoff", ", 1, '0 s'");
        Verdict verdict = test.runtime.run(taskType, new Outcome.Unrunnable(Environment.SCRIPT, "x.py is missing"));
        assertThat(written(verdict).status()).isEqualTo(TicketStatus.FAILED);
        assertThat(test.runtime.claim(taskType, 1).get(0).attempt()).isOne();
    }

    @Test
    void aCancelledRunUsesUpNoAttemptAndIsSetAsideIfAPersonSaidSo() throws Exception {
        TaskType taskType = sovereign("", "");
        Verdict verdict = test.runtime.run(taskType, new Outcome.Cancelled("shutdown"));
        assertThat(written(verdict).status()).isEqualTo(TicketStatus.CANCELLED);
        assertThat(ticket(verdict.ticketId(), "error")).isEqualTo("shutdown");
        assertThat(test.found(taskType, 1)).containsExactly("1");
        test.runtime.run(taskType, new Outcome.Cancelled("by a person", true));
        assertThat(test.state(taskType, 1)).isEqualTo("set_aside");
        assertThat(test.found(taskType, 1)).containsExactly("2");
    }

    @Test
    void charactersThatPostgresCannotStoreAreReplaced() throws Exception {
        TaskType taskType = sovereign("", "");
        Verdict verdict = test.runtime.run(
                taskType,
                new Outcome.Succeeded(null, "{\"a\\u0000\": [\"x\\u0000y\", \"\\ud800\", \"\\\\u0000\", 1e5]}"));
        assertThat(written(verdict).status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(ticket(verdict.ticketId(), "output ->> U&'a\\FFFD'"))
                .isEqualTo("[\"x\uFFFDy\", \"?\", \"\\\\u0000\", 100000]");
        Verdict failed = test.runtime.run(taskType, new Outcome.Failed("nul \0 here", true, null));
        assertThat(ticket(failed.ticketId(), "error")).isEqualTo("nul \uFFFD here");
    }

    @Test
    void anOutputThatPostgresCannotStoreIsAFailureAndHarmsNoOther() throws Exception {
        TaskType taskType = sovereign("", "");
        List<Claim> claims = test.runtime.claim(taskType, 3);
        List<Entry> entries = List.of(
                test.entry(taskType, claims.get(0), success()),
                test.entry(taskType, claims.get(1), new Outcome.Succeeded(null, "{\"n\": 1e999999}")),
                test.entry(taskType, claims.get(2), new Outcome.Succeeded(null, "no json")));
        List<Verdict> verdicts = test.runtime.ledger.record(entries);
        assertThat(written(verdicts.get(0)).status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(written(verdicts.get(1)).status()).isEqualTo(TicketStatus.FAILED);
        assertThat(written(verdicts.get(1)).message()).contains("the database refused to record the outcome");
        assertThat(written(verdicts.get(2)).message()).contains("invalid input syntax for type json");
    }

    @Test
    void aHeldClaimIsExactlyOnceAndALostOneRaises() throws Exception {
        TaskType taskType = sovereign("", "");
        Claim claim = test.runtime.claim(taskType, 1).get(0);
        String hold = "SELECT turing.hold(%d, %d)".formatted(claim.ticketId(), claim.fence());
        try (Connection script = test.connection();
                Statement statement = script.createStatement()) {
            script.setAutoCommit(false);
            statement.execute(hold);
            assertThat(test.runtime.record(taskType, claim, success())).isInstanceOf(Verdict.Delayed.class);
            script.commit();
        }
        assertThat(written(test.runtime.record(taskType, claim, success())).status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThatThrownBy(() -> test.sql(hold))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("is no longer held");
    }

    @Test
    void aUsersTriggerFindsItsOwnTables() throws Exception {
        TaskType taskType = declared("done");
        test.sql("DROP TABLE IF EXISTS owl_log");
        test.sql("CREATE TABLE owl_log (owl_id bigint)");
        test.sql("""
                CREATE OR REPLACE FUNCTION log_owl() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO owl_log VALUES (NEW.owl_id); RETURN NEW; END $$""");
        test.sql("CREATE TRIGGER log AFTER UPDATE ON owl FOR EACH ROW EXECUTE FUNCTION log_owl()");
        assertThat(written(test.runtime.run(taskType, success())).status()).isEqualTo(TicketStatus.COMPLETED);
        assertThat(test.values("SELECT owl_id FROM owl_log")).containsExactly("1");
    }
}
