package org.turing.runtime.monitoring.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.NodeHealth;
import org.turing.runtime.ports.view.RuntimeControl;

/**
 * What orchestrators ask, in the words of Pekko Management. Alive: the actor system runs, and the node was not removed
 * from its cluster. Started: it has joined its cluster and has had a lease. Ready: it is up in the cluster, holds its
 * lease, the database serves, and it does not drain. One that does not say within {@value #PATIENCE_MILLIS} ms counts
 * as alive and not ready.
 */
final class Health {

    private static final long PATIENCE_MILLIS = 2_000;
    private static final Duration LIMIT = Duration.ofMillis(PATIENCE_MILLIS);

    private final RuntimeControl control;

    Health(RuntimeControl control) {
        this.control = control;
    }

    List<Router.Route> routes() {
        return List.of(
                Router.Route.get("/alive", request -> ask(NodeHealth::notAlive, silence -> null)),
                Router.Route.get("/startup", request -> ask(NodeHealth::notStarted, Health::silence)),
                Router.Route.get("/ready", request -> ask(NodeHealth::notReady, Health::silence)));
    }

    private CompletionStage<HttpResponse> ask(
            Function<NodeHealth, @Nullable String> whyNot, Function<Throwable, @Nullable String> silent) {
        return Patience.limited(control.health(), LIMIT)
                .handle((health, failure) ->
                        reply(failure == null ? whyNot.apply(health) : silent.apply(Patience.cause(failure))));
    }

    private static String silence(Throwable failure) {
        return failure instanceof TimeoutException
                ? "the runtime did not answer within " + PATIENCE_MILLIS + " ms"
                : "the runtime could not say where it stands: " + failure;
    }

    private static HttpResponse reply(@Nullable String reason) {
        return Replies.json(
                reason == null ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE,
                new Report(reason == null ? "ok" : "unavailable", reason));
    }

    /**
     * @param health {@code ok} or {@code unavailable}
     * @param reason why it is not ok, or null
     */
    record Report(String health, @Nullable String reason) {}
}
