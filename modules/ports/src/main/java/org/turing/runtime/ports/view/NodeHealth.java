package org.turing.runtime.ports.view;

import org.jspecify.annotations.Nullable;

/**
 * How a node is, for what restarts it and sends it work.
 *
 * @param notAlive why it should be replaced, or null while it lives
 * @param notStarted why its start is not over yet, or null
 * @param notReady why it takes no work now, or null while it is a member of its cluster, holds its lease, and the
 *     database answers
 */
public record NodeHealth(
        @Nullable String notAlive,
        @Nullable String notStarted,
        @Nullable String notReady) {
    /** All is well. */
    public static final NodeHealth GOOD = new NodeHealth(null, null, null);
}
