package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.turing.runtime.actors.Waits.GENEROUS;

import com.typesafe.config.ConfigFactory;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;

class WorkerHostTest {

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    /** Plays the asker and the ledger's writer, so that the order of what they are told shows. */
    private final TestProbe<Object> both = kit.createTestProbe();

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        world.close();
    }

    @Test
    void whoAskedHearsOfAResultBeforeTheLedgerCanHaveSettledIt() {
        TaskType taskType = FakeWorld.step(1, "a", null, "one", "done");
        ActorRef<WorkerHost.Command> host = kit.spawn(WorkerHost.create(
                new FakeScripts(world),
                Instant::now,
                new WorkerHost.Offer("here", 1, Set.of(), List.of()),
                both.getRef().narrow(),
                models -> {}));
        UUID life = new UUID(0, 1);
        host.tell(new WorkerHost.Join(
                1, life, both.getRef().narrow(), both.getRef().narrow()));
        Claim claim = new Claim(7, 7, 1, new Subject("owl", "s1"), 1, new Chain(new UUID(0, 7), 0), null, 1, "{}");
        ScriptFacts facts = new ScriptFacts(taskType.executionType(), "0".repeat(64), false, null);
        host.tell(new WorkerHost.StartRun(1, taskType, facts, List.of(claim), GENEROUS, null, life, Set.of()));

        Stream<Object> told =
                Stream.generate(() -> both.receiveMessage(GENEROUS)).limit(5);

        assertThat(told.map(Object::getClass)
                        .filter(kind -> kind == WorkerHost.ResultIn.class || kind == LedgerWriter.Write.class)
                        .toList())
                .containsExactly(WorkerHost.ResultIn.class, LedgerWriter.Write.class);
    }
}
