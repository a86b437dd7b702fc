package org.turing.runtime.monitoring.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Authorization;
import org.apache.pekko.http.javadsl.model.headers.Host;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.turing.runtime.monitoring.FakeRuntime;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeStatus;

/** What the runtime leaves unanswered; requests go straight to the router. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class SteeringTest {

    private static final String TOKEN = "s3cret";
    private static final AccessRules RULES =
            new AccessRules(TOKEN, "127.0.0.1", new InetSocketAddress("127.0.0.1", 7626));

    private final FakeRuntime runtime = new FakeRuntime();
    private ActorSystem<Void> system;
    private Router router;

    @BeforeAll
    void start() {
        system = ActorSystem.create(Behaviors.empty(), "steering-test");
        router = new Router(RULES, new Steering(system, runtime, Duration.ofMillis(50)).routes());
    }

    @AfterAll
    void stop() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aStatusThatDoesNotComeIsGivenUp() throws Exception {
        CompletableFuture<RuntimeStatus> never = new CompletableFuture<>();
        runtime.answersStatusWith(never);

        HttpResponse reply = answer(HttpRequest.GET("/api/status"));

        assertThat(reply.status().intValue()).isEqualTo(503);
        assertThat(bodyOf(reply)).contains("GET /api/status: the runtime did not answer in time");
        assertThat(never).isNotDone();
    }

    @Test
    void aRequestThatIsNotAnsweredIsGivenUp() throws Exception {
        CompletableFuture<Answer> never = new CompletableFuture<>();
        runtime.answersWith(never);

        HttpResponse reply = answer(HttpRequest.POST("/api/pause").withEntity("{\"all\":true}"));

        assertThat(reply.status().intValue()).isEqualTo(503);
        assertThat(bodyOf(reply)).contains("POST /api/pause: the runtime did not answer in time");
        assertThat(never).isNotDone();
    }

    private HttpResponse answer(HttpRequest request) throws Exception {
        return router.answer(request.addHeader(Host.create("localhost")).addHeader(Authorization.oauth2(TOKEN)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static String bodyOf(HttpResponse reply) {
        return ((HttpEntity.Strict) reply.entity()).getData().utf8String();
    }
}
