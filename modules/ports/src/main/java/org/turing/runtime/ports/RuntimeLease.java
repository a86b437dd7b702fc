package org.turing.runtime.ports;

import java.time.Duration;

/** The time-bounded right of this runtime to hold claims, kept in the database's time. */
public interface RuntimeLease {

    /**
     * Takes a new identity; what runtimes on the same data folder held before is proven ended.
     *
     * @return the new identity, larger than every earlier one
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    long begin();

    /** How many claims of earlier runtimes on the same data folder the latest {@link #begin} freed. */
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
     * Gives the lease up after a clean end.
     *
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    void end();
}
