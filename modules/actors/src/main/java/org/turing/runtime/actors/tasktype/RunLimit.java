package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.TaskTypeActor.LimitDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.LimitRead;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * How long one subject may run. Where the task type does not say so itself it is learned from its history, which is
 * read again every hour, once it says enough for the first time, and whenever a run was ended by the limit. Owned by
 * one task-type actor.
 */
final class RunLimit {

    private static final Duration REFRESH = Duration.ofHours(1);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private RunTimeout.@Nullable Limit limit;
    private final Set<Long> timedOut = new HashSet<>();
    private int recorded;
    private boolean outdated;
    private boolean reading;
    private boolean readAgain;

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
        outdated = false;
        if (now.origin() == RunTimeout.Origin.SET) {
            errands.cancel("limit");
        } else {
            errands.remind("limit", new LimitDue(), REFRESH);
        }
    }

    /** A result is there, which will be in the history once it is recorded. */
    void ran(long ticketId, Outcome outcome) {
        if (outcome instanceof Outcome.TimedOut) {
            timedOut.add(ticketId);
        }
    }

    /** What became of a ticket in the ledger. */
    void recorded(Verdict verdict) {
        boolean wasTimedOut = timedOut.remove(verdict.ticketId());
        RunTimeout.Limit known = limit;
        if (known == null || !(verdict instanceof Verdict.Written written)) {
            return;
        }
        if (wasTimedOut) {
            read();
        } else if (written.status() == TicketStatus.COMPLETED || written.status() == TicketStatus.SKIPPED) {
            recorded++;
            if (known.runs() < RunTimeout.FEWEST_RUNS && known.runs() + recorded >= RunTimeout.FEWEST_RUNS) {
                read();
            }
        }
    }

    /** Time has passed: the history is read again if it has grown. */
    void onDue() {
        if (outdated || recorded > 0) {
            read();
        } else {
            errands.remind("limit", new LimitDue(), REFRESH);
        }
    }

    /** Reads the history, unless the task type has a limit of its own; once more if that is under way. */
    void read() {
        if (reading) {
            readAgain = true;
        } else if (limit != null && limit.origin() != RunTimeout.Origin.SET) {
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
            outdated = true;
            errands.remind("limit", new LimitDue(), AGAIN);
        } else if (duty.taskType().timeout() == null) {
            found(read.limit());
        }
        if (readAgain) {
            readAgain = false;
            read();
        }
    }
}
