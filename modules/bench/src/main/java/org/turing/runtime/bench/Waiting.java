package org.turing.runtime.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process does, and looks so rarely that the looks do not weigh on what is measured. */
public final class Waiting {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private Waiting() {}

    /** A look at what is waited for. */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws IOException, E;
    }

    /**
     * Waits until the condition holds.
     *
     * @throws IOException if it does not come about within the limit
     */
    public static <E extends Exception> void until(Duration limit, String what, Condition<E> condition)
            throws IOException, E {
        long since = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - since > limit.toNanos()) {
                throw new IOException(what + " did not come within " + limit.toSeconds() + " s");
            }
            pause(BETWEEN_LOOKS);
        }
    }

    public static void pause(Duration pause) {
        LockSupport.parkNanos(pause.toNanos());
    }
}
