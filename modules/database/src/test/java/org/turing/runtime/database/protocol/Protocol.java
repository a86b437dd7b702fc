package org.turing.runtime.database.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.turing.runtime.database.protocol.Subject.Past;
import org.turing.runtime.database.protocol.World.Kept;
import org.turing.runtime.database.protocol.World.Lease;
import org.turing.runtime.database.protocol.World.Memory;
import org.turing.runtime.database.protocol.World.Place;
import org.turing.runtime.database.protocol.World.Process;

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
 * @param interruptions how often in a row subjects were interrupted before it begins; after a failure, if those happen
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
        int interruptions,
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
        SETTLING,
        /** Scripts that decline their subject. */
        SKIPS,
        /** Scripts that succeed and leave their subject in the inbox. */
        STAYING,
        /** Claims that a person asks for. */
        HANDS,
        /** Claims for runtimes other than the claimer's; who claims ends, and another one takes its place. */
        ELSEWHERE,
        /** Interruptions and visits are counted, and what has too many is set aside. */
        GUARDS
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
        HOLD_WITHOUT_A_LOCK,
        /** A rescue counts as a failed attempt. */
        INTERRUPTIONS_COST_ATTEMPTS,
        INTERRUPTIONS_NOT_COUNTED,
        /** A runtime claims several subjects at once that were interrupted before. */
        SUSPECTS_TOGETHER,
        VISITS_NOT_COUNTED,
        /** A guard sets aside what it judged, whatever became of it meanwhile. */
        SET_ASIDE_UNSEEN,
        /** Likewise, though somebody has said {@code retry} since. */
        SET_ASIDE_AFTER_RETRY,
        /** A person's claim replaces another's. */
        HANDS_TAKE_OVER,
        /** What was skipped is as if it had never been run. */
        SKIPPED_IS_FORGOTTEN,
        /** Likewise what succeeded, without a look at the inbox. */
        SUCCESS_IS_FORGOTTEN,
        /** A host takes what its claimer sent before another took the claimer's place and gave it back. */
        LATE_RUNS_ARE_TAKEN,
        /** A due attempt is given up though somebody has claimed the subject by now. */
        OVERTAKEN_BESIDE_A_CLAIM
    }

    /** After so many interruptions in a row a subject is claimed alone; the runtime's are 2 and, by default, 5. */
    static final int ALONE_AFTER = 1;

    static final int MOST_INTERRUPTIONS = 2;

    /** The runtime's are 3. */
    static final int MOST_VISITS = 2;

    boolean lacks(Broken what) {
        return broken.contains(what);
    }

    boolean has(Event event) {
        return events.contains(event);
    }

    /** The same protocol with something left out of it. */
    Protocol without(Broken what) {
        return with(Set.of(what), processes, subjects, interruptions);
    }

    /** The same protocol among so many. */
    Protocol among(int otherProcesses, int otherSubjects) {
        return with(broken, otherProcesses, otherSubjects, interruptions);
    }

    /** The same protocol with subjects that were interrupted so often. */
    Protocol interrupted(int times) {
        return with(broken, processes, subjects, times);
    }

    private Protocol with(Set<Broken> lacking, int runtimes, int rows, int interrupted) {
        return new Protocol(
                kind,
                lacking,
                runtimes,
                rows,
                tickets,
                identities,
                maxAttempts,
                userMoves,
                retries,
                interrupted,
                events);
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
        int failures = interruptions > 0 && has(Event.FAILURES) ? 1 : 0;
        Kept kept = interruptions == 0 ? Kept.NOTHING : failures == 0 ? Kept.LEFT : Kept.BACKING_OFF;
        Memory memory = new Memory(kept, failures, 0, 0, interruptions, 0);
        Past past = Past.NONE.interruptions(interruptions).failures(failures);
        Subject subject = new Subject(Place.INBOX, List.of(), memory, List.of(), null, 0, 0, past, userMoves, retries);
        return new World(List.copyOf(Collections.nCopies(subjects, subject)), List.copyOf(started), leases, List.of());
    }

    /** Whether a guard refuses the next claim. */
    boolean refuses(Memory memory) {
        return memory.interruptions() >= MOST_INTERRUPTIONS
                || memory.visits() >= MOST_VISITS && memory.kept() == Kept.LEFT;
    }

    /** What a claim's statements ask of the memory ({@code FREE} in ClaimStatement). */
    boolean free(Memory memory, int reading) {
        return memory.kept() == Kept.NOTHING && memory.outcome() == 0
                || memory.eligible() && (lacks(Broken.NO_SNAPSHOT_CHECK) || memory.outcome() <= reading);
    }
}
