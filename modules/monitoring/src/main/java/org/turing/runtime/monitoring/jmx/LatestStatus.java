package org.turing.runtime.monitoring.jmx;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.RuntimeStatus;

/**
 * The runtime's status for readers that must not wait long and may read often: it is asked for at most once per
 * {@code maxAge}, all readers share one question, and a reader that has waited {@code patience} gets the last known.
 * Safe for several threads.
 */
final class LatestStatus {

    private static final Logger LOG = LoggerFactory.getLogger(LatestStatus.class);

    private final RuntimeControl control;
    private final Duration maxAge;
    private final Duration patience;
    private final Duration lost;
    private final LongSupplier nanoClock;
    private final Consumer<RuntimeStatus> onNew;

    private final Object lock = new Object();
    // guarded by lock
    private @Nullable Reading known;
    private @Nullable Question open;
    private boolean failing;

    /**
     * @param maxAge how old a status may be before it is asked for again
     * @param patience how long a reader waits for an answer
     * @param lost after how long an unanswered question is given up and asked again
     * @param onNew told of every new status, on the thread that brought it; must not block
     */
    LatestStatus(
            RuntimeControl control,
            Duration maxAge,
            Duration patience,
            Duration lost,
            LongSupplier nanoClock,
            Consumer<RuntimeStatus> onNew) {
        this.control = control;
        this.maxAge = maxAge;
        this.patience = patience;
        this.lost = lost;
        this.nanoClock = nanoClock;
        this.onNew = onNew;
    }

    /**
     * The status, at most {@code maxAge} old if the runtime answers in time, else the last known.
     *
     * @throws IllegalStateException if none is known yet
     */
    Reading read() {
        Question question = askIfOld();
        if (question != null) {
            await(question);
        }
        synchronized (lock) {
            if (known == null) {
                throw new IllegalStateException("the runtime has not said yet where it stands. Fix: read again; if it"
                        + " stays so, look at the runtime's log");
            }
            return known;
        }
    }

    /** Asks unless a young enough status is known or a question is open; returns what is to be waited for, or null. */
    @Nullable
    Question askIfOld() {
        Question asked;
        synchronized (lock) {
            long now = nanoClock.getAsLong();
            if (known != null && now - known.readAtNanos() < maxAge.toNanos()) {
                return null;
            }
            if (open != null && now - open.askedAtNanos() < lost.toNanos()) {
                return open;
            }
            asked = new Question(new CompletableFuture<>(), now);
            open = asked;
        }
        ask(asked);
        return asked;
    }

    private void ask(Question question) {
        try {
            control.status().whenComplete((status, failure) -> {
                if (failure == null) {
                    learned(question, status);
                } else {
                    failed(question, failure);
                }
            });
        } catch (RuntimeException e) {
            failed(question, e);
        }
    }

    private void learned(Question question, RuntimeStatus status) {
        synchronized (lock) {
            known = new Reading(status, nanoClock.getAsLong());
            failing = false;
            close(question);
        }
        onNew.accept(status);
        question.answered().complete(null);
    }

    private void failed(Question question, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        synchronized (lock) {
            if (!failing) {
                LOG.warn("JMX: the runtime can't say where it stands; beans show the last known", cause);
            }
            failing = true;
            close(question);
        }
        question.answered().complete(null);
    }

    private void close(Question question) {
        if (open == question) {
            open = null;
        }
    }

    /** Waits until the answer is there or {@code patience} has passed since the question was asked, by anyone. */
    private void await(Question question) {
        long left = patience.toNanos() - (nanoClock.getAsLong() - question.askedAtNanos());
        if (left <= 0) {
            return;
        }
        try {
            question.answered().get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.debug("JMX: no status within {} ms; showing the last known", patience.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new AssertionError("questions are only ever completed normally", e);
        }
    }

    /**
     * @param status what the runtime said
     * @param readAtNanos when, by the nano clock
     */
    record Reading(RuntimeStatus status, long readAtNanos) {}

    /**
     * A question that the runtime has not answered yet.
     *
     * @param answered completes, always normally, when it has answered or failed to
     * @param askedAtNanos when it was asked, by the nano clock
     */
    record Question(CompletableFuture<@Nullable Void> answered, long askedAtNanos) {}
}
