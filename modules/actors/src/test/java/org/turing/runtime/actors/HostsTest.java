package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;

import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.breaker.Breakers;
import org.turing.runtime.actors.breaker.ModelServers;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.tasktype.ClaimBudget;
import org.turing.runtime.actors.tasktype.Counts;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.tasktype.TaskTypeCounters;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.InboxThreads;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.LooksTogether;
import org.turing.runtime.actors.work.Unwritten;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.breaker.BreakerSettings;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** One task type's actor and the hosts on which it works. */
class HostsTest {

    private static final TaskType STEP = Steps.step(1, "a", null, "one", "done");

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final TestProbe<RestObserver.Command> rest = kit.createTestProbe();
    private final Ports ports = world.ports();
    private final Unwritten unwritten = new Unwritten(Unwritten.Bounds.DEFAULT);
    private final Map<Long, FakeScripts> scripts = new HashMap<>();
    /** On which runtime each ticket ran. */
    private final Map<Long, Long> ranFor = new ConcurrentHashMap<>();

    private @Nullable ActorRef<HostDirectory.Command> directory;

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        world.close();
    }

    @Test
    void workIsSpreadOverTheHostsAndEachRunsWhatIsClaimedForIt() {
        world.script = this::succeed;
        host(11, "one-host", 2);
        host(12, "other-host", 2);
        world.subjects("one", 60);
        spawn(STEP);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 60);
        Set<Long> runtimes = new HashSet<>(ranFor.values());
        assertThat(runtimes).containsExactlyInAnyOrder(11L, 12L);
        assertThat(world.recorded.stream()
                        .collect(Collectors.groupingBy(run -> run.place().host()))
                        .keySet())
                .containsExactlyInAnyOrder("one-host", "other-host");
        world.recorded.forEach(run ->
                assertThat(run.place().host()).isEqualTo(run.claim().runtimeId() == 11 ? "one-host" : "other-host"));
    }

    @Test
    void aHostThatComesLaterIsUsed() {
        CompletableFuture<Outcome> blocked = new CompletableFuture<>();
        world.script = (taskType, claim) -> claim.runtimeId() == 11 ? blocked : succeed(taskType, claim);
        host(11, "one-host", 1);
        world.subjects("one", 10);
        spawn(STEP);
        await().atMost(GENEROUS).until(() -> world.liveClaims() >= 1);
        host(12, "other-host", 1);
        await().atMost(GENEROUS).until(() -> ranFor.containsValue(12L));
        blocked.complete(new Outcome.Succeeded(null, null));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 10);
    }

    @Test
    void whatAHostThatIsGoneHadIsDoneElsewhereOnceItsClaimsAreRescued() {
        CompletableFuture<Outcome> never = new CompletableFuture<>();
        world.script = (taskType, claim) -> claim.runtimeId() == 11 ? never : succeed(taskType, claim);
        ActorRef<WorkerHost.Command> dying = host(11, "one-host", 2);
        world.subjects("one", 4);
        ActorRef<TaskTypeActor.Command> actor = spawn(STEP);
        await().atMost(GENEROUS).until(() -> status(actor).running() == 2);
        kit.stop(dying);
        await().atMost(GENEROUS).until(() -> status(actor).inFlight() == 0);
        host(12, "other-host", 2);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") >= 2);
        world.freeClaimsOf(11);
        actor.tell(new TaskTypeActor.PollNow());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 4);
    }

    @Test
    void aHostWithoutTheScriptIsNotChosenAndStatusSaysWhy() {
        world.script = this::succeed;
        host(11, "one-host", 1);
        host(12, "other-host", 1, null);
        world.subjects("one", 12);
        ActorRef<TaskTypeActor.Command> actor = spawn(STEP);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 12);
        assertThat(new HashSet<>(ranFor.values())).containsExactly(11L);
        assertThat(status(actor).warnings())
                .containsExactly("task type 'a' does not run on other-host: its script is missing");
    }

    @Test
    void aHostWithAnotherScriptThanMostIsNotChosenUntilItHasThatOfTheOthers() {
        world.script = this::succeed;
        host(11, "b-host", 1);
        host(12, "c-host", 1);
        host(13, "a-host", 1, "f".repeat(64));
        ActorRef<TaskTypeActor.Command> actor = spawn(STEP);
        await().atMost(GENEROUS).until(() -> status(actor).warnings().toString().contains("a-host"));
        world.subjects("one", 12);
        actor.tell(new TaskTypeActor.PollNow());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 12);
        assertThat(new HashSet<>(ranFor.values())).doesNotContain(13L);
        assertThat(status(actor).warnings())
                .containsExactly("task type 'a' does not run on a-host: its script there is another one (SHA-256"
                        + " ffffffffffff…, elsewhere 000000000000…). Fix: put the same file on every host");
        Objects.requireNonNull(scripts.get(13L)).hash = "0".repeat(64);
        await().atMost(GENEROUS).until(() -> status(actor).warnings().isEmpty());
    }

    @Test
    void theRegisteredScriptCountsEvenIfFewerHostsHaveIt() {
        world.script = this::succeed;
        host(11, "b-host", 1);
        host(12, "c-host", 1);
        host(13, "a-host", 1, "f".repeat(64));
        ActorRef<TaskTypeActor.Command> actor = spawn(FakeWorld.hashed("f".repeat(64), STEP));
        await().atMost(GENEROUS).until(() -> status(actor).warnings().size() == 2);
        world.subjects("one", 12);
        actor.tell(new TaskTypeActor.PollNow());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 12);
        assertThat(new HashSet<>(ranFor.values())).containsExactly(13L);
    }

    @Test
    void aRunByHandGoesToOneOfTheHosts() {
        world.script = this::succeed;
        host(11, "one-host", 1, null);
        host(12, "other-host", 1);
        world.subjects("elsewhere", 1);
        ActorRef<TaskTypeActor.Command> actor = spawn(STEP);
        TestProbe<RunReport> person = kit.createTestProbe();
        actor.tell(new TaskTypeActor.RunByHand("s1", person.ref()));
        assertThat(person.receiveMessage(GENEROUS).ticketId()).isNotNull();
        assertThat(ranFor.values()).containsExactly(12L);
    }

    @Test
    void aNewLifeElsewhereTakesOverWhatRunsAndTheOldOneStartsNothingMore() {
        CompletableFuture<Outcome> blocked = new CompletableFuture<>();
        world.script = (taskType, claim) -> blocked;
        ActorRef<WorkerHost.Command> host = host(11, "one-host", 2);
        world.subjects("one", 2);
        ActorRef<TaskTypeActor.Command> first = spawn(STEP);
        await().atMost(GENEROUS).until(() -> status(first).running() == 2);
        kit.stop(first);
        world.subjects("one", 1);
        ActorRef<TaskTypeActor.Command> second = spawn(STEP);
        await().atMost(GENEROUS).until(() -> world.examinations.get() == 2);
        // what the first life still has on its way is refused
        Claim late = new Claim(99, 99, 1, new Subject("owl", "late"), 1, new Chain(new UUID(0, 1), 0), null, 11, "{}");
        ScriptFacts facts = new ScriptFacts(STEP.executionType(), "0".repeat(64), false, null);
        host.tell(
                new WorkerHost.StartRun(7, STEP, facts, List.of(late), GENEROUS, null, null, new UUID(0, 7), Set.of()));
        TestProbe<WorkerHost.UnderWay> asker = kit.createTestProbe();
        host.tell(new WorkerHost.WhatRuns(1, asker.ref()));
        assertThat(asker.receiveMessage(GENEROUS).tickets()).hasSize(2).doesNotContain(99L);
        blocked.complete(new Outcome.Succeeded(null, null));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 3);
        assertThat(status(second).inFlight()).isZero();
    }

    @Test
    void whatAHostRefusesThatHasLostItsIdentityIsGivenUpAndWhoWaitsForItIsTold() {
        world.subjects("elsewhere", 1);
        PlayedHost host = new PlayedHost();
        ActorRef<TaskTypeActor.Command> actor = spawn(STEP);
        host.says(11, false);
        TestProbe<RunReport> person = kit.createTestProbe();
        actor.tell(new TaskTypeActor.RunByHand("s1", person.ref()));
        WorkerHost.StartRun start = host.nextRun();
        host.says(0, false);
        host.refuses(start);
        assertThat(person.receiveMessage(GENEROUS).done()).isFalse();
        assertThat(status(actor).inFlight()).isZero();
    }

    @Test
    void whatAHostRefusesThatDrainsGoesBack() {
        world.subjects("one", 1);
        PlayedHost host = new PlayedHost();
        ActorRef<TaskTypeActor.Command> actor = spawn(STEP);
        host.says(11, false);
        WorkerHost.StartRun start = host.nextRun();
        host.says(11, true);
        host.refuses(start);
        await().atMost(GENEROUS).until(() -> world.liveClaims() == 0);
        assertThat(status(actor).inFlight()).isZero();
    }

    @Test
    void whatAnEarlierLifeHandedOverAndDidNotBeginGoesBack() throws Exception {
        world.subjects("one", 1);
        PlayedHost host = new PlayedHost();
        spawn(STEP);
        host.says(11, false);
        WorkerHost.StartRun start = host.nextRun();
        host.leaves(start.runId() + 1, earlier("of an earlier life"));
        await().atMost(GENEROUS).until(() -> world.liveClaims() == 1);
    }

    @Test
    void whatComesBackAndIsHandedOverAgainWhileAnAnswerIsOnItsWayIsNotTakenForLost() {
        world.subjects("one", 1);
        PlayedHost host = new PlayedHost();
        ActorRef<TaskTypeActor.Command> actor = spawn(STEP);
        host.says(11, false);
        WorkerHost.StartRun start = host.nextRun();
        WorkerHost.Check check = host.next(WorkerHost.Check.class);
        host.leaves(start.runId(), start.claims().get(0));
        host.clears(start.runId());
        assertThat(host.nextRun().claims()).isEqualTo(start.claims());
        host.isAtNothing(check);
        assertThat(status(actor).inFlight()).isOne();
        assertThat(world.liveClaims()).isOne();
    }

    @Test
    void aDoubtThatComesUpWhileAnotherOneIsClearedUpIsClearedUpToo() throws Exception {
        world.subjects("one", 1);
        PlayedHost host = new PlayedHost();
        spawn(STEP);
        host.says(11, false);
        WorkerHost.StartRun start = host.nextRun();
        host.silent = true;
        host.leaves(start.runId() + 1, earlier("of an earlier life"));
        WorkerHost.WhatRuns question = host.next(WorkerHost.WhatRuns.class);
        Claim another = earlier("of another earlier life");
        host.leaves(start.runId() + 1, another);
        // as it was when the first doubt came up
        question.replyTo().tell(new WorkerHost.UnderWay(Set.of(another.ticketId()), Set.of()));
        host.next(WorkerHost.WhatRuns.class).replyTo().tell(new WorkerHost.UnderWay(Set.of(), Set.of()));
        await().atMost(GENEROUS).until(() -> world.liveClaims() == 1);
    }

    private Claim earlier(String subject) throws Exception {
        Candidate candidate = new Candidate(new Subject("owl", subject), "{}");
        return Objects.requireNonNull(ports.ledger().claimByHand(STEP, candidate, 11));
    }

    // ------------------------------------------------------------------ the stage

    /** The only host and the directory that knows it: the test decides in which order an actor hears of what. */
    private final class PlayedHost {
        private final TestProbe<HostDirectory.Command> asked = kit.createTestProbe();
        private final TestProbe<WorkerHost.Command> told = kit.createTestProbe();
        private final ActorRef<WorkerHost.Command> workers =
                kit.spawn(Behaviors.monitor(WorkerHost.Command.class, told.ref(), answering()));
        private @Nullable ActorRef<Hosts> follower;
        private @Nullable ActorRef<WorkerHost.RunEvent> events;
        private volatile boolean silent;

        PlayedHost() {
            directory = asked.ref();
        }

        private Behavior<WorkerHost.Command> answering() {
            ScriptFacts facts = new ScriptFacts(STEP.executionType(), "0".repeat(64), false, null);
            WorkerHost.UnderWay nothing = new WorkerHost.UnderWay(Set.of(), Set.of());
            return Behaviors.receiveMessage(message -> {
                if (message instanceof WorkerHost.Join join) {
                    join.replyTo().tell(nothing);
                } else if (message instanceof WorkerHost.WhatRuns question && !silent) {
                    question.replyTo().tell(nothing);
                } else if (message instanceof WorkerHost.Examine examine) {
                    examine.replyTo().tell(new WorkerHost.Examined(facts, null));
                }
                return Behaviors.same();
            });
        }

        void says(long runtimeId, boolean draining) {
            if (follower == null) {
                follower = asked.expectMessageClass(HostDirectory.Subscribe.class, GENEROUS)
                        .subscriber();
            }
            Host now = new Host(runtimeId, "played", 1, Set.of(), List.of(), Map.of(), Set.of(), draining, workers);
            follower.tell(new Hosts(List.of(now), List.of()));
        }

        WorkerHost.StartRun nextRun() {
            return next(WorkerHost.StartRun.class);
        }

        <M extends WorkerHost.Command> M next(Class<M> kind) {
            for (int messages = 0; messages < 20; messages++) {
                WorkerHost.Command message = told.receiveMessage(GENEROUS);
                if (message instanceof WorkerHost.Join join) {
                    events = join.events();
                }
                if (kind.isInstance(message)) {
                    return kind.cast(message);
                }
            }
            throw new AssertionError("no " + kind.getSimpleName());
        }

        void clears(long runId) {
            Objects.requireNonNull(events).tell(new WorkerHost.LaneClear(runId));
        }

        void isAtNothing(WorkerHost.Check check) {
            WorkerHost.UnderWay nothing = new WorkerHost.UnderWay(Set.of(), Set.of());
            Objects.requireNonNull(events).tell(new WorkerHost.Checked(check.number(), nothing));
        }

        void leaves(long runId, Claim claim) {
            Objects.requireNonNull(events).tell(new WorkerHost.NotBegun(runId, Set.of(claim.ticketId())));
        }

        void refuses(WorkerHost.StartRun start) {
            Objects.requireNonNull(events).tell(new WorkerHost.Refused(start.runId()));
        }
    }

    private CompletableFuture<Outcome> succeed(TaskType taskType, Claim claim) {
        ranFor.put(claim.ticketId(), claim.runtimeId());
        return CompletableFuture.completedFuture(new Outcome.Succeeded(null, null));
    }

    private ActorRef<WorkerHost.Command> host(long runtimeId, String name, int cores) {
        return host(runtimeId, name, cores, "0".repeat(64));
    }

    private ActorRef<WorkerHost.Command> host(long runtimeId, String name, int cores, @Nullable String hash) {
        FakeScripts its = new FakeScripts(world);
        its.hash = hash;
        scripts.put(runtimeId, its);
        ActorRef<LedgerWriter.Command> writer = kit.spawn(LedgerWriter.create(ports.ledger(), unwritten, rest.ref()));
        ActorRef<WorkerHost.Command> host = kit.spawn(WorkerHost.create(
                its, ports.clock(), new WorkerHost.Offer(name, cores, Set.of(), List.of()), writer, models -> {}));
        kit.system().receptionist().tell(Receptionist.register(WorkerHost.KEY, host));
        host.tell(new WorkerHost.Identify(runtimeId));
        return host;
    }

    private ActorRef<TaskTypeActor.Command> spawn(TaskType taskType) {
        ActorRef<HostDirectory.Command> known = directory;
        if (known == null) {
            known = kit.spawn(HostDirectory.create());
            directory = known;
        }
        Surroundings around = new Surroundings(
                ports,
                FakeWorld.settings(),
                InboxThreads.of(kit.system()),
                LooksTogether.of(kit.system(), ports.inboxes(), InboxThreads.of(kit.system())),
                new ClaimBudget(0),
                unwritten,
                known,
                (model, message) -> {},
                new Counts(),
                kit.<LeaseKeeper.Command>createTestProbe().ref(),
                rest.ref(),
                new Breakers(BreakerSettings.DEFAULT, ports.clock(), change -> {}),
                new ModelServers(Blocking.servers(kit.system())));
        TaskTypeActor.Orders orders = new TaskTypeActor.Orders(taskType, false, false);
        return kit.spawn(TaskTypeActor.create(around, () -> orders, new TaskTypeCounters()));
    }

    private TaskTypeStatus status(ActorRef<TaskTypeActor.Command> actor) {
        TestProbe<TaskTypeActor.Standing> asker = kit.createTestProbe();
        actor.tell(new TaskTypeActor.GetStatus(false, asker.ref()));
        return asker.receiveMessage(GENEROUS).status();
    }
}
