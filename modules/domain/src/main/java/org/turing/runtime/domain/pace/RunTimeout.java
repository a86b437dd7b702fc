package org.turing.runtime.domain.pace;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one subject may run: the task type's own {@code timeout_seconds}, or else (auto) twice the 99th percentile
 * of what its latest runs took.
 */
public final class RunTimeout {

    /** With fewer runs than this a 99th percentile says nothing. */
    public static final int FEWEST_RUNS = 100;

    /** The history that counts. */
    public static final Duration HISTORY = Duration.ofDays(7);

    private static final Duration WITH_MODEL = Duration.ofMinutes(30);
    private static final Duration WITHOUT_MODEL = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private RunTimeout() {}

    /**
     * What a task type's runs took within {@link #HISTORY}.
     *
     * @param runs how many there were; at least 0
     * @param p99 their 99th percentile, a run that timed out counted as one without an end; null if that is without an
     *     end itself, or if there were none
     */
    public record Times(int runs, @Nullable Duration p99) {
        /** Nothing is known. */
        public static final Times NONE = new Times(0, null);
    }

    /**
     * @param own the task type's {@code timeout_seconds}, or null for auto
     * @param needsModel whether it needs a model
     * @param times what its runs took
     * @return at least a second for auto: a limit of a few milliseconds would end runs for a pause of the machine
     */
    public static Duration of(@Nullable Duration own, boolean needsModel, Times times) {
        if (own != null) {
            return own;
        }
        Duration p99 = times.p99();
        if (times.runs() < FEWEST_RUNS || p99 == null) {
            return needsModel ? WITH_MODEL : WITHOUT_MODEL;
        }
        Duration twice = p99.multipliedBy(2);
        return twice.compareTo(SHORTEST) < 0 ? SHORTEST : twice;
    }
}
