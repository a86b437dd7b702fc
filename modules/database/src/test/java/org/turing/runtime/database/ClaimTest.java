package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.turing.runtime.database.TestDatabase.PENDING;
import static org.turing.runtime.database.TestDatabase.claimedIds;
import static org.turing.runtime.database.TestDatabase.failure;
import static org.turing.runtime.database.TestDatabase.success;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Inboxes.Found;
import org.turing.runtime.ports.LeaseLapsed;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClaimTest {

    private TestDatabase test;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @AfterAll
    void close() {
        test.close();
    }

    @Test
    void aClaimCarriesTheSubjectAndIsKeptFromOthers() throws Exception {
        test.owls(3, "pending");
        TaskType taskType = test.registerQuery("kept", PENDING);
        List<Claim> claims = test.runtime.claim(taskType, 2);
        assertThat(claimedIds(claims)).containsExactly("1", "2");
        Claim first = claims.get(0);
        assertThat(first.fence()).isEqualTo(first.ticketId());
        assertThat(first.attempt()).isOne();
        assertThat(first.chain().depth()).isZero();
        assertThat(first.subject()).isEqualTo(new Subject("owl", "1"));
        assertThat(first.fields()).isEqualTo("{\"owl_id\":1,\"name\":\"owl 1\"}");
        assertThat(claimedIds(test.new TestRuntime("there").claim(taskType, 5))).containsExactly("3");
        assertThat(test.value("SELECT status FROM turing.tickets WHERE ticket_id = " + first.ticketId()))
                .isEqualTo("running");
    }

    @Test
    void aReadingOlderThanTheLatestOutcomeClaimsNothing() throws Exception {
        test.owls(1, "pending");
        TaskType taskType = test.registerQuery("stale", PENDING);
        Found old = test.look(taskType, 1);
        test.runtime.run(taskType, success());
        test.sql("UPDATE turing.memory SET state = 'left' WHERE task_type_id = " + taskType.id());
        assertThat(test.runtime.claim(taskType, old)).isEmpty();
        assertThat(test.runtime.claim(taskType, 1)).hasSize(1);
    }

    @Test
    void aReadingOlderThanARunThatWasEndedOrOvertakenClaimsNothing() throws Exception {
        test.owls(2, "pending");
        TaskType taskType = test.registerPending("traced", ", retry_backoff", ", '0 s'");
        Found beforeTheShutdown = test.look(taskType, 2);
        test.runtime.run(taskType, new Outcome.Cancelled("shutdown"));
        assertThat(claimedIds(test.runtime.claim(taskType, beforeTheShutdown))).containsExactly("2");
        test.runtime.run(taskType, failure());
        Found beforeItWasOvertaken = test.look(taskType, 1);
        assertThat(TestDatabase.ids(beforeItWasOvertaken.candidates())).containsExactly("1");
        test.sql("UPDATE owl SET status = 'elsewhere' WHERE owl_id = 1");
        test.runtime.ledger.settle(taskType, test.shape(taskType));
        assertThat(test.runtime.claim(taskType, beforeItWasOvertaken)).isEmpty();
        test.sql("UPDATE owl SET status = 'pending' WHERE owl_id = 1");
        assertThat(test.runtime.claim(taskType, 1)).hasSize(1);
    }

    @Test
    void aClaimIsTakenBackWhenAnotherClaimantFinishesBetweenItsSnapshotAndItsUniqueCheck() throws Exception {
        test.owls(1, "pending");
        TaskType taskType = test.registerQuery("between", PENDING);
        Found old = test.look(taskType, 1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection other = test.connection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            // The other claimant's claim is too new for our statement's snapshot: only the unique check meets it.
            statement.execute("""
                    INSERT INTO turing.claims (task_type_id, subject_type, subject_id, fence, attempt, chain_id,
                                               chain_depth, runtime_id, claimed_at)
                    VALUES (%d, 'owl', '1', 1, 1, gen_random_uuid(), 0, 1, now())""".formatted(taskType.id()));
            CompletableFuture<List<Claim>> racing =
                    CompletableFuture.supplyAsync(() -> claim(test.runtime, taskType, old), thread);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !test.values("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                                    + "AND wait_event_type = 'Lock'")
                            .isEmpty());
            // It finishes: our insert goes through, and the outcome is one that our reading could not show.
            statement.execute("DELETE FROM turing.claims WHERE task_type_id = " + taskType.id());
            statement.execute("""
                    INSERT INTO turing.memory (task_type_id, subject_id, subject_type, state, outcome_xid, ticket_id,
                                               chain_id, chain_depth, visiting_since)
                    VALUES (%d, '1', 'owl', 'left', pg_current_xact_id(), 1, gen_random_uuid(), 0, now())""".formatted(taskType.id()));
            other.commit();
            assertThat(racing.get(30, TimeUnit.SECONDS)).isEmpty();
        } finally {
            thread.shutdown();
        }
        assertThat(test.values("SELECT subject_id FROM turing.claims WHERE task_type_id = " + taskType.id()))
                .isEmpty();
    }

    private static List<Claim> claim(TestDatabase.TestRuntime runtime, TaskType taskType, Found found) {
        try {
            return runtime.claim(taskType, found);
        } catch (LeaseLapsed e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLapsedLeaseClaimsNothingAndSaysSo() throws Exception {
        test.owls(1, "pending");
        TaskType taskType = test.registerQuery("lapsed", PENDING);
        TestDatabase.TestRuntime runtime = test.new TestRuntime("lapsing");
        test.sql("UPDATE turing.runtimes SET lease_until = now() - interval '1 s' WHERE runtime_id = "
                + runtime.lease.runtimeId());
        assertThatThrownBy(() -> runtime.claim(taskType, 1)).isInstanceOf(LeaseLapsed.class);
        assertThat(runtime.lease.renew()).isEmpty();
        assertThat(test.found(taskType, 1)).containsExactly("1");
    }

    @Test
    void aDeclaredInboxChecksTheStatusAgain() throws Exception {
        test.owls(2, "pending");
        TaskType taskType = test.registerDeclared("declared_again", "pending", "done");
        Found found = test.look(taskType, 2);
        test.sql("UPDATE owl SET status = 'elsewhere' WHERE owl_id = 1");
        List<Claim> claims = test.runtime.claim(taskType, found);
        assertThat(claimedIds(claims)).containsExactly("2");
    }

    @Test
    void aChainGrowsOverTaskTypesAndStartsAgainAfterRetry() throws Exception {
        test.owls(1, "a");
        TaskType first = test.registerDeclared("chain_a", "a", "b");
        TaskType second = test.registerDeclared("chain_b", "b", "c");
        Claim a = test.runtime.claim(first, 1).get(0);
        test.runtime.record(first, a, success());
        Claim b = test.runtime.claim(second, 1).get(0);
        assertThat(b.chain().id()).isEqualTo(a.chain().id());
        assertThat(b.chain().depth()).isOne();
        test.runtime.record(second, b, new Outcome.Failed("no", false, null));
        assertThat(test.runtime.claim(second, 1)).isEmpty();
        new Retry(test.database).revive(Retry.Filter.ofTicket(b.ticketId()));
        Claim again = test.runtime.claim(second, 1).get(0);
        assertThat(again.chain().id()).isNotEqualTo(a.chain().id());
        assertThat(again.chain().depth()).isZero();
        assertThat(again.attempt()).isOne();
    }

    @Test
    void aFailedAttemptIsFollowedByAnotherOneInItsChain() throws Exception {
        test.owls(1, "pending");
        TaskType taskType = test.registerPending("again", ", retry_backoff", ", '0 s'");
        Claim first = test.runtime.claim(taskType, 1).get(0);
        test.runtime.record(taskType, first, failure());
        Claim second = test.runtime.claim(taskType, 1).get(0);
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.chain()).isEqualTo(first.chain());
    }

    @Test
    void aSubjectThatGoesInCirclesIsSetAside() throws Exception {
        test.owls(1, "a");
        TaskType forth = test.registerDeclared("forth", "a", "b");
        TaskType back = test.registerDeclared("back", "b", "a");
        for (int visit = 1; visit <= ClaimStatement.MOST_VISITS; visit++) {
            test.runtime.run(forth, success());
            test.runtime.run(back, success());
        }
        assertThat(test.runtime.claim(forth, 1)).isEmpty();
        assertThat(test.state(forth, 1)).isEqualTo("set_aside");
        assertThat(test.value(
                        "SELECT error FROM turing.tickets WHERE status = 'cancelled' AND task_type_id = " + forth.id()))
                .startsWith("set aside: it visited this task type 3 times in one chain within ten minutes")
                .contains("Free it: turing retry ");
        new Retry(test.database).revive(Retry.Filter.ofSubject(forth.id(), "1"));
        assertThat(test.runtime.claim(forth, 1)).hasSize(1);
    }

    @Test
    void aChainThatIsTooDeepIsSetAsideWithATicketThatNamesTheLimitAndTheWayOut() throws Exception {
        test.owls(1, "0");
        int deepest = Guards.DEFAULT.deepestChain();
        for (int step = 0; step <= deepest; step++) {
            TaskType taskType = test.registerDeclared("deep_" + step, "" + step, "" + (step + 1));
            assertThat(test.runtime.claim(taskType, 1)).hasSize(1);
            test.runtime.ledger.giveBackAllBut(taskType.id(), Set.of(test.runtime.lease.runtimeId()), Set.of());
            test.runtime.run(taskType, success());
        }
        TaskType tooDeep = test.registerDeclared("too_deep", "" + (deepest + 1), "end");
        assertThat(test.runtime.claim(tooDeep, 1)).isEmpty();
        assertThat(test.state(tooDeep, 1)).isEqualTo("set_aside");
        assertThat(test.found(tooDeep, 1)).isEmpty();
        String ticket = "FROM turing.tickets WHERE task_type_id = " + tooDeep.id();
        long ticketId = Long.parseLong(test.value("SELECT ticket_id " + ticket));
        assertThat(test.value("SELECT status || ' ' || error " + ticket))
                .isEqualTo("cancelled set aside: its chain is 21 tickets deep (turing.work.deepest-chain = 20): "
                        + "does it go round in a circle? Free it: turing retry " + ticketId);
        assertThat(new Retry(test.database).revive(Retry.Filter.ofTicket(ticketId)))
                .isOne();
        assertThat(test.runtime.claim(tooDeep, 1).get(0).chain().depth()).isZero();
    }

    @Test
    void aRowThatOneTaskTypeComesBackToNowAndThenGoesInNoCircle() throws Exception {
        test.owls(1, "pending");
        TaskType taskType = test.registerPending("daily", "", "");
        Claim first = test.runtime.claim(taskType, 1).get(0);
        test.runtime.record(taskType, first, success());
        for (int day = 0; day < 3; day++) {
            test.sql("UPDATE turing.memory SET state = 'left', visiting_since = now() - interval '10 minutes'");
            Claim next = test.runtime.claim(taskType, 1).get(0);
            assertThat(next.chain().id()).isNotEqualTo(first.chain().id());
            assertThat(next.chain().depth()).isZero();
            test.runtime.record(taskType, next, success());
        }
    }

    @Test
    void aClaimByHandIgnoresWhatIsRememberedButNotAnotherHolder() throws Exception {
        test.owls(1, "pending");
        TaskType taskType = test.registerPending("by_hand", ", rerun", ", 'once'");
        test.runtime.run(taskType, success());
        Candidate candidate = new Candidate(new Subject("owl", "1"), "{}");
        Claim claim = test.runtime.ledger.claimByHand(taskType, candidate, test.runtime.lease.runtimeId());
        assertThat(claim).isNotNull();
        assertThat(test.runtime.ledger.claimByHand(taskType, candidate, test.runtime.lease.runtimeId()))
                .isNull();
        test.runtime.ledger.giveBack(List.of(claim));
        assertThat(test.runtime.ledger.claimByHand(taskType, candidate, test.runtime.lease.runtimeId()))
                .isNotNull();
    }

    @Test
    void twoClaimantsNeverHoldOneSubject() throws Exception {
        test.owls(400, "pending");
        TaskType taskType = test.registerQuery("two", PENDING);
        TestDatabase.TestRuntime[] runtimes = {test.new TestRuntime("r1"), test.new TestRuntime("r2")};
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Found found = test.look(taskType, 400);
            List<CompletableFuture<List<Claim>>> both = Arrays.stream(runtimes)
                    .map(runtime -> CompletableFuture.supplyAsync(() -> claim(runtime, taskType, found), threads))
                    .toList();
            int claims = both.get(0).get(60, TimeUnit.SECONDS).size()
                    + both.get(1).get(60, TimeUnit.SECONDS).size();
            assertThat(claims).isEqualTo(400);
            assertThat(test.value("SELECT count(*) FROM turing.claims WHERE task_type_id = " + taskType.id()))
                    .isEqualTo("400");
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void whatIsGivenBackLeavesNoTicket() throws Exception {
        test.owls(3, "pending");
        TaskType taskType = test.registerQuery("given_back", PENDING);
        List<Claim> claims = test.runtime.claim(taskType, 3);
        test.runtime.ledger.giveBack(claims.subList(0, 1));
        assertThat(test.runtime.ledger.giveBackAllBut(
                        taskType.id(),
                        Set.of(test.runtime.lease.runtimeId()),
                        Set.of(claims.get(1).ticketId())))
                .isOne();
        assertThat(test.values("SELECT subject_id FROM turing.tickets WHERE task_type_id = " + taskType.id()))
                .containsExactly("2");
    }
}
