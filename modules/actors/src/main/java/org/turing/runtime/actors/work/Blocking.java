package org.turing.runtime.actors.work;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** Runs blocking port calls on a named dispatcher; the answer comes back by {@code pipeToSelf}. */
public final class Blocking {

    private final Executor executor;

    private Blocking(Executor executor) {
        this.executor = executor;
    }

    /** For calls that wait for PostgreSQL. */
    public static Blocking database(ActorSystem<?> system) {
        return new Blocking(system.dispatchers().lookup(DispatcherSelector.fromConfig("turing.dispatchers.database")));
    }

    /** For calls that look at files and start or end processes. */
    public static Blocking scripts(ActorSystem<?> system) {
        return new Blocking(system.dispatchers().lookup(DispatcherSelector.fromConfig("turing.dispatchers.scripts")));
    }

    /**
     * Runs a call.
     *
     * @return its answer, or its exception unwrapped as the stage's failure
     */
    public <T> CompletionStage<T> call(Callable<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                answer.complete(call.call());
            } catch (Throwable failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }
}
