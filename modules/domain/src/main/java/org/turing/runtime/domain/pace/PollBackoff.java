package org.turing.runtime.domain.pace;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long an idle task type waits before it looks again: doubling from {@code shortest} to {@code longest}, with
 * jitter so that many task types do not look at the same moment.
 *
 * @param shortest the pause after the first empty look; positive
 * @param longest the longest pause; at least {@code shortest}
 */
public record PollBackoff(Duration shortest, Duration longest) {

    private static final double JITTER = 0.2;

    public PollBackoff {
        if (shortest.isNegative() || shortest.isZero() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException(
                    "poll pauses must satisfy 0 < shortest <= longest, not " + shortest + " and " + longest);
        }
    }

    /**
     * The pause after so many empty looks in a row.
     *
     * @param emptyLooks how many looks in a row found nothing; at least 1
     * @param random a number from 0 (inclusive) to 1 (exclusive)
     * @return between 80 % and 100 % of the doubled pause, never above {@code longest}
     */
    public Duration after(int emptyLooks, double random) {
        double doubled = nanos(shortest) * Math.pow(2, Math.max(emptyLooks, 1) - 1.0);
        double pause = Math.min(doubled, nanos(longest)) * (1 - JITTER * random);
        return Duration.ofNanos((long) Math.ceil(pause));
    }

    /** In nanoseconds; more than 292 years, which a registry may hold, counts as that. */
    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }
}
