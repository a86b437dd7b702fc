package org.turing.runtime.scripts;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;

/**
 * A warm process that serves one subject at a time: a JSON line in, a JSON line out. Used by one thread at a time. A
 * worker that dies, times out or answers something unreadable fails the subject at hand and serves no other.
 *
 * <p>Its start has a limit of its own and is no part of its first subject's run. A thick worker says that it is ready
 * and is handed its first subject then. Another one may say so; until it does, or answers, nobody can tell its start
 * from its work, and it has the time of both.
 */
final class Worker {

    private static final Duration MARK_PATIENCE = Duration.ofSeconds(2);

    /** Tickets are numbered from 1. */
    private static final long NO_TICKET = 0;

    /**
     * What a worker was started for; it serves nothing else.
     *
     * @param generation grows when the task type's workers are retired
     */
    record Key(
            long taskTypeId,
            String taskTypeName,
            ExecutionType executionType,
            String scriptPath,
            String scriptHash,
            @Nullable String model,
            boolean databaseAccess,
            int generation) {}

    private final Key key;
    private final ChildProcess child;
    private final ChildRun children;
    private final Duration longestStart;
    private final ResultLines answers;
    private final StderrLog stderr;
    private final Future<?> stderrReader;
    private boolean started;
    private boolean usable = true;
    private int served;
    private long idleSince = System.nanoTime();

    /**
     * @param longestStart from its process until it is ready
     * @param mark what a thick worker marks its standard error with, or null
     */
    Worker(Key key, ChildProcess child, ChildRun children, Duration longestStart, @Nullable String mark) {
        this.key = key;
        this.child = child;
        this.children = children;
        this.longestStart = longestStart;
        this.answers = children.results(child);
        this.stderr = new StderrLog(child.stderr(), children::newLog, mark);
        this.stderrReader = children.start(stderr);
    }

    /** Serves one subject and reports its result; afterwards {@link #usable} tells whether it can serve another. */
    void serve(LaneRun lane, Claim claim) {
        try {
            answer(lane, claim);
        } catch (RuntimeException | Error e) {
            usable = false;
            children.abandon(child);
            throw e;
        }
    }

    private void answer(LaneRun lane, Claim claim) {
        BoundedText chatter = children.newLog();
        Reply failedStart = started || !isThick() ? null : start(lane, chatter);
        Reply reply = failedStart == null ? handOver(lane, claim, chatter) : failedStart;
        served++;
        Outcome early = lane.notEndable();
        usable = early == null && reply.said != null && reply.said.unrunnable() == null;
        Outcome outcome = early != null ? early : outcome(lane.taskType(), reply);
        if (!usable) {
            end();
            child.exit().join();
            ChildRun.await(stderrReader);
        }
        String errors = stderr.cut(Long.toString(claim.ticketId()), MARK_PATIENCE);
        Integer code = reply.exit == null ? null : reply.exit.code();
        lane.finished(claim, outcome, new RunLog(chatter.text(), errors, code));
        if (!usable) {
            child.gone().join();
            child.closeStreams();
        }
        idleSince = System.nanoTime();
    }

    /** Waits until a new thick worker is ready; returns what it said instead, or null. */
    private @Nullable Reply start(LaneRun lane, BoundedText chatter) {
        String error = "task type '" + key.taskTypeName() + "': its worker was not ready after "
                + longestStart.toMillis() / 1000.0 + " s and was ended. Fix: let " + key.scriptPath()
                + " do less when it is imported, or raise turing.scripts.start-limit";
        lane.endableBy(this::end, longestStart, new Outcome.Unrunnable(Environment.SCRIPT, error));
        Reply reply = reply(chatter, NO_TICKET);
        started = reply.saysReady();
        return started ? null : reply;
    }

    private Reply handOver(LaneRun lane, Claim claim, BoundedText chatter) {
        lane.started(claim);
        if (started) {
            answers.passOver(chatter);
            lane.endableBy(this::end);
        } else {
            Duration both = longestStart.plus(lane.timeout());
            String error = "timed out after " + both.toMillis() / 1000.0 + " s, which its worker's start may have taken"
                    + " too, and was ended. Fix: let it print {\"ready\": true} once it has started, make the script"
                    + " faster, or raise timeout_seconds";
            lane.endableBy(this::end, both, new Outcome.TimedOut(error));
        }
        children.feed(child, TicketLine.of(lane, claim), false);
        Reply reply = reply(chatter, claim.ticketId());
        if (!started && reply.saysReady()) {
            lane.started(claim);
            lane.endableBy(this::end);
            reply = reply(chatter, claim.ticketId());
        }
        started = true;
        return reply;
    }

    private void end() {
        children.end(child);
    }

    /** What it says, or why it says nothing: a problem, or the process's end. */
    private record Reply(
            ResultReader.@Nullable Said said,
            @Nullable String problem,
            @Nullable Exit exit) {
        boolean saysReady() {
            return said != null && said.ready();
        }
    }

    private Reply reply(BoundedText chatter, long ticketId) {
        for (ResultReader.Line line = answers.next(chatter); line != null; line = answers.next(chatter)) {
            if (line.said() != null && isAnswerTo(ticketId, line.said())) {
                line.text().close();
                return new Reply(line.said(), null, null);
            }
            if (line.said() == null && line.meant()) {
                line.text().close();
                return new Reply(null, line.problem(), null);
            }
            line.text().moveTo(chatter);
        }
        // It has closed its standard output: without that it is of no use, whether or not it has exited.
        end();
        return new Reply(null, null, child.exit().join());
    }

    private static boolean isAnswerTo(long ticketId, ResultReader.Said said) {
        return said.ticketId() == null || said.ticketId() == ticketId;
    }

    private Outcome outcome(TaskType taskType, Reply reply) {
        if (reply.said != null) {
            String unrunnable = reply.said.unrunnable();
            return unrunnable != null && isThick()
                    ? new Outcome.Unrunnable(
                            Environment.SCRIPT, "task type '" + key.taskTypeName() + "': " + unrunnable)
                    : reply.said.outcome();
        }
        if (reply.exit == null) {
            return new Outcome.Failed("the worker's answer can't be read: " + reply.problem, true, null);
        }
        return reply.exit.cause() != null
                ? ChildRun.endedFromOutside(reply.exit)
                : ChildRun.failure(
                        taskType,
                        Path.of(key.scriptPath()),
                        reply.exit,
                        "the worker " + reply.exit.describe() + " before it answered");
    }

    private boolean isThick() {
        return key.executionType() == ExecutionType.THICK;
    }

    Key key() {
        return key;
    }

    ChildProcess child() {
        return child;
    }

    boolean usable() {
        return usable && !child.hasExited();
    }

    int served() {
        return served;
    }

    long idleNanos() {
        return System.nanoTime() - idleSince;
    }
}
