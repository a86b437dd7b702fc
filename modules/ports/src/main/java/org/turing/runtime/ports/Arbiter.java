package org.turing.runtime.ports;

import java.time.Duration;
import java.util.Set;

/** Decides which side of a cluster that has fallen apart goes on: the word is one side's at a time. */
public interface Arbiter {

    /**
     * Takes the word, or renews it. Blocks.
     *
     * @param node who asks
     * @param mine nodes of its own side, from which it may take it over
     * @param stands how long the word stands without a renewal
     * @return whether it is the asker's; if not, it is the other side's
     * @throws DatabaseUnavailable if nobody can decide now
     */
    boolean take(String node, Set<String> mine, Duration stands);

    /**
     * Gives the word back, if it is this node's. Blocks.
     *
     * @throws DatabaseUnavailable if it can't be said now; it lapses by itself
     */
    void release(String node);
}
