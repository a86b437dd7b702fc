package org.turing.runtime.actors.cluster;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.Arbiter;
import org.turing.runtime.ports.DatabaseUnavailable;

/** An arbiter in memory. */
public final class FakeArbiter implements Arbiter {

    private @Nullable String node;
    private long until;
    final AtomicInteger asked = new AtomicInteger();
    volatile boolean away;

    @Override
    public synchronized boolean take(String asker, Set<String> mine, Duration stands) {
        asked.incrementAndGet();
        if (away) {
            throw new DatabaseUnavailable("the fake database is down", null);
        }
        String now = holder();
        if (now != null && !now.equals(asker) && !mine.contains(now)) {
            return false;
        }
        node = asker;
        until = System.nanoTime() + stands.toNanos();
        return true;
    }

    @Override
    public synchronized void release(String asker) {
        if (asker.equals(node)) {
            node = null;
        }
    }

    synchronized @Nullable String holder() {
        return node != null && System.nanoTime() - until < 0 ? node : null;
    }
}
