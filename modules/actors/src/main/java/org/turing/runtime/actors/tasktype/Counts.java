package org.turing.runtime.actors.tasktype;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.turing.runtime.domain.TicketStatus;

/** What the task types did while their actors lived on this node, since it started. */
public final class Counts {

    private final Map<Long, TaskTypeCounters> byTaskType = new ConcurrentHashMap<>();
    private final Map<TicketStatus, Long> moved = new ConcurrentHashMap<>();

    /** Where that task type counts; the same for every life of its actor on this node. */
    public TaskTypeCounters of(long taskTypeId) {
        return byTaskType.computeIfAbsent(taskTypeId, id -> new TaskTypeCounters());
    }

    /** It lives elsewhere from now on: if it comes back it counts from nought, as others counted in between. */
    void moved(long taskTypeId) {
        TaskTypeCounters counted = byTaskType.remove(taskTypeId);
        if (counted != null) {
            for (TicketStatus status : TicketStatus.values()) {
                moved.merge(status, counted.of(status), Long::sum);
            }
        }
    }

    /** How many tickets of all of them ended this way. */
    public long total(TicketStatus status) {
        return moved.getOrDefault(status, 0L)
                + byTaskType.values().stream()
                        .mapToLong(counters -> counters.of(status))
                        .sum();
    }
}
