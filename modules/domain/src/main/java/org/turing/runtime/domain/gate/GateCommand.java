package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What a gate is told. Commands about leases, holders or incarnations that it does not know change nothing. */
public sealed interface GateCommand {

    /**
     * When it is decided, by the one clock that the gate goes by. An instant earlier than one that the state remembers
     * counts as equal to it.
     */
    Instant now();

    /**
     * A holder would like slots; replaces its earlier request. One that waits already keeps its place. One that was
     * asked to yield and wants to go on should ask again before it releases: after that it counts as newly come, and
     * loses what it was owed for others' longer turns.
     *
     * @param holder the task type's id
     * @param incarnation which life of the holder asks; one that was taken for lost lives after all, and is served
     *     beside what it has in quarantine
     * @param wanted how many slots it would like beyond what it holds; 0 or less withdraws
     * @param priority larger goes first
     * @param runtimes the runtimes on whose hosts it can use slots; empty: on any
     * @param now when it is decided
     */
    record Request(long holder, UUID incarnation, int wanted, int priority, Set<Long> runtimes, Instant now)
            implements GateCommand {}

    /** A holder no longer waits; it keeps what it holds. */
    record Withdraw(long holder, Instant now) implements GateCommand {}

    /** The lane is clear and the slot free; does nothing for a quarantined lease, whose holder has no say any more. */
    record Release(long leaseId, Instant now) implements GateCommand {}

    /** That life of the holder is gone or replaced: it no longer waits, its leases are quarantined until cleared. */
    record HolderLost(long holder, UUID incarnation, Instant now) implements GateCommand {}

    /**
     * The lease's holder says that the host it is on went away: the lease is quarantined until cleared. Others of the
     * same holder are not concerned.
     */
    record LeaseLost(long leaseId, Instant now) implements GateCommand {}

    /** What ran on the quarantined lease is proven to have ended: its slot is free. Does nothing for other leases. */
    record Cleared(long leaseId, Instant now) implements GateCommand {}

    /**
     * What hosts offer of the model, and its quantum. Leases beyond a lowered number of slots go on for their quantum
     * and are then asked to yield; those of runtimes that are not among the offers any more are quarantined. A new
     * quantum is for leases granted from now on.
     *
     * @param offers one for each runtime that can serve the model; without slots the gate is blocked
     * @param quantum how long a lease is kept whoever waits; positive
     * @param now when it is decided
     */
    record Configure(List<Offer> offers, Duration quantum, Instant now) implements GateCommand {
        public Configure {
            offers = GateState.inOrder(offers);
            GateState.checkQuantum(quantum);
        }
    }

    /** Grant nothing until resumed; requests queue, leases go on. */
    record Pause(Instant now) implements GateCommand {}

    /** Grant again. */
    record Resume(Instant now) implements GateCommand {}

    /** Time has passed; see {@link GateState#nextDeadline()} for when it matters. */
    record Tick(Instant now) implements GateCommand {}
}
