package org.turing.runtime.actors.tasktype;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many tickets this runtime may still make: {@code --limit}, shared by all task types. Safe for use by many
 * threads.
 */
public final class ClaimBudget {

    private final boolean limited;
    private final AtomicLong left;

    /** @param limit tickets at most; 0: no limit */
    public ClaimBudget(long limit) {
        this.limited = limit > 0;
        this.left = new AtomicLong(limit);
    }

    /** Takes up to so many; what is not used must be given back. */
    int take(int wanted) {
        if (!limited) {
            return wanted;
        }
        long before = left.getAndUpdate(now -> now - Math.min(now, wanted));
        return (int) Math.min(before, wanted);
    }

    void giveBack(int count) {
        if (limited) {
            left.addAndGet(count);
        }
    }

    /** Whether nothing is left to take. */
    public boolean exhausted() {
        return limited && left.get() == 0;
    }
}
