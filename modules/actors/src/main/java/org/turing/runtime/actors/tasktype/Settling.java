package org.turing.runtime.actors.tasktype;

import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.TicketLedger.Standing;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * What a task-type actor knows of its finished subjects: how many the inbox has yet to be asked about, and what the
 * ledger remembers. Owned by one task-type actor.
 */
final class Settling {

    /** So many finished subjects are settled even while work goes on. */
    static final int GROUP = 256;

    private Standing standing = Standing.NONE;
    private long unsettled;
    private boolean stale;
    private boolean running;

    /** The ledger wrote an outcome. */
    void recorded(TaskType taskType, Verdict.Written written) {
        boolean done = written.status() == TicketStatus.COMPLETED || written.status() == TicketStatus.SKIPPED;
        boolean leftForCertain = written.change() != null && taskType.workQuery() == null;
        if (!done) {
            stale = true;
        } else if (!leftForCertain) {
            unsettled++;
        }
    }

    /** Somebody may have changed what the ledger remembers. */
    void outdated() {
        stale = true;
    }

    boolean running() {
        return running;
    }

    /** Whether the inbox or the ledger should be asked. */
    boolean due() {
        return !running && (unsettled > 0 || stale);
    }

    /** Whether so much is due that it should not wait for a quiet moment. */
    boolean pressing() {
        return unsettled >= GROUP;
    }

    void begin() {
        running = true;
        stale = false;
        unsettled = 0;
    }

    void settled(Standing now) {
        running = false;
        standing = now;
        unsettled += now.unsettled();
    }

    void failed() {
        running = false;
        stale = true;
    }

    /** What the ledger remembered when it was last asked. */
    Standing standing() {
        return standing;
    }

    /** Whether nothing waits to be settled or retried. */
    boolean atRest() {
        return !running && !due() && standing.backingOff() == 0;
    }
}
