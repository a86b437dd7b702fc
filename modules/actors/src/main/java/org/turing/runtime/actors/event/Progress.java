package org.turing.runtime.actors.event;

import java.util.List;
import java.util.Set;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;

/**
 * Outcomes were committed: one event for each group that the ledger wrote.
 *
 * @param atNanos {@link System#nanoTime()} right after the commit
 * @param steps what each task type of the group did
 */
public record Progress(long atNanos, List<Step> steps) {
    public Progress {
        steps = List.copyOf(steps);
    }

    /**
     * @param taskType whose tickets they were
     * @param succeeded how many of them completed
     * @param changes statuses that were moved with them
     */
    public record Step(TaskType taskType, int succeeded, Set<StatusChange> changes) {
        public Step {
            changes = Set.copyOf(changes);
        }
    }
}
