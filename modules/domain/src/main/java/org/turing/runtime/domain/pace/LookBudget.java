package org.turing.runtime.domain.pace;

import java.time.Duration;

/**
 * How much of the time looks into an inbox may take that events ask for, as events may come faster than looks are
 * worth: no more than one part in so many over a longer stretch, and a burst of them without delay. Looks are paid for
 * by the time that passes; those that are not paid for yet may have taken as long as the burst.
 */
public final class LookBudget {

    private final int share;
    /** How far ahead of the present the time may be that pays for a burst. */
    private final long ahead;

    private final long longest;
    private boolean any;
    private long paidAt;

    /**
     * @param share one part in so many of the time; at least 2
     * @param burst how much looking may be done at once
     * @param longest no look is put off for longer than this, however long those before it took
     * @throws IllegalArgumentException if {@code share} is less than 2 or a duration is negative
     */
    public LookBudget(int share, Duration burst, Duration longest) {
        if (share < 2 || burst.isNegative() || longest.isNegative()) {
            throw new IllegalArgumentException("a budget must be a part of the time, in bursts of no less than none,"
                    + " not 1/" + share + ", " + burst + " and " + longest);
        }
        this.share = share;
        this.ahead = burst.multipliedBy(share).toNanos();
        this.longest = longest.toNanos();
    }

    /** A look is over; all times are on one clock of nanoseconds that only goes forward. */
    public void took(long beganAt, long endedAt) {
        long from = any && paidAt - beganAt > 0 ? paidAt : beganAt;
        long paid = from + (endedAt - beganAt) * share;
        long latest = endedAt + ahead + longest;
        paidAt = paid - latest > 0 ? latest : paid;
        any = true;
    }

    /** How long to put off a look that is asked for now; zero if the budget allows it. */
    public Duration putOff(long now) {
        long until = paidAt - ahead;
        return any && until - now > 0 ? Duration.ofNanos(until - now) : Duration.ZERO;
    }
}
