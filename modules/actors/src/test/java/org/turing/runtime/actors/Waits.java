package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** How tests of actors wait: for a signal, and longer than anything takes that works. */
final class Waits {

    static final Duration GENEROUS = Duration.ofSeconds(60);

    private Waits() {}

    static <T> T get(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).succeedsWithin(GENEROUS);
        return stage.toCompletableFuture().join();
    }

    static void pass(CountDownLatch latch) {
        try {
            if (!latch.await(GENEROUS.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Where a task type stands, its inbox counted, once it is known. */
    static TaskTypeStatus status(RuntimeActors actors, String name) {
        return known(() -> get(actors.control().status()), name);
    }

    /** Where a task type stands, without a look into its inbox, once it is known. */
    static TaskTypeStatus glance(RuntimeActors actors, String name) {
        return known(() -> get(actors.control().glance()), name);
    }

    private static TaskTypeStatus known(Supplier<RuntimeStatus> status, String name) {
        return await().atMost(GENEROUS)
                .until(
                        () -> status.get().taskTypes().stream()
                                .filter(taskType -> taskType.name().equals(name))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
