package org.turing.runtime.scripts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/** What every kind of run does with a child: start it, feed it, read it, end it, within the configured limits. */
final class ChildRun {

    private final ScriptSettings settings;
    private final Supervisor supervisor;
    private final LaneThreads threads;
    private final Path folder;
    private final ResultReader reader = new ResultReader(ReadingRoom.ofThisJvm());

    /** @param folder where long results are kept while they come in */
    ChildRun(ScriptSettings settings, Supervisor supervisor, LaneThreads threads, Path folder) {
        this.settings = settings;
        this.supervisor = supervisor;
        this.threads = threads;
        this.folder = folder;
    }

    ChildProcess spawn(Launch launch) throws ScriptFault {
        return supervisor.spawn(launch);
    }

    void end(ChildProcess child) {
        child.end(settings.times().grace());
    }

    BoundedText newLog() {
        return new BoundedText(settings.limits().logBytes());
    }

    ResultLines results(ChildProcess child) {
        return results(child, List.of());
    }

    /** @param labels fields of a result that only tell whose it is */
    ResultLines results(ChildProcess child, List<String> labels) {
        return new ResultLines(child, settings.limits().resultBytes(), folder, line -> reader.read(line, labels));
    }

    /** Leaves nothing of a child whose run can't go on: ends it and waits until it is gone. */
    void abandon(ChildProcess child) {
        end(child);
        child.gone().join();
        child.closeStreams();
    }

    Future<?> start(Runnable work) {
        return threads.start(work);
    }

    /** Writes input without ever blocking this thread: what may not fit into the pipe goes by a thread of its own. */
    void feed(ChildProcess child, byte[] input, boolean last) {
        Runnable write = () -> {
            child.write(input);
            if (last) {
                child.closeInput();
            }
        };
        if (ChildProcess.fits(input)) {
            write.run();
        } else {
            threads.start(write);
        }
    }

    /** The outcome of a run whose process was ended by neither itself nor its run. */
    static Outcome endedFromOutside(Exit exit) {
        // A runtime that was frozen learned nothing. A supervisor that died may have been killed by the script itself.
        return exit.signal() != null || exit.code() != null
                ? new Outcome.Cancelled("ended by the supervisor: " + exit.cause())
                : new Outcome.Failed("lost: " + exit.cause(), true, null);
    }

    /** A run without a result of its own whose process has ended by itself. */
    static Outcome failure(TaskType taskType, Path script, Exit exit, String error) {
        if (exit.blamesEnvironment()) {
            return new Outcome.Unrunnable(neededBy(taskType), error);
        }
        if (!exit.clean() && !Files.exists(script)) {
            // it went between its launch and its interpreter's look at it
            return new Outcome.Unrunnable(
                    Environment.SCRIPT, "script '" + taskType.scriptPath() + "' is gone: " + script);
        }
        return new Outcome.Failed(error, true, null);
    }

    /** What a script blames that says no more than that something is missing: most likely its model, if it has one. */
    private static Environment neededBy(TaskType taskType) {
        return taskType.requiresModel() == null ? Environment.SCRIPT : Environment.MODEL;
    }

    static String because(@Nullable String problem) {
        return problem == null ? "" : " (" + problem + ")";
    }

    static void await(Future<?> work) {
        try {
            work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("reading a stream of a child failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading a stream of a child", e);
        }
    }
}
