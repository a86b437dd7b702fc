package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.journal.Journal;
import org.turing.runtime.ports.view.GateStatus;

/** Two gates of one model, each on a node that takes the other one for dead, over one journal. */
class TwoGatesTest {

    private static final String MODEL = "mistral-nemo";

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    private final AtomicLong epochs = new AtomicLong();

    @Test
    void neitherGrantsASlotThatTheOtherHasGranted() throws Exception {
        try (Node one = new Node()) {
            one.request(1);
            long first = one.granted();
            try (Node two = new Node()) {
                two.awaitHolder("task type 1");
                one.request(3);
                one.release(first);
                long second = one.granted();

                two.askUntilItIsKnownThatItIsHeldBy(2, "task type 3");
                assertThat(two.replies).isEmpty();
                two.release(second);
                assertThat(two.granted()).isGreaterThan(second);

                one.askUntilItIsKnownThatItIsHeldBy(4, "task type 2");
                assertThat(one.replies).isEmpty();
            }
        }
        assertThat(system.number("SELECT count(DISTINCT writer) FROM turing.journal_events"))
                .isGreaterThanOrEqualTo(2);
    }

    /** A node with a gate of one slot. */
    private final class Node implements AutoCloseable {

        private final UUID life = UUID.randomUUID();
        private final Database database;
        private final ActorSystem<Void> actors;
        private final BlockingQueue<ModelGate.Granted> replies = new LinkedBlockingQueue<>();
        private final ActorRef<ModelGate.Reply> holder;
        private final ActorRef<ModelGate.Command> gate;

        Node() throws Exception {
            database = Database.connect(DatabaseSettings.of(
                    system.server().uri(system.database()),
                    null,
                    null,
                    system.settings().database().schema()));
            actors = ActorSystem.create(
                    Behaviors.<Void>empty(),
                    "node",
                    Journal.setup(database)
                            .and(BootstrapSetup.create(Journal.settings(ConfigFactory.load(), database))));
            ActorRef<WorkerHost.Command> workers =
                    actors.systemActorOf(Behaviors.<WorkerHost.Command>ignore(), "workers", Props.empty());
            Hosts hosts = new Hosts(
                    List.of(new Host(7, "host", 1, Set.of(), List.of(), Map.of(), Set.of(), false, workers)),
                    List.of());
            ActorRef<HostDirectory.Command> directory = actors.systemActorOf(
                    Behaviors.<HostDirectory.Command>receiveMessage(message -> {
                        if (message instanceof HostDirectory.Subscribe subscribe) {
                            subscribe.subscriber().tell(hosts);
                        }
                        return Behaviors.same();
                    }),
                    "hosts",
                    Props.empty());
            holder = actors.systemActorOf(
                    Behaviors.<ModelGate.Reply>receiveMessage(reply -> {
                        if (reply instanceof ModelGate.Granted granted) {
                            replies.add(granted);
                        }
                        return Behaviors.same();
                    }),
                    "holder",
                    Props.empty());
            gate = actors.systemActorOf(
                    ModelGate.create(
                            MODEL,
                            new ModelGate.Surroundings(
                                    "here",
                                    Duration.ofHours(1),
                                    Instant::now,
                                    model -> epochs.incrementAndGet(),
                                    runtimes -> Set.of(),
                                    directory,
                                    present -> {})),
                    "gate",
                    Props.empty());
            gate.tell(new ModelGate.Configure(1));
        }

        void request(long taskType) {
            gate.tell(new ModelGate.RequestSlots(taskType, "step-" + taskType, life, 1, 0, Set.of(), holder));
        }

        /** What was lost when the gate started again is said again. */
        void askUntilItIsKnownThatItIsHeldBy(long taskType, String holder) {
            WholeSystem.await("that the gate has read that " + holder + " holds the slot")
                    .until(() -> {
                        request(taskType);
                        return holders().equals(List.of(holder))
                                && status().waiting().size() == 1;
                    });
        }

        void release(long lease) {
            gate.tell(new ModelGate.Release(lease));
        }

        long granted() throws InterruptedException {
            ModelGate.Granted granted = replies.poll(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(granted).as("a slot").isNotNull();
            return granted.slots().get(0).leaseId();
        }

        void awaitHolder(String name) {
            WholeSystem.await("that " + name + " holds a slot")
                    .until(() -> holders().equals(List.of(name)));
        }

        private List<String> holders() {
            return status().holders().stream().map(GateStatus.Party::taskType).toList();
        }

        GateStatus status() {
            return AskPattern.ask(
                            gate,
                            (ActorRef<GateStatus> me) -> new ModelGate.GetStatus(me),
                            WholeSystem.PATIENCE,
                            actors.scheduler())
                    .toCompletableFuture()
                    .join();
        }

        @Override
        public void close() {
            actors.terminate();
            actors.getWhenTerminated().toCompletableFuture().join();
            database.close();
        }
    }
}
