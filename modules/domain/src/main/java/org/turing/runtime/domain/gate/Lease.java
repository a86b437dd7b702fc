package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One slot in the hands of one holder: a lane on which it starts subjects without asking the gate.
 *
 * @param id number of the lease at its gate; grows with each one granted, never used again
 * @param holder who holds it: the task type's id
 * @param incarnation which life of the holder asked for it
 * @param runtime the runtime on whose host the lane is
 * @param since when it was granted
 * @param quantumEnds until when the holder keeps it whoever waits; after that it may be asked to yield
 * @param asked whether the holder was asked to yield: to start nothing more on this lane and to release it
 * @param quarantined whether its incarnation or its host is lost: the slot stays taken until it is seen to be clear
 * @param priority the priority of the request that it was granted for
 * @param gpu the card of that host on which it is counted, by name; null if the host has told of none
 */
public record Lease(
        long id,
        long holder,
        UUID incarnation,
        long runtime,
        Instant since,
        Instant quantumEnds,
        boolean asked,
        boolean quarantined,
        int priority,
        @Nullable String gpu) {

    Lease askedToYield() {
        return new Lease(id, holder, incarnation, runtime, since, quantumEnds, true, quarantined, priority, gpu);
    }

    Lease inQuarantine() {
        return new Lease(id, holder, incarnation, runtime, since, quantumEnds, asked, true, priority, gpu);
    }

    /** Whether its holder can be asked to yield it: it lives, and was not asked before. */
    boolean canBeAsked() {
        return !asked && !quarantined;
    }

    /** Whether it counts as released soon, because its living holder was asked for it. */
    boolean yielding() {
        return asked && !quarantined;
    }

    /**
     * The slot time that its holder owes for it up to {@code now}. For a lost holder it is the quantum at most: the
     * wait for its processes to end is nothing that it had any use of.
     */
    Duration heldAt(Instant now) {
        Instant until = quarantined && quantumEnds.isBefore(now) ? quantumEnds : now;
        return until.isBefore(since) ? Duration.ZERO : Duration.between(since, until);
    }
}
