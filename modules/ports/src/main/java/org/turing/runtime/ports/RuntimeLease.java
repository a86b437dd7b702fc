package org.turing.runtime.ports;

import java.time.Duration;
import java.util.Set;

/** The time-bounded right of this runtime to hold claims, kept in the database's time. */
public interface RuntimeLease {

    /**
     * Takes a new identity; earlier runtimes on the same data folder are proven ended. Claims of runtimes that have
     * ended are freed.
     *
     * @return the new identity, larger than every earlier one
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    long begin();

    /** How many claims of runtimes that have ended the latest {@link #begin} freed; what a script holds yet is not. */
    int freed();

    /**
     * Renews the lease.
     *
     * @return false if it had lapsed: {@link #begin} again
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    boolean renew();

    /** How long it stands without a renewal; longer than {@link #renewEvery}. */
    Duration lasts();

    /** How often to renew. */
    Duration renewEvery();

    /**
     * From now on no claim is made for this runtime, whoever makes it, nor for an identity that it takes later; what it
     * holds it keeps, and its lease goes on. Every claim made for it before is committed when this returns.
     *
     * @throws DatabaseUnavailable if the database can't be asked now, or a claim that is being made holds it up for too
     *     long; ask again then
     */
    void drain();

    /**
     * Of these runtimes, whichever they are, those that have ended or whose lease has lapsed: what they ran has ended
     * too, as a runtime that is cut off ends its runs before its lease lapses.
     *
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    Set<Long> ended(Set<Long> runtimeIds);

    /**
     * Gives the lease up after a clean end.
     *
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    void end();
}
