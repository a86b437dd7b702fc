package org.turing.runtime.database;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.domain.pace.RetryBackoff;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * What the ledger makes of an outcome, before it looks at the subject's status.
 *
 * @param taskType the task type
 * @param run the run
 * @param status what the ticket becomes
 * @param target the status that the subject is to be moved to, or null
 * @param output the output as JSON, or null
 * @param error what people should know, or null
 * @param state the state that is remembered of the subject; null: what was remembered stays
 * @param attempt attempts used up
 * @param notBefore when the next attempt is due, or null
 * @param change the status change that is committed with it, or null
 */
record Decision(
        TaskType taskType,
        FinishedRun run,
        TicketStatus status,
        @Nullable String target,
        @Nullable String output,
        @Nullable String error,
        @Nullable String state,
        int attempt,
        @Nullable Instant notBefore,
        @Nullable StatusChange change) {

    /** Longest wait of a subject that is not to blame: breakers say when what it needs is tried again. */
    private static final Duration UNRUNNABLE = Duration.ofSeconds(1);

    /**
     * @param now the database's time
     * @param random a number from 0 (inclusive) to 1 (exclusive), for the jitter of the next attempt
     */
    static Decision of(TaskType taskType, FinishedRun run, Instant now, double random) {
        Outcome outcome = run.outcome();
        if (outcome instanceof Outcome.Succeeded succeeded) {
            return succeeded(taskType, run, succeeded, now, random);
        }
        if (outcome instanceof Outcome.Skipped skipped) {
            return ended(taskType, run, TicketStatus.SKIPPED, skipped.output(), skipped.reason(), "skipped");
        }
        if (outcome instanceof Outcome.Failed failed) {
            return failed(taskType, run, failed.error(), failed.retry(), failed.output(), now, random);
        }
        if (outcome instanceof Outcome.TimedOut timedOut) {
            return failed(taskType, run, timedOut.error(), true, null, now, random);
        }
        if (outcome instanceof Outcome.Unrunnable unrunnable) {
            Duration own = taskType.retryBackoff();
            Duration pause = RetryBackoff.after(own.compareTo(UNRUNNABLE) < 0 ? own : UNRUNNABLE, 1, random);
            return new Decision(
                    taskType,
                    run,
                    TicketStatus.FAILED,
                    null,
                    null,
                    unrunnable.error(),
                    "backing_off",
                    run.claim().attempt() - 1,
                    now.plus(pause),
                    null);
        }
        Outcome.Cancelled cancelled = (Outcome.Cancelled) outcome;
        return ended(
                taskType,
                run,
                TicketStatus.CANCELLED,
                null,
                cancelled.reason(),
                cancelled.setAside() ? "set_aside" : null);
    }

    private static Decision succeeded(
            TaskType taskType, FinishedRun run, Outcome.Succeeded succeeded, Instant now, double random) {
        DeclaredInbox inbox = taskType.declaredInbox();
        List<String> statuses = inbox == null ? List.of() : inbox.outboxStatuses();
        String target = succeeded.status();
        if (statuses.isEmpty()) {
            target = null; // the script moves its subject itself
        } else if (target == null && statuses.size() == 1) {
            target = statuses.get(0);
        } else if (target == null || !statuses.contains(target)) {
            String given = target == null ? "no status" : "status '" + target + "'";
            String error = "the script succeeded with " + given + ", and task type '" + taskType.name()
                    + "' may only move subjects to " + String.join(", ", statuses)
                    + ". Fix: return one of these as \"status\", or change outbox_status";
            return failed(taskType, run, error, true, succeeded.output(), now, random);
        }
        boolean leaves = target != null && taskType.workQuery() == null;
        String state = taskType.rerun() == Rerun.ONCE ? "once" : leaves ? "left" : "finished";
        return new Decision(
                taskType, run, TicketStatus.COMPLETED, target, succeeded.output(), null, state, 0, null, null);
    }

    private static Decision failed(
            TaskType taskType,
            FinishedRun run,
            String error,
            boolean retry,
            @Nullable String output,
            Instant now,
            double random) {
        int attempt = run.claim().attempt();
        if (!retry || attempt >= taskType.maxAttempts()) {
            return new Decision(taskType, run, TicketStatus.DEAD, null, output, error, "dead", attempt, null, null);
        }
        Instant notBefore = now.plus(RetryBackoff.after(taskType.retryBackoff(), attempt, random));
        return new Decision(
                taskType, run, TicketStatus.FAILED, null, output, error, "backing_off", attempt, notBefore, null);
    }

    private static Decision ended(
            TaskType taskType,
            FinishedRun run,
            TicketStatus status,
            @Nullable String output,
            @Nullable String error,
            @Nullable String state) {
        return new Decision(taskType, run, status, null, output, error, state, 0, null, null);
    }

    /** The same outcome, whose subject somebody else moved on meanwhile: it is eligible wherever it is next seen. */
    Decision overtaken(@Nullable String currentStatus) {
        String where = currentStatus == null
                ? "the subject or its status is gone"
                : "the subject is in status '" + currentStatus + "' by now";
        String error = where + "; '" + target + "' was not written";
        return new Decision(taskType, run, TicketStatus.OVERTAKEN, null, output, error, "left", 0, null, null);
    }

    /** The same outcome, with the status change that is committed with it. */
    Decision moved(StatusChange committed) {
        return new Decision(taskType, run, status, target, output, error, state, attempt, notBefore, committed);
    }

    long ticketId() {
        return run.claim().ticketId();
    }

    Verdict.Written verdict() {
        return new Verdict.Written(ticketId(), status, error, notBefore, change);
    }
}
