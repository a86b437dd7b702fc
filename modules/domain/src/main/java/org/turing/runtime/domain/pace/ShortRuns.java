package org.turing.runtime.domain.pace;

import java.time.Duration;

/**
 * How many subjects a lane is handed at once. A script of microseconds would spend its time waiting for the messages
 * around each run; so it is handed as many as are likely to be done in a moment. They wait for each other even if
 * another lane is free: one of a script that now and then takes long is handed over by itself.
 */
public final class ShortRuns {

    /** What is handed over together is likely to be done within this. */
    static final Duration MOMENT = Duration.ofMillis(10);

    /** After a run that took longer none is handed over with others, until it has faded. */
    static final Duration LONG = Duration.ofMillis(250);

    static final int MOST = 64;

    private static final double WEIGHT = 0.1;
    private static final double FADING = 0.99;

    private double meanNanos = Double.NaN;
    private double longestNanos;

    /** Learns from one run: an exponentially weighted mean, and the longest of the latest. */
    public void learn(Duration run) {
        double nanos = Math.max(1, run.toNanos());
        meanNanos = Double.isNaN(meanNanos) ? nanos : meanNanos + WEIGHT * (nanos - meanNanos);
        longestNanos = Math.max(nanos, longestNanos * FADING);
    }

    /**
     * How many subjects may be handed over together.
     *
     * @return 1 to 64; 1 until a run is over
     */
    public int together() {
        if (Double.isNaN(meanNanos) || longestNanos > LONG.toNanos()) {
            return 1;
        }
        return (int) Math.max(1, Math.min(MOST, MOMENT.toNanos() / meanNanos));
    }
}
