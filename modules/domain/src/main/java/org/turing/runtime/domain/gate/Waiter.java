package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A holder that would like slots, or more of them.
 *
 * @param holder who waits: the task type's id
 * @param incarnation which life of the holder asked
 * @param wanted how many slots beyond what it holds; at least 1
 * @param priority larger goes first
 * @param runtimes the runtimes on whose hosts it can use a slot; empty: on any
 * @param since when it began to wait, or when it was last granted a slot while it wanted more
 */
public record Waiter(long holder, UUID incarnation, int wanted, int priority, Set<Long> runtimes, Instant since) {

    /** Waiting so long raises the effective priority by one point. */
    public static final Duration AGEING = Duration.ofSeconds(60);

    public Waiter {
        if (wanted < 1) {
            throw new IllegalArgumentException("holder " + holder + " waits for " + wanted
                    + " slots; it must want at least 1, or withdraw with GateCommand.Withdraw");
        }
        runtimes = Collections.unmodifiableSet(new TreeSet<>(runtimes));
    }

    /** Whether a slot on that runtime's host is of use to it. */
    boolean canUse(long runtime) {
        return runtimes.isEmpty() || runtimes.contains(runtime);
    }

    /** The priority, and one point more for each full {@link #AGEING} waited until {@code now}. */
    public long effectivePriority(Instant now) {
        long waited = now.isBefore(since) ? 0 : Duration.between(since, now).dividedBy(AGEING);
        return priority + waited;
    }

    /** The first instant at which the effective priority is at least {@code rank}. */
    Instant reaches(int rank) {
        long points = Math.max(0L, (long) rank - priority);
        return since.plusSeconds(points * AGEING.toSeconds());
    }

    Waiter wanting(int slots, Instant now) {
        return new Waiter(holder, incarnation, slots, priority, runtimes, now);
    }
}
