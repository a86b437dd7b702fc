package org.turing.runtime.actors.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.gate.GateWorld.MODEL;
import static org.turing.runtime.actors.gate.GateWorld.PATIENCE;
import static org.turing.runtime.actors.gate.GateWorld.QUANTUM;
import static org.turing.runtime.actors.gate.GateWorld.granted;
import static org.turing.runtime.actors.gate.GateWorld.slot;
import static org.turing.runtime.actors.gate.GateWorld.upTo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.view.GateStatus;

/** What a gate says to whom, and what it asks hosts and the ledger. */
class ModelGateTest {

    private final GateWorld world = new GateWorld();
    private final TestProbe<ModelGate.Reply> alma = world.kit.createTestProbe();
    private final TestProbe<ModelGate.Reply> clara = world.kit.createTestProbe();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aSecondTaskTypeWaitsUntilTheFirstReleasesItsSlot() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.request(gate, 2, clara, 1);
        clara.expectNoMessage();
        gate.tell(new ModelGate.Release(lease));
        assertThat(slot(clara).leaseId()).isNotEqualTo(lease);
    }

    @Test
    void aHolderIsAskedToYieldWhenItsQuantumIsOverAndSomebodyWaits() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.request(gate, 2, clara, 1);
        assertThat(world.status(gate).waiting()).hasSize(1);
        for (int i = 0; i < 7; i++) {
            world.renew(gate, 1, alma, i, Set.of(lease), 0);
            world.renew(gate, 2, clara, i, Set.of(), 1);
            world.status(gate);
            world.pass(Duration.ofSeconds(5));
        }
        assertThat(upTo(alma, ModelGate.YieldSlot.class::isInstance)).last().isEqualTo(new ModelGate.YieldSlot(lease));
    }

    // ------------------------------------------------------------------ slots that lie idle

    @Test
    void anIdleSlotGoesAtOnceToWhoeverAsksAndOneWriteDoes() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        gate.tell(new ModelGate.SlotIdle(lease));
        world.status(gate);
        int written = world.written();
        world.request(gate, 2, clara, 1);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.YieldSlot(lease));
        world.status(gate);
        assertThat(world.written()).as("the request waits for the answer").isEqualTo(written);
        gate.tell(new ModelGate.Release(lease));
        slot(clara);
        assertThat(world.written()).as("queued, released, granted").isEqualTo(written + 3);
    }

    @Test
    void aSlotThatBecomesIdleWhileSomebodyWaitsIsAskedBackAtOnceAndOnce() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.request(gate, 2, clara, 1);
        gate.tell(new ModelGate.SlotIdle(lease));
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.YieldSlot(lease));
        world.renew(gate, 2, clara, 1, Set.of(), 1);
        world.renew(gate, 1, alma, 1, Set.of(lease), 0);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 1, 1, Set.of(lease), Set.of()));
        gate.tell(new ModelGate.Release(lease));
        upTo(clara, ModelGate.Granted.class::isInstance);
    }

    @Test
    void aSlotThatIsAtWorkAgainHasItsQuantumAndNothingOfThatIsWritten() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.status(gate);
        int written = world.written();
        gate.tell(new ModelGate.SlotIdle(lease));
        gate.tell(new ModelGate.SlotAtWork(lease));
        world.status(gate);
        assertThat(world.written()).isEqualTo(written);
        world.request(gate, 2, clara, 1);
        world.renew(gate, 1, alma, 1, Set.of(lease), 0);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 1, 1, Set.of(lease), Set.of()));
        assertThat(world.status(gate).waiting()).hasSize(1);
    }

    @Test
    void whoStartsSomethingInTheMomentInWhichItsSlotIsAskedBackKeepsTheOtherWaitingForThat() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        gate.tell(new ModelGate.SlotIdle(lease));
        world.request(gate, 2, clara, 1);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.YieldSlot(lease));
        gate.tell(new ModelGate.SlotAtWork(lease));
        assertThat(world.status(gate).waiting())
                .extracting(GateStatus.Party::taskType)
                .containsExactly("step-2");
        gate.tell(new ModelGate.Release(lease));
        slot(clara);
    }

    @Test
    void whoDoesNotAnswerForAnIdleSlotIsAskedAtTheEndOfItsQuantumLikeAnyOther() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        gate.tell(new ModelGate.SlotIdle(lease));
        world.request(gate, 2, clara, 1);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.YieldSlot(lease));
        world.pass(JournalledGate.CHECK_EVERY);
        assertThat(world.status(gate).waiting()).as("remembered all the same").hasSize(1);
        for (int i = 0; i < 7; i++) {
            world.renew(gate, 1, alma, i, Set.of(lease), 0);
            world.renew(gate, 2, clara, i, Set.of(), 1);
            world.status(gate);
            world.pass(Duration.ofSeconds(5));
        }
        assertThat(upTo(alma, ModelGate.YieldSlot.class::isInstance)).last().isEqualTo(new ModelGate.YieldSlot(lease));
    }

    @Test
    void statusShowsAnIdleSlotAsFree() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 2);
        long lease = granted(alma).slots().get(0).leaseId();
        gate.tell(new ModelGate.SlotIdle(lease));
        assertThat(world.status(gate).holders()).containsExactly(new GateStatus.Party("step-1", 1, 0));
        gate.tell(new ModelGate.SlotAtWork(lease));
        assertThat(world.status(gate).holders()).containsExactly(new GateStatus.Party("step-1", 2, 0));
    }

    // ------------------------------------------------------------------ slots whose holder or host is gone

    @Test
    void theSlotOfALostHolderIsGrantedOnlyOnceItsLaneIsClear() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        gate.tell(new ModelGate.HolderLost(1, world.life));
        world.request(gate, 2, clara, 1);
        assertThat(world.workers.receiveMessage()).isEqualTo(new WorkerHost.ReportWhenClear(MODEL, lease, gate));
        clara.expectNoMessage();
        gate.tell(new ModelGate.LaneCleared(lease));
        assertThat(slot(clara).leaseId()).isNotEqualTo(lease);
    }

    @Test
    void theSlotsOfAHostThatIsGoneAreTakenFromTheirHolderAndComeBackOnAnother() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.hosts(world.host(8, "there"));
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 1, 0, Set.of(), Set.of()));
        assertThat(world.status(gate).quarantined()).isEqualTo(1);
        world.request(gate, 1, alma, 1);
        ModelGate.Slot next = slot(alma);
        assertThat(next.host()).isEqualTo("there");
        assertThat(next.runtime()).isEqualTo(8);
        world.ended.add(7L);
        world.pass(Duration.ofSeconds(4));
        world.renew(gate, 1, alma, 1, Set.of(lease, next.leaseId()), 0);
        assertThat(alma.receiveMessage())
                .isEqualTo(new ModelGate.Renewed(MODEL, 1, 1, Set.of(next.leaseId()), Set.of()));
    }

    @Test
    void aSlotOfARuntimeThatIsUnknownHereIsFreeOnceTheLedgerSaysThatTheRuntimeHasEnded() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        slot(alma);
        world.hosts();
        assertThat(world.status(gate).quarantined()).isEqualTo(1);
        world.pass(Duration.ofSeconds(6));
        assertThat(world.status(gate).quarantined()).isEqualTo(1);
        world.ended.add(7L);
        await().atMost(PATIENCE).until(() -> {
            world.pass(Duration.ofSeconds(1));
            return world.status(gate).quarantined() == 0;
        });
        world.workers.expectNoMessage();
    }

    @Test
    void aSlotNamesTheCardOfItsHostOnWhichItIsCounted() {
        ActorRef<ModelGate.Command> gate = world.gate(3);
        world.hosts(
                new Host(7, "here", 2, Set.of(), List.of("0", "1"), Map.of(), Set.of(), false, world.workers.ref()));
        world.request(gate, 1, alma, 3);
        assertThat(granted(alma).slots()).extracting(ModelGate.Slot::gpu).containsExactly("0", "1", "0");
    }

    @Test
    void aHostThatHasTheModelLoadedIsPreferredAndOnlyAChangeOfThatIsWrittenDown() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        Host here = world.host(7, "here");
        world.hosts(here, world.host(8, "there"));
        world.status(gate);
        int written = world.written();
        Host loaded = new Host(
                8, "there", 2, Set.of(), List.of(), Map.of(), Set.of(MODEL, "other"), false, world.workers.ref());
        world.hosts(here, loaded);
        world.status(gate);
        assertThat(world.written()).isEqualTo(written + 1);
        Host other = new Host(8, "there", 2, Set.of(), List.of(), Map.of(), Set.of(MODEL), false, world.workers.ref());
        world.hosts(here, other);
        world.status(gate);
        assertThat(world.written()).isEqualTo(written + 1);

        world.request(gate, 1, alma, 1);
        assertThat(slot(alma).host()).isEqualTo("there");
        world.request(gate, 2, clara, 1);
        assertThat(slot(clara).host()).isEqualTo("here");
    }

    @Test
    void aHostThatDrainsOrCanNotBeReachedKeepsWhatIsOutAndIsGrantedNothing() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 1);
        slot(alma);
        world.hosts(new Hosts(List.of(), List.of(world.host(7, "here"))));
        world.request(gate, 2, clara, 1);
        assertThat(world.status(gate).holders())
                .extracting(GateStatus.Party::taskType)
                .containsExactly("step-1");
        clara.expectNoMessage();
        world.hosts(new Host(7, "here", 2, Set.of(), List.of(), Map.of(), Set.of(), true, world.workers.ref()));
        clara.expectNoMessage();
        world.hosts(world.host(7, "here"));
        slot(clara);
    }

    @Test
    void aGateThatNoHostServesSaysSo() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.hosts(
                new Host(7, "here", 2, Set.of("gemma2"), List.of(), Map.of(), Set.of(), false, world.workers.ref()));
        world.request(gate, 1, alma, 1);
        assertThat(alma.expectMessageClass(ModelGate.Closed.class).reason()).contains("no host");
        assertThat(world.status(gate).state()).isEqualTo("unserved");
    }

    @Test
    void aLeaseWhoseHolderSaysThatItsHostIsGoneIsQuarantined() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 2);
        List<ModelGate.Slot> slots = granted(alma).slots();
        gate.tell(new ModelGate.SlotLost(slots.get(0).leaseId()));
        assertThat(alma.receiveMessage())
                .isEqualTo(
                        new ModelGate.Renewed(MODEL, 1, 0, Set.of(slots.get(1).leaseId()), Set.of()));
        assertThat(world.status(gate).quarantined()).isEqualTo(1);
    }

    @Test
    void aGateWithoutSlotsSaysSoAndGrantsOnceItHasSome() {
        ActorRef<ModelGate.Command> gate = world.gate(0);
        world.request(gate, 1, alma, 1);
        assertThat(alma.receiveMessage())
                .isInstanceOfSatisfying(
                        ModelGate.Closed.class,
                        closed -> assertThat(closed.reason()).contains(MODEL).contains("slots = 0"));
        assertThat(world.status(gate).state()).isEqualTo("blocked");
        gate.tell(new ModelGate.Configure(2));
        upTo(alma, ModelGate.Granted.class::isInstance);
    }

    @Test
    void statusShowsHoldersWaitingAndSlotSeconds() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 2);
        long lease = slot(alma).leaseId();
        world.request(gate, 2, clara, 1);
        assertThat(world.status(gate).waiting()).hasSize(1);
        world.pass(Duration.ofSeconds(10));
        GateStatus busy = world.status(gate);
        assertThat(busy.holders()).containsExactly(new GateStatus.Party("step-1", 1, 10));
        assertThat(busy.waiting()).extracting(GateStatus.Party::taskType).contains("step-2");
        assertThat(busy.busySeconds()).isEqualTo(10);
        gate.tell(new ModelGate.Withdraw(1));
        gate.tell(new ModelGate.Release(lease));
        slot(clara);
        assertThat(world.status(gate).granted()).isEqualTo(2);
    }

    // ------------------------------------------------------------------ keeping in touch

    @Test
    void aRenewalIsAnsweredWithWhatIsTheHoldersAndWritesNothing() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 3);
        List<Long> leases =
                granted(alma).slots().stream().map(ModelGate.Slot::leaseId).toList();
        int written = world.written();
        world.renew(gate, 1, alma, 17, Set.copyOf(leases), 1);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 1, 17, Set.copyOf(leases), Set.of()));
        world.status(gate);
        assertThat(world.written()).isEqualTo(written);
    }

    @Test
    void aHolderThatIsSilentForTwentySecondsIsLostAndOneThatRenewsIsNot() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.request(gate, 2, clara, 1);
        long other = slot(clara).leaseId();
        for (int i = 0; i < 5; i++) {
            world.renew(gate, 2, clara, i, Set.of(other), 0);
            world.status(gate);
            world.pass(Duration.ofSeconds(4));
            assertThat(world.status(gate).quarantined())
                    .as("after %d s", (i + 1) * 4)
                    .isZero();
        }
        world.renew(gate, 2, clara, 9, Set.of(other), 0);
        world.status(gate);
        world.pass(Duration.ofSeconds(4));
        assertThat(world.status(gate).quarantined()).isEqualTo(1);
        assertThat(world.workers.receiveMessage()).isEqualTo(new WorkerHost.ReportWhenClear(MODEL, lease, gate));
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 1, 0, Set.of(), Set.of()));
    }

    @Test
    void aHolderThatWasTakenForLostIsServedAgainAfterItHasSaidThatItIsThere() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.pass(Duration.ofSeconds(24));
        assertThat(world.status(gate).quarantined()).isEqualTo(1);
        alma.expectMessageClass(ModelGate.Renewed.class);
        world.renew(gate, 1, alma, 5, Set.of(lease), 1);
        assertThat(slot(alma).leaseId()).isNotEqualTo(lease);
        assertThat(alma.expectMessageClass(ModelGate.Renewed.class).leases()).doesNotContain(lease);
    }

    @Test
    void aGrantThatGotLostIsFoundByTheSecondRenewalThatDoesNotNameIt() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, world.kit.createTestProbe(), 1);
        world.status(gate);
        world.renew(gate, 1, alma, 1, Set.of(), 1);
        ModelGate.Renewed first = alma.expectMessageClass(ModelGate.Renewed.class);
        assertThat(first.leases()).hasSize(1);
        long lease = first.leases().iterator().next();
        assertThat(world.status(gate).waiting()).as("it is on its way").isEmpty();
        world.pass(JournalledGate.CHECK_EVERY);
        world.renew(gate, 1, alma, 2, Set.of(), 1);
        assertThat(world.workers.receiveMessage()).isEqualTo(new WorkerHost.ReportWhenClear(MODEL, lease, gate));
        gate.tell(new ModelGate.LaneCleared(lease));
        world.renew(gate, 1, alma, 3, Set.of(), 1);
        upTo(alma, ModelGate.Granted.class::isInstance);
    }

    @Test
    void whoIsAskedToYieldIsRemindedByEachRenewal() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.pass(QUANTUM.dividedBy(2));
        world.renew(gate, 1, alma, 1, Set.of(lease), 0);
        world.status(gate);
        world.pass(QUANTUM.dividedBy(2));
        world.request(gate, 2, clara, 1);
        world.renew(gate, 1, alma, 2, Set.of(lease), 0);
        assertThat(upTo(alma, reply -> reply instanceof ModelGate.Renewed renewed && renewed.number() == 2))
                .contains(new ModelGate.YieldSlot(lease))
                .last()
                .isEqualTo(new ModelGate.Renewed(MODEL, 1, 2, Set.of(lease), Set.of(lease)));
    }
}
