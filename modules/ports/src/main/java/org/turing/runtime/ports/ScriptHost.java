package org.turing.runtime.ports;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;

/** Runs scripts on this machine, each child in a process group of its own. */
public interface ScriptHost extends AutoCloseable {

    /**
     * Looks at a task type's script without running it.
     *
     * @throws ScriptFault if it can't be run: missing, outside the folder, not executable, interpreter or class gone
     */
    ScriptFacts examine(TaskType taskType) throws ScriptFault;

    /**
     * Runs the script on these claims: a batch at once for {@code bulk}, else one after the other. Does not block:
     * starting, waiting and timing out happen on the host's own threads.
     *
     * @param claims at least one; up to {@code batch_size} for {@code bulk}
     * @param gpu the card on which the slot is counted that it runs on, by name: the script is told; null without one
     * @param timeout the longest run of one subject, from its {@link Listener#started start} to its result
     * @param listener hears of the start and of each claim's result; called on the host's threads; must not block
     */
    Run run(TaskType taskType, List<Claim> claims, @Nullable String gpu, Duration timeout, Listener listener);

    /** Ends the warm workers of a task type once they are idle: its script, type or registration changed. */
    void retire(long taskTypeId);

    /** Ends every child, politely first; returns when all process groups are gone. */
    @Override
    void close();

    /** A run under way. */
    interface Run {
        /**
         * Completes, never exceptionally, once every claim that has begun has its result <em>and</em> the lane is
         * clear: the worker is idle again or its process group is seen dead. Only then may a slot go to somebody else.
         */
        CompletionStage<Void> clear();

        /**
         * Goes on with more subjects after those that it has, so that a lane needs no new run for them. A batch of
         * {@code bulk} is complete as it is.
         *
         * @param claims at least one, of the same task type
         * @param timeout the longest run of each subject that begins from now on
         * @return whether it does: not if it is over, or ends, or nothing more begins in it
         */
        boolean goOnWith(List<Claim> claims, Duration timeout);

        /**
         * Nothing of what it has so far begins any more. That is so of itself once something was
         * {@link Outcome.Unrunnable}, as the others would be too, or failed for what may be the model's fault: they
         * wait until that is known.
         *
         * @return what has not begun, and will not: it gets no result
         */
        List<Claim> leaveRest();

        /** Ends the run with its whole process group; claims without a result become {@link Outcome.Cancelled}. */
        void cancel(String reason);
    }

    /** Hears what happens to the claims of a run. */
    interface Listener {
        /**
         * The script is being handed the subject now; told again where only then it shows that the script has started
         * so far, and begins with the subject now. Not told of a script that can't be started.
         */
        void started(Claim claim);

        /** The script's result for the subject is there; once for each claim. */
        void finished(Claim claim, Result result);
    }

    /**
     * @param outcome what became of the run
     * @param log what the script printed for this subject
     * @param facts of the script that ran, which may have changed since it was examined; null if none was found
     */
    record Result(Outcome outcome, RunLog log, @Nullable ScriptFacts facts) {}

    /**
     * @param executionType what runs, with {@code auto} decided
     * @param scriptHash SHA-256 of the script file, in hex
     * @param databaseAccess whether the script is handed the database's address and password
     * @param warning what people should know of it although it can be run, or null
     */
    record ScriptFacts(
            ExecutionType executionType,
            String scriptHash,
            boolean databaseAccess,
            @Nullable String warning) {}

    /** A script can't be run. The message names the thing, the cause and the next step. */
    final class ScriptFault extends Exception {
        private static final long serialVersionUID = 1L;

        public ScriptFault(String message) {
            super(message);
        }
    }
}
