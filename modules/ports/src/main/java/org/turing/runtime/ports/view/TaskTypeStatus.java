package org.turing.runtime.ports.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task type at a glance. Counts are since the runtime started unless they say otherwise.
 *
 * @param id {@code task_type_id}
 * @param name {@code task_type_name}
 * @param pipeline the pipeline, or null
 * @param model the model that it needs, or null
 * @param state {@code idle}, {@code working}, {@code waiting} (for its gate), {@code paused}, {@code faulted},
 *     {@code blocked} or {@code starting}
 * @param reason why it is in that state, or null
 * @param inbox subjects that may be claimed now; -1 if that is not known
 * @param inboxIsMore whether counting stopped there
 * @param inFlight subjects claimed by this runtime
 * @param running subjects whose script runs now
 * @param completed tickets completed
 * @param skipped tickets skipped
 * @param failed attempts failed
 * @param dead subjects given up by this runtime
 * @param overtaken tickets overtaken
 * @param backingOff subjects that wait for their next attempt, whoever tried first
 * @param stayed subjects set aside because a success left them in the inbox
 * @param setAside subjects set aside by a guard or a person
 * @param deadStanding subjects dead in the ledger, until {@code retry}
 * @param perMinute tickets finished per minute, over the last minute
 * @param durationMillis of a run, from the script being handed the subject to its result
 * @param pickUpMillis from the wake-up that made a look worthwhile to the script being handed the subject
 * @param timeoutSeconds the longest run of one subject; 0 while that is not known
 * @param timeoutFrom where that comes from: {@code set} (timeout_seconds), {@code learned from 250 runs},
 *     {@code default}; null while it is not known
 * @param warnings what people should look at
 * @param where the node of its actor, and on which hosts how many of its subjects' scripts run
 */
public record TaskTypeStatus(
        long id,
        String name,
        @Nullable String pipeline,
        @Nullable String model,
        String state,
        @Nullable String reason,
        long inbox,
        boolean inboxIsMore,
        int inFlight,
        int running,
        long completed,
        long skipped,
        long failed,
        long dead,
        long overtaken,
        long backingOff,
        long stayed,
        long setAside,
        long deadStanding,
        double perMinute,
        Percentiles durationMillis,
        Percentiles pickUpMillis,
        double timeoutSeconds,
        @Nullable String timeoutFrom,
        List<String> warnings,
        Whereabouts where) {

    public TaskTypeStatus {
        where = Whereabouts.orUnknown(where);
    }

    /** One of which nothing is heard at the moment, with the reason. */
    public static TaskTypeStatus unheard(
            long id, String name, @Nullable String pipeline, @Nullable String model, String reason) {
        return new TaskTypeStatus(
                id,
                name,
                pipeline,
                model,
                "starting",
                reason,
                -1,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Percentiles.NONE,
                Percentiles.NONE,
                0,
                null,
                List.of(),
                Whereabouts.UNKNOWN);
    }

    /**
     * @param count how many were measured
     * @param p50 the median; 0 if none was measured
     * @param p99 the 99th percentile
     * @param max the largest
     */
    public record Percentiles(long count, double p50, double p99, double max) {
        /** Nothing measured. */
        public static final Percentiles NONE = new Percentiles(0, 0, 0, 0);
    }
}
