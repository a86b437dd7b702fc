package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.upkeep.Housekeeper;

class HousekeeperTest {

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        world.close();
    }

    @Test
    void aStartTellsWhatItFoundBeforeAnythingOfItIsRescued() {
        ActorRef<Housekeeper.Command> housekeeper = kit.spawn(
                Housekeeper.create(world.ports().ledger(), world.ports().lease(), Duration.ofMillis(50)));

        housekeeper.tell(new Housekeeper.LeaseChanged(new LeaseState.Held(1)));

        await().atMost(GENEROUS).until(() -> world.housekeeping.contains("rescue"));
        assertThat(world.housekeeping).startsWith("survey", "rescue");
    }
}
