package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.ports.ClusterRow.Standing;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.LeaseLapsed;

class ClusterRowTest {

    private static final String LET_GO = "UPDATE turing.cluster SET runtime_id = NULL";

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private TestDatabase test;
    private TestDatabase.TestRuntime other;
    private TestDatabase.TestRuntime third;
    private TestDatabase.TestRuntime fourth;
    private JdbcClusterRow row;

    @BeforeEach
    void start() throws Exception {
        test = new TestDatabase();
        other = test.new TestRuntime("there");
        third = test.new TestRuntime("third");
        fourth = test.new TestRuntime("fourth");
        row = new JdbcClusterRow(test.database);
    }

    @AfterEach
    void close() {
        threads.shutdown();
        test.close();
    }

    private Standing take(TestDatabase.TestRuntime runtime, Long... members) throws LeaseLapsed {
        return row.take(runtime.lease.runtimeId(), Set.of(members));
    }

    @Test
    void whoComesFirstHoldsItAndTheNextOneIsToldWhoThatIs() throws Exception {
        assertThat(take(test.runtime)).isEqualTo(new Standing.Held());
        assertThat(take(test.runtime)).isEqualTo(new Standing.Held());
        assertThat(take(other)).isEqualTo(new Standing.HeldBy(test.runtime.lease.runtimeId(), "host", 1));
    }

    @Test
    void itIsTakenOverOnceTheHoldersLeaseHasLapsedAndNotGivenBack() throws Exception {
        take(test.runtime);
        test.runtime.lapse();
        assertThat(take(other)).isEqualTo(new Standing.Held());
        assertThatThrownBy(() -> take(test.runtime, other.lease.runtimeId()))
                .isInstanceOf(LeaseLapsed.class)
                .hasMessageContaining("runtime " + test.runtime.lease.runtimeId());
        test.runtime.lease.begin();
        assertThat(take(test.runtime)).isEqualTo(new Standing.HeldBy(other.lease.runtimeId(), "host", 1));
    }

    @Test
    void itIsTakenOverFromOneThatHasEndedOrReleasedIt() throws Exception {
        take(test.runtime);
        row.release(other.lease.runtimeId());
        assertThat(take(other)).as("somebody else's release").isInstanceOf(Standing.HeldBy.class);
        row.release(test.runtime.lease.runtimeId());
        assertThat(take(other)).isEqualTo(new Standing.Held());
        other.lease.end();
        assertThat(take(test.runtime)).isEqualTo(new Standing.Held());
    }

    @Test
    void aMemberOfTheSameClusterTakesItOver() throws Exception {
        take(test.runtime);
        assertThat(take(other, 77L)).isInstanceOf(Standing.HeldBy.class);
        assertThat(take(other, 77L, test.runtime.lease.runtimeId())).isEqualTo(new Standing.Held());
        assertThat(take(test.runtime)).isEqualTo(new Standing.HeldBy(other.lease.runtimeId(), "host", 1));
    }

    @Test
    void ofManyThatComeAtOnceOneHoldsItAndTheOthersAreToldWho() throws Exception {
        for (int round = 0; round < 20; round++) {
            test.sql(round == 0 ? "SELECT 1" : round % 2 == 0 ? "DELETE FROM turing.cluster" : LET_GO);
            List<TestDatabase.TestRuntime> runtimes = List.of(test.runtime, other, third, fourth);
            List<CompletableFuture<Standing>> answers = runtimes.stream()
                    .map(runtime -> CompletableFuture.supplyAsync(() -> taken(runtime), threads))
                    .toList();
            List<Standing> standings = new ArrayList<>();
            for (CompletableFuture<Standing> answer : answers) {
                standings.add(answer.get(60, TimeUnit.SECONDS));
            }
            assertThat(standings).containsOnlyOnce(new Standing.Held());
            long holder =
                    runtimes.get(standings.indexOf(new Standing.Held())).lease.runtimeId();
            assertThat(standings)
                    .filteredOn(standing -> !(standing instanceof Standing.Held))
                    .containsOnly(new Standing.HeldBy(holder, "host", 1));
        }
    }

    private Standing taken(TestDatabase.TestRuntime runtime) {
        try {
            return take(runtime);
        } catch (LeaseLapsed e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoComesWhileAnotherTakesItWaitsAndIsToldWhoThatIs() throws Exception {
        try (Connection taking = test.connection();
                Statement statement = taking.createStatement()) {
            taking.setAutoCommit(false);
            statement.execute("INSERT INTO turing.cluster (runtime_id) VALUES (" + other.lease.runtimeId() + ")");
            CompletableFuture<Standing> answer = CompletableFuture.supplyAsync(() -> patient(test.runtime), threads);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !test.values("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                                    + "AND wait_event_type = 'Lock'")
                            .isEmpty());
            taking.commit();
            assertThat(answer.get(60, TimeUnit.SECONDS))
                    .isEqualTo(new Standing.HeldBy(other.lease.runtimeId(), "host", 1));
        }
    }

    private Standing patient(TestDatabase.TestRuntime runtime) {
        while (true) {
            try {
                return taken(runtime);
            } catch (DatabaseUnavailable e) {
                assertThat(e.getMessage()).contains("lock timeout");
            }
        }
    }

    /** What others see has lapsed, and the renewal that was made in time is not committed yet. */
    @Test
    void aHolderThatRenewsItsLeaseAtThisMomentKeepsIt() throws Exception {
        take(other);
        other.lapse();
        try (Connection renewing = test.connection();
                Statement statement = renewing.createStatement()) {
            renewing.setAutoCommit(false);
            statement.execute("UPDATE turing.runtimes SET lease_until = clock_timestamp() + interval '1 hour' "
                    + "WHERE runtime_id = " + other.lease.runtimeId());
            assertThat(take(test.runtime)).isEqualTo(new Standing.HeldBy(other.lease.runtimeId(), "host", 1));
            renewing.commit();
        }
        assertThat(take(test.runtime)).isInstanceOf(Standing.HeldBy.class);
    }

    @Test
    void aHolderOfWhomNothingIsKnownAnyMoreDoesNotKeepIt() throws Exception {
        take(other);
        test.sql("DELETE FROM turing.runtimes WHERE runtime_id = " + other.lease.runtimeId());
        assertThat(take(test.runtime)).isEqualTo(new Standing.Held());
    }
}
