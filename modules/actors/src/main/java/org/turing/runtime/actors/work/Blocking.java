package org.turing.runtime.actors.work;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** Runs blocking port calls on a named dispatcher; the answer comes back by {@code pipeToSelf}. */
public final class Blocking {

    static final String INBOXES = "turing.dispatchers.inboxes";

    private final Executor executor;

    Blocking(Executor executor) {
        this.executor = executor;
    }

    /** For calls to the ledger and the registry, which inboxes may not keep waiting. */
    public static Blocking database(ActorSystem<?> system) {
        return of(system, "turing.dispatchers.database");
    }

    /** For calls that ask inboxes, by way of {@link InboxThreads} alone. */
    static Blocking inboxes(ActorSystem<?> system) {
        return of(system, INBOXES);
    }

    /** For calls that renew the lease, which nothing else may keep waiting. */
    public static Blocking lease(ActorSystem<?> system) {
        return of(system, "turing.dispatchers.lease");
    }

    /** For calls that tell processes what to do: those may be stopped, and their pipes full. */
    public static Blocking scripts(ActorSystem<?> system) {
        return of(system, "turing.dispatchers.scripts");
    }

    /** For connections to the servers of models, which may be as slow as a network is. */
    public static Blocking servers(ActorSystem<?> system) {
        return of(system, "turing.dispatchers.servers");
    }

    private static Blocking of(ActorSystem<?> system, String dispatcher) {
        return new Blocking(system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher)));
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
