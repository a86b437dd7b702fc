package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.turing.runtime.database.TestDatabase.claimedIds;
import static org.turing.runtime.database.TestDatabase.failure;
import static org.turing.runtime.database.TestDatabase.success;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Inboxes.Found;

/** Subjects whose runtime ends while they are claimed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterruptionTest {

    private TestDatabase test;
    private TaskType taskType;
    private String name = "";

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @BeforeEach
    void owls(TestInfo info) throws Exception {
        test.owls(3, "pending");
        name = info.getTestMethod().orElseThrow().getName();
        taskType = test.registerPending(name, ", retry_backoff", ", '0 s'");
    }

    @AfterAll
    void close() {
        test.close();
    }

    /** Claims so many and is killed; the next one on its data folder proves its end. */
    private List<Claim> killed(int wanted) throws Exception {
        List<Claim> claims = test.new TestRuntime(name).claim(taskType, wanted);
        test.new TestRuntime(name);
        return claims;
    }

    private @Nullable String interruptions(int owl) throws Exception {
        return test.value("SELECT interruptions FROM turing.memory WHERE task_type_id = " + taskType.id()
                + " AND subject_id = '" + owl + "'");
    }

    private List<String> tickets(int owl, String column) throws Exception {
        return test.values("SELECT " + column + " FROM turing.tickets WHERE task_type_id = " + taskType.id()
                + " AND subject_id = '" + owl + "' ORDER BY ticket_id");
    }

    @Test
    void anInterruptionIsRememberedAndCostsNoAttempt() throws Exception {
        Claim lost = killed(1).get(0);
        assertThat(interruptions(1)).isEqualTo("1");
        Claim again = test.runtime.claim(taskType, 1).get(0);
        assertThat(again.subject()).isEqualTo(lost.subject());
        assertThat(again.attempt()).isOne();
        assertThat(again.chain()).isEqualTo(lost.chain());
        test.runtime.record(taskType, again, failure());
        assertThat(interruptions(1)).isEqualTo("0");
        killed(1);
        assertThat(test.runtime.claim(taskType, 1).get(0).attempt()).isEqualTo(2);
    }

    @Test
    void whatIsGivenBackOrCancelledByAStopCountsNothing() throws Exception {
        TestDatabase.TestRuntime stopping = test.new TestRuntime(name);
        List<Claim> claims = stopping.claim(taskType, 2);
        stopping.ledger.giveBack(claims.subList(0, 1));
        stopping.record(taskType, claims.get(1), new Outcome.Cancelled("the runtime is stopping"));
        test.new TestRuntime(name);
        assertThat(interruptions(1)).isNull();
        assertThat(interruptions(2)).isEqualTo("0");
    }

    @Test
    void subjectsThatWereInterruptedTwiceAreClaimedOneAtATimeBesideAllOthers() throws Exception {
        killed(2);
        killed(2);
        TaskType other = test.registerPending(name + "_other", "", "");
        TestDatabase.TestRuntime runtime = test.new TestRuntime("going on");
        List<Claim> claims = runtime.claim(taskType, 3);
        assertThat(claimedIds(claims)).containsExactly("1", "3");
        assertThat(runtime.claim(taskType, 3)).isEmpty();
        assertThat(claimedIds(runtime.claim(other, 3))).hasSize(3);
        assertThat(claimedIds(test.runtime.claim(taskType, 3)))
                .as("another runtime may run the other one")
                .containsExactly("2");
        test.runtime.ledger.giveBackAllBut(taskType.id(), Set.of(test.runtime.lease.runtimeId()), Set.of());
        runtime.record(taskType, claims.get(0), success());
        assertThat(claimedIds(runtime.claim(taskType, 3))).containsExactly("2");
    }

    @Test
    void interruptedSubjectsOfTwoTaskTypesAreNotClaimedBesideEachOther() throws Exception {
        TaskType other = test.registerPending(name + "_other", "", "");
        for (int time = 0; time < 2; time++) {
            TestDatabase.TestRuntime runtime = test.new TestRuntime(name);
            runtime.claim(taskType, 1);
            runtime.claim(other, 1);
        }
        TestDatabase.TestRuntime runtime = test.new TestRuntime(name);
        assertThat(claimedIds(runtime.claim(taskType, 2))).containsExactly("1", "2");
        assertThat(claimedIds(runtime.claim(other, 2))).containsExactly("2", "3");
    }

    @Test
    void aSubjectWhoseRuntimeEndsAgainAndAgainIsSetAsideAndItsNeighboursAreNot() throws Exception {
        for (int time = 0; time < Guards.DEFAULT.mostInterruptions(); time++) {
            killed(3);
        }
        assertThat(interruptions(1)).isEqualTo("5");
        assertThat(interruptions(2)).isEqualTo("2");
        assertThat(test.state(taskType, 1)).isEqualTo("left");
        assertThat(claimedIds(test.runtime.claim(taskType, 1))).isEmpty();
        assertThat(test.state(taskType, 1)).isEqualTo("set_aside");
        assertThat(tickets(1, "status")).hasSize(6).containsOnly("cancelled");
        assertThat(tickets(1, "error").get(4)).contains("interruption 5 in a row");
        String setAside = tickets(1, "ticket_id").get(5);
        assertThat(tickets(1, "error").get(5))
                .isEqualTo("set aside: its runtime ended 5 times in a row while it was claimed "
                        + "(turing.work.most-interruptions = 5): does it bring the runtime down? "
                        + "Free it: turing retry " + setAside);
        assertThat(claimedIds(test.runtime.claim(taskType, 3))).containsExactly("2");
        new Retry(test.database).revive(Retry.Filter.ofTicket(Long.parseLong(setAside)));
        assertThat(interruptions(1)).isEqualTo("0");
        assertThat(claimedIds(test.runtime.claim(taskType, 1))).containsExactly("1");
    }

    @Test
    void aSubjectThatLeftTheInboxIsNotRunAgainFromAReadingBeforeItsRescue() throws Exception {
        TestDatabase.TestRuntime slow = test.new TestRuntime("slow");
        Found before = slow.inboxes.find(taskType, test.shape(taskType), 3, Set.of());
        TestDatabase.TestRuntime killed = test.new TestRuntime(name);
        killed.claim(taskType, 1);
        // its script moved the subject on by itself; the runtime ended before it could record that
        test.sql("UPDATE owl SET status = 'done' WHERE owl_id = 1");
        test.new TestRuntime(name);
        assertThat(claimedIds(slow.claim(taskType, before))).containsExactly("2", "3");
        assertThat(test.found(taskType, 3)).isEmpty();
        assertThat(tickets(1, "status")).containsExactly("cancelled");
        assertThat(tickets(1, "error").get(0)).startsWith("rescued: runtime ");
    }
}
