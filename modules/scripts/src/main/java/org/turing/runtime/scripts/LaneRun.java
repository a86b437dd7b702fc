package org.turing.runtime.scripts;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

/**
 * One run as its caller sees it: which claims still lack a result, what ends it early, and whether its lane is clear.
 */
final class LaneRun implements ScriptHost.Run {

    private static final Logger log = LoggerFactory.getLogger(LaneRun.class);

    private final TaskType taskType;
    private final @Nullable String gpu;
    private final ScriptHost.Listener listener;
    private final ScheduledExecutorService timer;
    private final Deque<Claim> waiting;
    private final Set<Claim> open;
    private final CompletableFuture<Void> clear = new CompletableFuture<>();

    private volatile ScriptHost.@Nullable ScriptFacts facts;
    private volatile Duration timeout;
    private @Nullable Runnable ending;
    private @Nullable Future<?> alarm;
    private @Nullable Outcome early;
    private boolean cancelled;
    private boolean hopeless;
    private boolean over;

    LaneRun(
            TaskType taskType,
            List<Claim> claims,
            @Nullable String gpu,
            Duration timeout,
            ScriptHost.Listener listener,
            ScheduledExecutorService timer) {
        this.taskType = taskType;
        this.gpu = gpu;
        this.timeout = timeout;
        this.listener = listener;
        this.timer = timer;
        this.waiting = new ArrayDeque<>(claims);
        this.open = new LinkedHashSet<>(claims);
    }

    /** The next claim to begin with; null if none is left, or nothing more is to begin: then none will ever follow. */
    synchronized @Nullable Claim next() {
        Claim next = cancelled || hopeless ? null : waiting.poll();
        over |= next == null;
        return next;
    }

    /** Nothing begins any more, not even with this one, which was the next. */
    synchronized void leave(Claim claim) {
        waiting.addFirst(claim);
        over = true;
    }

    /** Begins with all claims at once; none if nothing is to begin. */
    synchronized List<Claim> all() {
        List<Claim> all = cancelled ? List.of() : List.copyOf(waiting);
        waiting.clear();
        over = true;
        return all;
    }

    @Override
    public synchronized boolean goOnWith(List<Claim> claims, Duration timeout) {
        if (over || cancelled || hopeless) {
            return false;
        }
        this.timeout = timeout;
        waiting.addAll(claims);
        open.addAll(claims);
        return true;
    }

    @Override
    public synchronized List<Claim> leaveRest() {
        List<Claim> rest = List.copyOf(waiting);
        waiting.clear();
        rest.forEach(open::remove);
        return rest;
    }

    TaskType taskType() {
        return taskType;
    }

    /** The card on which its slot is counted, or null. */
    @Nullable
    String gpu() {
        return gpu;
    }

    /** The longest run of one subject, from when it is handed over. */
    Duration timeout() {
        return timeout;
    }

    @Override
    public CompletionStage<Void> clear() {
        return clear.minimalCompletionStage();
    }

    @Override
    public void cancel(String reason) {
        Runnable now;
        synchronized (this) {
            cancelled = true;
            early = early == null ? new Outcome.Cancelled(reason) : early;
            now = ending;
        }
        if (now != null) {
            now.run();
        }
    }

    /**
     * From now on the run can be ended: by {@link #cancel}, and by the timeout.
     *
     * @param way ends it without waiting; may be called more than once
     */
    void endableBy(Runnable way) {
        String error = "timed out after " + timeout.toMillis() / 1000.0
                + " s and was ended. Fix: make the script faster, or raise timeout_seconds";
        endableBy(way, timeout, new Outcome.TimedOut(error));
    }

    /**
     * The same with another limit than the timeout.
     *
     * @param within the limit, from now
     * @param otherwise what becomes of the subject when it is over
     */
    void endableBy(Runnable way, Duration within, Outcome otherwise) {
        boolean already;
        synchronized (this) {
            disarm();
            ending = way;
            already = early != null;
            alarm = already ? null : timer.schedule(() -> overdue(otherwise), within.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (already) {
            way.run();
        }
    }

    /**
     * The subject at hand is done with: from now on only another {@link #endableBy} makes the run endable.
     *
     * @return what became of the subject if it was ended early (timed out or cancelled), else null: then the way to end
     *     it was not taken and will not be
     */
    synchronized @Nullable Outcome notEndable() {
        disarm();
        ending = null;
        Outcome was = early;
        if (!cancelled) {
            early = null; // a timeout ends one subject, a cancellation all of them
        }
        return was;
    }

    private void disarm() {
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarm = null;
    }

    private void overdue(Outcome outcome) {
        Runnable now;
        synchronized (this) {
            if (ending == null || alarm == null) {
                return;
            }
            early = early == null ? outcome : early;
            now = ending;
        }
        log.info("task type '{}': {}", taskType.name(), taskType.withoutName(String.valueOf(outcome.error())));
        now.run();
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** The script is found; its facts go with each result. */
    void found(ScriptHost.ScriptFacts found) {
        facts = found;
    }

    void started(Claim claim) {
        tell(() -> listener.started(claim), claim);
    }

    /** Reports a claim's result, unless it has one. */
    void finished(Claim claim, Outcome outcome, RunLog runLog) {
        synchronized (this) {
            if (!open.remove(claim)) {
                return;
            }
        }
        if (outcome instanceof Outcome.Unrunnable || taskType.requiresModel() != null && outcome.mayBeTheModels()) {
            hopeless();
        }
        try {
            tell(() -> listener.finished(claim, new ScriptHost.Result(blamed(outcome), runLog, facts)), claim);
        } catch (Error e) {
            synchronized (this) {
                open.add(claim); // the listener may not have heard it: nobody else would ever free the claim
            }
            throw e;
        }
    }

    /** A script that blames a model although its task type needs none can only mean something of its own. */
    private Outcome blamed(Outcome outcome) {
        return outcome instanceof Outcome.Unrunnable unrunnable
                        && unrunnable.part() == Environment.MODEL
                        && taskType.requiresModel() == null
                ? new Outcome.Unrunnable(Environment.SCRIPT, unrunnable.error())
                : outcome;
    }

    private synchronized void hopeless() {
        hopeless = true;
    }

    /** The same for every claim that has begun and has no result yet, and for all if the run was cancelled. */
    void finishRest(Outcome outcome, RunLog runLog) {
        if (isCancelled()) {
            all();
        }
        for (Claim claim : unfinished()) {
            finished(claim, outcome, runLog);
        }
    }

    /** The run can't go on. The claim that is at hand has that as its result, or the next one would have had it. */
    void broke(Outcome outcome) {
        if (unfinished().isEmpty()) {
            next();
        }
        hopeless();
        finishRest(outcome, RunLog.EMPTY);
    }

    synchronized List<Claim> unfinished() {
        List<Claim> unfinished = new ArrayList<>(open);
        unfinished.removeAll(waiting);
        return unfinished;
    }

    /** The lane is clear: nothing of this run is left on the machine. */
    void cleared() {
        clear.complete(null);
    }

    private void tell(Runnable word, Claim claim) {
        try {
            word.run();
        } catch (RuntimeException e) {
            log.error("task type '{}': the listener failed on ticket {}", taskType.name(), claim.ticketId(), e);
        }
    }
}
