package org.turing.runtime.domain.pace;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait before what was in vain is tried again: doubling from {@code shortest} to {@code longest}.
 *
 * @param shortest the pause after the first time in vain; positive
 * @param longest the longest pause; at least {@code shortest}
 */
public record PollBackoff(Duration shortest, Duration longest) {

    private static final double JITTER = 0.2;

    /** What comes together waits for at least this part of the pause. */
    private static final double SOONEST = 0.4;

    public PollBackoff {
        if (shortest.isNegative() || shortest.isZero() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException(
                    "poll pauses must satisfy 0 < shortest <= longest, not " + shortest + " and " + longest);
        }
    }

    /**
     * The pause for those that should not try at the same moment.
     *
     * @param inVain how often in a row it was in vain; at least 1
     * @param random a number from 0 (inclusive) to 1 (exclusive)
     * @return between 80 % and 100 % of the doubled pause, never above {@code longest}
     */
    public Duration apart(int inVain, double random) {
        return Duration.ofNanos((long) Math.ceil(doubled(inVain) * (1 - JITTER * random)));
    }

    /**
     * The pause for those that are served best at the same moment: whoever has the same pause comes to end it with the
     * others, after twice at most.
     *
     * @param inVain how often in a row it was in vain; at least 1
     * @param now on any clock of nanoseconds that all of them read
     * @return between 40 % and 100 % of the doubled pause, never above {@code longest}
     */
    public Duration together(int inVain, long now) {
        long pause = doubled(inVain);
        long untilMultiple = pause - Math.floorMod(now, pause);
        boolean soon = untilMultiple < SOONEST * pause;
        return Duration.ofNanos(soon ? untilMultiple + pause / 2 : untilMultiple);
    }

    private long doubled(int inVain) {
        double doubled = nanos(shortest) * Math.pow(2, Math.max(inVain, 1) - 1.0);
        return doubled < nanos(longest) ? (long) doubled : nanos(longest);
    }

    /** In nanoseconds; more than 292 years, which a registry may hold, counts as that. */
    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }
}
