package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.TaskTypeActor.LimitDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.LimitRead;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.domain.pace.RunTimeout;

/**
 * How long one subject may run. Where the task type does not say so itself it is learned from its history, which is
 * read again every hour and once it says enough for the first time. Owned by one task-type actor.
 */
final class RunLimit {

    private static final Duration REFRESH = Duration.ofHours(1);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private RunTimeout.@Nullable Limit limit;
    private int recorded;
    private boolean reading;

    RunLimit(Duty duty, Errands errands, PortCalls calls) {
        this.duty = duty;
        this.errands = errands;
        this.calls = calls;
    }

    /** What is in use, or null before the first examination. */
    RunTimeout.@Nullable Limit limit() {
        return limit;
    }

    /** The longest run of one subject; known once the task type was examined. */
    Duration timeout() {
        return Objects.requireNonNull(limit, "the task type was not examined").timeout();
    }

    /** An examination or a reading of the history brought a limit. */
    void found(RunTimeout.Limit now) {
        limit = now;
        recorded = 0;
        if (now.origin() == RunTimeout.Origin.SET) {
            errands.cancel("limit");
        } else {
            errands.remind("limit", new LimitDue(), REFRESH);
        }
    }

    /** One more ticket is in the history. */
    void recorded(TicketStatus status) {
        RunTimeout.Limit known = limit;
        boolean tells = status == TicketStatus.COMPLETED || status == TicketStatus.SKIPPED;
        if (known == null || !tells) {
            return;
        }
        recorded++;
        if (known.runs() < RunTimeout.FEWEST_RUNS && known.runs() + recorded >= RunTimeout.FEWEST_RUNS) {
            read();
        }
    }

    /** Reads the history, unless that is under way or the task type has a limit of its own. */
    void read() {
        if (!reading && limit != null && limit.origin() != RunTimeout.Origin.SET) {
            reading = true;
            errands.send(calls.limit(duty.taskType()), LimitRead::new);
        }
    }

    void onRead(LimitRead read) {
        reading = false;
        if (read.limit() == null) {
            errands.log()
                    .debug(
                            "the history of '{}' can't be read now",
                            duty.taskType().name(),
                            read.failure());
            errands.remind("limit", new LimitDue(), AGAIN);
        } else if (duty.taskType().timeout() == null) {
            found(read.limit());
        }
    }
}
