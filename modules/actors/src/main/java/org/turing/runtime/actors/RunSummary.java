package org.turing.runtime.actors;

import java.util.List;
import org.turing.runtime.actors.tasktype.Counts;
import org.turing.runtime.domain.TicketStatus;

/**
 * What a runtime did by the time it left; of several nodes, each what the task types did that lived on it.
 *
 * @param completed tickets completed
 * @param skipped tickets skipped
 * @param failed attempts that failed and were followed by another
 * @param dead subjects given up
 * @param overtaken tickets overtaken
 * @param cancelled tickets cancelled
 * @param blocked what could not be done, one line each: faulted task types, models without slots, subjects set aside
 * @param unwritten tickets that it left without their outcome in the ledger, one line each: their subjects are run
 *     again
 */
public record RunSummary(
        long completed,
        long skipped,
        long failed,
        long dead,
        long overtaken,
        long cancelled,
        List<String> blocked,
        List<String> unwritten) {

    public RunSummary {
        blocked = List.copyOf(blocked);
        unwritten = List.copyOf(unwritten);
    }

    /** Whether everything that was to be done is done. */
    public boolean clean() {
        return dead == 0 && blocked.isEmpty() && unwritten.isEmpty();
    }

    /** What the task types did that lived on this node. */
    static RunSummary of(Counts counts, List<String> blocked, List<String> unwritten) {
        return new RunSummary(
                counts.total(TicketStatus.COMPLETED),
                counts.total(TicketStatus.SKIPPED),
                counts.total(TicketStatus.FAILED),
                counts.total(TicketStatus.DEAD),
                counts.total(TicketStatus.OVERTAKEN),
                counts.total(TicketStatus.CANCELLED),
                blocked,
                unwritten);
    }
}
