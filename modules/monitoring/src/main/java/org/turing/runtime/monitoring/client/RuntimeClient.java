package org.turing.runtime.monitoring.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.monitoring.client.RuntimeCallFailed.Reason;
import org.turing.runtime.monitoring.json.Json;
import org.turing.runtime.monitoring.json.Problem;
import org.turing.runtime.monitoring.json.Requests;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.RuntimeStatus;

/**
 * The command line's way to a running runtime: what {@link org.turing.runtime.ports.view.RuntimeControl} offers, over
 * the HTTP API, blocking. Every method throws {@link RuntimeCallFailed}; an {@link Answer} that says 'not done' is no
 * failure of the call. Safe for several threads.
 */
public final class RuntimeClient {

    /** How long a call waits for its answer unless told otherwise; {@link #run} waits as long as its script takes. */
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int SERVER_ERROR = 500;

    private final URI address;
    private final String token;
    private final Duration patience;
    private final HttpClient http;

    private RuntimeClient(URI address, String token, Duration patience) {
        this.address = address;
        this.token = token;
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(patience.compareTo(CONNECT_PATIENCE) < 0 ? patience : CONNECT_PATIENCE)
                .build();
    }

    /**
     * A client that waits {@link #PATIENCE} for each answer. Nothing is asked yet.
     *
     * @param host where the runtime's HTTP API listens
     * @param port its port, as the runtime's data folder names it
     * @param token its token, from there too
     */
    public static RuntimeClient of(String host, int port, String token) {
        return of(host, port, token, PATIENCE);
    }

    /** The same, with another patience; positive. */
    public static RuntimeClient of(String host, int port, String token, Duration patience) {
        String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return new RuntimeClient(URI.create("http://" + name + ":" + port), token, patience);
    }

    /** Where everything stands. */
    public RuntimeStatus status() {
        HttpResponse<String> response = ask("GET", "/api/status", null, patience);
        return understood(response, RuntimeStatus.class, Set.of(OK));
    }

    /** Ends the runtime; returns as soon as it has heard, before it has ended. */
    public Answer stop(boolean now) {
        return answer("/api/stop", new Requests.Stop(now, null));
    }

    /** Ends all nodes of the cluster; returns as soon as that has begun. */
    public Answer stopAll(boolean now) {
        return answer("/api/stop", new Requests.Stop(now, true));
    }

    /** Lets a node (name or address) finish what runs and take nothing more, or take work again. */
    public Answer drain(String node, boolean undo) {
        return answer("/api/drain", new Requests.Drain(node, undo));
    }

    /** Stops a part from starting work; what runs goes on. */
    public Answer pause(Target target) {
        return answer("/api/pause", Requests.Part.of(target));
    }

    /** Undoes {@link #pause}. */
    public Answer resume(Target target) {
        return answer("/api/resume", Requests.Part.of(target));
    }

    /** Lets a task type (name or id) look at its inbox now. */
    public Answer pollNow(String taskType) {
        return answer("/api/poll", new Requests.Poll(taskType));
    }

    /** Ends a ticket, on whichever node it runs. */
    public Answer cancel(long ticketId) {
        return answer("/api/cancel", new Requests.Cancel(ticketId));
    }

    /**
     * Runs one subject by hand and waits for its end, however long that takes.
     *
     * @param taskType name or id
     */
    public RunReport run(String taskType, String subjectId) {
        HttpResponse<String> response = ask("POST", "/api/run", new Requests.Run(taskType, subjectId), null);
        return understood(response, RunReport.class, Set.of(OK));
    }

    private Answer answer(String path, Object request) {
        return understood(ask("POST", path, request, patience), Answer.class, Set.of(OK, ACCEPTED, CONFLICT));
    }

    private HttpResponse<String> ask(String method, String path, @Nullable Object body, @Nullable Duration limit) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.write(body)))
                .build();
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(request, BodyHandlers.ofString());
        try {
            return limit == null ? response.get() : response.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw new RuntimeCallFailed(Reason.NO_ANSWER, "interrupted while waiting for the runtime's answer", e);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw silent("no answer within " + patience.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        }
    }

    private RuntimeCallFailed unreachable(Throwable cause) {
        if (cause instanceof ConnectException || cause instanceof UnresolvedAddressException) {
            return new RuntimeCallFailed(
                    Reason.NOT_RUNNING,
                    "no runtime answers at " + address + ": nothing listens there. Fix: start one with 'turing start',"
                            + " or name the data folder of the one that runs with --data",
                    cause);
        }
        if (cause instanceof IOException) {
            return silent("the connection broke: " + cause, cause);
        }
        return new RuntimeCallFailed(
                Reason.NO_ANSWER, "the runtime at " + address + " can't be asked: " + cause, cause);
    }

    private RuntimeCallFailed silent(String what, Throwable cause) {
        return new RuntimeCallFailed(
                Reason.NO_ANSWER,
                "the runtime at " + address + " did not answer: " + what + ". Fix: try again; if it stays so, look at"
                        + " its log",
                cause);
    }

    private <T> T understood(HttpResponse<String> response, Class<T> shape, Set<Integer> expected) {
        int status = response.statusCode();
        if (!expected.contains(status)) {
            throw refused(status, response.body());
        }
        try {
            return Json.read(response.body(), shape);
        } catch (Json.UnreadableJson e) {
            throw notUnderstood("answered " + status + " with a body that can't be read: " + e.getMessage(), e);
        }
    }

    private RuntimeCallFailed refused(int status, String body) {
        String error;
        try {
            error = Json.read(body, Problem.class).error();
        } catch (Json.UnreadableJson e) {
            return notUnderstood("answered " + status + " and no error in JSON", e);
        }
        if (status == UNAUTHORIZED) {
            return new RuntimeCallFailed(
                    Reason.TOKEN_REFUSED,
                    "the runtime at " + address + " refuses the token: it is another runtime's, or an earlier start's."
                            + " Fix: name the data folder of the one that runs with --data",
                    null);
        }
        if (status == NOT_FOUND) {
            return new RuntimeCallFailed(Reason.UNKNOWN_NAME, error, null);
        }
        return new RuntimeCallFailed(
                status >= SERVER_ERROR ? Reason.FAILED : Reason.REQUEST_REFUSED,
                "the runtime at " + address + " answered " + status + ": " + error,
                null);
    }

    private RuntimeCallFailed notUnderstood(String what, Throwable cause) {
        return new RuntimeCallFailed(
                Reason.NOT_UNDERSTOOD,
                "what listens at " + address + " " + what
                        + ". Fix: check that it is a turing-runtime, and of this version",
                cause);
    }
}
