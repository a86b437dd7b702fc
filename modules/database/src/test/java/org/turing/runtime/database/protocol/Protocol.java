package org.turing.runtime.database.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.turing.runtime.database.protocol.World.Kept;
import org.turing.runtime.database.protocol.World.Lease;
import org.turing.runtime.database.protocol.World.Memory;
import org.turing.runtime.database.protocol.World.Place;
import org.turing.runtime.database.protocol.World.Process;
import org.turing.runtime.database.protocol.World.Subject;

/**
 * Which protocol is explored, and how far.
 *
 * @param kind how the task type moves its subjects
 * @param broken what is left out of the protocol; empty: the one in use
 * @param processes how many runtimes
 * @param subjects how many subjects
 * @param tickets tickets per subject at most
 * @param identities identities that runtimes can draw in all
 * @param maxAttempts the task type's {@code max_attempts}
 * @param userMoves how often the user moves a subject
 * @param retries how often somebody says {@code retry} of a subject
 * @param events what may happen beside claims, runs and outcomes
 */
record Protocol(
        Kind kind,
        Set<Broken> broken,
        int processes,
        int subjects,
        int tickets,
        int identities,
        int maxAttempts,
        int userMoves,
        int retries,
        Set<Event> events) {

    /** How a task type moves its subjects. */
    enum Kind {
        /** The runtime moves the status, with the outcome. */
        DECLARED,
        /** The script moves the status, in a transaction of its own. */
        SOVEREIGN,
        /** Likewise, and calls {@code turing.hold} in that transaction. */
        HOLDING
    }

    /** What may be switched on. */
    enum Event {
        FAILURES,
        SHUTDOWNS,
        CANCELS,
        CRASHES,
        GIVING_BACK,
        LOST_REPLIES,
        SETTLING
    }

    /** Protocols that leave something out: each must break a rule. */
    enum Broken {
        /** An outcome ends whatever claim is on the subject. */
        NO_FENCE,
        /** Claims are rescued because they have run long, whatever their leases say. */
        RESCUE_BY_ELAPSED_TIME,
        /** The status moves in one transaction, the ticket ends in the next. */
        COMPLETION_IN_TWO_TRANSACTIONS,
        /** Claims are made from any reading, however old. */
        NO_SNAPSHOT_CHECK,
        /** The claim's second statement is missing. */
        NO_TAKING_BACK,
        /** Nothing makes claims unique. */
        NO_UNIQUE_CLAIM,
        /** A rescue, a shutdown or an overtaking leaves no trace that readings are compared with. */
        ENDED_WITHOUT_A_TRACE,
        /** A due attempt counts as the first. */
        ATTEMPTS_NOT_COUNTED,
        /** The claim is looked at but not locked by {@code hold}. */
        HOLD_WITHOUT_A_LOCK
    }

    boolean lacks(Broken what) {
        return broken.contains(what);
    }

    boolean has(Event event) {
        return events.contains(event);
    }

    /** The same protocol with something left out of it. */
    Protocol without(Broken what) {
        return new Protocol(
                kind, Set.of(what), processes, subjects, tickets, identities, maxAttempts, userMoves, retries, events);
    }

    /** Every subject in the inbox, every process with a lease, nothing claimed. */
    World start() {
        List<Process> started = new ArrayList<>();
        List<Lease> leases = new ArrayList<>();
        for (int process = 1; process <= processes; process++) {
            started.add(new Process(
                    process,
                    List.copyOf(Collections.nCopies(subjects, -1)),
                    new ArrayList<>(Collections.nCopies(subjects, null))));
            leases.add(Lease.STANDING);
        }
        Subject subject =
                new Subject(Place.INBOX, List.of(), Memory.NOTHING, List.of(), null, 0, 0, 0, userMoves, retries);
        return new World(List.copyOf(Collections.nCopies(subjects, subject)), List.copyOf(started), leases, List.of());
    }

    /** What a claim's statements ask of the memory ({@code FREE} in ClaimStatement). */
    boolean free(Memory memory, int reading) {
        return memory.kept() == Kept.NOTHING && memory.outcome() == 0
                || memory.eligible() && (lacks(Broken.NO_SNAPSHOT_CHECK) || memory.outcome() <= reading);
    }
}
