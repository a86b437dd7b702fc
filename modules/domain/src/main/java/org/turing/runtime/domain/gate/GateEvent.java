package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.util.List;

/** What has happened at a gate. The events alone, applied in order to {@link GateState#open}, give its state again. */
public sealed interface GateEvent {

    /** The holder waits with this entry, which replaces an earlier one. */
    record Queued(Waiter waiter) implements GateEvent {}

    /** The holder waits no longer. */
    record Withdrawn(long holder) implements GateEvent {}

    /** The holder has one slot more and wants one less. */
    record Granted(Lease lease) implements GateEvent {}

    /** The holder should start nothing more on that lease and release it. */
    record YieldAsked(long leaseId) implements GateEvent {}

    /**
     * A slot is free.
     *
     * @param leaseId the lease that ended
     * @param holder who held it
     * @param held the slot time that the holder is charged; for a cleared quarantine its quantum at most
     */
    record Released(long leaseId, long holder, Duration held) implements GateEvent {}

    /** The lease's holder or host is lost; its slot stays taken until cleared. */
    record Quarantined(long leaseId) implements GateEvent {}

    /** What hosts offer from now on, and the quantum of leases granted from now on. */
    record Configured(List<Offer> offers, Duration quantum) implements GateEvent {
        public Configured {
            offers = GateState.inOrder(offers);
        }
    }

    /** Nothing is granted from now on. */
    record Paused() implements GateEvent {}

    /** Slots are granted again. */
    record Resumed() implements GateEvent {}
}
