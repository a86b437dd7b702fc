package org.turing.runtime.actors.upkeep;

import java.time.Duration;
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
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.RuntimeLease;
import org.turing.runtime.ports.RuntimeLease.Pulse;

/**
 * Holds this runtime's lease: takes a new identity at the start and after a lapse, renews in between, also while
 * draining. What each renewal sees beside the lease ({@link Pulse}) it publishes on the node's event stream, which
 * spares others their own questions. When it has not renewed for three quarters of the lease, whether the database
 * refused or did not answer at all, it ends every run before the lease can lapse, and takes a new identity only once
 * nothing runs any more and the results that were kept are written: taking one frees what was claimed under the old
 * one, no run of a subject may overlap with another one, and no result may be lost to our own rescue.
 */
public final class LeaseKeeper extends AbstractBehavior<LeaseKeeper.Command> {

    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** However long the lease, what others rely on a pulse for must not wait for longer. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** What the keeper is told. */
    public sealed interface Command {}

    /** Gives the lease up; the keeper ends once that is done, or can't be done. */
    public record End(ActorRef<Ended> replyTo) implements Command {}

    /** Asks who this runtime is and what keeps it from holding its lease. */
    public record WhatIsWrong(ActorRef<Condition> replyTo) implements Command {}

    private record Due() implements Command {}

    private record LapseDue() implements Command {}

    private record AllClear() implements Command {}

    private record Flushed(LedgerWriter.Flushed flushed) implements Command {}

    private record Began(
            long askedAt, long runtimeId, @Nullable Throwable failure) implements Command {}

    private record Renewed(
            long askedAt,
            long runtimeId,
            @Nullable Pulse pulse,
            @Nullable Throwable failure) implements Command {}

    private record GivenUp(
            ActorRef<Ended> replyTo, @Nullable Throwable failure) implements Command {}

    /** The lease is given up. */
    public record Ended() {}

    /**
     * @param runtimeId this runtime's identity, or 0
     * @param held whether it holds its lease
     * @param problem why the lease can't be held or renewed now, or null
     */
    public record Condition(
            long runtimeId, boolean held, @Nullable String problem) {}

    private final RuntimeLease lease;
    private final ActorRef<WorkerHost.Command> workers;
    private final ActorRef<LedgerWriter.Command> writer;
    private final Consumer<LeaseState> listener;
    private final TimerScheduler<Command> timers;
    private final Blocking database;
    private final ActorRef<WorkerHost.AllClear> clearReplies;
    private final ActorRef<LedgerWriter.Flushed> flushReplies;
    private long runtimeId;
    private boolean held;
    private boolean ending;
    private @Nullable String problem;

    /**
     * @param workers whose runs are ended when the lease is lost
     * @param writer who writes what it keeps before a new identity is taken
     * @param listener told of every change itself, beside the event stream: it must not miss the first one
     */
    public static Behavior<Command> create(
            RuntimeLease lease,
            ActorRef<WorkerHost.Command> workers,
            ActorRef<LedgerWriter.Command> writer,
            Consumer<LeaseState> listener) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new LeaseKeeper(context, timers, lease, workers, writer, listener)));
    }

    private LeaseKeeper(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            RuntimeLease lease,
            ActorRef<WorkerHost.Command> workers,
            ActorRef<LedgerWriter.Command> writer,
            Consumer<LeaseState> listener) {
        super(context);
        context.setLoggerName(LeaseKeeper.class);
        this.listener = listener;
        this.lease = lease;
        this.workers = workers;
        this.writer = writer;
        this.timers = timers;
        this.database = Blocking.lease(context.getSystem());
        this.clearReplies = context.messageAdapter(WorkerHost.AllClear.class, clear -> new AllClear());
        this.flushReplies = context.messageAdapter(LedgerWriter.Flushed.class, Flushed::new);
        begin();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Due.class, m -> onDue())
                .onMessage(LapseDue.class, m -> onLapseDue())
                .onMessage(AllClear.class, m -> writeWhatIsKept())
                .onMessage(Flushed.class, this::onFlushed)
                .onMessage(Began.class, this::onBegan)
                .onMessage(Renewed.class, this::onRenewed)
                .onMessage(End.class, this::onEnd)
                .onMessage(GivenUp.class, this::onGivenUp)
                .onMessage(WhatIsWrong.class, this::onWhatIsWrong)
                .build();
    }

    private void begin() {
        long askedAt = System.nanoTime();
        getContext()
                .pipeToSelf(
                        database.call(lease::begin),
                        (id, failure) -> new Began(askedAt, failure == null ? id : 0, failure));
    }

    private Behavior<Command> onBegan(Began began) {
        if (began.failure() != null) {
            trouble("the lease can't be taken", began.failure());
            timers.startSingleTimer("due", new Due(), AGAIN);
            return this;
        }
        runtimeId = began.runtimeId();
        held = true;
        problem = null;
        expectLapse(began.askedAt());
        publish(new LeaseState.Held(runtimeId));
        renewLater();
        return this;
    }

    private void renewLater() {
        Duration pause = lease.renewEvery();
        timers.startSingleTimer("due", new Due(), pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }

    private Behavior<Command> onDue() {
        if (!held) {
            return ending ? this : writeWhatIsKept();
        }
        long askedAt = System.nanoTime();
        long asked = runtimeId;
        getContext()
                .pipeToSelf(
                        database.call(lease::renew),
                        (pulse, failure) ->
                                new Renewed(askedAt, asked, failure == null ? pulse.orElse(null) : null, failure));
        return this;
    }

    private Behavior<Command> onRenewed(Renewed renewed) {
        if (!held || renewed.runtimeId() != runtimeId) {
            return this; // it came too late to be of use
        }
        if (renewed.failure() != null) {
            trouble("the lease can't be renewed", renewed.failure());
            timers.startSingleTimer("due", new Due(), AGAIN);
        } else if (renewed.pulse() != null) {
            problem = null;
            expectLapse(renewed.askedAt());
            getContext().getSystem().eventStream().tell(new EventStream.Publish<>(renewed.pulse()));
            renewLater();
        } else {
            lost("the lease has lapsed");
        }
        return this;
    }

    /** A timer of its own: a call to a database that does not answer may not come back in time. */
    private void expectLapse(long renewedAt) {
        Duration since = Duration.ofNanos(System.nanoTime() - renewedAt);
        Duration left = lease.lasts().multipliedBy(3).dividedBy(4).minus(since);
        timers.startSingleTimer("lapse", new LapseDue(), left.isNegative() ? Duration.ZERO : left);
    }

    private Behavior<Command> onLapseDue() {
        if (held) {
            lost("the lease could not be renewed: " + (problem != null ? problem : "the database does not answer"));
        }
        return this;
    }

    private Behavior<Command> writeWhatIsKept() {
        writer.tell(new LedgerWriter.Flush(flushReplies));
        return this;
    }

    /** What is locked by others does not hold up everything: its claims go, and it is told that it is stale. */
    private Behavior<Command> onFlushed(Flushed answer) {
        if (ending) {
            return this;
        }
        String weather = answer.flushed().weather();
        if (weather == null) {
            begin();
        } else {
            problem = weather;
            timers.startSingleTimer("due", new Due(), AGAIN);
        }
        return this;
    }

    private void lost(String reason) {
        getContext().getLog().error("{}; ending what runs and taking a new identity", reason);
        held = false;
        publish(new LeaseState.Lost());
        timers.cancel("due");
        timers.cancel("lapse");
        workers.tell(new WorkerHost.ClearAll(reason, clearReplies));
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
                        (ok, failure) -> new GivenUp(end.replyTo(), failure));
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
        asked.replyTo().tell(new Condition(runtimeId, held, problem));
        return this;
    }

    private void publish(LeaseState state) {
        workers.tell(new WorkerHost.Identify(state instanceof LeaseState.Held ? runtimeId : 0));
        listener.accept(state);
        getContext().getSystem().eventStream().tell(new EventStream.Publish<>(state));
    }
}
