package org.turing.runtime.app.program;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.ports.DatabaseUnavailable;

/**
 * Waited for at the start: a database that can't be reached or can't serve now may be right in a while, and whoever
 * started both at once has nothing to change here. One that refuses us is told at once.
 */
final class FairWeather {

    private static final Logger log = LoggerFactory.getLogger(FairWeather.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration REMIND = Duration.ofMinutes(1);

    private final CompletableFuture<?> leave;
    private String said = "";
    private long saidAt;

    /** @param leave completes when the runtime is to end instead of starting */
    FairWeather(CompletionStage<?> leave) {
        this.leave = leave.toCompletableFuture();
    }

    /** Something that needs the database. */
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws DatabaseFault;
    }

    /**
     * Tries every second until the database can serve, and says what it waits for.
     *
     * @throws DatabaseFault if it can't be used as it is configured
     * @throws CannotStart if the runtime is to end before
     */
    <T> T await(Attempt<T> attempt) throws DatabaseFault, CannotStart {
        while (true) {
            try {
                return attempt.make();
            } catch (DatabaseFault fault) {
                if (!fault.isWeather()) {
                    throw fault;
                }
                pause(fault);
            } catch (DatabaseUnavailable away) {
                pause(away);
            }
        }
    }

    private void pause(Exception weather) throws CannotStart {
        String message = String.valueOf(weather.getMessage());
        long now = System.nanoTime();
        if (!message.equals(said) || now - saidAt > REMIND.toNanos()) {
            log.warn("the start waits: {}", message);
            said = message;
            saidAt = now;
        }
        try {
            leave.get(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillWanted) {
            return;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        throw new CannotStart("the runtime was stopped before it worked: " + message, weather);
    }
}
