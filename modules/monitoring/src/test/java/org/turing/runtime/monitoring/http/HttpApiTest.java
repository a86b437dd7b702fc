package org.turing.runtime.monitoring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.monitoring.FakeRuntime;
import org.turing.runtime.monitoring.Samples;
import org.turing.runtime.monitoring.json.Json;
import org.turing.runtime.monitoring.json.Problem;
import org.turing.runtime.ports.view.NodeHealth;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.UnknownName;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class HttpApiTest {

    private static final String TOKEN = "s3cret";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ActorSystem<Void> system;
    private FakeRuntime runtime;
    private HttpApi api;

    @BeforeAll
    void startSystem() {
        system = ActorSystem.create(Behaviors.empty(), "http-api-test");
    }

    @AfterAll
    void stopSystem() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @BeforeEach
    void startApi() throws Exception {
        runtime = new FakeRuntime();
        api = start("127.0.0.1", 0);
    }

    @AfterEach
    void stopApi() throws Exception {
        api.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aliveIsOpenAndOkEvenIfTheRuntimeHasNoTimeToSay() throws Exception {
        runtime.isWell(new CompletableFuture<>());

        assertThat(get("/alive").statusCode()).isEqualTo(200);
        assertThat(get("/alive").body().strip()).isEqualTo("{\"health\":\"ok\",\"reason\":null}");
    }

    @Test
    void aNodeThatWasRemovedFromItsClusterIsNotAlive() throws Exception {
        runtime.isWell(health("removed", null, "removed"));

        assertThat(get("/alive").statusCode()).isEqualTo(503);
        assertThat(get("/alive").body()).contains("removed");
    }

    @Test
    void headIsAnsweredLikeGetWithoutTheBody() throws Exception {
        HttpResponse<String> reply = send(HttpRequest.newBuilder(uri("/alive"))
                .method("HEAD", BodyPublishers.noBody())
                .build());

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).isEmpty();
    }

    @Test
    void readyWhenAllIsWell() throws Exception {
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(get("/startup").statusCode()).isEqualTo(200);
    }

    @Test
    void notReadyAndSaysWhy() throws Exception {
        runtime.isWell(health(null, null, "the database can't serve: connection refused"));

        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body()).contains("the database can't serve: connection refused");
        assertThat(get("/startup").statusCode()).isEqualTo(200);
        assertThat(get("/alive").statusCode()).isEqualTo(200);
    }

    @Test
    void notStartedAndSaysWhy() throws Exception {
        runtime.isWell(health(null, "not joined", "not joined"));

        assertThat(get("/startup").statusCode()).isEqualTo(503);
        assertThat(get("/startup").body()).contains("not joined");
    }

    @Test
    void aRuntimeThatDoesNotAnswerIsNotReady() throws Exception {
        runtime.isWell(new CompletableFuture<>());

        HttpResponse<String> reply = get("/ready");

        assertThat(reply.statusCode()).isEqualTo(503);
        assertThat(reply.body()).contains("did not answer within 2000 ms");
    }

    private static CompletionStage<NodeHealth> health(
            @Nullable String notAlive, @Nullable String notStarted, @Nullable String notReady) {
        return CompletableFuture.completedStage(new NodeHealth(notAlive, notStarted, notReady));
    }

    @Test
    void metricsAreOpenAndInPrometheusText() throws Exception {
        HttpResponse<String> page = get("/metrics");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/plain")
                .contains("version=0.0.4");
        assertThat(page.body()).contains("turing_in_flight{task_type=\"clara_a\"} 4.0");
    }

    @Test
    void metricsOfARuntimeThatFailsToAnswerSayThatItIsDown() throws Exception {
        runtime.answersStatusWith(CompletableFuture.failedStage(new IllegalStateException("gone")));

        assertThat(get("/metrics").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body()).contains("turing_up 0.0").contains("jvm_memory_used_bytes");
    }

    @Test
    void statusIsJson() throws Exception {
        HttpResponse<String> reply = send(request("GET", "/api/status", "").build());

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(Json.read(reply.body(), RuntimeStatus.class)).isEqualTo(Samples.running());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/pause  | {\"all\":true}                               | pause All[]",
                "/api/pause  | {\"task_type\":\"lucy\"}                     | pause OneTaskType[taskType=lucy]",
                "/api/resume | {\"model\":\"mistral-nemo:12b\"}             | resume OneModel[model=mistral-nemo:12b]",
                "/api/poll   | {\"task_type\":9388}                         | poll 9388",
                "/api/drain  | {\"node\":\"gpu-2\"}                        | drain gpu-2",
                "/api/drain  | {\"node\":\"gpu-2\",\"undo\":true}          | undrain gpu-2",
                "/api/stop   | {\"all\":true}                            | stop all false",
                "/api/cancel | {\"ticket_id\":71}                           | cancel 71",
                "/api/run    | {\"task_type\":\"alma\",\"subject_id\":1234} | run alma 1234",
            })
    void requestsReachTheRuntime(String path, String body, String asked) throws Exception {
        HttpResponse<String> reply = send(request("POST", path, body).build());

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).contains("\"done\":true");
        assertThat(runtime.asked()).containsExactly(asked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"now\":true} | stop true", "{\"now\":false} | stop false", "{} | stop false", "'' | stop false"
            })
    void stopIsAcceptedBeforeItIsDone(String body, String asked) throws Exception {
        HttpResponse<String> reply = send(request("POST", "/api/stop", body).build());

        assertThat(reply.statusCode()).isEqualTo(202);
        assertThat(runtime.asked()).containsExactly(asked);
    }

    @Test
    void whatWasNotDoneIsAConflictWithTheReason() throws Exception {
        runtime.answersWith(CompletableFuture.completedStage(new Answer(false, "no task type 'lucie'")));

        HttpResponse<String> reply =
                send(request("POST", "/api/pause", "{\"task_type\":\"lucie\"}").build());

        assertThat(reply.statusCode()).isEqualTo(409);
        assertThat(Json.read(reply.body(), Answer.class)).isEqualTo(new Answer(false, "no task type 'lucie'"));
    }

    @Test
    void anUnknownNameIsNotFoundAndSaysWhatWasMeant() throws Exception {
        runtime.answersWith(CompletableFuture.failedStage(
                new CompletionException(new UnknownName("there is no task type 'lucie'. Did you mean lucy?"))));

        HttpResponse<String> reply =
                send(request("POST", "/api/pause", "{\"task_type\":\"lucie\"}").build());

        assertThat(reply.statusCode()).isEqualTo(404);
        assertThat(Json.read(reply.body(), Problem.class).error())
                .isEqualTo("there is no task type 'lucie'. Did you mean lucy?");
    }

    @Test
    void aRunThatOutlastsTheServersTimeoutsIsWaitedFor() throws Exception {
        Duration timeouts = system.settings().config().getDuration("pekko.http.server.idle-timeout");
        assertThat(timeouts).isEqualTo(system.settings().config().getDuration("pekko.http.server.request-timeout"));
        RunReport given = new RunReport(false, 5L, "failed", null, "exit code 3", "", "Traceback");
        runtime.reportsWith(new CompletableFuture<RunReport>()
                .completeOnTimeout(given, 4 * timeouts.toMillis(), TimeUnit.MILLISECONDS));

        HttpResponse<String> reply = send(request("POST", "/api/run", "{\"task_type\":\"alma\",\"subject_id\":\"7\"}")
                .build());

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(Json.read(reply.body(), RunReport.class)).isEqualTo(given);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/status", "/api/stop", "/api/no-such-path", "/api"})
    void withoutTheTokenNothingUnderApiIsSaidOrDone(String path) throws Exception {
        for (String method : List.of("GET", "POST")) {
            HttpResponse<String> reply = send(HttpRequest.newBuilder(uri(path))
                    .method(method, BodyPublishers.ofString("{}"))
                    .build());

            assertThat(reply.statusCode()).isEqualTo(401);
            assertThat(reply.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("Bearer");
            assertThat(reply.body()).startsWith("{\"error\":\"not allowed: no token. Fix: ");
        }
        assertThat(runtime.asked()).isEmpty();
        assertThat(runtime.statusQuestions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer s3cre",
                "Bearer s3cret2",
                "Bearer S3CRET",
                "Bearer",
                "s3cret",
                "Basic dHVyaW5nOnMzY3JldA=="
            })
    void aWrongTokenIsRefused(String authorization) throws Exception {
        HttpResponse<String> reply = send(HttpRequest.newBuilder(uri("/api/status"))
                .header("Authorization", authorization)
                .build());

        assertThat(reply.statusCode()).isEqualTo(401);
        assertThat(reply.body()).startsWith("{\"error\":\"not allowed: ");
        assertThat(runtime.statusQuestions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:7626", "127.0.0.1.evil.example", "192.168.1.2", "localhost.evil"})
    void aForeignHostIsRefusedEvenWithTheToken(String host) throws Exception {
        assertThat(raw("GET /api/status HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + TOKEN + "\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("{\"error\":\"host '")
                .contains("is not this machine");
        assertThat(raw("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(runtime.statusQuestions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:7626", "127.1.2.3", "[::1]:80"})
    void thisMachinesNamesAreTaken(String host) throws Exception {
        assertThat(raw("GET /ready HTTP/1.1\r\nHost: " + host + "\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/stop   | {now}                      | Unexpected character",
                "/api/stop   | {\"now\":\"yes\"}          | field 'now' is not true or false",
                "/api/stop   | {\"later\":true}           | unknown field 'later'. Known fields: all, now",
                "/api/pause  | {}                         | does not name exactly one part. Fix: send",
                "/api/pause  | {\"all\":true,\"model\":\"m\"} | does not name exactly one part",
                "/api/resume | []                         | it is not a JSON object",
                "/api/poll   | {}                         | field 'task_type' is missing or empty",
                "/api/poll   | {\"task_type\":\" \"}      | field 'task_type' is missing or empty",
                "/api/drain  | {\"undo\":true}            | field 'node' is missing or empty",
                "/api/cancel | {\"ticket_id\":null}       | field 'ticket_id' is missing or empty",
                "/api/cancel | {\"ticket_id\":\"71\"}     | field 'ticket_id' is not a whole number",
                "/api/run    | {\"task_type\":\"alma\"}   | field 'subject_id' is missing or empty",
            })
    void aBadBodyIsRefusedWithTheReason(String path, String body, String reason) throws Exception {
        HttpResponse<String> reply = send(request("POST", path, body).build());

        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(Json.read(reply.body(), Problem.class).error()).contains(reason);
        assertThat(runtime.asked()).isEmpty();
    }

    @Test
    void aHugeBodyIsRefused() throws Exception {
        String body = "{\"task_type\":\"" + "x".repeat(70_000) + "\"}";

        HttpResponse<String> reply = send(request("POST", "/api/poll", body).build());

        assertThat(reply.statusCode()).isEqualTo(413);
        assertThat(reply.body()).contains("larger than 65536 bytes");
        assertThat(runtime.asked()).isEmpty();
    }

    @Test
    void anUnknownPathNamesTheKnownOnes() throws Exception {
        HttpResponse<String> open = get("/status");
        HttpResponse<String> inside = send(request("GET", "/api/tickets", "").build());

        assertThat(open.statusCode()).isEqualTo(404);
        assertThat(open.body())
                .contains("there is no path '/status'. Known paths: /alive")
                .doesNotContain("/api/stop");
        assertThat(inside.statusCode()).isEqualTo(404);
        assertThat(inside.body()).contains("/api/status, /api/stop");
    }

    @Test
    void aWrongMethodNamesTheRightOne() throws Exception {
        HttpResponse<String> reply = send(request("GET", "/api/stop", "").build());

        assertThat(reply.statusCode()).isEqualTo(405);
        assertThat(reply.headers().firstValue("Allow")).hasValue("POST");
        assertThat(reply.body()).contains("'/api/stop' does not take GET. Fix: use POST");
        assertThat(runtime.asked()).isEmpty();
    }

    @Test
    void aRuntimeThatFailsIsAnErrorInJson() throws Exception {
        runtime.answersStatusWith(CompletableFuture.failedStage(new IllegalStateException("no \"guardian\"")));

        HttpResponse<String> reply = send(request("GET", "/api/status", "").build());

        assertThat(reply.statusCode()).isEqualTo(500);
        assertThat(reply.body())
                .startsWith("{\"error\":\"GET /api/status failed: ")
                .contains("no \\\"guardian\\\"");
    }

    @Test
    void aTakenPortIsNamedWithTheSettingThatChangesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> start("127.0.0.1", taken.getLocalPort()))
                    .hasCauseInstanceOf(HttpApi.HttpApiNotStarted.class)
                    .cause()
                    .message()
                    .contains("port " + taken.getLocalPort() + " on 127.0.0.1 is taken")
                    .contains("turing.http.port (TURING_HTTP_PORT)");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamedWithTheSettingThatChangesIt() {
        assertThatThrownBy(() -> start("192.0.2.1", 0))
                .hasCauseInstanceOf(HttpApi.HttpApiNotStarted.class)
                .cause()
                .message()
                .contains("192.0.2.1")
                .contains("turing.http.host");
    }

    @Test
    void aHostNameThatDoesNotExistIsNamedWithTheSettingThatChangesIt() {
        assertThatThrownBy(() -> start("no-such-host.invalid", 0))
                .hasCauseInstanceOf(HttpApi.HttpApiNotStarted.class)
                .cause()
                .message()
                .contains("no-such-host.invalid")
                .contains("turing.http.host");
    }

    @Test
    void aStoppedApiFreesItsPort() throws Exception {
        HttpApi first = start("127.0.0.1", 0);
        int port = first.port();
        first.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);

        HttpApi second = start("127.0.0.1", port);

        assertThat(second.port()).isEqualTo(port);
        second.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void anEmptyTokenIsRefused() {
        assertThatThrownBy(() -> HttpApi.start(system, new HttpSettings("127.0.0.1", 0), runtime, " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token");
    }

    private HttpApi start(String host, int port) throws Exception {
        return HttpApi.start(system, new HttpSettings(host, port), runtime, TOKEN)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + api.port() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + TOKEN)
                .method(
                        method,
                        body == null || body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, BodyHandlers.ofString());
    }

    /** For what an HTTP client would not let out: the Host header. */
    private String raw(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), api.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
