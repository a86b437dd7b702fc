package org.turing.runtime.domain.pace;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long one subject may run: the task type's own {@code timeout_seconds}, or else (auto) what its latest runs
 * suggest. A limit that was learned is there to end what hangs, not what is slow on a busy day.
 */
public final class RunTimeout {

    /** With fewer runs than this a 99th percentile says nothing. */
    public static final int FEWEST_RUNS = 100;

    /** The history that counts. */
    public static final Duration HISTORY = Duration.ofDays(7);

    /** So many of the latest runs tell what is usual at present. */
    public static final int PRESENT = 100;

    private static final Duration WITH_MODEL = Duration.ofMinutes(30);
    private static final Duration WITHOUT_MODEL = Duration.ofMinutes(1);

    /** On a machine that swaps, or where many processes start at once, what takes milliseconds takes many seconds. */
    private static final Duration SHORTEST = Duration.ofSeconds(30);

    private static final int MARGIN = 2;

    /** What hangs again and again raises its limit so far and no farther. */
    private static final int MOST_GROWTH = 4;

    private RunTimeout() {}

    /**
     * What a task type's runs took within {@link #HISTORY}.
     *
     * @param runs how many came to an end by themselves; at least 0
     * @param p99 their 99th percentile; null if there were none
     * @param longest the longest of the latest {@link #PRESENT}, among them those that were ended by their limit, which
     *     would have taken longer; null if there were none
     */
    public record Times(
            int runs, @Nullable Duration p99, @Nullable Duration longest) {
        /** Nothing is known. */
        public static final Times NONE = new Times(0, null, null);
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
     * For auto twice the 99th percentile, at least half a minute; and twice the longest of the latest runs, as far as
     * that is no more than four times the former, or than the limit of those of whom nothing is known.
     *
     * @param own the task type's {@code timeout_seconds}, or null for auto
     * @param needsModel whether it needs a model
     * @param times what its runs took
     */
    public static Limit of(@Nullable Duration own, boolean needsModel, Times times) {
        if (own != null) {
            return new Limit(own, Origin.SET, times.runs());
        }
        Duration unknown = needsModel ? WITH_MODEL : WITHOUT_MODEL;
        Duration p99 = times.p99();
        if (times.runs() < FEWEST_RUNS || p99 == null) {
            return new Limit(unknown, Origin.DEFAULT, times.runs());
        }
        Duration usual = longer(SHORTEST, p99.multipliedBy(MARGIN));
        Duration most = longer(unknown, usual.multipliedBy(MOST_GROWTH));
        Duration longest = times.longest();
        Duration present = longest == null ? usual : longest.multipliedBy(MARGIN);
        return new Limit(longer(usual, shorter(present, most)), Origin.LEARNED, times.runs());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
