package org.turing.runtime.app.program;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.view.RuntimeControl;

/**
 * What Ctrl-C and SIGTERM mean: the first ends the runtime in order, the second ends its scripts too, the third ends
 * the process as it stands. A runtime that has not started yet is ended once it has, or while it waits for its
 * database.
 */
public final class StopSignals {

    private static final Logger log = LoggerFactory.getLogger(StopSignals.class);
    private static final int ENDED_BY_SIGNAL = 143;

    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final AtomicInteger heard = new AtomicInteger();
    private volatile @Nullable RuntimeControl control;

    private StopSignals() {}

    /** Listens from now on, for the rest of the process's life. */
    public static StopSignals listen() {
        StopSignals signals = new StopSignals();
        for (String signal : List.of("TERM", "INT", "HUP")) {
            Signals.register(signal, signals::hear);
        }
        return signals;
    }

    /** Whom to stop. */
    public void stops(RuntimeControl runtime) {
        control = runtime;
        if (heard.get() > 0) {
            runtime.stop(false);
        }
    }

    /** Takes the end of that process for a signal, even if it has ended already. */
    public void endWith(long pid) {
        ProcessHandle.of(pid)
                .map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenRun(this::hear);
    }

    /** Completes with the first one. */
    public CompletionStage<Void> first() {
        return first;
    }

    /** Whether any came. */
    public boolean heard() {
        return heard.get() > 0;
    }

    private void hear() {
        int times = heard.incrementAndGet();
        first.complete(null);
        RuntimeControl runtime = control;
        if (times > 2 || (runtime == null && times > 1)) {
            Runtime.getRuntime().halt(ENDED_BY_SIGNAL);
        } else if (runtime == null) {
            log.info("stopping as soon as the start is done; once more ends the process at once");
        } else if (times == 1) {
            log.info("stopping: what runs is finished; once more ends it");
            runtime.stop(false);
        } else {
            log.info("ending what runs; once more ends the process at once");
            runtime.stop(true);
        }
    }
}
