package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.ports.ClusterRow.Standing;
import org.turing.runtime.ports.LeaseLapsed;

class ClusterRowTest {

    private TestDatabase test;
    private TestDatabase.TestRuntime other;
    private JdbcClusterRow row;

    @BeforeEach
    void start() throws Exception {
        test = new TestDatabase();
        other = test.new TestRuntime("there");
        row = new JdbcClusterRow(test.database);
    }

    @AfterEach
    void close() {
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
}
