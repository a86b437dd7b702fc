package org.turing.runtime.actors.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.registry.TaskTypes.Seated;
import org.turing.runtime.ports.ClusterRow;
import org.turing.runtime.ports.RuntimeLease.Pulse;

/** Who takes the seat of whom. */
class ClusterSeatTest {

    private static final long ME = 8;
    private static final long DEAD = 7;
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void theSeatOfANodeThatTurnsOutToBeOneOfOursIsTakenAtOnce() {
        TestProbe<String> changes = kit.createTestProbe();
        kit.spawn(registry(Set.of(DEAD), changes.getRef()));
        assertThat(changes.receiveMessage(GENEROUS)).isEqualTo("held");
    }

    @Test
    void theSeatOfAnotherClusterIsWaitedFor() {
        TestProbe<String> changes = kit.createTestProbe();
        kit.spawn(registry(Set.of(ME), changes.getRef()));
        assertThat(changes.receiveMessage(GENEROUS)).contains("runtime " + DEAD + " on elsewhere");
    }

    @Test
    void aSeatThatAPulseShowsInOtherHandsIsAskedForAgain() {
        TestProbe<String> changes = kit.createTestProbe();
        SeatOfTheDead row = new SeatOfTheDead();
        ActorRef<TaskTypes.Command> registry = kit.spawn(registry(row, Set.of(DEAD), changes.getRef()));
        assertThat(changes.receiveMessage(GENEROUS)).isEqualTo("held");
        row.lost = true;
        registry.tell(new TaskTypes.Felt(new Pulse(ME, false, "")));
        changes.expectNoMessage(Duration.ofMillis(300));
        registry.tell(new TaskTypes.Felt(new Pulse(DEAD, false, "")));
        assertThat(changes.receiveMessage(GENEROUS)).contains("runtime " + DEAD + " on elsewhere");
    }

    private static Behavior<TaskTypes.Command> registry(Set<Long> membersKnownLater, ActorRef<String> changes) {
        return registry(new SeatOfTheDead(), membersKnownLater, changes);
    }

    /** It asks before it knows who belongs to its cluster, and then only by what it is told; tells every change. */
    private static Behavior<TaskTypes.Command> registry(
            ClusterRow row, Set<Long> membersKnownLater, ActorRef<String> changes) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ClusterSeat seat = new ClusterSeat(context, timers, row);
            seat.identity(ME, Set.of());
            return Behaviors.receive(TaskTypes.Command.class)
                    .onMessage(TaskTypes.Felt.class, felt -> {
                        seat.seen(felt.pulse().speaker(), membersKnownLater);
                        return Behaviors.same();
                    })
                    .onMessage(Seated.class, seated -> {
                        if (seat.onSeated(seated, membersKnownLater)) {
                            changes.tell(seat.held() ? "held" : String.valueOf(seat.waitsFor()));
                        }
                        return Behaviors.same();
                    })
                    .build();
        }));
    }

    /** Its holder has died, and its lease stands. */
    private static final class SeatOfTheDead implements ClusterRow {

        /** Whether it is another cluster's, whatever is known of that node. */
        private volatile boolean lost;

        @Override
        public Standing take(long runtimeId, Set<Long> membersOfMine) {
            return !lost && membersOfMine.contains(DEAD)
                    ? new Standing.Held()
                    : new Standing.HeldBy(DEAD, "elsewhere", 1);
        }

        @Override
        public void release(long runtimeId) {
            throw new UnsupportedOperationException("nobody leaves here");
        }
    }
}
