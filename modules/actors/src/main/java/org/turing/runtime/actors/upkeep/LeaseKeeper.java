package org.turing.runtime.actors.upkeep;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.RuntimeLease;

/**
 * Holds this runtime's lease: takes a new identity at the start and after a lapse, renews in between, also while
 * draining. When it could not renew three times over, it ends every run before the lease can lapse, so that nobody
 * else's run of the same subject overlaps with ours.
 */
public final class LeaseKeeper extends AbstractBehavior<LeaseKeeper.Command> {

    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int MISSED_RENEWALS = 3;

    /** What the keeper is told. */
    public sealed interface Command {}

    /** Gives the lease up; the keeper ends once that is done, or can't be done. */
    public record End(ActorRef<Ended> replyTo) implements Command {}

    /** Why the database can't serve, or null while it does. */
    public record WhatIsWrong(ActorRef<Condition> replyTo) implements Command {}

    private record Due() implements Command {}

    private record Began(long runtimeId, @Nullable Throwable failure) implements Command {}

    private record Renewed(boolean held, @Nullable Throwable failure) implements Command {}

    private record GivenUp(
            ActorRef<Ended> replyTo, @Nullable Throwable failure) implements Command {}

    /** The lease is given up. */
    public record Ended() {}

    /**
     * @param runtimeId this runtime's identity, or 0
     * @param problem why the lease can't be held or renewed now, or null
     */
    public record Condition(long runtimeId, @Nullable String problem) {}

    private final RuntimeLease lease;
    private final ActorRef<WorkerHost.Command> workers;
    private final Consumer<LeaseState> listener;
    private final TimerScheduler<Command> timers;
    private final Blocking database;
    private long runtimeId;
    private boolean held;
    private boolean ending;
    private long renewedAt;
    private @Nullable String problem;

    /**
     * @param workers whose runs are ended when the lease is lost
     * @param listener told of every change itself, beside the event stream: it must not miss the first one
     */
    public static Behavior<Command> create(
            RuntimeLease lease, ActorRef<WorkerHost.Command> workers, Consumer<LeaseState> listener) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new LeaseKeeper(context, timers, lease, workers, listener)));
    }

    private LeaseKeeper(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            RuntimeLease lease,
            ActorRef<WorkerHost.Command> workers,
            Consumer<LeaseState> listener) {
        super(context);
        this.listener = listener;
        this.lease = lease;
        this.workers = workers;
        this.timers = timers;
        this.database = Blocking.database(context.getSystem());
        begin();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Due.class, m -> onDue())
                .onMessage(Began.class, this::onBegan)
                .onMessage(Renewed.class, this::onRenewed)
                .onMessage(End.class, this::onEnd)
                .onMessage(GivenUp.class, this::onGivenUp)
                .onMessage(WhatIsWrong.class, this::onWhatIsWrong)
                .build();
    }

    private void begin() {
        getContext()
                .pipeToSelf(
                        database.call(lease::begin),
                        (id, failure) -> new Began(failure == null ? id : 0, unwrap(failure)));
    }

    private Behavior<Command> onBegan(Began began) {
        if (began.failure() != null) {
            trouble("the lease can't be taken", began.failure());
            timers.startSingleTimer("due", new Due(), AGAIN);
            return this;
        }
        runtimeId = began.runtimeId();
        held = true;
        renewedAt = System.nanoTime();
        problem = null;
        publish(new LeaseState.Held(runtimeId));
        timers.startSingleTimer("due", new Due(), lease.renewEvery());
        return this;
    }

    private Behavior<Command> onDue() {
        if (!held) {
            if (!ending) {
                begin();
            }
            return this;
        }
        long missed = (System.nanoTime() - renewedAt) / lease.renewEvery().toNanos();
        if (missed >= MISSED_RENEWALS) {
            lost("the lease could not be renewed: " + problem);
            return this;
        }
        getContext()
                .pipeToSelf(
                        database.call(lease::renew),
                        (ok, failure) -> new Renewed(failure == null && ok, unwrap(failure)));
        return this;
    }

    private Behavior<Command> onRenewed(Renewed renewed) {
        if (!held) {
            return this;
        }
        if (renewed.failure() != null) {
            trouble("the lease can't be renewed", renewed.failure());
            timers.startSingleTimer("due", new Due(), AGAIN);
        } else if (renewed.held()) {
            renewedAt = System.nanoTime();
            problem = null;
            timers.startSingleTimer("due", new Due(), lease.renewEvery());
        } else {
            lost("the lease has lapsed");
        }
        return this;
    }

    private void lost(String reason) {
        getContext().getLog().error("{}; ending what runs and taking a new identity", reason);
        held = false;
        publish(new LeaseState.Lost(reason));
        workers.tell(new WorkerHost.EndAll(reason));
        timers.startSingleTimer("due", new Due(), AGAIN);
    }

    private void trouble(String what, Throwable failure) {
        if (problem == null) {
            getContext().getLog().warn("{}: {}", what, failure.getMessage());
        }
        problem = String.valueOf(failure.getMessage());
    }

    private Behavior<Command> onEnd(End end) {
        ending = true;
        if (!held) {
            end.replyTo().tell(new Ended());
            return Behaviors.stopped();
        }
        getContext()
                .pipeToSelf(
                        database.call(() -> {
                            lease.end();
                            return true;
                        }),
                        (ok, failure) -> new GivenUp(end.replyTo(), unwrap(failure)));
        return this;
    }

    private Behavior<Command> onGivenUp(GivenUp given) {
        if (given.failure() != null) {
            getContext()
                    .getLog()
                    .warn(
                            "the lease could not be given up ({}); it lapses by itself",
                            given.failure().getMessage());
        }
        given.replyTo().tell(new Ended());
        return Behaviors.stopped();
    }

    private Behavior<Command> onWhatIsWrong(WhatIsWrong asked) {
        asked.replyTo().tell(new Condition(runtimeId, problem));
        return this;
    }

    private void publish(LeaseState state) {
        listener.accept(state);
        getContext().getSystem().eventStream().tell(new EventStream.Publish<>(state));
    }

    private static @Nullable Throwable unwrap(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
