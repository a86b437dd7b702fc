package org.turing.runtime.ports;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
     * Renews the lease, and looks in the same round trip at what others may have changed.
     *
     * @return empty if it had lapsed: {@link #begin} again
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    Optional<Pulse> renew();

    /**
     * What a renewal saw beside the lease, so that nobody has to ask for it again and again.
     *
     * @param speaker the runtime that the row of {@link ClusterRow} names; null if none, or that could not be seen
     * @param lost whether there may be something for {@link TicketLedger#rescue}
     * @param registry another text whenever what {@link Registry#read} reads was changed; null if it could not be seen
     */
    record Pulse(
            @Nullable Long speaker, boolean lost, @Nullable String registry) {

        /** Nothing could be seen but the lease: whoever relies on a pulse looks for himself. */
        public static final Pulse UNSEEN = new Pulse(null, true, null);
    }

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
