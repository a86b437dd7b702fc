package org.turing.runtime.ports;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.domain.pace.RunTimeout;

/**
 * Claims, history and memory of tickets. Every method throws {@link DatabaseUnavailable} if the database can't serve
 * now.
 */
public interface TicketLedger {

    /**
     * Claims what is still free: a subject that is claimed, backing off, set aside or finished, or that had an outcome
     * which the snapshot does not show, is left out; so is one of a declared inbox whose status has moved on. Each is
     * claimed for the runtime that will run it, which need not be this one; one whose lease has lapsed, that drains or
     * that has ended gets nothing.
     *
     * @param placements what {@link Inboxes#find} returned, each subject once
     * @param snapshot the snapshot of that reading
     * @param epoch which incarnation of the model's gate granted the slots; null: no slot is needed
     * @return the claims made, in the order of the placements
     * @throws LeaseLapsed if no runtime that is named may hold claims: nothing is claimed
     * @throws EpochPassed if the gate has a later incarnation, or {@link GateEpochs} knows nothing of this one: nothing
     *     is claimed
     */
    List<Claim> claim(TaskType taskType, List<Placement> placements, String snapshot, @Nullable GateEpoch epoch)
            throws LeaseLapsed, EpochPassed;

    /**
     * Claims one subject by hand, whether or not it is in the inbox and whatever is remembered of it.
     *
     * @param runtimeId the runtime that will run it
     * @return the claim, or null if somebody else holds it
     * @throws LeaseLapsed if that runtime may not hold claims
     */
    @Nullable
    Claim claimByHand(TaskType taskType, Candidate candidate, long runtimeId) throws LeaseLapsed;

    /**
     * Writes outcomes, moves declared statuses, ends the claims, all in one transaction; an entry that the database
     * refuses does not harm the others. A claim stands until somebody rescues it, whatever became of the identity under
     * which it was made; an outcome that was committed earlier, and whose answer was lost, is {@link Verdict.Written}
     * again with what the ledger made of it then. What users' triggers do at a status change may take 2 seconds here,
     * as everybody's outcomes wait for it; see {@link #recordPatiently}.
     *
     * @return one verdict per entry, in the same order
     */
    List<Verdict> record(List<Entry> entries);

    /**
     * The same for outcomes of one task type that were {@linkplain Verdict.Delayed#slow slow}: a statement may take as
     * long as any of the ledger's may.
     */
    List<Verdict> recordPatiently(List<Entry> entries);

    /** Gives back claims that were not started: no ticket remains of them. */
    void giveBack(Collection<Claim> claims);

    /**
     * Gives back what these runtimes hold of a task type, except these tickets: what a task-type actor held that
     * failed. Waits for claims that are being made for them, as an earlier actor's call may be under way yet; if one
     * takes too long, the database is said to be unavailable, and this is to be asked again.
     *
     * @return how many were given back
     */
    int giveBackAllBut(long taskTypeId, Set<Long> runtimeIds, Set<Long> ticketIds);

    /**
     * Gives back what a runtime holds of all task types, except these tickets: what a runtime that leaves did not
     * start.
     *
     * @return how many were given back
     */
    int giveBackUnstarted(long runtimeId, Set<Long> ticketIds);

    /**
     * Asks the inbox, in a new snapshot, for subjects that were finished since the last time (gone: they left and are
     * eligible when next seen; still there: set aside and counted), for retries that are due (gone: overtaken), and for
     * some of those set aside earlier (gone: free again).
     *
     * @throws InboxFault if the inbox can't be asked
     */
    Standing settle(TaskType taskType, InboxShape shape) throws InboxFault;

    /** What a task type's runs took within {@link RunTimeout#HISTORY}; of very many only the latest are looked at. */
    RunTimeout.Times runTimes(long taskTypeId);

    /** Rescues the claims of other runtimes whose lease has lapsed or whose end is proven. */
    Rescued rescue();

    /** What the ledger holds of all task types and runtimes. */
    Survey survey();

    /** Creates partitions ahead and drops those older than the retention. */
    void housekeep();

    /** An outcome to write. */
    record Entry(TaskType taskType, FinishedRun run) {}

    /** What the ledger made of an outcome. */
    sealed interface Verdict {
        long ticketId();

        /**
         * Written.
         *
         * @param status completed, skipped, failed, dead, overtaken or cancelled
         * @param message what people should know: the error, or why it was overtaken; null if there is nothing to say
         * @param retryAt when the next attempt is due, or null
         * @param change the status change that was committed with it, or null
         */
        record Written(
                long ticketId,
                TicketStatus status,
                @Nullable String message,
                @Nullable Instant retryAt,
                @Nullable StatusChange change)
                implements Verdict {}

        /**
         * Not written: the subject's row, its table or its claim is locked by somebody else, or the statement took too
         * long. The claim stands; ask again later.
         *
         * @param slow whether a statement on its task type's table took too long, as it does while a user's trigger
         *     hangs
         */
        record Delayed(long ticketId, String reason, boolean slow) implements Verdict {}

        /** Not written: the claim was rescued or given back, or has another outcome. Nothing was changed. */
        record Stale(long ticketId) implements Verdict {}
    }

    /**
     * What is remembered of a task type's subjects.
     *
     * @param backingOff subjects that wait for their next attempt
     * @param nextRetryAt when the first of them is due, or null
     * @param stayed subjects set aside because a success left them in the inbox
     * @param skipped subjects that were skipped and still are in the inbox
     * @param setAside subjects set aside by a guard or a person
     * @param dead subjects whose attempts are used up
     * @param unsettled finished subjects that the inbox has not been asked about yet
     * @param kept some of those that stayed or were set aside, by name: {@link #NAMED} of each at most
     */
    record Standing(
            long backingOff,
            @Nullable Instant nextRetryAt,
            long stayed,
            long skipped,
            long setAside,
            long dead,
            long unsettled,
            List<Kept> kept) {
        /** So many of those that stayed, and of those that were set aside, are named. */
        public static final int NAMED = 3;

        /** Nothing remembered. */
        public static final Standing NONE = new Standing(0, null, 0, 0, 0, 0, 0, List.of());

        public Standing {
            kept = List.copyOf(kept);
        }

        /**
         * A subject that is kept back until somebody does something.
         *
         * @param subjectId the subject
         * @param stayed whether a success left it in the inbox; else it was set aside
         * @param reason why, for people
         */
        public record Kept(String subjectId, boolean stayed, String reason) {}
    }

    /**
     * @param claimed subjects claimed now, by whomever
     * @param backingOff subjects that wait for their next attempt
     * @param unsettled finished subjects that their inbox has not been asked about yet
     * @param stayed subjects set aside because a success left them in the inbox
     * @param setAside subjects set aside for another reason
     * @param dead subjects whose attempts are used up
     * @param complete false: there were so many that not all were counted, and each number may be larger
     */
    record Survey(
            long claimed, long backingOff, long unsettled, long stayed, long setAside, long dead, boolean complete) {}

    /**
     * @param runtimes how many ended runtimes the claims were held by
     * @param claims how many of their claims are free again
     * @param taskTypeIds the task types concerned
     */
    record Rescued(int runtimes, int claims, Set<Long> taskTypeIds) {}
}
