package org.turing.runtime.actors.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.BackoffSupervisorStrategy;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.Wire;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.domain.gate.GateDecisions;
import org.turing.runtime.ports.DatabaseClock;
import org.turing.runtime.ports.GateEpochs;
import org.turing.runtime.ports.RuntimeLease;
import org.turing.runtime.ports.view.GateStatus;

/**
 * The gate of one model: hands out its slots. Every decision is made by {@link GateDecisions} and written to the
 * journal before anybody hears of it; a gate that starts again, here or elsewhere, knows its leases from there. A slot
 * whose holder or host is gone is free again only when its lane is seen clear.
 *
 * <p>A gate and its holders keep in touch: every holder that has or wants slots sends {@link Renew} every
 * {@link #RENEW_EVERY} and hears {@link Renewed}. Who is silent for {@link #SILENCE} is lost, and what it had is
 * quarantined; who hears nothing for {@link #TRUST} therefore starts nothing more on its slots until it hears again.
 * What was lost on the way, in either direction, is put right by that too. A holder lives once: as soon as its next
 * life speaks, what the former one had is quarantined.
 */
public final class ModelGate {

    /** How often a holder shows that it is there. */
    public static final Duration RENEW_EVERY = Duration.ofSeconds(5);

    /** A holder that is not heard of for so long is lost. */
    public static final Duration SILENCE = Duration.ofSeconds(20);

    /** So long after it sent what the gate has answered a holder may start work on its slots. */
    public static final Duration TRUST = Duration.ofSeconds(15);

    /** How long a gate that failed waits before it reads its journal again. */
    static final Duration AGAIN = Duration.ofMillis(500);

    static final Duration AGAIN_AT_MOST = Duration.ofSeconds(5);

    static final double JITTER = 0.2;

    /** What a gate is asked. */
    public sealed interface Command {}

    /**
     * Asks for slots beyond those held; replaces an earlier request of the same holder.
     *
     * @param holder the task type's id
     * @param name its name, for status
     * @param incarnation the life of the task-type actor: a new one after a failure
     * @param wanted how many slots
     * @param priority larger goes first
     * @param runtimes the runtimes on whose hosts it can use slots; empty: on any
     * @param replyTo hears of grants
     */
    public record RequestSlots(
            long holder,
            String name,
            UUID incarnation,
            int wanted,
            int priority,
            Set<Long> runtimes,
            ActorRef<Reply> replyTo)
            implements Command, Wire {}

    /**
     * The holder is there. Says all that a gate must know of it, so that one that has forgotten whom it dealt with
     * learns it again; nothing of it is journalled unless it changes something.
     *
     * @param holder the task type's id
     * @param name its name, for status
     * @param incarnation the life of the task-type actor
     * @param number echoed in the answer
     * @param leases what it believes to hold at this gate
     * @param wanted how many slots it waits for beyond those; 0 if it does not wait
     * @param priority larger goes first
     * @param runtimes the runtimes on whose hosts it can use slots; empty: on any
     * @param replyTo hears of grants, and {@link Renewed}
     */
    public record Renew(
            long holder,
            String name,
            UUID incarnation,
            long number,
            Set<Long> leases,
            int wanted,
            int priority,
            Set<Long> runtimes,
            ActorRef<Reply> replyTo)
            implements Command, Wire {}

    /** No longer waits for slots. */
    public record Withdraw(long holder) implements Command, Wire {}

    /** A slot's lane is clear and its holder gives it back. */
    public record Release(long leaseId) implements Command, Wire {}

    /**
     * Nothing runs on a slot, and its holder keeps it for a moment, in case it has something to start. Somebody else
     * who wants it gets it at once: the holder is sent {@link YieldSlot}. Not journalled; counts until
     * {@link SlotAtWork}, and for a few seconds at most.
     */
    public record SlotIdle(long leaseId) implements Command, Wire {}

    /** Something runs on a slot that lay idle. */
    public record SlotAtWork(long leaseId) implements Command, Wire {}

    /** That life of a task-type actor is over: its slots come back once their lanes are clear. */
    public record HolderLost(long holder, UUID incarnation) implements Command, Wire {}

    /** Its holder says that the host of a slot went away: the slot comes back once its lane is clear. */
    public record SlotLost(long leaseId) implements Command, Wire {}

    /** The lane of a slot whose holder or host was lost is clear. */
    public record LaneCleared(long leaseId) implements Command, Wire {}

    /**
     * The ledger refuses claims made under that epoch: another incarnation of the gate has begun since. If that epoch
     * is this one's, it starts again, from what the other has written.
     */
    public record EpochPassed(long epoch) implements Command, Wire {}

    /** The registry says how many slots each host has that may serve the model. Answered by {@link Present}. */
    public record Configure(int slots) implements Command, Wire {}

    /** Grants nothing until resumed; stands when the gate starts again. */
    public record Pause() implements Command, Wire {}

    /** Undoes {@link Pause}. */
    public record Resume() implements Command, Wire {}

    /** Asks where the gate stands. */
    public record GetStatus(ActorRef<GateStatus> replyTo) implements Command, Wire {}

    /** Ends here, as it is to live elsewhere or is not needed. */
    public record HandOver() implements Command, Wire {}

    record AnnounceDue() implements Command {}

    record EpochRaised(UUID attempt, long epoch, @Nullable Throwable failure) implements Command {}

    record RaiseDue() implements Command {}

    record Recovered() implements Command {}

    record Tick() implements Command {}

    record WatchDue() implements Command {}

    record HostsChanged(Hosts hosts) implements Command {}

    record RuntimesEnded(Set<Long> runtimes, @Nullable Throwable failure) implements Command {}

    /**
     * What a gate tells the registry: that it is there.
     *
     * @param gate where it is
     * @param configured whether it knows how many slots there are; it does nothing before that
     */
    public record Present(String model, ActorRef<Command> gate, boolean configured) {}

    /** What a gate says to those who asked it. */
    public sealed interface Reply extends Wire {}

    /**
     * Slots to use from now on.
     *
     * @param model the gate's model
     * @param epoch which incarnation of the gate grants them; claims made under them carry it
     */
    public record Granted(String model, long epoch, List<Slot> slots) implements Reply {}

    /** Others wait, and this slot's quantum is over or it lies idle: start nothing more on it and release it. */
    public record YieldSlot(long leaseId) implements Reply {}

    /**
     * What the gate knows of the holder's leases: whatever else it believes to hold of this model is not its own any
     * more, and nothing may be started on it. Comes in answer to {@link Renew}, and unasked when a lease was
     * quarantined under a holder that is there. Unless {@link Closed} follows, the gate is open.
     *
     * @param model the gate's model
     * @param epoch which incarnation of the gate says so; claims made from now on carry it
     * @param number that of the {@link Renew} that it answers; 0 unasked
     * @param leases the leases that are its own
     * @param asked those of them that it was asked to yield
     */
    public record Renewed(String model, long epoch, long number, Set<Long> leases, Set<Long> asked) implements Reply {}

    /** The gate grants nothing for now; the request stands. */
    public record Closed(String reason) implements Reply {}

    /**
     * A leased lane.
     *
     * @param leaseId to release it by
     * @param runtime the runtime on whose host the lane is
     * @param host that host's name
     * @param gpu the card of that host on which it is counted, by name; null if the host has told of none
     * @param quantumEnds until when nobody will ask it back
     */
    public record Slot(
            long leaseId,
            long runtime,
            String host,
            @Nullable String gpu,
            Instant quantumEnds) {}

    /**
     * What a gate needs.
     *
     * @param node the name of the node on which the gate lives, for status
     * @param quantum how long a holder keeps a slot while others wait
     * @param epochs numbers the gate's incarnations
     * @param ended tells which of these runtimes have ended, as {@link RuntimeLease#ended} does; may block
     * @param hosts tells which hosts there are
     * @param registry hears that the gate is there; must not block
     */
    public record Surroundings(
            String node,
            Duration quantum,
            DatabaseClock clock,
            GateEpochs epochs,
            UnaryOperator<Set<Long>> ended,
            ActorRef<HostDirectory.Command> hosts,
            Consumer<Present> registry) {}

    private ModelGate() {}

    /** The gate of a model; it waits to be told {@link Configure} before it does anything. */
    public static Behavior<Command> create(String model, Surroundings around) {
        Behavior<Command> gate = Behaviors.setup(context -> Behaviors.withStash(
                GateStart.STASHED,
                stash -> Behaviors.withTimers(timers -> new GateStart(context, stash, timers, model, around))));
        BackoffSupervisorStrategy again = SupervisorStrategy.restartWithBackoff(AGAIN, AGAIN_AT_MOST, JITTER);
        Behavior<Command> replaceable =
                Behaviors.supervise(gate).onFailure(JournalledGate.Replaced.class, again.withLoggingEnabled(false));
        return Behaviors.supervise(replaceable).onFailure(again);
    }
}
