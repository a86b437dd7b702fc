package org.turing.runtime.embedded;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every second whether a server still runs and has it started again if not; rests longer while that fails. */
final class ServerWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ServerWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);

    private final BooleanSupplier revive;
    private final CountDownLatch closed = new CountDownLatch(1);

    private ServerWatch(BooleanSupplier revive) {
        this.revive = revive;
    }

    /**
     * @param revive starts the server if it has ended; whether it had
     * @param name the thread's name
     */
    static ServerWatch begin(BooleanSupplier revive, String name) {
        ServerWatch watch = new ServerWatch(revive);
        Thread thread = new Thread(watch::look, name);
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    private void look() {
        Duration rest = LOOK_EVERY;
        while (!isClosedAfter(rest)) {
            try {
                revive.getAsBoolean();
                rest = LOOK_EVERY;
            } catch (IllegalStateException closedMeanwhile) {
                log.debug("the watch ends with its server: {}", closedMeanwhile.getMessage());
                return;
            } catch (RuntimeException failure) {
                rest = longer(rest);
                log.error("{}. It is tried again in {} s", failure.getMessage(), rest.toSeconds());
            }
        }
    }

    private static Duration longer(Duration rest) {
        Duration doubled = rest.multipliedBy(2);
        return doubled.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : doubled;
    }

    private boolean isClosedAfter(Duration rest) {
        try {
            return closed.await(rest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Ends the watch; a start that is under way ends first, since the server is closed after it. */
    @Override
    public void close() {
        closed.countDown();
    }
}
