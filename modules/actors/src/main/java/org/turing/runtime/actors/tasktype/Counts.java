package org.turing.runtime.actors.tasktype;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.turing.runtime.domain.TicketStatus;

/** What the task types did whose actors live or lived on this node, since it started. */
public final class Counts {

    private final Map<Long, TaskTypeCounters> byTaskType = new ConcurrentHashMap<>();

    /** Where that task type counts; the same for every life of its actor on this node. */
    public TaskTypeCounters of(long taskTypeId) {
        return byTaskType.computeIfAbsent(taskTypeId, id -> new TaskTypeCounters());
    }

    /** How many tickets of all of them ended this way. */
    public long total(TicketStatus status) {
        return byTaskType.values().stream()
                .mapToLong(counters -> counters.of(status))
                .sum();
    }
}
