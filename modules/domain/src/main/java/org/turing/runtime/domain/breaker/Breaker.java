package org.turing.runtime.domain.breaker;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The breaker of one circuit. Closed, it lets work start and counts failures of the environment; open, it lets nothing
 * start but one probe at a time, after a pause that doubles with each probe that fails.
 *
 * <ul>
 *   <li>Failures are counted in a row for each voice (a task type), and added up: a task type that happens to need
 *       nothing of what is broken takes nothing off the others' count.
 *   <li>A run that began before the breaker last opened or closed says nothing about how things stand since.
 *   <li>A breaker that opens again soon after it closed goes on with its next pause instead of the first one.
 * </ul>
 *
 * @param settings when it opens and for how long
 * @param inARow failures in a row while closed, by voice
 * @param changedAt when it last opened or closed
 * @param pauses how many pauses it has made since it was last calm
 * @param open how it stands open, or null while it is closed
 */
public record Breaker(
        BreakerSettings settings,
        Map<Long, Integer> inARow,
        Instant changedAt,
        int pauses,
        @Nullable Open open) {

    /**
     * An open breaker.
     *
     * @param since when it opened
     * @param reason the failure that opened it, or that of the latest probe
     * @param probeAt from when a probe may be made
     * @param failedProbes how many probes have failed since it opened
     * @param prober who makes a probe now, or null
     */
    public record Open(
            Instant since,
            String reason,
            Instant probeAt,
            int failedProbes,
            @Nullable Long prober) {}

    public Breaker {
        inARow = Map.copyOf(inARow);
    }

    /** A breaker that has seen nothing yet. */
    public static Breaker closed(BreakerSettings settings) {
        return new Breaker(settings, Map.of(), Instant.MIN, 0, null);
    }

    /** Whether a probe may begin: it is open, its pause is over, and no other probe is under way. */
    public boolean mayProbe(Instant now) {
        return open != null && open.prober() == null && !now.isBefore(open.probeAt());
    }

    /**
     * The environment failed a run that was no probe.
     *
     * @param voice whose run it was
     * @param began when the run began
     * @param random a number from 0 (inclusive) to 1 (exclusive), for the pause
     */
    public Breaker failed(long voice, String reason, Instant began, Instant now, double random) {
        if (open != null || began.isBefore(changedAt)) {
            return this;
        }
        Map<Long, Integer> counted = new TreeMap<>(inARow);
        counted.merge(voice, 1, Integer::sum);
        int sum = counted.values().stream().mapToInt(Integer::intValue).sum();
        if (sum < settings.failures()) {
            return new Breaker(settings, counted, changedAt, pauses, null);
        }
        boolean calm = changedAt.equals(Instant.MIN)
                || changedAt.plus(settings.longestPause()).isBefore(now);
        int number = calm ? 1 : pauses + 1;
        Open opened = new Open(now, reason, now.plus(settings.pause(number, random)), 0, null);
        return new Breaker(settings, Map.of(), now, number, opened);
    }

    /**
     * A run found the environment in order, probe or not.
     *
     * @param voice whose run it was
     * @param began when the run began
     */
    public Breaker worked(long voice, Instant began, Instant now) {
        if (open == null) {
            Map<Long, Integer> counted = new TreeMap<>(inARow);
            return counted.remove(voice) == null ? this : new Breaker(settings, counted, changedAt, pauses, null);
        }
        return began.isBefore(open.since()) ? this : new Breaker(settings, Map.of(), now, pauses, null);
    }

    /**
     * A probe begins.
     *
     * @param prober who makes it
     * @throws IllegalStateException unless {@link #mayProbe}
     */
    public Breaker probing(long prober, Instant now) {
        if (open == null || !mayProbe(now)) {
            throw new IllegalStateException("no probe may begin at " + now + " in " + this);
        }
        return with(new Open(open.since(), open.reason(), open.probeAt(), open.failedProbes(), prober));
    }

    /** The environment failed that prober's probe; does nothing if it makes none. */
    public Breaker probeFailed(long prober, String reason, Instant now, double random) {
        if (open == null || !isProbing(prober)) {
            return this;
        }
        int number = pauses + 1;
        Open again =
                new Open(open.since(), reason, now.plus(settings.pause(number, random)), open.failedProbes() + 1, null);
        return new Breaker(settings, inARow, changedAt, number, again);
    }

    /** That prober's probe is over and showed nothing; does nothing if it makes none. Another one may begin at once. */
    public Breaker probeEnded(long prober) {
        if (open == null || !isProbing(prober)) {
            return this;
        }
        return with(new Open(open.since(), open.reason(), open.probeAt(), open.failedProbes(), null));
    }

    /** Somebody has reason to believe that it works again: a probe need not wait any longer. */
    public Breaker probeSoon(Instant now) {
        if (open == null || !now.isBefore(open.probeAt())) {
            return this;
        }
        return with(new Open(open.since(), open.reason(), now, open.failedProbes(), open.prober()));
    }

    private boolean isProbing(long prober) {
        return open != null && open.prober() != null && open.prober() == prober;
    }

    private Breaker with(Open now) {
        return new Breaker(settings, inARow, changedAt, pauses, now);
    }
}
