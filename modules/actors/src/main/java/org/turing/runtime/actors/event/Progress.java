package org.turing.runtime.actors.event;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;

/**
 * Outcomes were committed: one event for each group that the ledger wrote.
 *
 * @param atNanos {@link System#nanoTime()} right after the commit, or when this node heard of it
 * @param steps what each task type of the group did
 * @param fromElsewhere whether another node committed them
 */
public record Progress(long atNanos, List<Step> steps, boolean fromElsewhere) {
    public Progress {
        steps = List.copyOf(steps);
    }

    /** Outcomes that this node committed. */
    public Progress(long atNanos, List<Step> steps) {
        this(atNanos, steps, false);
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

        /** What it did here and, later, there. */
        Step and(Step later) {
            Set<StatusChange> both = new HashSet<>(changes);
            both.addAll(later.changes());
            return new Step(later.taskType(), succeeded + later.succeeded(), both);
        }
    }
}
