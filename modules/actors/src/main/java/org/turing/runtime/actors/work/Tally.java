package org.turing.runtime.actors.work;

import java.util.HashSet;
import java.util.Set;
import org.turing.runtime.actors.event.Progress;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.TicketLedger.Verdict;

/** What one group of outcomes did for one task type. */
final class Tally {
    private final TaskType taskType;
    private final Set<StatusChange> changes = new HashSet<>();
    private int succeeded;

    Tally(TaskType taskType) {
        this.taskType = taskType;
    }

    void add(Verdict.Written outcome) {
        if (outcome.status() == TicketStatus.COMPLETED) {
            succeeded++;
        }
        StatusChange change = outcome.change();
        if (change != null) {
            changes.add(change);
        }
    }

    Progress.Step step() {
        return new Progress.Step(taskType, succeeded, changes);
    }
}
