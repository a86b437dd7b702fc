package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;
import static org.turing.runtime.actors.Waits.pass;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.breaker.Breakers;
import org.turing.runtime.actors.breaker.ModelServers;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.tasktype.ClaimBudget;
import org.turing.runtime.actors.tasktype.Counts;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Reconfigure;
import org.turing.runtime.actors.tasktype.TaskTypeCounters;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.InboxThreads;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.LooksTogether;
import org.turing.runtime.actors.work.Unwritten;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.breaker.BreakerSettings;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** One task-type actor among real neighbours and a gate that the test plays, where timing matters. */
class TaskTypeActorTest {

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final TestProbe<ModelGate.Command> gate = kit.createTestProbe();
    private final TestProbe<RestObserver.Command> rest = kit.createTestProbe();
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final CompletableFuture<Outcome> blocked = new CompletableFuture<>();
    private @Nullable ActorRef<WorkerHost.Command> host;
    private @Nullable Surroundings around;
    private ClaimBudget budget = new ClaimBudget(0);

    @AfterEach
    void close() {
        letGo.countDown();
        blocked.complete(new Outcome.Succeeded(null, null));
        kit.shutdownTestKit();
        world.close();
    }

    @Test
    void aTaskTypeThatRetiresWhileAGrantIsOnItsWayLeavesNoSlotBehind() {
        world.subjects("one", 1);
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "a", "mistral", "one", "done"), 0);
        ModelGate.RequestSlots request = told(gate, ModelGate.RequestSlots.class);
        actor.tell(new TaskTypeActor.Retire());
        ModelGate.HolderLost lost = told(gate, ModelGate.HolderLost.class);
        assertThat(lost).isEqualTo(new ModelGate.HolderLost(1, request.incarnation()));
    }

    @Test
    void whatWasExaminedForAnEarlierRegistrationIsNotUsedForALaterOne() {
        world.subjects("two", 1);
        world.onExamine = taskType -> {
            if (taskType.name().equals("early")) {
                pass(letGo);
            }
        };
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "early", null, "one", "done"), 0);
        actor.tell(new Reconfigure(Steps.step(1, "late", null, "two", "done"), false, 2));
        letGo.countDown();
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
        assertThat(world.mismatches).isEmpty();
    }

    @Test
    void whatALookFoundForAnEarlierRegistrationIsNotClaimedForALaterOne() {
        world.subjects("one", 1);
        CountDownLatch looking = new CountDownLatch(1);
        world.onFind = taskType -> {
            if (taskType.name().equals("early")) {
                looking.countDown();
                pass(letGo);
            }
        };
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "early", null, "one", "done"), 0);
        pass(looking);
        actor.tell(new Reconfigure(Steps.step(1, "late", null, "two", "done"), false, 2));
        await().atMost(GENEROUS).until(() -> status(actor).state().equals("idle"));
        int before = world.looks.get();
        letGo.countDown();
        await().atMost(GENEROUS).until(() -> world.looks.get() > before);
        await().atMost(GENEROUS).until(() -> status(actor).inFlight() == 0);
        assertThat(world.recorded).isEmpty();
        assertThat(world.liveClaims()).isZero();
    }

    @Test
    void aFaultOfALookLastsUntilALookWorks() {
        world.subjects("one", 1);
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "endless-query", null, "one", "done"), 0);
        await().atMost(GENEROUS).until(() -> status(actor).state().equals("faulted"));
        CountDownLatch looking = new CountDownLatch(1);
        world.onFind = taskType -> {
            looking.countDown();
            pass(letGo);
        };
        actor.tell(new Reconfigure(Steps.step(1, "mended", null, "one", "done"), false, 2));
        pass(looking);
        assertThat(status(actor).state()).isEqualTo("faulted");
        letGo.countDown();
        await().atMost(GENEROUS).until(() -> status(actor).state().equals("idle") && world.inStatus("done") == 1);
    }

    @Test
    void aFaultedTaskTypeThatIsPausedShowsAsPausedAndSaysBoth() {
        TaskType taskType = Steps.step(1, "bad-query", null, "one", "done");
        ActorRef<TaskTypeActor.Command> actor = spawn(taskType, 0);
        await().atMost(GENEROUS).until(() -> status(actor).state().equals("faulted"));
        actor.tell(new Reconfigure(taskType, true, 2));
        assertThat(status(actor).state()).isEqualTo("paused");
        assertThat(status(actor).reason())
                .isEqualTo("to go on: turing resume bad-query; it is faulted too: work_query failed: syntax error");
        actor.tell(new TaskTypeActor.Resume());
        assertThat(status(actor).state()).isEqualTo("faulted");
    }

    @Test
    void anEventDoesNotWaitForALookThatIsExpectedToBeInVain() {
        CountDownLatch inVain = new CountDownLatch(1);
        world.onLookTogether = () -> {
            inVain.countDown();
            pass(letGo);
        };
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "a", null, "one", "done"), 0);
        neighbour(Steps.step(2, "b", null, "two", "done"));
        pass(inVain);
        world.subjects("one", 1);
        actor.tell(new TaskTypeActor.PollNow());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
        assertThat(letGo.getCount()).as("the look in vain is under way still").isOne();
    }

    @Test
    void whatALookInVainFindsTooLateDoesNotMeanThatTheInboxIsEmpty() {
        CountDownLatch inVain = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        world.onLookTogether = () -> {
            inVain.countDown();
            pass(answered);
        };
        TaskType taskType = Steps.step(1, "a", null, "one", "done");
        ActorRef<TaskTypeActor.Command> actor = spawn(taskType, 0);
        neighbour(Steps.step(2, "b", null, "two", "done"));
        pass(inVain);
        CountDownLatch looking = new CountDownLatch(1);
        world.onFind = asked -> {
            if (asked.equals(taskType)) {
                looking.countDown();
                pass(letGo);
            }
        };
        world.subjects("one", 1);
        actor.tell(new TaskTypeActor.PollNow());
        pass(looking);
        RestObserver.Busy marker = new RestObserver.Busy(99);
        rest.ref().tell(marker);
        await().atMost(GENEROUS).until(() -> told(rest, RestObserver.Busy.class).equals(marker));
        int before = world.looks.get();
        answered.countDown();
        await("its neighbour has heard, and looks again").atMost(GENEROUS).until(() -> world.looks.get() > before);
        assertThat(status(actor).inFlight()).isZero();
        rest.ref().tell(marker);
        List<RestObserver.Command> told = new ArrayList<>();
        await().atMost(GENEROUS).until(() -> {
            told.add(rest.receiveMessage(GENEROUS));
            return told.contains(marker);
        });
        assertThat(told)
                .noneMatch(message -> message instanceof RestObserver.AtRest rested
                        && rested.taskType().equals(taskType));
        letGo.countDown();
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
    }

    @Test
    void aRetryThatIsDueWhileItsTaskTypeIsPausedKeepsTheDatabaseNoBusierThanOthers() {
        world.subjects("one", 1);
        AtomicInteger settled = new AtomicInteger();
        world.onSettle = taskType -> settled.incrementAndGet();
        TaskType step = Steps.step(1, "a", null, "one", "done");
        ActorRef<TaskTypeActor.Command> actor = spawn(step, 0);
        world.script = (taskType, claim) -> {
            actor.tell(new Reconfigure(step, true, 2));
            return CompletableFuture.completedFuture(new Outcome.Failed("for now", true, null));
        };
        await().atMost(GENEROUS).until(() -> status(actor).backingOff() == 1 && world.retriesDue() == 1);
        int before = settled.get();
        await().during(Duration.ofSeconds(2)).atMost(GENEROUS).until(() -> settled.get() - before <= 3);
        world.script = (taskType, claim) -> succeeding();
        actor.tell(new TaskTypeActor.Resume());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
    }

    @Test
    void claimsThatWereMadeAlthoughTheAnswerWasLostAreFoundAgain() {
        world.subjects("one", 5);
        world.answersLost.set(1);
        spawn(Steps.step(1, "a", null, "one", "done"), 0);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 5);
        assertThat(world.liveClaims()).isZero();
    }

    @Test
    void whoWaitsForARunByHandIsToldWhenTheLeaseIsLostBeforeItBegan() {
        world.subjects("one", 2);
        world.subjects("elsewhere", 1);
        world.script = (taskType, claim) -> blocked;
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "a", null, "one", "done"), 0);
        await().atMost(GENEROUS).until(() -> status(actor).running() == 2);
        TestProbe<RunReport> person = kit.createTestProbe();
        actor.tell(new TaskTypeActor.RunByHand("s3", person.ref()));
        await().atMost(GENEROUS).until(() -> status(actor).inFlight() == 3);
        host().tell(new WorkerHost.Identify(0));
        assertThat(person.receiveMessage(GENEROUS).done()).isFalse();
        assertThat(status(actor).inFlight()).isEqualTo(2);
    }

    @Test
    void claimsThatAreGivenUpWithTheLeaseDoNotCountAgainstTheLimit() {
        world.subjects("one", 40);
        world.script = (taskType, claim) -> claim.ticketId() <= 6 ? succeeding() : blocked;
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "a", null, "one", "done"), 14);
        await().atMost(GENEROUS).until(() -> budget.exhausted() && status(actor).running() == 2);
        host().tell(new WorkerHost.Identify(0));
        await().atMost(GENEROUS).until(() -> !budget.exhausted());
    }

    @Test
    void aScaleLimitHoldsWhileASlotThatWasAskedBackIsStillAtWork() {
        world.subjects("one", 20);
        world.script = (taskType, claim) -> claim.ticketId() == 1 ? succeeding() : blocked;
        ActorRef<TaskTypeActor.Command> actor =
                spawn(FakeWorld.limited(1, Steps.step(1, "a", "mistral", "one", "done")), 0);
        ModelGate.RequestSlots request = told(gate, ModelGate.RequestSlots.class);
        request.replyTo().tell(grant(1));
        await().atMost(GENEROUS).until(() -> status(actor).inFlight() > 2);
        request.replyTo().tell(new ModelGate.YieldSlot(1));
        told(gate, ModelGate.RequestSlots.class);
        await().atMost(GENEROUS).until(() -> world.liveClaims() == 1);
        request.replyTo().tell(grant(2));
        await().atMost(GENEROUS).until(() -> status(actor).inFlight() > 1);
        assertThat(status(actor).running()).isEqualTo(1);
        blocked.complete(new Outcome.Succeeded(null, null));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 20);
    }

    @Test
    void aRowThatComesSoonAfterAnotherStartsOnTheSameSlotWithoutAWordToTheGateBefore() {
        world.subjects("one", 1);
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "a", "mistral", "one", "done"), 0);
        AtomicInteger leases = new AtomicInteger();
        ModelGate.RequestSlots first = told(gate, ModelGate.RequestSlots.class);
        first.replyTo().tell(grant(leases.incrementAndGet()));
        await().atMost(GENEROUS)
                .until(
                        () -> { // a machine that is very busy may take longer than a slot is kept
                            assertThat(told(gate, ModelGate.SlotIdle.class))
                                    .isEqualTo(new ModelGate.SlotIdle(leases.get()));
                            world.subjects("one", 1);
                            actor.tell(new TaskTypeActor.PollNow());
                            ModelGate.Command next = gate.receiveMessage(GENEROUS);
                            while (!(next instanceof ModelGate.SlotAtWork)
                                    && !(next instanceof ModelGate.RequestSlots)) {
                                next = gate.receiveMessage(GENEROUS);
                            }
                            if (next instanceof ModelGate.RequestSlots request) {
                                request.replyTo().tell(grant(leases.incrementAndGet()));
                            }
                            return next.equals(new ModelGate.SlotAtWork(leases.get()));
                        });
        assertThat(told(gate, ModelGate.Release.class)).isEqualTo(new ModelGate.Release(leases.get()));
        assertThat(world.inStatus("one")).isZero();
    }

    @Test
    void aSlotThatIsAskedBackWhileAClaimIsMadeGoesAtOnceAndBeingAskedForItOnceMoreChangesNothing() {
        world.subjects("one", 1);
        CountDownLatch claimed = new CountDownLatch(1);
        world.onClaimed = taskType -> {
            claimed.countDown();
            pass(letGo);
        };
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "a", "mistral", "one", "done"), 0);
        ActorRef<ModelGate.Reply> seat =
                told(gate, ModelGate.RequestSlots.class).replyTo();
        seat.tell(grant(1));
        pass(claimed);
        seat.tell(new ModelGate.YieldSlot(1));
        assertThat(told(gate, ModelGate.Release.class)).isEqualTo(new ModelGate.Release(1));
        letGo.countDown();
        told(gate, ModelGate.RequestSlots.class);
        seat.tell(new ModelGate.YieldSlot(1));
        assertThat(status(actor).inFlight()).as("what waits for the next slot").isEqualTo(1);
        seat.tell(grant(2));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
    }

    @Test
    void aTaskTypeThatIsPausedDoesNotKeepItsSlot() {
        world.subjects("one", 1);
        world.script = (taskType, claim) -> blocked;
        TaskType step = Steps.step(1, "a", "mistral", "one", "done");
        ActorRef<TaskTypeActor.Command> actor = spawn(step, 0);
        told(gate, ModelGate.RequestSlots.class).replyTo().tell(grant(1));
        await().atMost(GENEROUS).until(() -> status(actor).running() == 1);
        actor.tell(new Reconfigure(step, true, 2));
        await().atMost(GENEROUS).until(() -> status(actor).state().equals("paused"));
        blocked.complete(new Outcome.Succeeded(null, null));
        ModelGate.Command next = gate.receiveMessage(GENEROUS);
        while (!next.equals(new ModelGate.Release(1))) {
            assertThat(next).isNotInstanceOf(ModelGate.SlotIdle.class);
            next = gate.receiveMessage(GENEROUS);
        }
    }

    @Test
    void aTaskTypeThatFoundTheLimitUsedUpGoesOnWhenSomebodyGivesBackWhatHeTook() {
        world.subjects("one", 1);
        world.subjects("two", 1);
        CountDownLatch claiming = new CountDownLatch(1);
        world.onClaim = taskType -> {
            if (taskType.name().equals("a")) {
                claiming.countDown();
                pass(letGo);
                throw new DatabaseUnavailable("a test", new IllegalStateException("away"));
            }
        };
        ActorRef<TaskTypeActor.Command> a = spawn(Steps.step(1, "a", null, "one", "done"), 1);
        pass(claiming);
        CountDownLatch settling = new CountDownLatch(1);
        CountDownLatch settled = new CountDownLatch(1);
        world.onSettle = taskType -> {
            settling.countDown();
            pass(settled);
        };
        neighbour(Steps.step(2, "b", null, "two", "done"));
        pass(settling);
        RestObserver.Busy marker = new RestObserver.Busy(99);
        rest.ref().tell(marker);
        await().atMost(GENEROUS).until(() -> told(rest, RestObserver.Busy.class).equals(marker));
        settled.countDown();
        RestObserver.AtRest resting = told(rest, RestObserver.AtRest.class);
        assertThat(resting.taskType().name()).as("has done all that it can").isEqualTo("b");
        a.tell(new TaskTypeActor.Retire());
        letGo.countDown();
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
    }

    @Test
    void aRunThatALearnedLimitEndedRaisesItForTheNextAttempt() {
        world.subjects("one", 1);
        world.runTimes = () -> new RunTimeout.Times(
                100, Duration.ofSeconds(1), world.recorded.isEmpty() ? Duration.ofSeconds(1) : Duration.ofSeconds(30));
        world.script = (taskType, claim) -> CompletableFuture.completedFuture(
                claim.attempt() == 1 ? new Outcome.TimedOut("after 30 s") : new Outcome.Succeeded(null, null));
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "a", null, "one", "done"), 0);
        await().atMost(GENEROUS).until(() -> status(actor).timeoutSeconds() == 60);
    }

    @Test
    void whoIsToLiveElsewhereWaitsForAClaimThatIsOnItsWay() {
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        world.onClaimed = taskType -> {
            claimed.countDown();
            pass(answered);
        };
        world.subjects("one", 3);
        ActorRef<TaskTypeActor.Command> actor = spawn(Steps.step(1, "a", null, "one", "done"), 0);
        pass(claimed);
        actor.tell(new TaskTypeActor.HandOver());
        assertThat(status(actor).state())
                .as("nobody else would know of the claim")
                .isEqualTo("retiring");
        answered.countDown();
        kit.createTestProbe().expectTerminated(actor, GENEROUS);
    }

    // ------------------------------------------------------------------ the stage

    private ActorRef<TaskTypeActor.Command> spawn(TaskType taskType, long limit) {
        Ports ports = world.ports();
        budget = new ClaimBudget(limit);
        Unwritten unwritten = new Unwritten(Unwritten.Bounds.DEFAULT);
        ActorRef<LedgerWriter.Command> writer = kit.spawn(LedgerWriter.create(ports.ledger(), unwritten, rest.ref()));
        ActorRef<WorkerHost.Command> only = kit.spawn(WorkerHost.create(
                ports.scripts(),
                ports.clock(),
                new WorkerHost.Offer("test-host", 2, Set.of(), List.of()),
                writer,
                models -> {}));
        only.tell(new WorkerHost.Identify(1));
        host = only;
        around = new Surroundings(
                ports,
                FakeWorld.settings(),
                InboxThreads.of(kit.system()),
                LooksTogether.of(kit.system(), ports.inboxes(), InboxThreads.of(kit.system())),
                budget,
                unwritten,
                kit.spawn(HostDirectory.create(only)),
                (model, message) -> gate.ref().tell(message),
                new Counts(),
                kit.<LeaseKeeper.Command>createTestProbe().ref(),
                rest.ref(),
                new Breakers(BreakerSettings.DEFAULT, ports.clock(), change -> {}),
                new ModelServers(Blocking.servers(kit.system())));
        return neighbour(taskType);
    }

    private ActorRef<TaskTypeActor.Command> neighbour(TaskType taskType) {
        Surroundings shared = Objects.requireNonNull(around);
        TaskTypeActor.Orders orders = new TaskTypeActor.Orders(taskType, false, false);
        return kit.spawn(TaskTypeActor.create(shared, () -> orders, new TaskTypeCounters()));
    }

    private ModelGate.Granted grant(long lease) {
        return new ModelGate.Granted(
                "mistral", 1, List.of(new ModelGate.Slot(lease, 1, "test-host", null, Instant.now())));
    }

    private static CompletableFuture<Outcome> succeeding() {
        return CompletableFuture.completedFuture(new Outcome.Succeeded(null, null));
    }

    private ActorRef<WorkerHost.Command> host() {
        return Objects.requireNonNull(host);
    }

    private TaskTypeStatus status(ActorRef<TaskTypeActor.Command> actor) {
        TestProbe<TaskTypeActor.Standing> asker = kit.createTestProbe();
        actor.tell(new TaskTypeActor.GetStatus(false, asker.ref()));
        return asker.receiveMessage(GENEROUS).status();
    }

    private static <C, T extends C> T told(TestProbe<C> probe, Class<T> what) {
        C message = probe.receiveMessage(GENEROUS);
        while (!what.isInstance(message)) {
            message = probe.receiveMessage(GENEROUS);
        }
        return what.cast(message);
    }
}
