package org.turing.runtime.app.program;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.actors.RuntimeActors;

/** Ends actors in order, and never waits for ever. */
final class ActorsEnd {

    private static final Logger log = LoggerFactory.getLogger(ActorsEnd.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(20);

    private ActorsEnd() {}

    /** Lets the actors say their last words; what still runs is ended, unless they have left already. */
    static void of(RuntimeActors actors) throws InterruptedException {
        if (!actors.whenDone().toCompletableFuture().isDone()) {
            actors.control().stop(true);
        }
        await("the runtime's end", actors.whenDone());
        await("the actors' end", actors.system().getWhenTerminated());
        actors.close();
    }

    /** Waits for something to end, well or not, for a while. */
    static void await(String what, CompletionStage<?> end) throws InterruptedException {
        try {
            end.toCompletableFuture().get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            log.debug("{} came with a failure", what, failure);
        } catch (TimeoutException unheard) {
            log.warn("{} did not come within {} s", what, LAST_WORDS.toSeconds());
        }
    }
}
