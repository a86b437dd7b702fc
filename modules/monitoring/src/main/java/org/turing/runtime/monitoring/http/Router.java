package org.turing.runtime.monitoring.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Allow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.view.UnknownName;

/** Takes each request to its endpoint, and turns whatever goes wrong on the way into an error in JSON. */
final class Router {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final AccessRules rules;
    private final Map<String, Map<HttpMethod, Endpoint>> endpoints = new LinkedHashMap<>();

    Router(AccessRules rules, List<Route> routes) {
        this.rules = rules;
        for (Route route : routes) {
            endpoints
                    .computeIfAbsent(route.path(), path -> new LinkedHashMap<>())
                    .put(route.method(), route.endpoint());
        }
    }

    /** Never fails and never blocks. */
    CompletionStage<HttpResponse> answer(HttpRequest request) {
        CompletionStage<HttpResponse> answer;
        try {
            rules.check(request);
            answer = endpoint(request).answer(request);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedStage(e);
        }
        return answer.exceptionally(failure -> explain(request, failure));
    }

    private Endpoint endpoint(HttpRequest request) {
        String path = request.getUri().getPathString();
        Map<HttpMethod, Endpoint> methods = endpoints.get(path);
        if (methods == null) {
            throw new RefusedRequest(
                    StatusCodes.NOT_FOUND, "there is no path '" + path + "'. Known paths: " + paths(path));
        }
        Endpoint endpoint = methods.get(request.method());
        if (endpoint == null) {
            List<HttpMethod> allowed = new ArrayList<>(methods.keySet());
            String names = allowed.stream().map(HttpMethod::value).collect(Collectors.joining(" or "));
            throw new RefusedRequest(
                    StatusCodes.METHOD_NOT_ALLOWED,
                    "'" + path + "' does not take " + request.method().value() + ". Fix: use " + names,
                    Allow.create(allowed.toArray(HttpMethod[]::new)));
        }
        return endpoint;
    }

    private String paths(String asked) {
        boolean insiders = AccessRules.isProtected(asked);
        return endpoints.keySet().stream()
                .filter(path -> insiders || !AccessRules.isProtected(path))
                .collect(Collectors.joining(", "));
    }

    private static HttpResponse explain(HttpRequest request, Throwable failure) {
        Throwable cause = Patience.cause(failure);
        if (cause instanceof RefusedRequest refused) {
            return refused.reply();
        }
        if (cause instanceof UnknownName) {
            return Replies.problem(StatusCodes.NOT_FOUND, String.valueOf(cause.getMessage()));
        }
        String what = request.method().value() + " " + request.getUri().getPathString();
        if (cause instanceof TimeoutException) {
            LOG.warn("HTTP: {}: the runtime did not answer in time", what);
            return Replies.problem(
                    StatusCodes.SERVICE_UNAVAILABLE,
                    what + ": the runtime did not answer in time: it is overloaded, stuck or on its way out."
                            + " Fix: try again; if it stays so, look at the runtime's log");
        }
        LOG.warn("HTTP: {} failed", what, cause);
        return Replies.problem(
                StatusCodes.INTERNAL_SERVER_ERROR,
                what + " failed: " + cause + ". Fix: the runtime's log has the details");
    }

    /** Answers requests to one path by one method. */
    @FunctionalInterface
    interface Endpoint {
        /** @throws RefusedRequest if it won't */
        CompletionStage<HttpResponse> answer(HttpRequest request);
    }

    /** Which requests an endpoint answers. */
    record Route(HttpMethod method, String path, Endpoint endpoint) {
        static Route get(String path, Endpoint endpoint) {
            return new Route(HttpMethods.GET, path, endpoint);
        }

        static Route post(String path, Endpoint endpoint) {
            return new Route(HttpMethods.POST, path, endpoint);
        }
    }
}
