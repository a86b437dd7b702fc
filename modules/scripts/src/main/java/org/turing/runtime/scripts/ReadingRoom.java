package org.turing.runtime.scripts;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * The memory in which results are made sense of, for all scripts together: who finds it taken waits. Nobody waits for a
 * script, since a line is complete before it comes here. Safe for use by many threads; the first to come is the first
 * to be let in.
 */
final class ReadingRoom {

    private static final int UNIT = 1 << 10;

    private final int units;
    private final Semaphore free;

    /** @param bytes how much memory may be taken at a time; at least 1 KiB */
    ReadingRoom(long bytes) {
        this.units = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
        this.free = new Semaphore(units, true);
    }

    /** Half of what this JVM may use: the rest is for everything else, and for what goes on to the ledger. */
    static ReadingRoom ofThisJvm() {
        return new ReadingRoom(Runtime.getRuntime().maxMemory() / 2);
    }

    /** Whether so much could ever be had. */
    boolean holds(long bytes) {
        return units(bytes) <= units;
    }

    /** How much there is, in bytes. */
    long bytes() {
        return (long) units * UNIT;
    }

    /**
     * Does work that needs memory, when there is so much. Blocks until then.
     *
     * @param bytes how much it needs; no more than the room {@link #holds}
     */
    <T> T with(long bytes, Supplier<T> work) {
        int taken = units(bytes);
        free.acquireUninterruptibly(taken);
        try {
            return work.get();
        } finally {
            free.release(taken);
        }
    }

    private static int units(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT - 1) / UNIT);
    }
}
