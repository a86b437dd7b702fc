package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import org.turing.runtime.domain.pace.LookBudget;
import org.turing.runtime.domain.pace.PollBackoff;
import org.turing.runtime.ports.Inboxes;

/**
 * What a task-type actor knows of its inbox: whether a look is worthwhile, since when, how often it found nothing, and
 * candidates that are left over. Owned by one task-type actor.
 */
final class InboxWatch {

    /** Looks that events ask for take no more than one part in so many of the time, but for a burst. */
    private static final int LOOK_SHARE = 5;

    private static final Duration LOOK_BURST = Duration.ofMillis(100);
    private static final Duration LONGEST_GAP = Duration.ofMillis(250);

    /** Claims in a row that get nothing before a pause is made. */
    private static final int FRUITLESS_CLAIMS = 3;

    private final Reserve reserve = new Reserve();
    private final LookBudget budget = new LookBudget(LOOK_SHARE, LOOK_BURST, LONGEST_GAP);
    private boolean wanted = true;
    private boolean looking;
    private long lookingSince;
    private long wokenAt;
    private boolean polled;
    private int emptyLooks;
    private int fruitlessClaims;
    private long emptySince = Long.MIN_VALUE;
    private boolean limitHides;
    private int unusable;
    private long passedOver;
    private boolean more;
    private boolean paced;

    /** Something may have arrived. */
    void wake(long atNanos) {
        if (!wanted) {
            wokenAt = atNanos;
        }
        wanted = true;
        polled = false;
    }

    /** A look is due although nothing says that something has arrived. */
    void poll() {
        polled |= !wanted;
        wanted = true;
    }

    /** Whether the look that is wanted is likely to find nothing, as the latest one did. */
    boolean expectsNothing() {
        return polled && emptyLooks > 0;
    }

    /** The inbox holds more than was taken. */
    void expectMore() {
        wanted = true;
        polled = false;
        more = true;
    }

    /** Whether the inbox is known to hold more than was taken. */
    boolean more() {
        return more || !reserve.isEmpty();
    }

    boolean wanted() {
        return wanted;
    }

    boolean looking() {
        return looking;
    }

    /**
     * A look begins, in the place of the one under way if there is one: whatever arrives from now on asks for another
     * one. Returns when it was asked for, or 0.
     */
    long begin() {
        looking = true;
        paced = !more();
        lookingSince = System.nanoTime();
        wanted = false;
        polled = false;
        long at = wokenAt;
        wokenAt = 0;
        return at;
    }

    /** For how long a look has been under way; zero if none is. */
    Duration lookingFor(long nowNanos) {
        return looking ? Duration.ofNanos(nowNanos - lookingSince) : Duration.ZERO;
    }

    /**
     * How long to put off a look: events that arrive faster than looks are worth are answered together. The dearer the
     * latest looks, the longer; none if there were few lately, or the inbox is known to hold more.
     */
    Duration gap(long nowNanos) {
        return more() ? Duration.ZERO : budget.putOff(nowNanos);
    }

    /** The look is over, whatever it found. Those for what the inbox was known to hold are worth their time. */
    void tookUntil(long beganAt, long nowNanos) {
        if (paced) {
            budget.took(beganAt, nowNanos);
        }
    }

    /** The look found candidates. */
    void foundSome(boolean limitHides) {
        looking = false;
        emptyLooks = 0;
        more = false;
        emptySince = Long.MIN_VALUE;
        this.limitHides = limitHides;
    }

    /** The look that began then found nothing to claim. */
    void foundNothing(long beganAt, boolean limitHides) {
        looking = false;
        emptyLooks++;
        more = false;
        emptySince = beganAt;
        this.limitHides = limitHides;
    }

    /** The look came to nothing; another one is wanted. */
    void failed() {
        looking = false;
        wanted = true;
    }

    /** Whether the latest look found the inbox empty and nothing has asked for another one since. */
    boolean empty() {
        return !wanted && !looking && reserve.isEmpty() && emptySince != Long.MIN_VALUE;
    }

    /** When the look began that found the inbox empty. */
    long emptySince() {
        return emptySince;
    }

    /** Whether the query's own LIMIT hid work at the latest look. */
    boolean limitHides() {
        return limitHides;
    }

    /**
     * What a look passed over.
     *
     * @param noneHeld whether no claim was held: what is passed over then is finished, backing off or set aside
     */
    void passedOver(Inboxes.Found found, boolean noneHeld) {
        unusable = found.unusable();
        if (noneHeld) {
            passedOver = found.passedOver();
        }
    }

    /** Rows that can't be claimed, as the latest look passed over them. */
    long passedOver() {
        return passedOver;
    }

    /** Rows without a usable id that the latest look passed over. */
    int unusable() {
        return unusable;
    }

    /** A claim got this many; several in a row that got nothing count as an empty look, so that they can't spin. */
    void claimed(int count, long beganAt) {
        fruitlessClaims = count > 0 ? 0 : fruitlessClaims + 1;
        if (fruitlessClaims >= FRUITLESS_CLAIMS) {
            wanted = false;
            reserve.drop();
            foundNothing(beganAt, limitHides);
        } else if (fruitlessClaims > 0) {
            wanted = true;
        }
    }

    /** The pause before the next poll, which comes together with those of others. */
    Duration pause(Duration shortest, Duration longest, long nowNanos) {
        Duration first = shortest.compareTo(longest) > 0 ? longest : shortest;
        return new PollBackoff(first, longest).together(Math.max(1, emptyLooks), nowNanos);
    }

    /** What looks found and nobody has claimed yet, as far as it is of use still. */
    Reserve reserve(long nowNanos) {
        wanted |= reserve.dropOld(nowNanos);
        return reserve;
    }

    void dropReserve() {
        reserve.drop();
    }

    boolean hasReserve() {
        return !reserve.isEmpty();
    }
}
