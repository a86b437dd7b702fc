package org.turing.runtime.domain.pace;

import java.time.Duration;

/**
 * How many subjects a lane is handed at once and ahead of time. A script of microseconds would spend its time waiting
 * for the messages around each run; so it is handed as many as are likely to be done in a moment. One of some
 * hundredths of a second would have its lane, and perhaps its model, wait for them; so it is handed the next one ahead
 * of time.
 */
public final class ShortRuns {

    /** What is handed over together is likely to be done within this. */
    static final Duration MOMENT = Duration.ofMillis(10);

    static final int MOST = 64;

    /** What takes longer does not show that it waits for the next one to be handed over. */
    static final Duration WORTH_ONE_AHEAD = Duration.ofMillis(250);

    private static final double WEIGHT = 0.1;

    private double meanNanos = Double.NaN;

    /** Learns from one run: an exponentially weighted mean. */
    public void learn(Duration run) {
        double nanos = Math.max(1, run.toNanos());
        meanNanos = Double.isNaN(meanNanos) ? nanos : meanNanos + WEIGHT * (nanos - meanNanos);
    }

    /**
     * How many subjects may be handed over together.
     *
     * @return 1 to 64; 1 until a run is over
     */
    public int together() {
        return Double.isNaN(meanNanos) ? 1 : (int) Math.max(1, Math.min(MOST, MOMENT.toNanos() / meanNanos));
    }

    /**
     * How many subjects may wait behind the one that a lane is at.
     *
     * @return 0 to 64; 0 until a run is over
     */
    public int ahead() {
        return meanNanos <= WORTH_ONE_AHEAD.toNanos() ? together() : 0;
    }
}
