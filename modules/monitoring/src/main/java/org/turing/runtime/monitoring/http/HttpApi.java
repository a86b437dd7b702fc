package org.turing.runtime.monitoring.http;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.monitoring.metrics.RuntimeMetrics;
import org.turing.runtime.ports.view.RuntimeControl;

/**
 * The HTTP API of a running runtime.
 *
 * <p>Open: {@code GET /alive}, {@code /startup}, {@code /ready} (503 with a reason while not) and {@code /metrics}.
 * With {@code Authorization: Bearer TOKEN}: {@code GET /api/status}; {@code POST /api/stop}, {@code /api/drain},
 * {@code /api/pause}, {@code /api/resume}, {@code /api/poll}, {@code /api/cancel} and {@code /api/run}, whose bodies
 * are the records of {@link org.turing.runtime.monitoring.json.Requests}. Every error is {@code {"error": "…"}}.
 */
public final class HttpApi {

    private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** Pekko closes connections under answers that it has just been given; so long they have to get out first. */
    private static final Duration LINGER = Duration.ofMillis(250);

    private final ServerBinding binding;
    private final RuntimeMetrics metrics;
    private final Traffic traffic;

    private HttpApi(ServerBinding binding, RuntimeMetrics metrics, Traffic traffic) {
        this.binding = binding;
        this.metrics = metrics;
        this.traffic = traffic;
    }

    /**
     * Starts listening.
     *
     * @param token what callers of {@code /api} must show; not blank
     * @return completes once requests are answered, or fails with {@link HttpApiNotStarted}
     * @throws IllegalArgumentException if the token is blank
     */
    public static CompletionStage<HttpApi> start(
            ActorSystem<?> system, HttpSettings settings, RuntimeControl control, String token) {
        if (token.isBlank()) {
            throw new IllegalArgumentException("the token of the HTTP API is empty: everybody could steer the runtime");
        }
        RuntimeMetrics metrics = new RuntimeMetrics();
        List<Router.Route> routes = new ArrayList<>(new Health(control).routes());
        routes.addAll(new MetricsPage(control, metrics).routes());
        routes.addAll(new Steering(system, control).routes());
        // requests can arrive before this method knows the port: they wait for the rules, which need the address
        CompletableFuture<Router> router = new CompletableFuture<>();
        Traffic traffic = new Traffic();
        Function<HttpRequest, CompletionStage<HttpResponse>> handler =
                request -> traffic.pass(() -> router.thenCompose(ready -> answer(system, ready, request)));
        return Http.get(system)
                .newServerAt(settings.host(), settings.port())
                .withSettings(patient(ServerSettings.create(system.classicSystem())))
                .bind(handler)
                .handle((binding, failure) -> {
                    if (failure != null) {
                        metrics.close();
                        throw new CompletionException(explain(settings, failure));
                    }
                    router.complete(
                            new Router(new AccessRules(token, settings.host(), binding.localAddress()), routes));
                    return started(binding, metrics, traffic);
                });
    }

    /** The port that is listened on. */
    public int port() {
        return binding.localAddress().getPort();
    }

    /** The address that is listened on. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** Stops listening; answers under way have {@code 3 s} to finish. Completes when all connections are closed. */
    public CompletionStage<Void> stop() {
        CompletableFuture<Void> answersAreOut = new CompletableFuture<>();
        if (traffic.quietFor(LINGER)) {
            answersAreOut.complete(null);
        }
        return answersAreOut
                .completeOnTimeout(null, LINGER.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(out -> binding.terminate(GRACE))
                .thenAccept(terminated -> metrics.close());
    }

    /** Whether requests are under way, and when the latest one was answered. */
    private static final class Traffic {
        private final AtomicInteger underWay = new AtomicInteger();
        private volatile long answeredAt = System.nanoTime() - LINGER.toNanos();

        <T> CompletionStage<T> pass(Supplier<CompletionStage<T>> request) {
            underWay.incrementAndGet();
            return request.get().whenComplete((answer, failure) -> {
                answeredAt = System.nanoTime();
                underWay.decrementAndGet();
            });
        }

        boolean quietFor(Duration duration) {
            return underWay.get() == 0 && System.nanoTime() - answeredAt >= duration.toNanos();
        }
    }

    private static HttpApi started(ServerBinding binding, RuntimeMetrics metrics, Traffic traffic) {
        InetSocketAddress address = binding.localAddress();
        LOG.info("HTTP API listens on {}:{}", address.getAddress().getHostAddress(), address.getPort());
        if (!address.getAddress().isLoopbackAddress()) {
            LOG.warn("HTTP API is reachable beyond loopback: health and metrics are open and the token travels"
                    + " unencrypted. Fix: set turing.http.host to 127.0.0.1, or put a proxy with TLS in front");
        }
        return new HttpApi(binding, metrics, traffic);
    }

    private static CompletionStage<HttpResponse> answer(ActorSystem<?> system, Router router, HttpRequest request) {
        // a body that nobody read would hold up its connection; one that was read has nothing left to discard
        return router.answer(request).thenApply(response -> {
            if (response.status().isFailure() && !request.entity().isStrict()) {
                request.discardEntityBytes(system);
            }
            return response;
        });
    }

    /**
     * A run by hand may take hours, so the server cuts nothing off; what should be quick is bounded by its endpoint.
     */
    private static ServerSettings patient(ServerSettings settings) {
        return settings.withTransparentHeadRequests(true)
                .withTimeouts(settings.getTimeouts()
                        .withRequestTimeout(scala.concurrent.duration.Duration.Inf())
                        .withIdleTimeout(scala.concurrent.duration.Duration.Inf()));
    }

    private static HttpApiNotStarted explain(HttpSettings settings, Throwable failure) {
        String place = "port " + settings.port() + " on " + settings.host();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    && String.valueOf(cause.getMessage()).contains("in use")) {
                return new HttpApiNotStarted(
                        "the HTTP API can't start: " + place + " is taken by another program, perhaps another runtime."
                                + " Fix: end that one, or set turing.http.port (TURING_HTTP_PORT) to a free port, or to"
                                + " 0 for any free one",
                        failure);
            }
        }
        return new HttpApiNotStarted(
                "the HTTP API can't listen on " + place + ": " + rootOf(failure)
                        + ". Fix: set turing.http.host to an address of this machine (127.0.0.1 by default) and"
                        + " turing.http.port (TURING_HTTP_PORT) to a port that this user may open, or to 0",
                failure);
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    /** The HTTP API can't listen where it should; the message says why and what to do. */
    public static final class HttpApiNotStarted extends RuntimeException {
        private HttpApiNotStarted(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
