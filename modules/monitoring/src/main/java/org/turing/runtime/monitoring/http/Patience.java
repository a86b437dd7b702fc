package org.turing.runtime.monitoring.http;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** How long answers of the runtime are waited for, and what became of those that failed. */
final class Patience {

    private Patience() {}

    /**
     * The same answer, or a {@link java.util.concurrent.TimeoutException} once the limit has passed; the runtime's own
     * stage is left alone.
     */
    static <T> CompletionStage<T> limited(CompletionStage<T> answer, Duration limit) {
        return answer.toCompletableFuture().copy().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What went wrong, without the wrapping that stages put around it. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
