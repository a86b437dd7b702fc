package org.turing.runtime.actors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.view.GateStatus;

class ModelGateTest {

    private static final Duration QUANTUM = Duration.ofSeconds(30);

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(kit.system());
    private final TestProbe<WorkerHost.Command> workers = kit.createTestProbe();
    private final TestProbe<ModelGate.Reply> alma = kit.createTestProbe();
    private final TestProbe<ModelGate.Reply> clara = kit.createTestProbe();
    private final TestProbe<HostDirectory.Command> directory = kit.createTestProbe();
    private @Nullable ActorRef<Hosts> subscriber;
    private final UUID life = UUID.randomUUID();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void aSecondTaskTypeWaitsUntilTheFirstReleasesItsSlot() {
        ActorRef<ModelGate.Command> gate = gate(1);
        request(gate, 1, alma, 1);
        long lease = granted(alma);
        request(gate, 2, clara, 1);
        clara.expectNoMessage();
        gate.tell(new ModelGate.Release(lease));
        assertThat(granted(clara)).isNotEqualTo(lease);
    }

    @Test
    void aHolderIsAskedToYieldWhenItsQuantumIsOverAndSomebodyWaits() {
        ActorRef<ModelGate.Command> gate = gate(1);
        request(gate, 1, alma, 1);
        long lease = granted(alma);
        request(gate, 2, clara, 1);
        assertThat(status(gate).waiting()).hasSize(1);
        pass(QUANTUM.plusSeconds(1));
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.YieldSlot(lease));
    }

    @Test
    void theSlotOfALostHolderIsGrantedOnlyOnceItsLaneIsClear() {
        ActorRef<ModelGate.Command> gate = gate(1);
        request(gate, 1, alma, 1);
        long lease = granted(alma);
        gate.tell(new ModelGate.HolderLost(1, life));
        request(gate, 2, clara, 1);
        assertThat(workers.receiveMessage()).isEqualTo(new WorkerHost.ReportWhenClear("mistral", lease, gate));
        clara.expectNoMessage();
        gate.tell(new ModelGate.LaneCleared(lease));
        assertThat(granted(clara)).isNotEqualTo(lease);
    }

    @Test
    void theSlotsOfAHostThatIsGoneAreTakenFromTheirHolderAndComeBackOnAnother() {
        ActorRef<ModelGate.Command> gate = gate(1);
        request(gate, 1, alma, 1);
        long lease = granted(alma);
        hosts(new Hosts(List.of(host(8, "there")), List.of()));
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(gate, 0, Set.of()));
        assertThat(status(gate).quarantined()).isEqualTo(1);
        request(gate, 2, clara, 1);
        assertThat(clara.expectMessageClass(ModelGate.Granted.class).slots())
                .extracting(ModelGate.Slot::host)
                .containsExactly("there");
    }

    @Test
    void aGateThatNoHostServesSaysSo() {
        ActorRef<ModelGate.Command> gate = gate(1);
        hosts(new Hosts(List.of(serving(7, "elsewhere", "gemma2")), List.of()));
        request(gate, 1, alma, 1);
        assertThat(alma.expectMessageClass(ModelGate.Closed.class).reason()).contains("no host");
        assertThat(status(gate).state()).isEqualTo("unserved");
    }

    @Test
    void aHostThatDrainsOrCanNotBeReachedKeepsWhatIsOutAndIsGrantedNothing() {
        ActorRef<ModelGate.Command> gate = gate(2);
        request(gate, 1, alma, 1);
        granted(alma);
        hosts(new Hosts(List.of(), List.of(host(7, "here"))));
        request(gate, 2, clara, 1);
        assertThat(status(gate).holders())
                .extracting(GateStatus.Party::taskType)
                .containsExactly("step-1");
        clara.expectNoMessage();
        hosts(new Hosts(List.of(new Host(7, "here", 2, Set.of(), List.of(), true, workers.ref())), List.of()));
        clara.expectNoMessage();
        hosts(new Hosts(List.of(host(7, "here")), List.of()));
        granted(clara);
    }

    @Test
    void aLeaseWhoseHolderSaysThatItsHostIsGoneIsQuarantined() {
        ActorRef<ModelGate.Command> gate = gate(2);
        request(gate, 1, alma, 2);
        List<ModelGate.Slot> slots =
                alma.expectMessageClass(ModelGate.Granted.class).slots();
        gate.tell(new ModelGate.SlotLost(slots.get(0).leaseId()));
        assertThat(alma.receiveMessage())
                .isEqualTo(new ModelGate.Renewed(gate, 0, Set.of(slots.get(1).leaseId())));
        assertThat(status(gate).quarantined()).isEqualTo(1);
    }

    @Test
    void aGateWithoutSlotsSaysSoAndGrantsOnceItHasSome() {
        ActorRef<ModelGate.Command> gate = gate(0);
        request(gate, 1, alma, 1);
        assertThat(alma.receiveMessage())
                .isInstanceOfSatisfying(
                        ModelGate.Closed.class,
                        closed ->
                                assertThat(closed.reason()).contains("mistral").contains("slots = 0"));
        assertThat(status(gate).state()).isEqualTo("blocked");
        gate.tell(new ModelGate.Configure(2));
        granted(alma);
    }

    @Test
    void statusShowsHoldersWaitingAndSlotSeconds() {
        ActorRef<ModelGate.Command> gate = gate(1);
        request(gate, 1, alma, 2);
        long lease = granted(alma);
        request(gate, 2, clara, 1);
        pass(Duration.ofSeconds(10));
        GateStatus busy = status(gate);
        assertThat(busy.holders()).containsExactly(new GateStatus.Party("step-1", 1, 10));
        assertThat(busy.waiting()).extracting(GateStatus.Party::taskType).contains("step-2");
        assertThat(busy.busySeconds()).isEqualTo(10);
        gate.tell(new ModelGate.Withdraw(1));
        gate.tell(new ModelGate.Release(lease));
        granted(clara);
        assertThat(status(gate).granted()).isEqualTo(2);
    }

    /** A gate of a model that one host may serve. */
    private ActorRef<ModelGate.Command> gate(int slots) {
        ActorRef<ModelGate.Command> gate = kit.spawn(ModelGate.create("mistral", QUANTUM, () -> now, directory.ref()));
        subscriber = directory.expectMessageClass(HostDirectory.Subscribe.class).subscriber();
        hosts(new Hosts(List.of(host(7, "here")), List.of()));
        gate.tell(new ModelGate.Configure(slots));
        return gate;
    }

    private void hosts(Hosts now) {
        Objects.requireNonNull(subscriber).tell(now);
    }

    private Host host(long runtimeId, String name) {
        return new Host(runtimeId, name, 2, Set.of(), List.of(), false, workers.ref());
    }

    private Host serving(long runtimeId, String name, String model) {
        return new Host(runtimeId, name, 2, Set.of(model), List.of(), false, workers.ref());
    }

    private void pass(Duration duration) {
        now = now.plus(duration);
        time.timePasses(duration);
    }

    private void request(ActorRef<ModelGate.Command> gate, long holder, TestProbe<ModelGate.Reply> probe, int wanted) {
        gate.tell(new ModelGate.RequestSlots(holder, "step-" + holder, life, wanted, 0, Set.of(), probe.ref()));
    }

    private static long granted(TestProbe<ModelGate.Reply> probe) {
        return probe.expectMessageClass(ModelGate.Granted.class).slots().get(0).leaseId();
    }

    private GateStatus status(ActorRef<ModelGate.Command> gate) {
        TestProbe<GateStatus> probe = kit.createTestProbe();
        gate.tell(new ModelGate.GetStatus(probe.ref()));
        return probe.receiveMessage();
    }
}
