package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.pekko.cluster.MemberStatus;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.upkeep.LeaseKeeper.Condition;
import org.turing.runtime.ports.view.NodeHealth;

class HealthOfTest {

    private static final Condition HELD = new Condition(7, true, null);

    @Test
    void aMemberThatHoldsItsLeaseIsWell() {
        assertThat(HealthOf.node(MemberStatus.up(), HELD, false)).isEqualTo(NodeHealth.GOOD);
    }

    @Test
    void whoHasNotJoinedYetIsStarting() {
        for (MemberStatus status : List.of(MemberStatus.removed(), MemberStatus.joining())) {
            NodeHealth health = HealthOf.node(status, HELD, false);

            assertThat(health.notAlive()).isNull();
            assertThat(health.notStarted()).isEqualTo("the node has not joined its cluster yet");
            assertThat(health.notReady()).isEqualTo(health.notStarted());
        }
        assertThat(HealthOf.node(MemberStatus.up(), new Condition(0, false, null), false)
                        .notStarted())
                .contains("no lease yet");
    }

    @Test
    void whoIsOnlyHalfAMemberOrLeavesIsStartedAndNotReady() {
        for (MemberStatus status :
                List.of(MemberStatus.weaklyUp(), MemberStatus.leaving(), MemberStatus.exiting(), MemberStatus.down())) {
            NodeHealth health = HealthOf.node(status, HELD, false);

            assertThat(health.notStarted()).isNull();
            assertThat(health.notReady())
                    .isEqualTo("the node is " + status.toString().toLowerCase() + " in its cluster, not up");
        }
    }

    @Test
    void withoutALeaseOrADatabaseOrWhileDrainingItIsNotReady() {
        assertThat(HealthOf.node(MemberStatus.up(), new Condition(7, false, null), false)
                        .notReady())
                .isEqualTo("the runtime's lease has lapsed");
        assertThat(HealthOf.node(MemberStatus.up(), new Condition(7, true, "refused"), false)
                        .notReady())
                .isEqualTo("the database can't serve: refused");
        assertThat(HealthOf.node(MemberStatus.up(), HELD, true).notReady()).isEqualTo("the runtime is draining");
    }

    @Test
    void whoWasRemovedIsToBeReplaced() {
        assertThat(HealthOf.GONE.notAlive()).isEqualTo("the node is no member of its cluster any more");
        assertThat(HealthOf.GONE.notReady()).isNotNull();
    }
}
