package org.turing.runtime.database;

/**
 * When a subject is set aside instead of being claimed once more. Visits have no setting: see
 * {@link ClaimStatement#MOST_VISITS}.
 *
 * @param deepestChain completed tickets that a ticket's chain may have before it; at least 1
 * @param mostInterruptions how often in a row a subject's runtime may end while it is claimed; at least
 *     {@link #ALONE_AFTER}
 */
public record Guards(int deepestChain, int mostInterruptions) {

    /** After so many interruptions in a row a runtime claims the subject as its only one of that kind. */
    public static final int ALONE_AFTER = 2;

    /** The settings' defaults. */
    public static final Guards DEFAULT = new Guards(20, 5);

    public Guards {
        if (deepestChain < 1 || mostInterruptions < ALONE_AFTER) {
            throw new IllegalArgumentException("a chain must be allowed a depth of 1 and a subject " + ALONE_AFTER
                    + " interruptions, not " + deepestChain + " and " + mostInterruptions);
        }
    }
}
