package org.turing.runtime.actors.upkeep;

import java.time.Duration;
import java.util.Locale;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.event.Noticed;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.RuntimeLease;
import org.turing.runtime.ports.RuntimeLease.Pulse;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.TicketLedger.Rescued;
import org.turing.runtime.ports.TicketLedger.Survey;

/**
 * Rescues the claims of runtimes that have ended as soon as a pulse of the lease shows that there are any, and keeps
 * the ledger's partitions. When this runtime has its first identity it says what was found: nobody has to ask what
 * became of the work of before.
 */
public final class Housekeeper extends AbstractBehavior<Housekeeper.Command> {

    private static final Duration PARTITIONS_EVERY = Duration.ofHours(1);

    /** What the housekeeper is told. */
    public sealed interface Command {}

    /** This runtime's lease was taken or lost. */
    public record LeaseChanged(LeaseState state) implements Command {}

    private record Surveyed(
            @Nullable Survey survey, @Nullable Throwable failure) implements Command {}

    private record Felt(Pulse pulse) implements Command {}

    private record PartitionsDue() implements Command {}

    private record RescueDone(
            @Nullable Rescued rescued, @Nullable Throwable failure) implements Command {}

    private record PartitionsDone(@Nullable Throwable failure) implements Command {}

    private final TicketLedger ledger;
    private final RuntimeLease lease;
    private final TimerScheduler<Command> timers;
    private final Blocking database;
    private boolean surveyed;
    /** Whether claims of ended runtimes are looked for now, or may not be yet. */
    private boolean rescuing = true;

    public static Behavior<Command> create(TicketLedger ledger, RuntimeLease lease) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new Housekeeper(context, timers, ledger, lease)));
    }

    private Housekeeper(
            ActorContext<Command> context, TimerScheduler<Command> timers, TicketLedger ledger, RuntimeLease lease) {
        super(context);
        context.setLoggerName(Housekeeper.class);
        this.lease = lease;
        this.ledger = ledger;
        this.timers = timers;
        this.database = Blocking.database(context.getSystem());
        context.getSystem()
                .eventStream()
                .tell(new EventStream.Subscribe<>(Pulse.class, context.messageAdapter(Pulse.class, Felt::new)));
        context.getSelf().tell(new PartitionsDue());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(LeaseChanged.class, this::onLeaseChanged)
                .onMessage(Surveyed.class, this::onSurveyed)
                .onMessage(Felt.class, this::onFelt)
                .onMessage(RescueDone.class, this::onRescueDone)
                .onMessage(PartitionsDue.class, m -> keepPartitions())
                .onMessage(PartitionsDone.class, this::onPartitionsDone)
                .build();
    }

    private Behavior<Command> onLeaseChanged(LeaseChanged changed) {
        if (!surveyed && changed.state() instanceof LeaseState.Held) {
            surveyed = true;
            getContext().pipeToSelf(database.call(ledger::survey), Surveyed::new);
        }
        return this;
    }

    /** What was found is told before anything of it is rescued, which would count it as somebody else's. */
    private Behavior<Command> onSurveyed(Surveyed answer) {
        Survey found = answer.survey();
        if (found == null) {
            getContext().getLog().debug("the ledger could not be surveyed", answer.failure());
            return rescue();
        }
        getContext()
                .getLog()
                .info(String.format(
                        Locale.ROOT,
                        "found %,d claim(s) of earlier runs (free again), %,d of other runtimes,"
                                + " %,d retries to come, %,d finished and unsettled; set aside: %,d that stayed in their"
                                + " inbox, %,d others, %,d dead%s. What is left goes on by itself",
                        lease.freed(),
                        found.claimed(),
                        found.backingOff(),
                        found.unsettled(),
                        found.stayed(),
                        found.setAside(),
                        found.dead(),
                        found.complete() ? "" : " (at least: not all were counted)"));
        return rescue();
    }

    private Behavior<Command> onFelt(Felt felt) {
        return felt.pulse().lost() && !rescuing ? rescue() : this;
    }

    private Behavior<Command> rescue() {
        rescuing = true;
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
                            .tell(new EventStream.Publish<>(new Noticed(now, new Notice.Wake(id), true))));
        }
        rescuing = false;
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
