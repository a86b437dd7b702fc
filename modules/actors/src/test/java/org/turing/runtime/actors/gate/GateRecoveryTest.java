package org.turing.runtime.actors.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.gate.GateWorld.MODEL;
import static org.turing.runtime.actors.gate.GateWorld.PATIENCE;
import static org.turing.runtime.actors.gate.GateWorld.granted;
import static org.turing.runtime.actors.gate.GateWorld.slot;
import static org.turing.runtime.actors.gate.GateWorld.upTo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.view.GateStatus;

/** A gate that ends and starts again, here or elsewhere, and one whose journal can't be written. */
class GateRecoveryTest {

    private final GateWorld world = new GateWorld();
    private final TestProbe<ModelGate.Reply> alma = world.kit.createTestProbe();
    private final TestProbe<ModelGate.Reply> clara = world.kit.createTestProbe();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theNextIncarnationWithholdsWhatIsOutAndHasAHigherEpoch() {
        ActorRef<ModelGate.Command> first = world.gate(2);
        world.request(first, 1, alma, 1);
        ModelGate.Granted before = granted(alma);
        long lease = before.slots().get(0).leaseId();
        world.kill(first);

        ActorRef<ModelGate.Command> next = world.gate(2);
        world.request(next, 2, clara, 5);
        ModelGate.Granted after = granted(clara);
        assertThat(after.slots()).hasSize(1);
        assertThat(after.epoch()).isGreaterThan(before.epoch());
        world.renew(next, 1, alma, 1, Set.of(lease), 0);
        assertThat(alma.receiveMessage())
                .isEqualTo(new ModelGate.Renewed(MODEL, after.epoch(), 1, Set.of(lease), Set.of()));
        next.tell(new ModelGate.Release(lease));
        assertThat(slot(clara).leaseId()).isGreaterThan(after.slots().get(0).leaseId());
    }

    @Test
    void whoWaitedIsGrantedNothingBeforeItHasAskedAgain() {
        ActorRef<ModelGate.Command> first = world.gate(1);
        world.request(first, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.request(first, 2, clara, 1);
        assertThat(world.status(first).waiting()).hasSize(1);
        world.kill(first);

        ActorRef<ModelGate.Command> next = world.gate(1);
        next.tell(new ModelGate.Release(lease));
        assertThat(world.status(next).holders()).isEmpty();
        assertThat(world.status(next).waiting()).isEmpty();
        world.renew(next, 2, clara, 1, Set.of(), 1);
        slot(clara);
    }

    @Test
    void nobodyIsAskedToYieldBeforeItHasBeenHeardOfAndThenItIs() {
        ActorRef<ModelGate.Command> first = world.gate(1);
        world.request(first, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.kill(first);
        world.pass(GateWorld.QUANTUM);

        ActorRef<ModelGate.Command> next = world.gate(1);
        world.request(next, 2, clara, 1);
        assertThat(world.status(next).waiting()).hasSize(1);
        alma.expectNoMessage();
        world.renew(next, 1, alma, 3, Set.of(lease), 0);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 2, 3, Set.of(lease), Set.of(lease)));
    }

    @Test
    void aQuarantinedSlotIsQuarantinedStillAndItsLaneIsAskedAboutAgain() {
        ActorRef<ModelGate.Command> first = world.gate(1);
        world.request(first, 1, alma, 1);
        long lease = slot(alma).leaseId();
        first.tell(new ModelGate.HolderLost(1, world.life));
        assertThat(world.workers.receiveMessage()).isEqualTo(new WorkerHost.ReportWhenClear(MODEL, lease, first));
        world.kill(first);

        ActorRef<ModelGate.Command> next = world.gate(1);
        world.request(next, 2, clara, 1);
        assertThat(world.status(next).quarantined()).isEqualTo(1);
        clara.expectNoMessage();
        world.pass(JournalledGate.CHECK_EVERY);
        assertThat(world.workers.receiveMessage(PATIENCE))
                .isEqualTo(new WorkerHost.ReportWhenClear(MODEL, lease, next));
        next.tell(new ModelGate.LaneCleared(lease));
        slot(clara);
    }

    @Test
    void aHolderThatDoesNotComeBackIsLostTwentySecondsAfterTheStart() {
        ActorRef<ModelGate.Command> first = world.gate(1);
        world.request(first, 1, alma, 1);
        slot(alma);
        world.kill(first);
        world.pass(Duration.ofSeconds(60));

        ActorRef<ModelGate.Command> next = world.gate(1);
        assertThat(world.status(next).quarantined()).isZero();
        world.pass(Duration.ofSeconds(18));
        assertThat(world.status(next).quarantined()).isZero();
        world.pass(Duration.ofSeconds(6));
        assertThat(world.status(next).quarantined()).isEqualTo(1);
    }

    @Test
    void aHostThatIsNotHeardOfYetKeepsItsLeasesForAWhileButIsGrantedNothing() {
        ActorRef<ModelGate.Command> first = world.gate(2);
        world.request(first, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.kill(first);
        world.hosts();

        ActorRef<ModelGate.Command> next = world.gate(2);
        world.renew(next, 1, alma, 1, Set.of(lease), 1);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 2, 1, Set.of(lease), Set.of()));
        world.pass(Duration.ofSeconds(10));
        world.renew(next, 1, alma, 2, Set.of(lease), 1);
        assertThat(world.status(next).quarantined()).isZero();
        world.pass(Duration.ofSeconds(8));
        assertThat(world.status(next).quarantined()).isEqualTo(1);
    }

    @Test
    void aGateThatWasReplacedWithoutItsKnowledgeStartsAgainAfterTheOther() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.epoch.set(5);
        gate.tell(new ModelGate.EpochPassed(0));
        world.renew(gate, 1, alma, 1, Set.of(lease), 0);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 1, 1, Set.of(lease), Set.of()));
        gate.tell(new ModelGate.EpochPassed(1));
        await().atMost(PATIENCE).until(() -> {
            world.pass(Duration.ofSeconds(1));
            world.renew(gate, 1, alma, 2, Set.of(lease), 0);
            return alma.receiveMessage(PATIENCE).equals(new ModelGate.Renewed(MODEL, 6, 2, Set.of(lease), Set.of()));
        });
    }

    @Test
    void aPauseStandsAndSoDoesWhatTheModelHas() {
        ActorRef<ModelGate.Command> first = world.gate(3);
        first.tell(new ModelGate.Pause());
        assertThat(world.status(first).state()).isEqualTo("paused");
        world.kill(first);

        ActorRef<ModelGate.Command> next = world.gate(3);
        await().atMost(PATIENCE).until(() -> world.status(next).state().equals("paused"));
        assertThat(world.status(next).slots()).isEqualTo(3);
        next.tell(new ModelGate.Resume());
        assertThat(world.status(next).state()).isEqualTo("open");
    }

    @Test
    void aGateDoesNothingBeforeTheRegistryHasAnsweredIt() {
        ActorRef<ModelGate.Command> gate = world.unconfigured();
        world.request(gate, 1, alma, 1);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.status(gate).state()).isEqualTo("starting");
        assertThat(world.epoch).as("another one may be at work").hasValue(0);
        assertThat(world.told)
                .hasSizeGreaterThan(2)
                .allMatch(present -> present.equals(new ModelGate.Present(MODEL, gate, false)));
        gate.tell(new ModelGate.Configure(1));
        slot(alma);
        assertThat(world.told).last().isEqualTo(new ModelGate.Present(MODEL, gate, true));
        assertThat(world.epoch).hasValue(1);
    }

    @Test
    void renewalsThatWaitedForTheGateTakeNothingThatItHasGrantedMeanwhile() {
        ActorRef<ModelGate.Command> first = world.unconfigured();
        first.tell(new ModelGate.Configure(1));
        await().atMost(PATIENCE).until(() -> world.status(first).slots() == 1);
        world.kill(first);

        ActorRef<ModelGate.Command> gate = world.unconfigured();
        world.request(gate, 1, alma, 1);
        world.renew(gate, 1, alma, 1, Set.of(), 1);
        world.renew(gate, 1, alma, 2, Set.of(), 1);
        gate.tell(new ModelGate.Configure(1));
        long lease = slot(alma).leaseId();
        assertThat(upTo(alma, reply -> reply instanceof ModelGate.Renewed renewed && renewed.number() == 2))
                .last()
                .isEqualTo(new ModelGate.Renewed(MODEL, 2, 2, Set.of(lease), Set.of()));
        assertThat(world.status(gate).quarantined()).isZero();
    }

    @Test
    void aGateAtWorkSaysAgainThatItIsThere() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        slot(alma);
        world.told.clear();
        world.pass(JournalledGate.ANNOUNCE_EVERY);
        world.status(gate);
        assertThat(world.told).containsExactly(new ModelGate.Present(MODEL, gate, true));
    }

    @Test
    void aGateThatIsToLiveElsewhereEndsAndTheNextOneKnowsItsLeases() {
        ActorRef<ModelGate.Command> first = world.gate(2);
        world.request(first, 1, alma, 1);
        long lease = slot(alma).leaseId();
        first.tell(new ModelGate.HandOver());
        world.kit.createTestProbe().expectTerminated(first, PATIENCE);
        ActorRef<ModelGate.Command> next = world.gate(2);
        world.renew(next, 1, alma, 1, Set.of(lease), 0);
        assertThat(upTo(alma, ModelGate.Renewed.class::isInstance))
                .contains(new ModelGate.Renewed(MODEL, 2, 1, Set.of(lease), Set.of()));
    }

    @Test
    void whoSpeaksForAHolderTakesThePlaceOfItsFormerLifeAtOnce() {
        ActorRef<ModelGate.Command> gate = world.gate(1);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        UUID next = UUID.randomUUID();
        gate.tell(new ModelGate.RequestSlots(1, "step-1", next, 1, 0, Set.of(), clara.ref()));
        assertThat(world.workers.receiveMessage(PATIENCE))
                .isEqualTo(new WorkerHost.ReportWhenClear(MODEL, lease, gate));
        assertThat(world.status(gate).quarantined()).isEqualTo(1);
        clara.expectNoMessage();
        gate.tell(new ModelGate.LaneCleared(lease));
        assertThat(slot(clara).leaseId()).isNotEqualTo(lease);
    }

    @Test
    void aGateWaitsForADatabaseThatCanNotServe() {
        world.databaseDown = true;
        ActorRef<ModelGate.Command> gate = world.unconfigured();
        gate.tell(new ModelGate.Configure(1));
        world.request(gate, 1, alma, 1);
        assertThat(world.status(gate).state()).isEqualTo("starting");
        world.databaseDown = false;
        await().atMost(PATIENCE).until(() -> {
            world.pass(Duration.ofSeconds(1));
            return !world.status(gate).state().equals("starting");
        });
        slot(alma);
    }

    @Test
    void nothingIsAnsweredThatCouldNotBeWrittenAndTheGateGoesOnAfterwards() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.journal.failNextPersisted("ModelGate|" + MODEL);
        world.request(gate, 2, clara, 1);
        clara.expectNoMessage();
        world.pass(ModelGate.AGAIN_AT_MOST.multipliedBy(2));
        assertThat(world.status(gate).holders()).hasSize(1);
        world.renew(gate, 1, alma, 1, Set.of(lease), 0);
        assertThat(alma.receiveMessage()).isEqualTo(new ModelGate.Renewed(MODEL, 1, 1, Set.of(lease), Set.of()));
        world.renew(gate, 2, clara, 1, Set.of(), 1);
        slot(clara);
    }

    @Test
    void aJournalThatCanNotBeReadIsReadLater() {
        ActorRef<ModelGate.Command> first = world.gate(2);
        world.request(first, 1, alma, 1);
        long lease = slot(alma).leaseId();
        world.kill(first);
        world.journal.failNextRead("ModelGate|" + MODEL);

        ActorRef<ModelGate.Command> next = world.unconfigured();
        next.tell(new ModelGate.Configure(2));
        await().atMost(PATIENCE).until(() -> {
            world.pass(Duration.ofSeconds(1));
            world.renew(next, 1, alma, 1, Set.of(lease), 0);
            return upTo(alma, ModelGate.Renewed.class::isInstance)
                    .contains(new ModelGate.Renewed(MODEL, 2, 1, Set.of(lease), Set.of()));
        });
    }

    @Test
    void oldEventsGoWithSnapshotsAndWhatIsOutIsRememberedAllTheSame() {
        ActorRef<ModelGate.Command> gate = world.gate(2);
        world.request(gate, 1, alma, 1);
        long lease = slot(alma).leaseId();
        for (int i = 0; i < 700; i++) {
            world.request(gate, 2, clara, 1);
            gate.tell(new ModelGate.Release(slot(clara).leaseId()));
        }
        await().atMost(PATIENCE).until(() -> world.written() < 1500);
        world.kill(gate);

        ActorRef<ModelGate.Command> next = world.gate(2);
        assertThat(world.status(next).holders()).containsExactly(new GateStatus.Party("task type 1", 1, 0));
        world.request(next, 2, clara, 1);
        assertThat(slot(clara).leaseId()).isEqualTo(lease + 701);
    }

    /** Kills the gate again and again while holders come and go: no slot is ever in two hands. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noSlotIsEverInTwoHandsWhereverTheGateIsKilled(long seed) {
        Random random = new Random(seed);
        int slots = 1 + random.nextInt(3);
        Map<Long, TestProbe<ModelGate.Reply>> probes = new HashMap<>();
        Map<Long, Long> holderOf = new HashMap<>();
        Set<Long> everGranted = new HashSet<>();
        ActorRef<ModelGate.Command> gate = world.gate(slots);
        long epoch = 0;
        for (int step = 0; step < 120; step++) {
            long holder = 1 + random.nextInt(4);
            TestProbe<ModelGate.Reply> probe = probes.computeIfAbsent(holder, id -> world.kit.createTestProbe());
            List<Long> mine = holderOf.entrySet().stream()
                    .filter(entry -> entry.getValue() == holder)
                    .map(Map.Entry::getKey)
                    .toList();
            switch (random.nextInt(6)) {
                case 0 -> {
                    world.kill(gate);
                    gate = world.gate(slots);
                }
                case 1, 2 -> world.request(gate, holder, probe, 1 + random.nextInt(2));
                case 3 -> world.renew(gate, holder, probe, step, Set.copyOf(mine), random.nextInt(2));
                default -> {
                    if (!mine.isEmpty()) {
                        long given = mine.get(random.nextInt(mine.size()));
                        holderOf.remove(given);
                        gate.tell(new ModelGate.Release(given));
                    }
                }
            }
            int out = world.status(gate).holders().stream()
                    .mapToInt(GateStatus.Party::slots)
                    .sum();
            for (Map.Entry<Long, TestProbe<ModelGate.Reply>> each : probes.entrySet()) {
                for (ModelGate.Granted granted : grants(each.getValue())) {
                    assertThat(granted.epoch()).isGreaterThanOrEqualTo(epoch);
                    epoch = granted.epoch();
                    granted.slots().forEach(slot -> {
                        assertThat(everGranted.add(slot.leaseId())).isTrue();
                        holderOf.put(slot.leaseId(), each.getKey());
                    });
                }
            }
            assertThat(holderOf.size()).as("slots in hands, step %d", step).isLessThanOrEqualTo(slots);
            assertThat(out).as("slots out, step %d", step).isBetween(holderOf.size(), slots);
        }
    }

    /** What has come in by now: the gate has answered a question that was put after everything else. */
    private List<ModelGate.Granted> grants(TestProbe<ModelGate.Reply> probe) {
        List<ModelGate.Granted> grants = new ArrayList<>();
        String end = "end";
        probe.ref().tell(new ModelGate.Closed(end));
        for (ModelGate.Reply reply : upTo(probe, reply -> reply.equals(new ModelGate.Closed(end)))) {
            if (reply instanceof ModelGate.Granted granted) {
                grants.add(granted);
            }
        }
        return grants.stream().collect(Collectors.toList());
    }
}
