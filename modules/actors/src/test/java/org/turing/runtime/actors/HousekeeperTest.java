package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.upkeep.Housekeeper;
import org.turing.runtime.ports.RuntimeLease.Pulse;

class HousekeeperTest {

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final ActorRef<Housekeeper.Command> housekeeper =
            kit.spawn(Housekeeper.create(world.ports().ledger(), world.ports().lease()));

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        world.close();
    }

    @Test
    void aStartTellsWhatItFoundBeforeAnythingOfItIsRescued() {
        pulse(true);

        housekeeper.tell(new Housekeeper.LeaseChanged(new LeaseState.Held(1)));

        awaitRescue();
        assertThat(world.housekeeping).startsWith("survey", "rescue");
    }

    @Test
    void claimsOfEndedRuntimesAreLookedForWheneverAPulseShowsThatThereAreAny() {
        housekeeper.tell(new Housekeeper.LeaseChanged(new LeaseState.Held(1)));
        awaitRescue();

        await().atMost(GENEROUS).until(() -> {
            pulse(true); // one that comes while an earlier rescue has not been answered is of no use
            return rescues() > 2;
        });
    }

    private void pulse(boolean lost) {
        kit.system().eventStream().tell(new EventStream.Publish<>(new Pulse(1L, lost, "")));
    }

    private void awaitRescue() {
        await().atMost(GENEROUS).until(() -> rescues() > 0);
    }

    private long rescues() {
        return world.housekeeping.stream().filter("rescue"::equals).count();
    }
}
