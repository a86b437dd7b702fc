package org.turing.runtime.scripts;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The host's own threads: those that block on children, one for timers, and one for heartbeats, which nothing else may
 * delay: a timer may have to wait for a supervisor that does not listen.
 */
final class LaneThreads implements AutoCloseable {

    private final ExecutorService lanes = Executors.newCachedThreadPool(named("turing-script-"));
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("turing-script-timer-"));
    private final ScheduledExecutorService heartbeat =
            Executors.newSingleThreadScheduledExecutor(named("turing-script-heartbeat-"));

    LaneThreads() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Daemons: a host that nobody closed does not keep the JVM alive; the supervisor then ends its children. */
    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    Future<?> start(Runnable work) {
        return lanes.submit(work);
    }

    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    ScheduledExecutorService heartbeat() {
        return heartbeat;
    }

    @Override
    public void close() {
        heartbeat.shutdownNow();
        timer.shutdownNow();
        lanes.shutdown();
    }
}
