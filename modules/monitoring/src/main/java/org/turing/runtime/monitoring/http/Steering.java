package org.turing.runtime.monitoring.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.monitoring.json.Json;
import org.turing.runtime.monitoring.json.Requests;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.Target;

/**
 * What may be asked under {@code /api}. An answer that says 'not done' comes as 409 with the reason; all answers but
 * that of {@code run}, which lasts as long as its script, are given up after 10 s.
 */
final class Steering {

    private static final Logger LOG = LoggerFactory.getLogger(Steering.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long LARGEST_BODY_BYTES = 64 * 1024;
    private static final Duration BODY_PATIENCE = Duration.ofSeconds(5);

    private final ActorSystem<?> system;
    private final RuntimeControl control;
    private final Duration limit;

    Steering(ActorSystem<?> system, RuntimeControl control) {
        this(system, control, LIMIT);
    }

    /** @param limit how long answers are waited for */
    Steering(ActorSystem<?> system, RuntimeControl control, Duration limit) {
        this.system = system;
        this.control = control;
        this.limit = limit;
    }

    List<Router.Route> routes() {
        return List.of(
                Router.Route.get("/api/status", request -> status()),
                Router.Route.post("/api/stop", request -> body(request, Requests.Stop.class, this::stop)),
                Router.Route.post("/api/drain", request -> body(request, Requests.Drain.class, this::drain)),
                Router.Route.post("/api/pause", request -> body(request, Requests.Part.class, this::pause)),
                Router.Route.post("/api/resume", request -> body(request, Requests.Part.class, this::resume)),
                Router.Route.post("/api/poll", request -> body(request, Requests.Poll.class, this::poll)),
                Router.Route.post("/api/cancel", request -> body(request, Requests.Cancel.class, this::cancel)),
                Router.Route.post("/api/run", request -> body(request, Requests.Run.class, this::run)));
    }

    private CompletionStage<HttpResponse> status() {
        return Patience.limited(control.status(), limit).thenApply(status -> Replies.json(StatusCodes.OK, status));
    }

    private CompletionStage<HttpResponse> stop(Requests.Stop request) {
        boolean now = Boolean.TRUE.equals(request.now());
        if (Boolean.TRUE.equals(request.all())) {
            return answered("stop all nodes" + (now ? " now" : ""), control.stopAll(now));
        }
        LOG.info("HTTP: asked to stop{}", now ? " now" : "");
        control.stop(now);
        String message = now ? "stopping: what runs is ended" : "stopping: nothing new is claimed, what runs finishes";
        return CompletableFuture.completedStage(Replies.json(StatusCodes.ACCEPTED, new Answer(true, message)));
    }

    private CompletionStage<HttpResponse> drain(Requests.Drain request) {
        String node = needed("node", request.node());
        boolean undo = Boolean.TRUE.equals(request.undo());
        return answered((undo ? "end the draining of node '" : "drain node '") + node + "'", control.drain(node, undo));
    }

    private CompletionStage<HttpResponse> pause(Requests.Part request) {
        Target target = target(request);
        return answered("pause " + target.inWords(), control.pause(target));
    }

    private CompletionStage<HttpResponse> resume(Requests.Part request) {
        Target target = target(request);
        return answered("resume " + target.inWords(), control.resume(target));
    }

    private CompletionStage<HttpResponse> poll(Requests.Poll request) {
        String taskType = needed("task_type", request.taskType());
        return answered("poll task type '" + taskType + "'", control.pollNow(taskType));
    }

    private CompletionStage<HttpResponse> cancel(Requests.Cancel request) {
        long ticketId = needed("ticket_id", request.ticketId());
        return answered("cancel ticket " + ticketId, control.cancel(ticketId));
    }

    private CompletionStage<HttpResponse> run(Requests.Run request) {
        String taskType = needed("task_type", request.taskType());
        String subjectId = needed("subject_id", request.subjectId());
        LOG.info("HTTP: run task type '{}' on subject {}", taskType, subjectId);
        return control.run(taskType, subjectId).thenApply(report -> Replies.json(StatusCodes.OK, report));
    }

    private CompletionStage<HttpResponse> answered(String what, CompletionStage<Answer> answer) {
        return Patience.limited(answer, limit).thenApply(given -> {
            LOG.info("HTTP: {}: {}{}", what, given.done() ? "" : "not done: ", given.message());
            return Replies.json(given.done() ? StatusCodes.OK : StatusCodes.CONFLICT, given);
        });
    }

    private <T> CompletionStage<HttpResponse> body(
            HttpRequest request, Class<T> shape, Function<T, CompletionStage<HttpResponse>> then) {
        return request.entity()
                .withSizeLimit(LARGEST_BODY_BYTES)
                .toStrict(BODY_PATIENCE.toMillis(), system)
                .handle((body, failure) -> {
                    if (failure != null) {
                        throw unread(failure);
                    }
                    return parse(body.getData().utf8String(), shape);
                })
                .thenCompose(then);
    }

    private static <T> T parse(String body, Class<T> shape) {
        try {
            return Json.readRequest(body, shape);
        } catch (Json.UnreadableJson e) {
            throw new RefusedRequest(
                    StatusCodes.BAD_REQUEST, "the request's body is not what was expected: " + e.getMessage());
        }
    }

    private static RuntimeException unread(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EntityStreamSizeException) {
                return new RefusedRequest(
                        StatusCodes.CONTENT_TOO_LARGE,
                        "the request's body is larger than " + LARGEST_BODY_BYTES + " bytes. Fix: send less");
            }
        }
        return new RefusedRequest(
                StatusCodes.BAD_REQUEST,
                "the request's body did not arrive whole within " + BODY_PATIENCE.toSeconds() + " s: " + failure
                        + ". Fix: send it again");
    }

    private static Target target(Requests.Part request) {
        Target target = request.target();
        if (target == null) {
            throw new RefusedRequest(
                    StatusCodes.BAD_REQUEST,
                    "the request does not name exactly one part. Fix: send {\"all\": true}, {\"task_type\": \"NAME\"}"
                            + " or {\"model\": \"NAME\"}");
        }
        return target;
    }

    private static <T> T needed(String field, @Nullable T value) {
        if (value == null || value.toString().isBlank()) {
            throw new RefusedRequest(
                    StatusCodes.BAD_REQUEST, "the request's field '" + field + "' is missing or empty. Fix: send it");
        }
        return value;
    }
}
