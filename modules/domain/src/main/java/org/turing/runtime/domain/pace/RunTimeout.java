package org.turing.runtime.domain.pace;

import java.time.Duration;
import java.util.Locale;
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

    /** Where a limit comes from. */
    public enum Origin {
        /** The task type's own {@code timeout_seconds}. */
        SET,
        /** What its runs took. */
        LEARNED,
        /** Too little is known of its runs. */
        DEFAULT
    }

    /**
     * How long one subject may run.
     *
     * @param timeout the longest run; positive
     * @param origin where it comes from
     * @param runs how many runs were known when it was chosen
     */
    public record Limit(Duration timeout, Origin origin, int runs) {
        /** For people: {@code set}, {@code learned from 250 runs}, {@code default}. */
        public String from() {
            return origin == Origin.LEARNED
                    ? "learned from " + runs + " runs"
                    : origin.name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param own the task type's {@code timeout_seconds}, or null for auto
     * @param needsModel whether it needs a model
     * @param times what its runs took
     * @return at least a second for auto: a limit of a few milliseconds would end runs for a pause of the machine
     */
    public static Limit of(@Nullable Duration own, boolean needsModel, Times times) {
        if (own != null) {
            return new Limit(own, Origin.SET, times.runs());
        }
        Duration p99 = times.p99();
        if (times.runs() < FEWEST_RUNS || p99 == null) {
            return new Limit(needsModel ? WITH_MODEL : WITHOUT_MODEL, Origin.DEFAULT, times.runs());
        }
        Duration twice = p99.multipliedBy(2);
        return new Limit(twice.compareTo(SHORTEST) < 0 ? SHORTEST : twice, Origin.LEARNED, times.runs());
    }
}
