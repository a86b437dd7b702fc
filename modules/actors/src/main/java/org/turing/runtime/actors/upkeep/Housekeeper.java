package org.turing.runtime.actors.upkeep;

import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.event.Noticed;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.TicketLedger.Rescued;

/** Rescues the claims of runtimes that have ended, and keeps the ledger's partitions. */
public final class Housekeeper extends AbstractBehavior<Housekeeper.Command> {

    private static final Duration PARTITIONS_EVERY = Duration.ofHours(1);

    /** What the housekeeper is told. */
    public sealed interface Command {}

    private record RescueDue() implements Command {}

    private record PartitionsDue() implements Command {}

    private record RescueDone(
            @Nullable Rescued rescued, @Nullable Throwable failure) implements Command {}

    private record PartitionsDone(@Nullable Throwable failure) implements Command {}

    private final TicketLedger ledger;
    private final Duration rescueEvery;
    private final TimerScheduler<Command> timers;
    private final Blocking database;

    /** @param rescueEvery how often claims of ended runtimes are looked for */
    public static Behavior<Command> create(TicketLedger ledger, Duration rescueEvery) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new Housekeeper(context, timers, ledger, rescueEvery)));
    }

    private Housekeeper(
            ActorContext<Command> context, TimerScheduler<Command> timers, TicketLedger ledger, Duration rescueEvery) {
        super(context);
        this.ledger = ledger;
        this.rescueEvery = rescueEvery;
        this.timers = timers;
        this.database = Blocking.database(context.getSystem());
        context.getSelf().tell(new RescueDue());
        context.getSelf().tell(new PartitionsDue());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(RescueDue.class, m -> rescue())
                .onMessage(RescueDone.class, this::onRescueDone)
                .onMessage(PartitionsDue.class, m -> keepPartitions())
                .onMessage(PartitionsDone.class, this::onPartitionsDone)
                .build();
    }

    private Behavior<Command> rescue() {
        getContext().pipeToSelf(database.call(ledger::rescue), RescueDone::new);
        return this;
    }

    private Behavior<Command> onRescueDone(RescueDone done) {
        Rescued rescued = done.rescued();
        if (rescued == null) {
            getContext().getLog().debug("rescue could not look now", done.failure());
        } else if (rescued.claims() > 0) {
            getContext()
                    .getLog()
                    .info("rescued {} claim(s) of {} runtime(s) that have ended", rescued.claims(), rescued.runtimes());
            long now = System.nanoTime();
            rescued.taskTypeIds()
                    .forEach(id -> getContext()
                            .getSystem()
                            .eventStream()
                            .tell(new EventStream.Publish<>(new Noticed(now, new Notice.Wake(id)))));
        }
        timers.startSingleTimer("rescue", new RescueDue(), rescueEvery);
        return this;
    }

    private Behavior<Command> keepPartitions() {
        getContext()
                .pipeToSelf(
                        database.call(() -> {
                            ledger.housekeep();
                            return true;
                        }),
                        (ok, failure) -> new PartitionsDone(failure));
        return this;
    }

    private Behavior<Command> onPartitionsDone(PartitionsDone done) {
        if (done.failure() != null) {
            getContext()
                    .getLog()
                    .warn(
                            "the ledger's partitions could not be kept; trying again in an hour: {}",
                            done.failure().getMessage());
        }
        timers.startSingleTimer("partitions", new PartitionsDue(), PARTITIONS_EVERY);
        return this;
    }
}
