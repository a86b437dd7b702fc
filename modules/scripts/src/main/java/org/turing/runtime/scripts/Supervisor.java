package org.turing.runtime.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/**
 * Starts and ends children through the supervisor program. If that program dies, every run that it watched has failed,
 * and a new one is started that first ends what is left of them.
 */
final class Supervisor implements SupervisorProcess.Listener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
    private static final long READY_SECONDS = 60;
    private static final long LEAVE_SECONDS = 10;
    private static final long RETRY_SECONDS = 1;
    private static final int MOST_TRIES = 5;

    /** How long a child's pipes are read after the last process of its own is gone: somebody else may hold them. */
    private static final long STREAMS_AFTER_END_SECONDS = 10;

    private final ScriptSettings settings;
    private final Interpreter python;
    private final Map<String, String> environment;
    private final WorkFolder folder;
    private final ScheduledExecutorService timer;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, ChildProcess> children = new ConcurrentHashMap<>();

    private @Nullable SupervisorProcess process;
    private CompletableFuture<Void> ready = new CompletableFuture<>();
    private boolean begun;
    private boolean successorNeeded;
    private boolean closed;

    Supervisor(
            ScriptSettings settings,
            Interpreter python,
            Map<String, String> environment,
            WorkFolder folder,
            LaneThreads threads) {
        this.settings = settings;
        this.python = python;
        this.environment = environment;
        this.folder = folder;
        this.timer = threads.timer();
        long beat = settings.times().heartbeatLimit().toMillis() / 5;
        threads.heartbeat().scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts a child and opens its streams. Blocks for about a millisecond.
     *
     * @throws ScriptFault if the operating system or the supervisor refuses
     */
    ChildProcess spawn(Launch launch) throws ScriptFault {
        ChildProcess child = new ChildProcess(ids.incrementAndGet(), this::end);
        SupervisorProcess current = running();
        for (int tries = 1; !watched(child, current); tries++) {
            if (tries == MOST_TRIES) {
                throw new ScriptFault(
                        "the supervisor of scripts dies as soon as it has started. Fix: let Python be whole");
            }
            current = running();
        }
        try {
            current.spawn(child.id(), launch);
            child.pid().join();
            open(child, current);
            return child;
        } catch (CompletionException | IOException e) {
            if (started(child)) {
                end(child, Duration.ZERO);
                child.closeStreams();
            } else {
                children.remove(child.id());
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ScriptFault("can't start " + launch + ": " + cause.getMessage());
        }
    }

    /**
     * Has a supervisor answer for a child, unless it has died meanwhile: then its end has been told to its children
     * already, and nobody would ever tell it to this one.
     */
    private synchronized boolean watched(ChildProcess child, SupervisorProcess by) {
        if (process != by) {
            return false;
        }
        children.put(child.id(), child);
        return true;
    }

    private void open(ChildProcess child, SupervisorProcess from) throws IOException {
        try {
            child.open(folder.path());
        } finally {
            from.opened(child.id());
        }
        child.gone().thenRun(() -> closeStreamsLater(child));
    }

    private static boolean started(ChildProcess child) {
        return child.pid().isDone() && !child.pid().isCompletedExceptionally();
    }

    private SupervisorProcess running() throws ScriptFault {
        try {
            SupervisorProcess current;
            CompletableFuture<Void> isReady;
            synchronized (this) {
                if (process == null) {
                    process = begin();
                }
                current = process;
                isReady = ready;
            }
            isReady.get(READY_SECONDS, TimeUnit.SECONDS);
            return current;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScriptFault("interrupted while the supervisor of scripts was starting");
        } catch (IOException | ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ScriptFault("the supervisor of scripts does not start: " + cause + ". Fix: let "
                    + settings.workFolder() + " be writable and Python be whole");
        }
    }

    /** Starts the program, and has it end what an earlier incarnation watched. */
    private SupervisorProcess begin() throws ScriptFault, IOException {
        if (closed) {
            throw new ScriptFault("the script host is closed");
        }
        ready = new CompletableFuture<>();
        SupervisorProcess started = SupervisorProcess.start(
                python.path(), folder.program("turing_supervisor.py"), settings.scriptsFolder(), environment, this);
        started.begin(folder.path(), folder.mark(), environment, settings, begun, leftBehind());
        begun = true;
        successorNeeded = false;
        return started;
    }

    private List<ChildProcess> leftBehind() {
        return children.values().stream()
                .filter(ChildProcess::hasExited)
                .filter(Supervisor::started)
                .toList();
    }

    @Override
    public void heard(SupervisorProcess from, JsonNode event) {
        String what = event.path("event").asText();
        if ("heartbeat".equals(what)) {
            return;
        }
        if ("ready".equals(what)) {
            log.info("supervisor of scripts started (pid {})", from.pid());
            synchronized (this) {
                ready.complete(null);
            }
            return;
        }
        ChildProcess child = children.get(event.path("id").asLong());
        if (child == null) {
            return;
        }
        switch (what) {
            case "spawned" -> child.pid().complete(event.path("pid").asLong());
            case "refused" -> child.pid().completeExceptionally(new IOException(SupervisorProcess.refusal(event)));
            case "exited" -> child.exit().complete(SupervisorProcess.exit(event));
            case "gone" -> gone(child);
            default -> log.warn("the supervisor of scripts says something unknown: {}", event);
        }
    }

    private void gone(ChildProcess child) {
        children.remove(child.id());
        child.exit().complete(Exit.lost("its end was not seen"));
        child.gone().complete(null);
    }

    private void closeStreamsLater(ChildProcess child) {
        if (!timer.isShutdown()) {
            timer.schedule(child::closeStreams, STREAMS_AFTER_END_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void ended(SupervisorProcess which, String problem) {
        String what = "the supervisor of scripts (pid " + which.pid() + ") has died: " + problem;
        synchronized (this) {
            if (process != which) {
                return;
            }
            process = null;
            ready.completeExceptionally(new IOException(what));
            successorNeeded = !children.isEmpty(); // even one whose start was not seen
            for (ChildProcess child : children.values()) {
                child.pid().completeExceptionally(new IOException(what));
                child.exit().complete(Exit.lost(what));
            }
            if (!closed || successorNeeded) {
                log.error("{}; its runs have failed", what);
            }
        }
        endLeftBehind();
    }

    private synchronized void endLeftBehind() {
        if (process != null || closed || !successorNeeded) {
            return;
        }
        try {
            process = begin();
        } catch (ScriptFault | IOException e) {
            log.error("what a dead supervisor left running can't be ended yet: {}", e.getMessage());
            timer.schedule(this::endLeftBehind, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void end(ChildProcess child, Duration grace) {
        SupervisorProcess current;
        synchronized (this) {
            current = process;
        }
        if (current == null || child.gone().isDone()) {
            return; // a new supervisor ends it
        }
        try {
            current.end(child.id(), grace);
        } catch (IOException e) {
            log.debug("child {} can't be ended by a supervisor that has died: {}", child.id(), e.getMessage());
        }
    }

    private void beat() {
        SupervisorProcess current;
        synchronized (this) {
            current = process;
        }
        if (current != null) {
            current.beat();
        }
    }

    /** Children that are not seen to be gone. */
    List<ChildProcess> children() {
        return List.copyOf(children.values());
    }

    /** The supervisor program's process id, for tests; null if none runs. */
    synchronized @Nullable Long pid() {
        return process == null ? null : process.pid();
    }

    /** Ends the supervisor, which ends every child that is left; returns when it has left. */
    @Override
    public void close() {
        SupervisorProcess last;
        synchronized (this) {
            closed = true;
            last = process;
        }
        if (last != null) {
            last.leave(LEAVE_SECONDS);
        }
        for (ChildProcess child : children()) {
            log.warn("child {} was not seen to be gone when the script host closed", child.id());
            child.exit().complete(Exit.lost("the script host was closed"));
            child.gone().complete(null);
            child.closeStreams();
        }
    }
}
