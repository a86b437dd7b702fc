package org.turing.runtime.database.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One task type's world at one moment: what is committed, what transactions have open, and what processes believe.
 *
 * @param subjects the user's rows with all that the ledger has on them
 * @param processes the runtimes' processes
 * @param leases by identity, from 1: a new process gets a new one
 * @param runs what processes believe to hold; a late writer's runs among them
 */
record World(List<Subject> subjects, List<Process> processes, List<Lease> leases, List<Run> runs) {

    /** Where a subject's status column stands. */
    enum Place {
        INBOX,
        TARGET,
        ELSEWHERE
    }

    /** Who has a row of {@code claims} locked. */
    enum Lock {
        NONE,
        RECORDING,
        SCRIPT
    }

    /** {@code memory.state}; NOTHING: there is no row. */
    enum Kept {
        NOTHING,
        LEFT,
        FINISHED,
        BACKING_OFF,
        STAYED,
        SKIPPED,
        SET_ASIDE,
        DEAD
    }

    /** What a ticket can become. */
    enum Status {
        COMPLETED,
        FAILED,
        DEAD,
        SKIPPED,
        OVERTAKEN,
        CANCELLED
    }

    /** What a lease can be. */
    enum Lease {
        STANDING,
        LAPSED,
        ENDED
    }

    /** Where a run stands in its process; an outcome that is not yet written comes last. */
    enum Phase {
        /** Claimed for another process, which has not heard of it yet. */
        ON_ITS_WAY,
        CLAIMED,
        RUNNING,
        HOLDING,
        SUCCEEDED,
        SUCCEEDED_IN_PLACE,
        DECLINED,
        FAILED,
        SHUT_DOWN,
        CANCELLED_BY_HAND;

        boolean ended() {
            return compareTo(SUCCEEDED) >= 0;
        }
    }

    /**
     * A row of {@code claims}.
     *
     * @param ticket its ticket, which is its fence
     * @param holder the identity in {@code runtime_id}: that of whoever will run it
     * @param process the process that inserted it; only to undo what it had not committed
     * @param attempt its attempt
     * @param foundAt how many tickets of the subject had ended in the reading that it was made from; -1: by hand
     * @param alone whether its subject is suspected of ending its runtimes
     * @param committed whether others see it
     * @param lock who has it locked
     */
    record ClaimRow(
            int ticket,
            int holder,
            int process,
            int attempt,
            int foundAt,
            boolean alone,
            boolean committed,
            Lock lock) {
        ClaimRow locked(Lock by) {
            return new ClaimRow(ticket, holder, process, attempt, foundAt, alone, committed, by);
        }

        ClaimRow commit() {
            return new ClaimRow(ticket, holder, process, attempt, foundAt, alone, true, lock);
        }

        boolean byHand() {
            return foundAt < 0;
        }
    }

    /**
     * A row of {@code memory}.
     *
     * @param kept its state
     * @param attempt attempts used up
     * @param outcome how many tickets of the subject had ended when it was written: {@code outcome_xid}
     * @param ticket the ticket of the latest outcome
     * @param interruptions how often in a row its claim was rescued
     * @param visits completed tickets of the chain
     */
    record Memory(Kept kept, int attempt, int outcome, int ticket, int interruptions, int visits) {
        static final Memory NOTHING = new Memory(Kept.NOTHING, 0, 0, 0, 0, 0);

        /** The same subject in another state; neither its latest ticket nor what is counted changes. */
        Memory become(Kept now, int attempts) {
            return new Memory(now, attempts, outcome, ticket, interruptions, visits);
        }

        boolean eligible() {
            return kept == Kept.NOTHING || kept == Kept.LEFT || kept == Kept.BACKING_OFF;
        }
    }

    /**
     * A row of {@code ticket_history}.
     *
     * @param writer the ticket of the run whose outcome it is; 0: a reaper's or a settler's
     * @param moved whether the runtime moved the status with it
     */
    record Ended(int ticket, Status status, int attempt, int writer, boolean moved) {}

    /**
     * What the settler does in three transactions: it has read the memory, then it asks the inbox, then it writes.
     *
     * @param kept the state that it read
     * @param ticket the ticket that it read
     * @param present what the inbox said; null: not asked yet
     */
    record Settling(Kept kept, int ticket, @Nullable Boolean present) {}

    /**
     * A claim's first statement under way: its snapshot is taken, its unique check is still to come.
     *
     * @param identity the runtime that is to hold it
     * @param attempt the attempt that the snapshot showed
     * @param byHand whether a person asked for it
     * @param alone whether the snapshot showed a suspect
     * @param refused whether a guard refuses it: it will be set aside
     */
    record Claiming(int identity, int attempt, boolean byHand, boolean alone, boolean refused) {}

    /**
     * @param identity under which it claims and records; once it is dead, less than nothing
     * @param readings per subject how many tickets had ended when it was found; -1: not found
     * @param claiming per subject the claim under way, or null
     */
    record Process(int identity, List<Integer> readings, List<@Nullable Claiming> claiming) {
        boolean alive() {
            return identity > 0;
        }

        Process as(int newIdentity) {
            return new Process(newIdentity, readings, claiming);
        }

        Process reading(int subject, int seen) {
            return new Process(identity, with(readings, subject, seen), claiming);
        }

        Process claiming(int subject, @Nullable Claiming now) {
            List<@Nullable Claiming> changed = new ArrayList<>(claiming);
            changed.set(subject, now);
            return new Process(identity, readings, changed);
        }
    }

    /**
     * @param process the process that runs it
     * @param locked the ticket whose claim its recording has locked; 0: it is not recording
     */
    record Run(int subject, int process, int ticket, int identity, int attempt, Phase phase, int locked) {
        Run phase(Phase now) {
            return new Run(subject, process, ticket, identity, attempt, now, locked);
        }

        Run locks(int claim) {
            return new Run(subject, process, ticket, identity, attempt, phase, claim);
        }
    }

    World subject(int which, UnaryOperator<Subject> change) {
        return new World(with(subjects, which, change.apply(subjects.get(which))), processes, leases, runs);
    }

    World process(int which, UnaryOperator<Process> change) {
        return new World(subjects, with(processes, which, change.apply(processes.get(which))), leases, runs);
    }

    World lease(int identity, Lease now) {
        return new World(subjects, processes, with(leases, identity - 1, now), runs);
    }

    World newLease() {
        List<Lease> more = new ArrayList<>(leases);
        more.add(Lease.STANDING);
        return new World(subjects, processes, List.copyOf(more), runs);
    }

    Lease lease(int identity) {
        return leases.get(identity - 1);
    }

    /** The process that has this identity now; -1: none has it any more. */
    int host(int identity) {
        return processes.stream().map(Process::identity).toList().indexOf(identity);
    }

    World replace(Run run, @Nullable Run with) {
        List<Run> changed = new ArrayList<>(runs);
        changed.remove(run);
        if (with != null) {
            changed.add(with);
        }
        changed.sort(Comparator.comparingInt(Run::subject).thenComparingInt(Run::ticket));
        return new World(subjects, processes, leases, List.copyOf(changed));
    }

    World runs(List<Run> now) {
        return new World(subjects, processes, leases, now);
    }

    private static <T> List<T> with(List<T> list, int at, T value) {
        List<T> changed = new ArrayList<>(list);
        changed.set(at, value);
        return List.copyOf(changed);
    }
}
