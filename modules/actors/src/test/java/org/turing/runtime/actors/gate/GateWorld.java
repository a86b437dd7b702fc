package org.turing.runtime.actors.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.view.GateStatus;

/**
 * What stands around the gate of one model: a journal, hosts, a ledger that numbers epochs and knows which runtimes
 * have ended, and time that passes when a test says so.
 */
final class GateWorld implements AutoCloseable {

    static final String MODEL = "mistral";
    static final Duration QUANTUM = Duration.ofSeconds(30);
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    final PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
    final TestProbe<WorkerHost.Command> workers = kit.createTestProbe();
    final UUID life = UUID.randomUUID();
    final AtomicLong epoch = new AtomicLong();
    final Set<Long> ended = ConcurrentHashMap.newKeySet();
    /** What the gate told the registry. */
    final List<ModelGate.Present> told = new CopyOnWriteArrayList<>();

    volatile boolean databaseDown;

    private volatile Hosts hosts = new Hosts(List.of(host(7, "here")), List.of());
    private final ManualTime time = ManualTime.get(kit.system());
    private final List<ActorRef<Hosts>> subscribers = new CopyOnWriteArrayList<>();
    private final ActorRef<HostDirectory.Command> directory = kit.spawn(Behaviors.receiveMessage(message -> {
        if (message instanceof HostDirectory.Subscribe subscribe) {
            subscribe.subscriber().tell(hosts);
            subscribers.add(subscribe.subscriber());
        }
        return Behaviors.same();
    }));
    private volatile @Nullable Integer registered;
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** A gate of a model of which each host has so many slots; it has heard of the hosts. */
    ActorRef<ModelGate.Command> gate(int slots) {
        int before = subscribers.size();
        registered = slots;
        ActorRef<ModelGate.Command> gate = unconfigured();
        await().atMost(PATIENCE).until(() -> subscribers.size() > before);
        return gate;
    }

    ActorRef<ModelGate.Command> unconfigured() {
        return kit.spawn(ModelGate.create(
                MODEL,
                new ModelGate.Surroundings(
                        "here", QUANTUM, () -> now, model -> raise(), this::over, directory, this::register)));
    }

    /** The gate ends as it does when its process is killed: nothing more is written down. */
    void kill(ActorRef<ModelGate.Command> gate) {
        kit.stop(gate);
    }

    /** The registry hears of the gate: it tells it how many slots there are, if it is to live. */
    private void register(ModelGate.Present present) {
        told.add(present);
        Integer slots = registered;
        if (!present.configured() && slots != null) {
            present.gate().tell(new ModelGate.Configure(slots));
        }
    }

    private long raise() {
        weather();
        return epoch.incrementAndGet();
    }

    private Set<Long> over(Set<Long> runtimeIds) {
        weather();
        return runtimeIds.stream().filter(ended::contains).collect(Collectors.toSet());
    }

    private void weather() {
        if (databaseDown) {
            throw new DatabaseUnavailable("the fake database is down", new IllegalStateException("down"));
        }
    }

    void hosts(Hosts now) {
        hosts = now;
        subscribers.forEach(subscriber -> subscriber.tell(now));
    }

    void hosts(Host... reachable) {
        hosts(new Hosts(List.of(reachable), List.of()));
    }

    Host host(long runtimeId, String name) {
        return new Host(runtimeId, name, 2, Set.of(), List.of(), Map.of(), Set.of(), false, workers.ref());
    }

    Instant now() {
        return now;
    }

    /** So much time passes, for the gate's clock and for its timers, a second at a time. */
    void pass(Duration duration) {
        for (long second = 0; second < duration.toSeconds(); second++) {
            now = now.plusSeconds(1);
            time.timePasses(Duration.ofSeconds(1));
        }
    }

    void request(ActorRef<ModelGate.Command> gate, long holder, TestProbe<ModelGate.Reply> probe, int wanted) {
        request(gate, holder, probe, wanted, Set.of());
    }

    void request(
            ActorRef<ModelGate.Command> gate,
            long holder,
            TestProbe<ModelGate.Reply> probe,
            int wanted,
            Set<Long> runtimes) {
        gate.tell(new ModelGate.RequestSlots(holder, "step-" + holder, life, wanted, 0, runtimes, probe.ref()));
    }

    /** The holder says that it holds these and waits for so many more. */
    void renew(
            ActorRef<ModelGate.Command> gate,
            long holder,
            TestProbe<ModelGate.Reply> probe,
            long number,
            Set<Long> leases,
            int wanted) {
        gate.tell(
                new ModelGate.Renew(holder, "step-" + holder, life, number, leases, wanted, 0, Set.of(), probe.ref()));
    }

    static ModelGate.Granted granted(TestProbe<ModelGate.Reply> probe) {
        return probe.expectMessageClass(ModelGate.Granted.class, PATIENCE);
    }

    /** The one slot that is granted next. */
    static ModelGate.Slot slot(TestProbe<ModelGate.Reply> probe) {
        List<ModelGate.Slot> slots = granted(probe).slots();
        assertThat(slots).hasSize(1);
        return slots.get(0);
    }

    /** What is said next, up to and with what was waited for. */
    static List<ModelGate.Reply> upTo(TestProbe<ModelGate.Reply> probe, Predicate<ModelGate.Reply> last) {
        return probe.fishForMessage(
                PATIENCE,
                reply -> last.test(reply) ? FishingOutcomes.complete() : FishingOutcomes.continueAndCollect());
    }

    /** Where the gate stands, once it has done all that it was told before. */
    GateStatus status(ActorRef<ModelGate.Command> gate) {
        TestProbe<GateStatus> probe = kit.createTestProbe();
        gate.tell(new ModelGate.GetStatus(probe.ref()));
        return probe.receiveMessage(PATIENCE);
    }

    /** How many events the gate has written down so far and not deleted. */
    int written() {
        return journal.persistedInStorage("ModelGate|" + MODEL).size();
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
