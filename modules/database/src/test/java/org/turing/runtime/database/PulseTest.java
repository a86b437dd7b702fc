package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.RuntimeLease.Pulse;

/** What a renewal of the lease sees beside it, and that nothing but the lease keeps it from being renewed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PulseTest {

    private static final String LEASE_SESSIONS =
            " FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'turing-runtime lease'";

    private TestDatabase test;
    private TaskType taskType;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
        test.owls(3, "pending");
        taskType = test.register("pulsed", "work_query", "'SELECT owl_id FROM owl ORDER BY 1'");
    }

    @AfterAll
    void close() {
        test.close();
    }

    @Test
    void itShowsClaimsOfALapsedLeaseUntilTheyAreFreed() throws Exception {
        assertThat(pulse().lost()).isFalse();
        TestDatabase.TestRuntime other = test.new TestRuntime("lapses");
        other.claim(taskType, 1);
        assertThat(pulse().lost()).isFalse();
        other.lapse();
        assertThat(pulse().lost()).isTrue();
        test.runtime.ledger.rescue();
        assertThat(pulse().lost()).isFalse();
    }

    @Test
    void itShowsAClaimOfAnEndedRuntimeThatAScriptHoldsYet() throws Exception {
        TestDatabase.TestRuntime other = test.new TestRuntime("ends");
        Claim claim = other.claim(taskType, 1).get(0);
        try (Connection script = test.connection();
                Statement statement = script.createStatement()) {
            script.setAutoCommit(false);
            statement.execute("SELECT turing.hold(%d, %d)".formatted(claim.ticketId(), claim.fence()));
            other.lease.end();
            test.runtime.ledger.rescue();
            assertThat(pulse().lost()).isTrue();
            script.commit();
        }
        test.runtime.ledger.rescue();
        assertThat(pulse().lost()).isFalse();
    }

    @Test
    void itShowsWhoSpeaksForTheCluster() throws Exception {
        JdbcClusterRow row = new JdbcClusterRow(test.database);
        row.take(test.runtime.lease.runtimeId(), Set.of());
        assertThat(pulse().speaker()).isEqualTo(test.runtime.lease.runtimeId());
        row.release(test.runtime.lease.runtimeId());
        assertThat(pulse().speaker()).isNull();
    }

    @Test
    void itShowsEveryChangeOfTheRegistryAndNothingElse() throws Exception {
        String before = pulse().registry();
        assertThat(pulse().registry()).isEqualTo(before);
        for (String change : List.of(
                "UPDATE turing.task_types SET paused = true",
                "UPDATE turing.task_types SET paused = false",
                "INSERT INTO turing.models (model_name, slots) VALUES ('small', 1)",
                "UPDATE turing.models SET slots = 2",
                "DELETE FROM turing.models",
                "INSERT INTO turing.task_types (task_type_name, work_query, script_path) VALUES ('b', 'SELECT 1', 'b')",
                "DELETE FROM turing.task_types WHERE task_type_name = 'b'")) {
            test.sql(change);
            String after = pulse().registry();
            assertThat(after).as(change).isNotEqualTo(before);
            before = after;
        }
        assertThat(pulse().registry()).isEqualTo(before);
    }

    @Test
    void aRegistryThatSomebodyHasLockedDoesNotKeepTheLeaseFromBeingRenewed() throws Exception {
        try (Connection person = test.connection();
                Statement statement = person.createStatement()) {
            person.setAutoCommit(false);
            statement.execute("LOCK TABLE turing.task_types");
            assertThat(pulse()).isEqualTo(Pulse.UNSEEN);
            person.rollback();
        }
        assertThat(pulse().registry()).isNotNull();
    }

    @Test
    void aRenewalIsOneStatementOnASessionThatIsKept() throws Exception {
        pulse();
        String session = test.value("SELECT pid" + LEASE_SESSIONS);
        pulse();
        assertThat(test.value("SELECT pid || ' ' || state || ' ' || split_part(query, ' ', 2)" + LEASE_SESSIONS))
                .isEqualTo(session + " idle renewed");
    }

    @Test
    void aSessionThatIsGoneCostsNoRenewal() throws Exception {
        pulse();
        test.sql("SELECT pg_terminate_backend(pid, 60000)" + LEASE_SESSIONS);
        assertThat(pulse().registry()).isNotNull();
    }

    private Pulse pulse() {
        return test.runtime.lease.renew().orElseThrow();
    }
}
