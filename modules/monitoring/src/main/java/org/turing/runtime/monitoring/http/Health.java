package org.turing.runtime.monitoring.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.RuntimeStatus;

/**
 * What orchestrators ask. Alive: the process answers. Started: it has left {@code starting}. Ready: it is
 * {@code running} and the database serves. A status that does not come within {@value #PATIENCE_MILLIS} ms counts as
 * not ready.
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
                Router.Route.get("/alive", request -> CompletableFuture.completedStage(reply(null))),
                Router.Route.get("/startup", request -> ask(Health::whyNotStarted)),
                Router.Route.get("/ready", request -> ask(Health::whyNotReady)));
    }

    private CompletionStage<HttpResponse> ask(Function<RuntimeStatus, @Nullable String> whyNot) {
        return Patience.limited(control.status(), LIMIT)
                .handle((status, failure) ->
                        reply(failure == null ? whyNot.apply(status) : silence(Patience.cause(failure))));
    }

    static @Nullable String whyNotStarted(RuntimeStatus status) {
        return status.state().equals("starting") ? "the runtime is starting" : null;
    }

    static @Nullable String whyNotReady(RuntimeStatus status) {
        if (status.databaseProblem() != null) {
            return "the database can't serve: " + status.databaseProblem();
        }
        return status.state().equals("running") ? null : "the runtime is " + status.state();
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
