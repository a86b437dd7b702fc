package org.turing.runtime.domain.pace;

import java.time.Duration;

/**
 * How many subjects to claim: what is likely to start within a horizon, by durations learned from the runs so far. What
 * is claimed is kept from others, so a slow step claims one per lane and a fast one a batch.
 */
public final class ClaimAhead {

    private static final double WEIGHT = 0.2;

    private final Duration horizon;
    private double meanNanos = Double.NaN;

    /**
     * @param horizon claim only what is likely to start within this time; zero claims one per lane
     * @throws IllegalArgumentException if it is negative
     */
    public ClaimAhead(Duration horizon) {
        if (horizon.isNegative()) {
            throw new IllegalArgumentException("the horizon for claims must not be negative, but is " + horizon);
        }
        this.horizon = horizon;
    }

    /** Learns from one run: an exponentially weighted mean. */
    public void learn(Duration run) {
        double nanos = Math.max(1, run.toNanos());
        meanNanos = Double.isNaN(meanNanos) ? nanos : meanNanos + WEIGHT * (nanos - meanNanos);
    }

    /** How many subjects are likely to start within a time; 0 while nothing is known of them. */
    public int likelyToStart(int lanes, Duration within) {
        return Double.isNaN(meanNanos) ? 0 : (int) Math.min(Integer.MAX_VALUE, lanes * (within.toNanos() / meanNanos));
    }

    /**
     * How many subjects should be claimed now: none while more than half of what lies ahead is still there, so that a
     * fast step looks and claims once for many subjects. Up to two batches lie ahead, so that a full one is claimed
     * while another is worked off.
     *
     * @param lanes how many subjects may run at a time
     * @param held how many are claimed already, running or waiting
     * @param batchSize the most that one claim may take
     * @return at least one for each lane that has nothing, at most {@code batchSize}, never negative
     */
    public int want(int lanes, int held, int batchSize) {
        if (lanes <= 0) {
            return 0;
        }
        double perLane = Double.isNaN(meanNanos) ? 0 : Math.min(horizon.toNanos() / meanNanos, 2.0 * batchSize);
        long target = Math.min(lanes + Math.round(lanes * perLane), lanes + 2L * batchSize);
        boolean enough = held > lanes + (target - lanes) / 2;
        return enough ? 0 : (int) Math.max(0, Math.min(target - held, batchSize));
    }
}
