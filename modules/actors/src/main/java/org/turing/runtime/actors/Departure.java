package org.turing.runtime.actors;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.turing.runtime.actors.registry.TaskTypes;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;

/**
 * Lets the runtime leave in order: nothing more is claimed for it and what runs is finished, then what is known is
 * written down and what was not started given back, then the lease is given up. Other hosts go on. In a hurry, or when
 * patience is over, what runs is ended, and what the database does not take then is left and named. Renewal goes on
 * until the lease is given up.
 */
final class Departure extends AbstractBehavior<Departure.Command> {

    /** For the scripts to be ended and their outcomes to be written, once patience is over. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(15);

    /** For claims that were not started to be given back, once nothing runs and everything is written. */
    private static final Duration GIVING_BACK = Duration.ofSeconds(5);

    /** For actors to say what they know; they do nothing that takes time. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** A question that is answered when something has ended. */
    private static final Duration FOR_EVER = Duration.ofDays(7);

    private static final int NAMED = 10;

    sealed interface Command {}

    /** Ends what runs, too. */
    record Hurry() implements Command {}

    private record Drained() implements Command {}

    private record Idle() implements Command {}

    private record Told() implements Command {}

    private record Known(LeaseKeeper.Condition condition) implements Command {}

    private record GivenBack(@Nullable Throwable failure) implements Command {}

    private record LastTryOver(LedgerWriter.Flushed flushed) implements Command {}

    private record Written() implements Command {}

    private record StillRuns(WorkerHost.Left left) implements Command {}

    private record StillWaits(LedgerWriter.Flushed flushed) implements Command {}

    private record Counted(List<String> unmet) implements Command {}

    private record LeaseEnded() implements Command {}

    private record PatienceOver() implements Command {}

    private record LastPatienceOver() implements Command {}

    private record LastWordsOver() implements Command {}

    /** The runtime has left. */
    record Departed() {}

    private final Guardian.Parts parts;
    private final Ports ports;
    private final Blocking database;
    private final ActorRef<LedgerWriter.Command> writer;
    private final List<String> blocked;
    private final CompletableFuture<RunSummary> done;
    private final ActorRef<Departed> replyTo;
    private final TimerScheduler<Command> timers;
    private final List<String> left = new ArrayList<>();
    private boolean hurried;
    private boolean givingUp;
    private boolean summing;

    /**
     * @param patience how long what runs may take to finish
     * @param blocked what could not be done so far, one line each
     * @param done completed with what was done
     */
    static Behavior<Command> create(
            Guardian.Parts parts,
            Ports ports,
            ActorRef<LedgerWriter.Command> writer,
            Duration patience,
            List<String> blocked,
            CompletableFuture<RunSummary> done,
            ActorRef<Departed> replyTo) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Departure departure = new Departure(context, timers, parts, ports, writer, blocked, done, replyTo);
            departure.begin(patience);
            return departure;
        }));
    }

    private Departure(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Guardian.Parts parts,
            Ports ports,
            ActorRef<LedgerWriter.Command> writer,
            List<String> blocked,
            CompletableFuture<RunSummary> done,
            ActorRef<Departed> replyTo) {
        super(context);
        context.setLoggerName(Departure.class);
        this.timers = timers;
        this.parts = parts;
        this.ports = ports;
        this.database = Blocking.database(context.getSystem());
        this.writer = writer;
        this.blocked = List.copyOf(blocked);
        this.done = done;
        this.replyTo = replyTo;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Hurry.class, m -> hurry())
                .onMessage(PatienceOver.class, m -> hurry())
                .onMessage(Drained.class, m -> onDrained())
                .onMessage(Idle.class, m -> onIdle())
                .onMessage(LastTryOver.class, this::onLastTryOver)
                .onMessage(Written.class, m -> onWritten())
                .onMessage(Told.class, m -> askWhoWeAre())
                .onMessage(Known.class, this::onKnown)
                .onMessage(GivenBack.class, this::onGivenBack)
                .onMessage(LastPatienceOver.class, m -> onLastPatienceOver())
                .onMessage(StillRuns.class, this::onStillRuns)
                .onMessage(StillWaits.class, this::onStillWaits)
                .onMessage(LastWordsOver.class, m -> complete(List.of()))
                .onMessage(Counted.class, m -> complete(m.unmet()))
                .onMessage(LeaseEnded.class, m -> depart())
                .build();
    }

    private void begin(Duration patience) {
        getContext().getLog().info("stopping: nothing more is claimed, what runs is finished");
        Logger log = getContext().getLog();
        database.call(Executors.callable(ports.lease()::drain)).whenComplete((done, failure) -> {
            if (failure != null) {
                log.debug("the ledger could not be told that this runtime drains", failure);
            }
        });
        parts.workers().tell(new WorkerHost.Drain());
        whenIdle(Drained::new);
        timers.startSingleTimer("patience", new PatienceOver(), patience);
    }

    private void whenIdle(Supplier<Command> then) {
        getContext()
                .ask(
                        WorkerHost.AllClear.class,
                        parts.workers(),
                        FOR_EVER,
                        WorkerHost.WhenIdle::new,
                        (clear, failure) -> then.get());
    }

    // ---------------------------------------------------------------- in order

    private Behavior<Command> onDrained() {
        timers.cancel("patience");
        timers.startSingleTimer("last patience", new LastPatienceOver(), LAST_PATIENCE);
        writer.tell(new LedgerWriter.WhenEmpty(
                getContext().messageAdapter(LedgerWriter.Empty.class, empty -> new Written())));
        return this;
    }

    /** The host hears of each verdict before it hears this question, and tells it on before it answers. */
    private Behavior<Command> onWritten() {
        whenIdle(Told::new);
        return this;
    }

    private Behavior<Command> askWhoWeAre() {
        parts.lease()
                .tell(new LeaseKeeper.WhatIsWrong(
                        getContext().messageAdapter(LeaseKeeper.Condition.class, Known::new)));
        return this;
    }

    private Behavior<Command> onKnown(Known known) {
        long runtimeId = known.condition().runtimeId();
        if (runtimeId == 0) {
            return sum();
        }
        getContext()
                .pipeToSelf(
                        database.call(() -> ports.ledger().giveBackUnstarted(runtimeId, Set.of())),
                        (count, failure) -> new GivenBack(failure));
        return this;
    }

    private Behavior<Command> onGivenBack(GivenBack given) {
        if (given.failure() != null) {
            getContext().getLog().debug("what was not started could not be given back; it is rescued", given.failure());
        }
        return sum();
    }

    private Behavior<Command> sum() {
        if (Cluster.get(getContext().getSystem()).isTerminated()) {
            return complete(List.of()); // who could say more lives where this node is no member any more
        }
        summing = true;
        parts.taskTypes()
                .tell(new TaskTypes.GetUnmet(
                        getContext().messageAdapter(TaskTypes.Unmet.class, unmet -> new Counted(unmet.lines()))));
        return this;
    }

    private Behavior<Command> complete(List<String> unmet) {
        List<String> lines = new ArrayList<>(blocked);
        lines.addAll(unmet);
        if (!done.complete(RunSummary.of(parts.counts(), lines, left))) {
            return this;
        }
        if (givingUp) {
            return depart(); // the database does not answer: the next start proves this one's end without it
        }
        parts.lease()
                .tell(new LeaseKeeper.End(
                        getContext().messageAdapter(LeaseKeeper.Ended.class, ended -> new LeaseEnded())));
        return this;
    }

    private Behavior<Command> depart() {
        replyTo.tell(new Departed());
        return Behaviors.stopped();
    }

    // ---------------------------------------------------------------- in a hurry

    private Behavior<Command> hurry() {
        if (hurried) {
            return this;
        }
        hurried = true;
        getContext().getLog().info("ending what still runs");
        timers.cancel("patience");
        parts.workers().tell(new WorkerHost.EndAll("the runtime is stopping"));
        whenIdle(Idle::new);
        timers.startSingleTimer("last patience", new LastPatienceOver(), LAST_PATIENCE);
        return this;
    }

    private Behavior<Command> onIdle() {
        writer.tell(new LedgerWriter.Flush(getContext().messageAdapter(LedgerWriter.Flushed.class, LastTryOver::new)));
        return this;
    }

    private Behavior<Command> onLastTryOver(LastTryOver over) {
        if (over.flushed().left().isEmpty()) {
            timers.startSingleTimer("last patience", new LastPatienceOver(), GIVING_BACK);
            return this; // nothing runs: it goes on in order
        }
        givingUp = over.flushed().weather() != null;
        name(over.flushed());
        return sum();
    }

    private Behavior<Command> onLastPatienceOver() {
        if (done.isDone()) {
            return depart();
        }
        if (summing) {
            return complete(List.of()); // whoever could say more does not answer
        }
        givingUp = true;
        timers.startSingleTimer("last words", new LastWordsOver(), LAST_WORDS);
        parts.workers()
                .tell(new WorkerHost.WhatIsLeft(getContext().messageAdapter(WorkerHost.Left.class, StillRuns::new)));
        return this;
    }

    private Behavior<Command> onStillRuns(StillRuns still) {
        left.addAll(some(still.left().runs()));
        writer.tell(new LedgerWriter.WhatIsUnwritten(
                getContext().messageAdapter(LedgerWriter.Flushed.class, StillWaits::new)));
        return this;
    }

    private Behavior<Command> onStillWaits(StillWaits still) {
        name(still.flushed());
        return sum();
    }

    private void name(LedgerWriter.Flushed flushed) {
        left.addAll(some(flushed.left()));
        String why = flushed.weather() == null ? "" : " (" + flushed.weather() + ")";
        getContext()
                .getLog()
                .warn(
                        "leaving although not everything could be written down{}; the next start runs again: {}",
                        why,
                        String.join("; ", left));
    }

    private static List<String> some(List<String> lines) {
        if (lines.size() <= NAMED) {
            return lines;
        }
        List<String> first = new ArrayList<>(lines.subList(0, NAMED));
        first.add("and " + (lines.size() - NAMED) + " more");
        return first;
    }
}
