package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Inboxes.Found;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.TicketLedger.Rescued;
import org.turing.runtime.ports.TicketLedger.Verdict;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeaseTest {

    private TestDatabase test;
    private TaskType taskType;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
        test.owls(1, "pending");
        taskType = test.register("leased", "work_query, retry_backoff", "'SELECT owl_id FROM owl ORDER BY 1', '0 s'");
    }

    @BeforeEach
    void owls() throws Exception {
        test.owls(3, "pending");
    }

    @AfterAll
    void close() {
        test.close();
    }

    @Test
    void aLapsedLeaseFreesItsClaimsAndUsesUpNoAttempt() throws Exception {
        TestDatabase.TestRuntime lost = test.new TestRuntime("lost");
        lost.run(taskType, TestDatabase.failure());
        List<Claim> claims = lost.claim(taskType, 2);
        assertThat(claims.get(0).attempt()).isEqualTo(2);
        assertThat(test.runtime.ledger.rescue().claims()).isZero();
        lost.lapse();
        Rescued rescued = test.runtime.ledger.rescue();
        assertThat(rescued).isEqualTo(new Rescued(1, 2, Set.of(taskType.id())));
        assertThat(test.value("SELECT status || ' ' || error FROM turing.tickets WHERE ticket_id = "
                        + claims.get(0).ticketId()))
                .startsWith("cancelled rescued: runtime " + lost.lease.runtimeId() + " on host");
        Claim again = test.runtime.claim(taskType, 1).get(0);
        assertThat(again.subject().id()).isEqualTo("1");
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.fence()).isGreaterThan(claims.get(0).fence());
        assertThat(lost.record(taskType, claims.get(0), TestDatabase.success())).isInstanceOf(Verdict.Stale.class);
        assertThat(lost.lease.renew()).isEmpty();
    }

    @Test
    void aLongRunIsNoReasonForARescueWhileItsLeaseIsRenewed() throws Exception {
        TestDatabase.TestRuntime patient = test.new TestRuntime("patient");
        patient.claim(taskType, 1);
        test.sql("UPDATE turing.claims SET claimed_at = now() - interval '9 days'");
        assertThat(patient.lease.renew()).isPresent();
        assertThat(test.runtime.ledger.rescue().claims()).isZero();
    }

    @Test
    void whoTakesAFolderOverFreesWhatItsEarlierRuntimesHeld() throws Exception {
        TestDatabase.TestRuntime killed = test.new TestRuntime("folder");
        killed.claim(taskType, 2);
        TestDatabase.TestRuntime next = test.new TestRuntime("folder");
        assertThat(next.lease.runtimeId()).isGreaterThan(killed.lease.runtimeId());
        assertThat(next.claim(taskType, 3)).hasSize(3);
        assertThat(killed.lease.renew()).isEmpty();
    }

    @Test
    void whatAScriptHoldsYetIsNotSaidToBeFreedByTheNextStart() throws Exception {
        TestDatabase.TestRuntime killed = test.new TestRuntime("held folder");
        Claim claim = killed.claim(taskType, 2).get(0);
        try (Connection script = test.connection();
                Statement statement = script.createStatement()) {
            script.setAutoCommit(false);
            statement.execute("SELECT turing.hold(%d, %d)".formatted(claim.ticketId(), claim.fence()));
            TestDatabase.TestRuntime next = test.new TestRuntime("held folder");
            assertThat(next.lease.freed()).isOne();
            assertThat(test.value("SELECT count(*) FROM turing.claims")).isEqualTo("1");
            script.commit();
        }
        assertThat(test.new TestRuntime("held folder").lease.freed()).isOne();
    }

    @Test
    void theNextStartFreesWhatItHeldByASessionThatItEnds() throws Exception {
        TestDatabase.TestRuntime killed = test.new TestRuntime("session of the folder");
        Claim claim = killed.claim(taskType, 1).get(0);
        try (Connection script = named("turing ticket " + claim.ticketId());
                Statement statement = script.createStatement()) {
            script.setAutoCommit(false);
            statement.execute("SELECT turing.hold(%d, %d)".formatted(claim.ticketId(), claim.fence()));
            assertThat(test.new TestRuntime("session of the folder").lease.freed())
                    .isOne();
            assertThat(script.isValid(10)).isFalse();
        }
        assertThat(test.runtime.claim(taskType, 3)).hasSize(3);
    }

    @Test
    void theNextStartFreesWhatACleanEndLeftToo() throws Exception {
        TestDatabase.TestRuntime left = test.new TestRuntime("left folder");
        left.claim(taskType, 2);
        left.lease.end();
        TestDatabase.TestRuntime next = test.new TestRuntime("left folder");
        assertThat(next.lease.freed()).isEqualTo(2);
        assertThat(next.claim(taskType, 3)).hasSize(3);
    }

    @Test
    void withoutTheFoldersLockNothingIsProven() throws Exception {
        TestDatabase.TestRuntime living = test.new TestRuntime("shared");
        living.claim(taskType, 1);
        JdbcRuntimeLease other = new JdbcRuntimeLease(
                test.database,
                test.clock,
                new JdbcRuntimeLease.Settings(
                        "host", 2, "boot", "shared", false, Duration.ofSeconds(20), Duration.ofSeconds(5)));
        other.begin();
        assertThat(living.lease.renew()).isPresent();
    }

    @Test
    void aCleanEndLetsOthersHaveItsClaimsAtOnce() throws Exception {
        TestDatabase.TestRuntime ending = test.new TestRuntime("ending");
        ending.claim(taskType, 1);
        ending.lease.end();
        assertThat(test.runtime.ledger.rescue().claims()).isOne();
    }

    @Test
    void aClaimThatItsScriptHoldsIsRescuedLater() throws Exception {
        TestDatabase.TestRuntime lost = test.new TestRuntime("holding");
        Claim claim = lost.claim(taskType, 1).get(0);
        try (Connection script = test.connection();
                Statement statement = script.createStatement()) {
            script.setAutoCommit(false);
            statement.execute("SELECT turing.hold(%d, %d)".formatted(claim.ticketId(), claim.fence()));
            lost.lapse();
            assertThat(test.runtime.ledger.rescue().claims()).isZero();
            script.commit();
        }
        assertThat(test.runtime.ledger.rescue().claims()).isOne();
    }

    @Test
    void aSessionThatNamesItsTicketIsEndedSoThatItsClaimIsFreeAtOnce() throws Exception {
        TestDatabase.TestRuntime lost = test.new TestRuntime("ended session");
        List<Claim> claims = lost.claim(taskType, 2);
        Claim held = claims.get(0);
        TestDatabase.TestRuntime living = test.new TestRuntime("living session");
        Claim other = living.claim(taskType, 1).get(0);
        try (Connection holding = named("turing ticket " + held.ticketId());
                Connection working = named("turing ticket " + claims.get(1).ticketId() + " tidy");
                Connection neighbour = named("turing ticket " + other.ticketId());
                Statement statement = holding.createStatement()) {
            holding.setAutoCommit(false);
            statement.execute("SELECT turing.hold(%d, %d)".formatted(held.ticketId(), held.fence()));
            statement.execute("UPDATE owl SET status = 'done' WHERE owl_id = 1");
            lost.lapse();
            assertThat(test.runtime.ledger.rescue().claims()).isEqualTo(2);
            assertThat(neighbour.isValid(10)).isTrue();
            assertThat(working.isValid(10)).isFalse();
            assertThat(holding.isValid(10)).isFalse();
        }
        assertThat(test.value("SELECT status FROM owl WHERE owl_id = 1")).isEqualTo("pending");
        assertThat(test.runtime.claim(taskType, 3)).hasSize(2);
    }

    private Connection named(String applicationName) throws Exception {
        Connection connection = test.connection();
        connection.setClientInfo("ApplicationName", applicationName);
        return connection;
    }

    @Test
    void whereTwoLedgersShareADatabaseNoSessionIsEnded() throws Exception {
        TestDatabase.TestRuntime lost = test.new TestRuntime("two ledgers");
        Claim claim = lost.claim(taskType, 1).get(0);
        test.sql("CREATE SCHEMA another; CREATE TABLE another.ticket_history (at date) PARTITION BY RANGE (at)");
        try (Connection working = named("turing ticket " + claim.ticketId())) {
            lost.lapse();
            assertThat(test.runtime.ledger.rescue().claims()).isOne();
            assertThat(working.isValid(10)).isTrue();
        } finally {
            test.sql("DROP SCHEMA another CASCADE");
        }
    }

    @Test
    void theClockFollowsTheDatabase() throws Exception {
        test.clock.read();
        String apart = test.value(
                "SELECT abs(extract(epoch FROM clock_timestamp() - timestamptz '" + test.clock.now() + "')) < 5");
        assertThat(apart).isEqualTo("t");
    }

    /** As if the server's clock went three hours before this host's. */
    @Test
    void noTimeOfLeasesClaimsAndOutcomesIsThisHosts() throws Exception {
        UnaryOperator<String> ahead =
                sql -> sql.replace("clock_timestamp()", "(clock_timestamp() + interval '3 hours')");
        try (Database server = Database.connect(test.settings, ahead)) {
            MonotonicDatabaseClock clock = new MonotonicDatabaseClock(server);
            JdbcRuntimeLease lease = new JdbcRuntimeLease(
                    server,
                    clock,
                    new JdbcRuntimeLease.Settings(
                            "host", 1, "boot", "ahead", true, Duration.ofMinutes(20), Duration.ofMinutes(5)));
            JdbcInboxes inboxes = new JdbcInboxes(server, () -> Set.of(lease.runtimeId()));
            JdbcTicketLedger ledger = new JdbcTicketLedger(server, lease, inboxes, Duration.ofDays(30), Guards.DEFAULT);
            lease.begin();
            assertThat(lease.renew()).isPresent();
            Found found = inboxes.find(taskType, test.shape(taskType), 2, Set.of());
            List<Claim> claims = ledger.claim(
                    taskType, TestDatabase.placed(found.candidates(), lease.runtimeId()), found.snapshot(), null);
            Instant now = clock.now();
            FinishedRun.Place place = new FinishedRun.Place("host", null, null);
            ledger.record(List.of(new TicketLedger.Entry(
                    taskType,
                    new FinishedRun(
                            claims.get(0), TestDatabase.failure(), now, now, FinishedRun.RunLog.EMPTY, place, null))));
            long runtime = lease.runtimeId();
            lease.end();
            lease.begin();
            assertThat(lease.freed()).isOne();
            lease.end();
            String times = "SELECT unnest(ARRAY[%s]) > now() + interval '2.5 hours' FROM turing.%s WHERE runtime_id = "
                    + runtime;
            assertThat(test.values(times.formatted("renewed_at, lease_until, ended_at", "runtimes")))
                    .hasSize(3)
                    .containsOnly("t");
            assertThat(test.values(times.formatted("claimed_at, recorded_at", "ticket_history")))
                    .hasSize(4)
                    .containsOnly("t");
            assertThat(test.values(
                            times.formatted("started_at, finished_at", "ticket_history") + " AND status = 'failed'"))
                    .hasSize(2)
                    .containsOnly("t");
            assertThat(test.value(
                            "SELECT not_before > now() + interval '2.5 hours' FROM turing.memory WHERE ticket_id = "
                                    + claims.get(0).ticketId()))
                    .isEqualTo("t");
        }
    }
}
