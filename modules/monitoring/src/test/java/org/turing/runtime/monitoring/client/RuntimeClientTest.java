package org.turing.runtime.monitoring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.turing.runtime.monitoring.FakeRuntime;
import org.turing.runtime.monitoring.Samples;
import org.turing.runtime.monitoring.client.RuntimeCallFailed.Reason;
import org.turing.runtime.monitoring.http.HttpApi;
import org.turing.runtime.monitoring.http.HttpSettings;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.UnknownName;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class RuntimeClientTest {

    private static final String TOKEN = "s3cret";

    private ActorSystem<Void> system;
    private FakeRuntime runtime;
    private HttpApi api;
    private RuntimeClient client;

    @BeforeAll
    void startSystem() {
        system = ActorSystem.create(Behaviors.empty(), "runtime-client-test");
    }

    @AfterAll
    void stopSystem() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @BeforeEach
    void startApi() throws Exception {
        runtime = new FakeRuntime();
        api = HttpApi.start(system, new HttpSettings("127.0.0.1", 0), runtime, TOKEN)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        client = RuntimeClient.of("127.0.0.1", api.port(), TOKEN);
    }

    @AfterEach
    void stopApi() throws Exception {
        api.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void theStatusIsTheRuntimesOwn() {
        assertThat(client.status()).isEqualTo(Samples.running());
    }

    @Test
    void everyRequestReachesTheRuntimeAsItWasMeant() {
        client.pause(new Target.All());
        client.pause(new Target.OneTaskType("cl\u00e4ra \"a\""));
        client.resume(new Target.OneModel("mistral-nemo:12b"));
        client.pollNow("9388");
        client.cancel(71);
        client.run("alma", "id with / and \u00e9");
        client.drain("gpu-2", false);
        client.drain("10.0.0.7:7627", true);
        client.stopAll(false);
        client.stop(true);

        assertThat(runtime.asked())
                .containsExactly(
                        "pause All[]",
                        "pause OneTaskType[taskType=cl\u00e4ra \"a\"]",
                        "resume OneModel[model=mistral-nemo:12b]",
                        "poll 9388",
                        "cancel 71",
                        "run alma id with / and \u00e9",
                        "drain gpu-2",
                        "undrain 10.0.0.7:7627",
                        "stop all false",
                        "stop true");
    }

    @Test
    void whatWasNotDoneIsAnAnswerRatherThanAFailure() {
        Answer no = new Answer(false, "no task type 'lucie'");
        runtime.answersWith(CompletableFuture.completedStage(no));

        assertThat(client.pollNow("lucie")).isEqualTo(no);
    }

    @Test
    void anUnknownNameIsToldInTheRuntimesWordsAlone() {
        runtime.answersWith(CompletableFuture.failedStage(new UnknownName("there is no model 'qwem'")));

        assertThatThrownBy(() -> client.pause(new Target.OneModel("qwem")))
                .isInstanceOf(RuntimeCallFailed.class)
                .hasMessage("there is no model 'qwem'")
                .extracting(failure -> ((RuntimeCallFailed) failure).reason())
                .isEqualTo(RuntimeCallFailed.Reason.UNKNOWN_NAME);
    }

    @RepeatedTest(10)
    void stopIsAnsweredEvenIfTheApiEndsAtOnce() {
        runtime.onStop(api::stop);

        assertThat(client.stop(false).done()).isTrue();
        assertThat(runtime.asked()).containsExactly("stop false");
    }

    @Test
    void aRunThatTakesLongerThanThePatienceIsWaitedFor() {
        RunReport report = new RunReport(true, 71L, "completed", null, null, "", "");
        Duration patience = Duration.ofMillis(300);
        runtime.reportsWith(new CompletableFuture<RunReport>()
                .completeOnTimeout(report, 3 * patience.toMillis(), TimeUnit.MILLISECONDS));

        assertThat(RuntimeClient.of("127.0.0.1", api.port(), TOKEN, patience).run("alma", "7"))
                .isEqualTo(report);
    }

    @Test
    void aRuntimeThatIsNotThereIsToldFromOneThatDoesNotAnswer() throws Exception {
        int free;
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            free = listening.getLocalPort();
            RuntimeClient toSilence = RuntimeClient.of("127.0.0.1", free, TOKEN, Duration.ofMillis(300));

            RuntimeCallFailed silence = failure(toSilence::status);
            assertThat(silence.reason()).isEqualTo(Reason.NO_ANSWER);
            assertThat(silence).message().contains("127.0.0.1:" + free, "no answer within 300 ms");
        }

        RuntimeCallFailed absence = failure(RuntimeClient.of("127.0.0.1", free, TOKEN)::status);
        assertThat(absence.reason()).isEqualTo(Reason.NOT_RUNNING);
        assertThat(absence).message().contains("127.0.0.1:" + free, "nothing listens there", "turing start");
    }

    @Test
    void aRefusedTokenIsNamedAsTheCause() {
        RuntimeCallFailed failure = failure(RuntimeClient.of("127.0.0.1", api.port(), "another")::status);

        assertThat(failure.reason()).isEqualTo(Reason.TOKEN_REFUSED);
        assertThat(failure).message().contains("refuses the token", "--data").doesNotContain("another start");
        assertThat(runtime.statusQuestions()).isZero();
    }

    @Test
    void aRefusedRequestCarriesTheRuntimesReason() {
        RuntimeCallFailed failure = failure(() -> client.pollNow(" "));

        assertThat(failure.reason()).isEqualTo(Reason.REQUEST_REFUSED);
        assertThat(failure).message().contains("400", "field 'task_type' is missing or empty");
    }

    @Test
    void aFailureOfTheRuntimeCarriesItsReason() {
        runtime.answersStatusWith(CompletableFuture.failedStage(new IllegalStateException("no guardian")));

        RuntimeCallFailed failure = failure(client::status);

        assertThat(failure.reason()).isEqualTo(Reason.FAILED);
        assertThat(failure).message().contains("500", "no guardian");
    }

    @Test
    void somethingElseOnThePortIsNotTakenForARuntime() throws Exception {
        HttpServer stranger = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        stranger.createContext("/", exchange -> {
            byte[] page = "<html>hello</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("GET") ? 200 : 404, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        stranger.start();
        try {
            RuntimeClient lost =
                    RuntimeClient.of("127.0.0.1", stranger.getAddress().getPort(), TOKEN);

            assertThat(failure(lost::status).reason()).isEqualTo(Reason.NOT_UNDERSTOOD);
            assertThat(failure(() -> lost.cancel(1)).reason()).isEqualTo(Reason.NOT_UNDERSTOOD);
        } finally {
            stranger.stop(0);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStays() {
        runtime.answersStatusWith(new CompletableFuture<>());
        Thread.currentThread().interrupt();

        RuntimeCallFailed failure = failure(client::status);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.reason()).isEqualTo(Reason.NO_ANSWER);
    }

    private static RuntimeCallFailed failure(ThrowingCallable call) {
        return catchThrowableOfType(RuntimeCallFailed.class, call);
    }
}
