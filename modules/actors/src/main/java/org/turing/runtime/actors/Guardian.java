package org.turing.runtime.actors;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.turing.runtime.actors.registry.TaskTypes;
import org.turing.runtime.actors.tasktype.ClaimBudget;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.actors.upkeep.Housekeeper;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.upkeep.NotificationBridge;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.upkeep.WaitingElsewhere;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;

/**
 * The root of the actor system: spawns everything else, and ends it in order. First nothing more is claimed and what
 * runs is finished (or, in a hurry, ended), then what is known is written down, then the lease is given up.
 */
final class Guardian extends AbstractBehavior<Guardian.Command> {

    private static final Duration LAST_PATIENCE = Duration.ofSeconds(15);
    private static final Duration LIMIT_CHECK = Duration.ofSeconds(1);

    sealed interface Command {}

    /** Ends the runtime; with {@code now} what runs is ended too. */
    record Stop(boolean now) implements Command {}

    /** Who to talk to. */
    record GetParts(ActorRef<Parts> replyTo) implements Command {}

    private record Poll(long taskTypeId) implements Command {}

    private record NothingLeft(List<String> blocked) implements Command {}

    private record AskAgain() implements Command {}

    private record Drained() implements Command {}

    private record Written() implements Command {}

    private record Summed(RunSummary summary) implements Command {}

    private record LeaseEnded() implements Command {}

    private record PatienceOver() implements Command {}

    private record LastPatienceOver() implements Command {}

    /** @param budget to see whether the limit is reached */
    record Parts(
            ActorRef<TaskTypes.Command> taskTypes,
            ActorRef<WorkerHost.Command> workers,
            ActorRef<LeaseKeeper.Command> lease,
            ActorRef<WaitingElsewhere.Command> elsewhere,
            ClaimBudget budget) {}

    private final RunSettings settings;
    private final CompletableFuture<RunSummary> done;
    private final TimerScheduler<Command> timers;
    private final Parts parts;
    private final ActorRef<LedgerWriter.Command> writer;
    private final ActorRef<RestObserver.Command> rest;
    private final List<String> blocked = new ArrayList<>();
    private boolean stopping;

    /** @param done completed with what was done, once the runtime has left in order */
    static Behavior<Command> create(Ports ports, RunSettings settings, CompletableFuture<RunSummary> done) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new Guardian(context, timers, ports, settings, done)));
    }

    private Guardian(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Ports ports,
            RunSettings settings,
            CompletableFuture<RunSummary> done) {
        super(context);
        this.settings = settings;
        this.done = done;
        this.timers = timers;
        ClaimBudget budget = new ClaimBudget(settings.limit());
        ActorRef<Command> self = context.getSelf();
        rest = context.spawn(RestObserver.create(id -> self.tell(new Poll(id)), budget::exhausted), "rest");
        writer = context.spawn(keepGoing(LedgerWriter.create(ports.ledger(), rest)), "ledger-writer");
        ActorRef<WorkerHost.Command> workers = context.spawn(
                keepGoing(WorkerHost.create(ports.scripts(), ports.clock(), settings.host(), writer)), "worker-host");
        ActorRef<WaitingElsewhere.Command> elsewhere =
                context.spawn(keepGoing(WaitingElsewhere.create(ports.inboxes(), rest)), "waiting-elsewhere");
        Surroundings around = new Surroundings(ports, settings, budget, workers, writer, rest);
        ActorRef<TaskTypes.Command> taskTypes =
                context.spawn(keepGoing(TaskTypes.create(around, elsewhere)), "task-types");
        context.spawn(keepGoing(NotificationBridge.create(ports.notifications())), "notifications");
        context.spawn(keepGoing(Housekeeper.create(ports.ledger(), settings.rescueEvery())), "housekeeper");
        ActorRef<LeaseKeeper.Command> lease = context.spawn(
                keepGoing(LeaseKeeper.create(
                        ports.lease(), workers, state -> taskTypes.tell(new TaskTypes.LeaseChanged(state)))),
                "lease-keeper");
        parts = new Parts(taskTypes, workers, lease, elsewhere, budget);
        if (settings.leaves()) {
            askWhenNothingIsLeft();
        }
    }

    /** An unforeseen failure in one message must not make these forget what they hold. */
    private static <T> Behavior<T> keepGoing(Behavior<T> behavior) {
        return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.resume());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Stop.class, this::onStop)
                .onMessage(GetParts.class, this::onGetParts)
                .onMessage(Poll.class, this::onPoll)
                .onMessage(NothingLeft.class, this::onNothingLeft)
                .onMessage(AskAgain.class, m -> onAskAgain())
                .onMessage(Drained.class, m -> onDrained())
                .onMessage(Written.class, m -> onWritten())
                .onMessage(Summed.class, this::onSummed)
                .onMessage(LeaseEnded.class, m -> Behaviors.stopped())
                .onMessage(PatienceOver.class, m -> onPatienceOver())
                .onMessage(LastPatienceOver.class, m -> onLastPatienceOver())
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

    private Behavior<Command> onGetParts(GetParts request) {
        request.replyTo().tell(parts);
        return this;
    }

    private Behavior<Command> onPoll(Poll poll) {
        parts.taskTypes().tell(new TaskTypes.PollById(poll.taskTypeId()));
        return this;
    }

    private Behavior<Command> onStop(Stop stop) {
        if (!stopping) {
            stopping = true;
            getContext().getLog().info("stopping: nothing more is claimed, what runs is finished");
            ActorRef<TaskTypes.Drained> replies =
                    getContext().messageAdapter(TaskTypes.Drained.class, drained -> new Drained());
            parts.taskTypes().tell(new TaskTypes.Drain(replies));
            timers.startSingleTimer("patience", new PatienceOver(), settings.drainTimeout());
        }
        return stop.now() ? onPatienceOver() : this;
    }

    private Behavior<Command> onPatienceOver() {
        getContext().getLog().info("ending what still runs");
        timers.cancel("patience");
        parts.workers().tell(new WorkerHost.EndAll("the runtime is stopping"));
        timers.startSingleTimer("last patience", new LastPatienceOver(), LAST_PATIENCE);
        return this;
    }

    private Behavior<Command> onDrained() {
        timers.cancel("patience");
        timers.startSingleTimer("last patience", new LastPatienceOver(), LAST_PATIENCE);
        ActorRef<LedgerWriter.Empty> replies =
                getContext().messageAdapter(LedgerWriter.Empty.class, empty -> new Written());
        writer.tell(new LedgerWriter.WhenEmpty(replies));
        return this;
    }

    private Behavior<Command> onWritten() {
        ActorRef<RunSummary> replies = getContext().messageAdapter(RunSummary.class, Summed::new);
        parts.taskTypes().tell(new TaskTypes.GetSummary(replies));
        return this;
    }

    private Behavior<Command> onSummed(Summed summed) {
        RunSummary sum = summed.summary();
        List<String> lines = new ArrayList<>(blocked);
        lines.addAll(sum.blocked());
        done.complete(new RunSummary(
                sum.completed(), sum.skipped(), sum.failed(), sum.dead(), sum.overtaken(), sum.cancelled(), lines));
        ActorRef<LeaseKeeper.Ended> replies =
                getContext().messageAdapter(LeaseKeeper.Ended.class, ended -> new LeaseEnded());
        parts.lease().tell(new LeaseKeeper.End(replies));
        return this;
    }

    private Behavior<Command> onLastPatienceOver() {
        getContext()
                .getLog()
                .warn("leaving although not everything could be written down; the next start rescues what is left");
        blocked.add("the runtime left before everything was written down");
        if (!done.isDone()) {
            done.complete(new RunSummary(0, 0, 0, 0, 0, 0, blocked));
        }
        return Behaviors.stopped();
    }
}
