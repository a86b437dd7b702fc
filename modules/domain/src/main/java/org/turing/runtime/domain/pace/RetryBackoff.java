package org.turing.runtime.domain.pace;

import java.time.Duration;

/** How long a failed subject waits for its next attempt. */
public final class RetryBackoff {

    /** No subject waits longer than this for its next attempt. */
    public static final Duration LONGEST = Duration.ofHours(1);

    private static final double JITTER = 0.2;

    /** Enough to come from a nanosecond to {@link #LONGEST}. */
    private static final int DOUBLINGS = 64;

    private RetryBackoff() {}

    /**
     * The pause after a failed attempt: {@code first × 2^(attempt−1)}, at most {@link #LONGEST}, with up to 20 % taken
     * off.
     *
     * @param first the task type's {@code retry_backoff}; not negative, of any length
     * @param attempt the attempt that failed; at least 1
     * @param random a number from 0 (inclusive) to 1 (exclusive)
     */
    public static Duration after(Duration first, int attempt, double random) {
        Duration start = first.compareTo(LONGEST) < 0 ? first : LONGEST;
        int doublings = Math.min(Math.max(attempt, 1), DOUBLINGS) - 1;
        double pause = Math.min(start.toNanos() * Math.pow(2, doublings), LONGEST.toNanos());
        return Duration.ofNanos((long) (pause * (1 - JITTER * random)));
    }
}
