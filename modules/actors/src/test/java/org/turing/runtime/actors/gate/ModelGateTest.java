package org.turing.runtime.actors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.view.GateStatus;

class ModelGateTest {

    private static final Duration QUANTUM = Duration.ofSeconds(30);

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(kit.system());
    private final TestProbe<WorkerHost.Command> workers = kit.createTestProbe();
    private final TestProbe<ModelGate.Reply> alma = kit.createTestProbe();
    private final TestProbe<ModelGate.Reply> clara = kit.createTestProbe();
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

    private ActorRef<ModelGate.Command> gate(int slots) {
        return kit.spawn(ModelGate.create("mistral", slots, QUANTUM, () -> now, workers.ref()));
    }

    private void pass(Duration duration) {
        now = now.plus(duration);
        time.timePasses(duration);
    }

    private void request(ActorRef<ModelGate.Command> gate, long holder, TestProbe<ModelGate.Reply> probe, int wanted) {
        gate.tell(new ModelGate.RequestSlots(holder, "step-" + holder, life, wanted, 0, probe.ref()));
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
