package org.turing.runtime.scripts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/** What every kind of run does with a child: start it, feed it, drain it, end it, within the configured limits. */
final class ChildRun {

    private static final Logger log = LoggerFactory.getLogger(ChildRun.class);
    private static final int BUFFER = 1 << 14;

    private final ScriptSettings settings;
    private final Supervisor supervisor;
    private final LaneThreads threads;

    ChildRun(ScriptSettings settings, Supervisor supervisor, LaneThreads threads) {
        this.settings = settings;
        this.supervisor = supervisor;
        this.threads = threads;
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

    LineReader lines(FileChannel stream) {
        return new LineReader(stream, settings.limits().resultBytes());
    }

    String tooLong() {
        return "its result line is longer than the " + settings.limits().resultBytes() + " bytes that are accepted";
    }

    Future<?> start(Runnable work) {
        return threads.start(work);
    }

    /** Reads a stream to its end on a thread of its own. */
    Future<?> drain(FileChannel stream, BoundedText into) {
        return threads.start(() -> {
            byte[] bytes = new byte[BUFFER];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            try {
                while (stream.read(buffer.clear()) >= 0) {
                    into.append(bytes, 0, buffer.position());
                }
            } catch (IOException e) {
                log.debug("a stream of a child ended early: {}", e.getMessage());
            }
        });
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

    static String because(@Nullable String problem) {
        return problem == null ? "" : " (" + problem + ")";
    }

    static void await(Future<?> work) {
        try {
            work.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading a stream of a child failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading a stream of a child", e);
        }
    }
}
