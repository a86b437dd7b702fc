package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.turing.runtime.database.TestDatabase.failure;
import static org.turing.runtime.database.TestDatabase.success;
import static org.turing.runtime.database.TestDatabase.written;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.TicketLedger.Standing;
import org.turing.runtime.ports.TicketLedger.Verdict;

/** What becomes of subjects once the inbox was asked about them again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettlementTest {

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

    private TaskType sovereign(String columns, String values) throws SQLException {
        return test.registerPending(name, columns, values);
    }

    @Test
    void aSuccessThatLeavesItsSubjectInTheInboxDoesNotSpin() throws Exception {
        TaskType taskType = sovereign("", "");
        test.runtime.run(taskType, success());
        assertThat(test.found(taskType, 1)).containsExactly("2");
        Standing standing = test.runtime.ledger.settle(taskType, test.shape(taskType));
        assertThat(standing.stayed()).isOne();
        assertThat(standing.unsettled()).isZero();
        assertThat(test.found(taskType, 1)).containsExactly("2");
        test.sql("UPDATE owl SET status = 'done' WHERE owl_id = 1");
        assertThat(test.runtime.ledger.settle(taskType, test.shape(taskType)).stayed())
                .isZero();
        test.sql("UPDATE owl SET status = 'pending' WHERE owl_id = 1");
        assertThat(test.found(taskType, 1)).containsExactly("1");
    }

    @Test
    void aSubjectThatLeftIsEligibleWhenItComesBack() throws Exception {
        TaskType taskType = sovereign("", "");
        Claim claim = test.runtime.claim(taskType, 1).get(0);
        test.sql("UPDATE owl SET status = 'done' WHERE owl_id = 1");
        test.runtime.record(taskType, claim, success());
        assertThat(test.state(taskType, 1)).isEqualTo("finished");
        test.runtime.ledger.settle(taskType, test.shape(taskType));
        assertThat(test.state(taskType, 1)).isEqualTo("left");
        test.sql("UPDATE owl SET status = 'pending' WHERE owl_id = 1");
        assertThat(test.found(taskType, 1)).containsExactly("1");
    }

    @Test
    void onceIsNeverAgainUntilRetry() throws Exception {
        TaskType taskType = sovereign(", rerun", ", 'once'");
        Claim claim = test.runtime.claim(taskType, 1).get(0);
        test.sql("UPDATE owl SET status = 'done' WHERE owl_id = 1");
        test.runtime.record(taskType, claim, success());
        test.runtime.ledger.settle(taskType, test.shape(taskType));
        test.sql("UPDATE owl SET status = 'pending' WHERE owl_id = 1");
        assertThat(test.found(taskType, 1)).containsExactly("2");
        Retry retry = new Retry(test.database);
        Set<String> others = Set.of("dead", "stayed", "skipped", "set_aside", "backing_off");
        assertThat(retry.revive(new Retry.Filter(null, taskType.id(), null, others, null, null)))
                .isZero();
        assertThat(retry.revive(new Retry.Filter(null, taskType.id(), null, Set.of("once"), null, null)))
                .isOne();
        assertThat(test.found(taskType, 1)).containsExactly("1");
    }

    @Test
    void aSkippedSubjectIsLeftAloneUntilItLeavesTheInbox() throws Exception {
        TaskType taskType = sovereign("", "");
        Verdict verdict = test.runtime.run(taskType, new Outcome.Skipped("OVERSIZED", null));
        assertThat(written(verdict).status()).isEqualTo(TicketStatus.SKIPPED);
        assertThat(test.runtime.ledger.settle(taskType, test.shape(taskType)).skipped())
                .isOne();
        assertThat(test.found(taskType, 1)).containsExactly("2");
        test.sql("DELETE FROM owl WHERE owl_id = 1");
        assertThat(test.runtime.ledger.settle(taskType, test.shape(taskType)).skipped())
                .isZero();
    }

    @Test
    void aDueRetryWhoseSubjectLeftTheInboxIsOvertaken() throws Exception {
        TaskType taskType = sovereign(", retry_backoff", ", '0 s'");
        test.runtime.run(taskType, failure());
        test.sql("UPDATE owl SET status = 'elsewhere' WHERE owl_id = 1");
        Standing standing = test.runtime.ledger.settle(taskType, test.shape(taskType));
        assertThat(standing.backingOff()).isZero();
        assertThat(test.values("SELECT status FROM turing.tickets WHERE subject_id = '1' AND task_type_id = "
                        + taskType.id() + " ORDER BY ticket_id"))
                .containsExactly("failed", "overtaken");
    }

    /** The first subject has failed and left; settles, and this happens after the inbox was asked. */
    private TaskType settleWhile(Callable<?> meanwhile) throws Exception {
        TaskType taskType = sovereign(", retry_backoff", ", '0 s'");
        test.runtime.run(taskType, failure());
        test.sql("UPDATE owl SET status = 'elsewhere' WHERE owl_id = 1");
        InvocationHandler interrupted = (proxy, method, arguments) -> {
            Object answer = method.invoke(test.runtime.inboxes, arguments);
            if (method.getName().equals("present") && !((Collection<?>) arguments[2]).isEmpty()) {
                meanwhile.call();
            }
            return answer;
        };
        Inboxes inboxes = (Inboxes)
                Proxy.newProxyInstance(Inboxes.class.getClassLoader(), new Class<?>[] {Inboxes.class}, interrupted);
        new Settlement(test.database, inboxes).settle(taskType, test.shape(taskType));
        return taskType;
    }

    private List<String> tickets(TaskType taskType) throws SQLException {
        return test.values("SELECT status FROM turing.tickets WHERE subject_id = '1' AND task_type_id = "
                + taskType.id() + " ORDER BY ticket_id");
    }

    @Test
    void aSubjectThatCameBackAndWasClaimedSinceIsNotOvertaken() throws Exception {
        TaskType taskType = settleWhile(() -> {
            test.sql("UPDATE owl SET status = 'pending' WHERE owl_id = 1");
            return test.runtime.claim(test.taskType(name), 1);
        });
        assertThat(tickets(taskType)).containsExactly("failed", "running");
        assertThat(test.state(taskType, 1)).isEqualTo("backing_off");
    }

    @Test
    void aSubjectThatIsJustBeingClaimedIsNotOvertaken() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection claimant = test.connection();
                Statement claim = claimant.createStatement()) {
            claimant.setAutoCommit(false);
            TaskType taskType = settleWhile(() -> {
                claim.execute("""
                        INSERT INTO turing.claims (task_type_id, subject_type, subject_id, fence, attempt, chain_id,
                                                   chain_depth, runtime_id, claimed_at)
                        SELECT task_type_id, subject_type, subject_id, 1, 2, chain_id, chain_depth, %d, now()
                          FROM turing.memory WHERE subject_id = '1'""".formatted(test.runtime.lease.runtimeId()));
                return thread.submit(() -> {
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> "1"
                                    .equals(test.value(
                                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid'"
                                                    + " AND datname = current_database()")));
                    claimant.commit();
                    return true;
                });
            });
            assertThat(tickets(taskType)).containsExactly("failed", "running");
            assertThat(test.state(taskType, 1)).isEqualTo("backing_off");
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void theSweepGoesRoundWhenMoreStayThanItAsksAboutAtATime() throws Exception {
        test.owls(2500, "pending");
        TaskType taskType = sovereign("", "");
        List<Claim> claims = test.runtime.claim(taskType, 2500);
        test.runtime.record(taskType, claims, success());
        assertThat(test.runtime.ledger.settle(taskType, test.shape(taskType)).stayed())
                .isEqualTo(2500);
        test.sql("UPDATE owl SET status = 'done'");
        for (int call = 0; call < 3; call++) {
            test.runtime.ledger.settle(taskType, test.shape(taskType));
        }
        assertThat(test.runtime.ledger.settle(taskType, test.shape(taskType)).stayed())
                .isZero();
    }
}
