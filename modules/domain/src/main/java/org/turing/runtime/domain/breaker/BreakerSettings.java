package org.turing.runtime.domain.breaker;

import java.time.Duration;
import org.turing.runtime.domain.pace.PollBackoff;

/**
 * When breakers open, and how long they stay so.
 *
 * @param failures so many failures of the environment in a row open a breaker; at least 1
 * @param firstPause from its opening to its first probe; positive
 * @param longestPause the pause doubles with every probe that fails, up to this; at least {@code firstPause}
 */
public record BreakerSettings(int failures, Duration firstPause, Duration longestPause) {

    /** Three failures in a row; from a second to a minute. */
    public static final BreakerSettings DEFAULT = new BreakerSettings(3, Duration.ofSeconds(1), Duration.ofMinutes(1));

    public BreakerSettings {
        if (failures < 1) {
            throw new IllegalArgumentException("a breaker opens after at least 1 failure, not " + failures);
        }
        if (firstPause.isNegative() || firstPause.isZero() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "a breaker's pauses must satisfy 0 < first <= longest, not " + firstPause + " and " + longestPause);
        }
    }

    /**
     * The pause before a probe.
     *
     * @param number 1 for the first probe
     * @param random a number from 0 (inclusive) to 1 (exclusive); up to a fifth is taken off
     */
    Duration pause(int number, double random) {
        return new PollBackoff(firstPause, longestPause).apart(number, random);
    }
}
