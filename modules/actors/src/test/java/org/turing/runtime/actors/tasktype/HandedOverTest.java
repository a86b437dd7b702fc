package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Subject;

class HandedOverTest {

    private final ActorRef<WorkerHost.Command> here =
            TestInbox.<WorkerHost.Command>create().getRef();
    private final ActorRef<WorkerHost.Command> there =
            TestInbox.<WorkerHost.Command>create().getRef();
    private final HandedOver handed = new HandedOver();

    @Test
    void whatIsOnItsWayToARunThatIsOverComesBackFromItsHost() {
        start(1, here, 7);
        handed.more(run(), List.of(claim(8)));
        handed.ended(7);
        handed.over(1);

        Set<Long> tickets = new HashSet<>(Set.of(8L, 9L));
        assertThat(handed.notBegun(1, tickets)).containsExactly(claim(8));

        assertThat(tickets).as("unknown here").containsExactly(9L);
        assertThat(handed.all()).isEmpty();
    }

    @Test
    void ofAHostThatIsGoneNothingIsKeptNotEvenWhatWasOnItsWay() {
        start(1, here, 7);
        handed.over(1);
        start(2, there, 8);

        handed.lose(here);

        assertThat(handed.all()).extracting(HandedOver.Run::id).containsExactly(2L);
    }

    @Test
    void aRunIsClosedOnceAndOnlyIfSomethingWaitsInIt() {
        start(1, here, 7);
        assertThat(run().close()).isTrue();
        assertThat(run().close()).isFalse();
        assertThat(handed.begun(7)).as("a run that goes on").isNull();
    }

    private void start(long runId, ActorRef<WorkerHost.Command> workers, long ticket) {
        handed.start(runId, workers, new Lanes.Lane(11, null), List.of(claim(ticket)));
    }

    private HandedOver.Run run() {
        return handed.all().get(0);
    }

    private static Claim claim(long ticket) {
        Chain chain = new Chain(new UUID(0, ticket), 0);
        return new Claim(ticket, ticket, 1, new Subject("owl", "s" + ticket), 1, chain, null, 11, "{}");
    }
}
