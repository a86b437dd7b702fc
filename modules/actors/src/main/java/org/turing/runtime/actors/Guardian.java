package org.turing.runtime.actors;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.breaker.Breakers;
import org.turing.runtime.actors.breaker.JudgedScripts;
import org.turing.runtime.actors.breaker.ModelServers;
import org.turing.runtime.actors.cluster.EveryNode;
import org.turing.runtime.actors.cluster.Role;
import org.turing.runtime.actors.event.EventRelay;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.gate.ShardedGates;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.registry.TaskTypes;
import org.turing.runtime.actors.tasktype.ClaimBudget;
import org.turing.runtime.actors.tasktype.Counts;
import org.turing.runtime.actors.tasktype.ShardedTaskTypes;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.actors.upkeep.Hearing;
import org.turing.runtime.actors.upkeep.Housekeeper;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.upkeep.NotificationBridge;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.upkeep.WaitingElsewhere;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.InboxThreads;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.LooksTogether;
import org.turing.runtime.actors.work.Unwritten;
import org.turing.runtime.actors.work.WorkerHost;

/** The root of the actor system: spawns everything else, and sees to it that the runtime leaves when it should. */
final class Guardian extends AbstractBehavior<Guardian.Command> {

    private static final Duration LIMIT_CHECK = Duration.ofSeconds(1);

    sealed interface Command {}

    /** Ends the runtime; with {@code now} what runs is ended too. */
    record Stop(boolean now) implements Command {}

    /** Ends the runtime and what it runs, and says when nothing is left to do. */
    record Leave(ActorRef<Done> replyTo) implements Command {}

    private record Poll(long taskTypeId) implements Command {}

    private record NothingLeft(List<String> blocked) implements Command {}

    private record AskAgain() implements Command {}

    private record Departed() implements Command {}

    /**
     * Who to talk to.
     *
     * @param budget to see whether the limit is reached
     * @param counts what task types did here
     * @param unwritten to see what waits to be written
     * @param hosts to see which hosts there are
     * @param hearing to see whether notifications are heard
     * @param everyNode to end all nodes
     */
    record Parts(
            ActorRef<TaskTypes.Command> taskTypes,
            ActorRef<WorkerHost.Command> workers,
            ActorRef<LeaseKeeper.Command> lease,
            ActorRef<WaitingElsewhere.Command> elsewhere,
            ClaimBudget budget,
            Counts counts,
            Unwritten unwritten,
            ActorRef<HostDirectory.Command> hosts,
            Hearing hearing,
            ActorRef<EveryNode.Command> everyNode) {}

    private final Ports ports;
    private final RunSettings settings;
    private final AtomicBoolean leaving;
    private final CompletableFuture<RunSummary> done;
    private final TimerScheduler<Command> timers;
    private final Parts parts;
    private final ActorRef<LedgerWriter.Command> writer;
    private final ActorRef<RestObserver.Command> rest;
    private final List<String> blocked = new ArrayList<>();
    private final List<ActorRef<Done>> toldWhenDeparted = new ArrayList<>();
    private @Nullable ActorRef<Departure.Command> departure;

    /**
     * @param leaving set once the runtime was asked to stop, or has nothing left to do
     * @param known completed with the parts once they are there, however long that takes on a busy machine
     * @param done completed with what was done, once the runtime has left in order
     */
    static Behavior<Command> create(
            Ports ports,
            RunSettings settings,
            AtomicBoolean leaving,
            CompletableFuture<Parts> known,
            CompletableFuture<RunSummary> done) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Guardian guardian = new Guardian(context, timers, ports, settings, leaving, known, done);
            known.complete(guardian.parts);
            return guardian;
        }));
    }

    private Guardian(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Ports ports,
            RunSettings settings,
            AtomicBoolean leaving,
            CompletableFuture<Parts> known,
            CompletableFuture<RunSummary> done) {
        super(context);
        this.ports = ports;
        this.settings = settings;
        this.leaving = leaving;
        this.done = done;
        this.timers = timers;
        ClaimBudget budget = new ClaimBudget(settings.limit());
        ActorRef<Command> self = context.getSelf();
        rest = context.spawn(RestObserver.create(id -> self.tell(new Poll(id)), budget::exhausted), "rest");
        Unwritten unwritten = new Unwritten(settings.unwritten());
        writer = context.spawn(keepGoing(LedgerWriter.create(ports.ledger(), unwritten, rest)), "ledger-writer");
        InboxThreads threads = InboxThreads.of(context.getSystem());
        LooksTogether looks = LooksTogether.of(context.getSystem(), ports.inboxes(), threads);
        ModelServers servers = new ModelServers(Blocking.servers(context.getSystem()));
        ActorRef<EventStream.Command> events = context.getSystem().eventStream();
        Breakers breakers = new Breakers(
                settings.breakers(), ports.clock(), change -> events.tell(new EventStream.Publish<>(change)));
        ActorRef<WorkerHost.Command> workers = context.spawn(
                keepGoing(WorkerHost.create(
                        new JudgedScripts(ports.scripts(), servers),
                        ports.clock(),
                        settings.offer(),
                        writer,
                        servers::follow)),
                "worker-host");
        boolean works = Cluster.get(context.getSystem()).selfMember().hasRole(Role.WORKER.inConfig());
        ActorRef<HostDirectory.Command> hosts =
                context.spawn(keepGoing(HostDirectory.create(works ? workers : null)), "hosts");
        if (works) {
            context.getSystem().receptionist().tell(Receptionist.register(WorkerHost.KEY, workers));
        }
        ActorRef<Housekeeper.Command> housekeeper =
                context.spawn(keepGoing(Housekeeper.create(ports.ledger(), ports.lease())), "housekeeper");
        ActorRef<LeaseKeeper.Command> lease = context.spawn(
                keepGoing(LeaseKeeper.create(
                        ports.lease(),
                        workers,
                        writer,
                        state -> housekeeper.tell(new Housekeeper.LeaseChanged(state)))),
                "lease-keeper");
        ActorRef<WaitingElsewhere.Command> elsewhere =
                context.spawn(keepGoing(WaitingElsewhere.create(ports.inboxes(), threads, rest)), "waiting-elsewhere");
        ShardedGates gates = ShardedGates.start(
                context.getSystem(),
                new ModelGate.Surroundings(
                        settings.host(),
                        settings.quantum(),
                        ports.clock(),
                        ports.epochs(),
                        ports.lease()::ended,
                        hosts,
                        gate -> tellRegistry(known, new TaskTypes.GateIsThere(gate))));
        Counts counts = new Counts();
        Surroundings around = new Surroundings(
                ports, settings, threads, looks, budget, unwritten, hosts, gates, counts, lease, rest, breakers,
                servers);
        ShardedTaskTypes entities = ShardedTaskTypes.start(
                context.getSystem(), around, taskType -> tellRegistry(known, new TaskTypes.TaskTypeIsThere(taskType)));
        ActorRef<TaskTypes.Command> taskTypes = ClusterSingleton.get(context.getSystem())
                .init(SingletonActor.of(keepGoing(TaskTypes.create(around, entities, elsewhere)), "task-types")
                        .withStopMessage(new TaskTypes.HandOver())
                        .withSettings(ClusterSingletonSettings.create(context.getSystem())
                                .withRole(Role.CONTROL.inConfig())));
        Hearing hearing = new Hearing();
        context.spawn(keepGoing(NotificationBridge.create(ports.notifications(), hearing)), "notifications");
        context.spawn(keepGoing(EventRelay.create()), "relay");
        ActorRef<EveryNode.Command> everyNode = context.spawn(
                keepGoing(EveryNode.create(hosts, settings.drainTimeout(), now -> self.tell(new Stop(now)))),
                "every-node");
        parts = new Parts(taskTypes, workers, lease, elsewhere, budget, counts, unwritten, hosts, hearing, everyNode);
        if (settings.leaves()) {
            askWhenNothingIsLeft();
        }
    }

    private static void tellRegistry(CompletableFuture<Parts> known, TaskTypes.Command message) {
        known.thenAccept(parts -> parts.taskTypes().tell(message));
    }

    /** An unforeseen failure in one message must not make these forget what they hold. */
    private static <T> Behavior<T> keepGoing(Behavior<T> behavior) {
        return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.resume());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Stop.class, this::onStop)
                .onMessage(Leave.class, this::onLeave)
                .onMessage(Poll.class, this::onPoll)
                .onMessage(NothingLeft.class, this::onNothingLeft)
                .onMessage(AskAgain.class, m -> onAskAgain())
                .onMessage(Departed.class, m -> onDeparted())
                .build();
    }

    private void askWhenNothingIsLeft() {
        ActorRef<RestObserver.NothingLeft> replies = getContext()
                .messageAdapter(RestObserver.NothingLeft.class, nothing -> new NothingLeft(nothing.blocked()));
        rest.tell(new RestObserver.TellWhenNothingIsLeft(replies));
    }

    private Behavior<Command> onNothingLeft(NothingLeft nothing) {
        if (settings.runOnce() || parts.budget().exhausted()) {
            blocked.addAll(nothing.blocked());
            return settings.selective() ? sayWhatWaitsElsewhere() : onStop(new Stop(false));
        }
        timers.startSingleTimer("ask again", new AskAgain(), LIMIT_CHECK);
        return this;
    }

    private Behavior<Command> sayWhatWaitsElsewhere() {
        ActorRef<WaitingElsewhere.Finding> replies =
                getContext().messageAdapter(WaitingElsewhere.Finding.class, finding -> new Stop(false));
        parts.elsewhere().tell(new WaitingElsewhere.Count(replies));
        return this;
    }

    private Behavior<Command> onAskAgain() {
        askWhenNothingIsLeft();
        return this;
    }

    private Behavior<Command> onPoll(Poll poll) {
        parts.taskTypes().tell(new TaskTypes.PollById(poll.taskTypeId()));
        return this;
    }

    private Behavior<Command> onLeave(Leave leave) {
        toldWhenDeparted.add(leave.replyTo());
        return onStop(new Stop(true));
    }

    /** Where others are, they are told, and what lives here goes on with them; a node that is alone just ends. */
    private Behavior<Command> onDeparted() {
        toldWhenDeparted.forEach(asker -> asker.tell(Done.getInstance()));
        boolean alone = Cluster.get(getContext().getSystem()).state().members().size() <= 1;
        if (alone) {
            return Behaviors.stopped();
        }
        CoordinatedShutdown.get(getContext().getSystem()).runAll(CoordinatedShutdown.clusterLeavingReason());
        return this;
    }

    private Behavior<Command> onStop(Stop stop) {
        leaving.set(true);
        ActorRef<Departure.Command> underWay = departure;
        if (underWay == null) {
            ActorRef<Departure.Departed> replies =
                    getContext().messageAdapter(Departure.Departed.class, departed -> new Departed());
            underWay = getContext()
                    .spawn(
                            keepGoing(Departure.create(
                                    parts, ports, writer, settings.drainTimeout(), blocked, done, replies)),
                            "departure");
            departure = underWay;
        }
        if (stop.now()) {
            underWay.tell(new Departure.Hurry());
        }
        return this;
    }
}
