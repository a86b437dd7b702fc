package org.turing.runtime.ports;

import java.util.Set;

/**
 * Which cluster works on this schema: there is one at a time, named by the runtime that speaks for it, and for as long
 * as that runtime's own lease stands. Tickets are safe without it; it keeps two clusters from sharing models and GPUs
 * unknown to each other. Every method throws {@link DatabaseUnavailable} if the database can't serve now.
 */
public interface ClusterRow {

    /**
     * Takes the row if nobody holds it, this runtime does, the holder's lease has lapsed or it has ended, or the holder
     * is a member of the same cluster.
     *
     * @param runtimeId who would speak
     * @param membersOfMine runtimes that are known to be of the same cluster
     * @throws LeaseLapsed if this runtime's own lease has lapsed: it speaks for nobody
     */
    Standing take(long runtimeId, Set<Long> membersOfMine) throws LeaseLapsed;

    /** Gives it up if this runtime holds it. */
    void release(long runtimeId);

    /** Whose the row is. */
    sealed interface Standing {

        /** The asker's. */
        record Held() implements Standing {}

        /**
         * That of another cluster's runtime, whose lease stands.
         *
         * @param host the machine's name
         * @param pid the process id there
         */
        record HeldBy(long runtimeId, String host, long pid) implements Standing {}
    }
}
