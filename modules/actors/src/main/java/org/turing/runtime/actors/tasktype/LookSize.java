package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import org.turing.runtime.domain.pace.ClaimAhead;
import org.turing.runtime.ports.Inboxes;

/**
 * For how many subjects to look in an inbox that is known to hold more: as many as are likely to start soon, so that
 * one look feeds many claims. Learns from the latest look. Owned by one task-type actor.
 */
final class LookSize {

    private static final Duration FEEDS = Duration.ofMillis(500);

    /** The same for a look that has to pass over many rows first, as the one before had. */
    private static final Duration DEAR_ONE_FEEDS = Duration.ofSeconds(2);

    /**
     * The most that a look asks for. One that has to pass over more rows than that asks for half as many as those: else
     * rows that stay in an inbox would be passed over time and again for ever fewer subjects.
     */
    static final int MOST = 1000;

    /** So much of what subjects bring along, in characters, may be kept by design; a single look may bring more. */
    static final int CHARACTERS = 4 << 20;

    private long passedOver;
    private int longestFields = 1;

    /** Learns what a look found and what it passed over. */
    void looked(Inboxes.Found found) {
        passedOver = found.passedOver();
        longestFields = found.candidates().stream()
                .mapToInt(candidate -> candidate.fields().length())
                .max()
                .orElse(1);
    }

    /** How many subjects a look may well find for so many lanes; 0 while nothing is known of how long they take. */
    int most(ClaimAhead ahead, int lanes) {
        boolean dear = passedOver > MOST;
        long most = Math.min(dear ? Math.max(MOST, passedOver / 2) : MOST, CHARACTERS / longestFields);
        return (int) Math.min(most, ahead.likelyToStart(lanes, dear ? DEAR_ONE_FEEDS : FEEDS));
    }
}
