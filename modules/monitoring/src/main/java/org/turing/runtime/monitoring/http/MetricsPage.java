package org.turing.runtime.monitoring.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.monitoring.metrics.RuntimeMetrics;
import org.turing.runtime.ports.view.RuntimeControl;

/**
 * The page that Prometheus scrapes. A runtime that does not answer within {@value #PATIENCE_SECONDS} s is shown as such
 * ({@code turing_up 0}), with the JVM's metrics alone: old readings would pass for new ones.
 */
final class MetricsPage {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);
    private static final long PATIENCE_SECONDS = 5;
    private static final ContentType TEXT = ContentTypes.parse("text/plain; version=0.0.4; charset=UTF-8");

    private final RuntimeControl control;
    private final RuntimeMetrics metrics;

    MetricsPage(RuntimeControl control, RuntimeMetrics metrics) {
        this.control = control;
        this.metrics = metrics;
    }

    List<Router.Route> routes() {
        return List.of(Router.Route.get("/metrics", request -> page()));
    }

    private CompletionStage<HttpResponse> page() {
        return Patience.limited(control.status(), Duration.ofSeconds(PATIENCE_SECONDS))
                .exceptionally(failure -> {
                    LOG.warn(
                            "HTTP: metrics without the runtime's own: {}",
                            Patience.cause(failure).toString());
                    return null;
                })
                .thenApply(status -> HttpResponse.create()
                        .withEntity(TEXT, metrics.scrape(status).getBytes(StandardCharsets.UTF_8)));
    }
}
