package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.view.RuntimeControl.Answer;

/** What a host tells of the models that it has in memory, by what a server on this machine says. */
class LoadedOnHostTest {

    private static final TaskType STEP = Steps.step(1, "a", "mistral", "one", "done");
    private static final UUID LIFE = new UUID(0, 1);
    private static final long IDENTITY = 11;
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final String BOTH = "{\"models\":[{\"name\":\"mistral:latest\",\"model\":\"mistral:latest\","
            + "\"size\":5137025024,\"expires_at\":\"2026-03-01T14:38:31Z\"},{\"name\":\"qwen2.5:7b\"}]}";

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private final ManualTime time = ManualTime.get(kit.system());
    private final TestProbe<Object> others = kit.createTestProbe();
    private final TestProbe<Host> follower = kit.createTestProbe();
    private final CompletableFuture<Outcome> run = new CompletableFuture<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server = listen();
    private volatile String says = BOTH;
    private volatile int status = 200;

    private final ActorRef<WorkerHost.Command> host = kit.spawn(WorkerHost.create(
            new FakeScripts(world),
            Instant::now,
            new WorkerHost.Offer("here", 1, Set.of(), List.of()),
            others.getRef().narrow(),
            models -> {}));

    private HttpServer listen() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                byte[] answer = says.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException unusable) {
            throw new IllegalStateException(unusable);
        }
    }

    @BeforeEach
    void isUsed() {
        world.script = (taskType, claim) -> run;
        host.tell(new WorkerHost.Identify(IDENTITY));
        host.tell(new WorkerHost.Models(List.of(
                new Model(
                        "mistral", 1, "http://127.0.0.1:" + server.getAddress().getPort() + "/v1"),
                new Model(
                        "qwen2.5:7b",
                        1,
                        "http://127.0.0.1:" + server.getAddress().getPort()),
                new Model("gemma2", 1, "http://127.0.0.1:" + server.getAddress().getPort()),
                Model.withoutRow("llama3"))));
        host.tell(new WorkerHost.Follow(follower.ref()));
        assertThat(follower.receiveMessage(GENEROUS).loaded()).isEmpty();
    }

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        world.close();
        server.stop(0);
    }

    @Test
    void whileAModelIsAtWorkItsServerIsAskedAndAllThatItHasIsTold() {
        start();
        time.timePasses(LOOK);

        assertThat(follower.receiveMessage(GENEROUS).loaded()).containsExactlyInAnyOrder("mistral", "qwen2.5:7b");
        assertThat(requests).containsExactly("GET /api/ps");
    }

    @Test
    void whatIsSaidAgainIsNotToldAgainAndAChangeIs() {
        start();
        time.timePasses(LOOK);
        follower.receiveMessage(GENEROUS);
        lookUntilAsked(4);
        says = "{\"models\":[]}";
        lookUntilAsked(requests.size() + 2);

        assertThat(follower.receiveMessage(GENEROUS).loaded()).isEmpty();
    }

    @Test
    void nobodyIsAskedWhenNothingRuns() {
        time.timePasses(LOOK.multipliedBy(6));
        start();
        ends();
        time.timePasses(LOOK);
        assertThat(follower.receiveMessage(GENEROUS).loaded()).contains("mistral");
        assertThat(requests).hasSize(1);
        time.timePasses(LOOK.multipliedBy(6));
        start();
        ends();
        says = "{\"models\":[]}";
        time.timePasses(LOOK);
        assertThat(follower.receiveMessage(GENEROUS).loaded()).isEmpty();
        assertThat(requests).hasSize(2);
    }

    @Test
    void whatWasSaidLastIsForgottenAfterFiveMinutes() {
        start();
        ends();
        time.timePasses(LOOK);
        assertThat(follower.receiveMessage(GENEROUS).loaded()).contains("mistral");
        time.timePasses(Duration.ofMinutes(5).minus(LOOK));
        drain(true);
        assertThat(follower.receiveMessage(GENEROUS).loaded()).contains("mistral");
        time.timePasses(LOOK);

        assertThat(follower.receiveMessage(GENEROUS).loaded()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "7", "{\"models\":7}", "{\"models\":[7]}", "{\"data\":[{\"id\":\"mistral\"}]}"})
    void aServerThatSaysSomethingElseIsTakenToHaveNothing(String answer) {
        says = answer;
        nothingIsTold();
    }

    @Test
    void soIsOneThatDoesNotKnowTheQuestion() {
        status = 404;
        nothingIsTold();
    }

    @Test
    void soIsOneThatIsGone() {
        start();
        time.timePasses(LOOK);
        follower.receiveMessage(GENEROUS);
        server.stop(0);
        time.timePasses(LOOK);

        assertThat(follower.receiveMessage(GENEROUS).loaded()).isEmpty();
    }

    @Test
    void aModelWhoseServerIsElsewhereCountsNoMore() {
        start();
        time.timePasses(LOOK);
        follower.receiveMessage(GENEROUS);
        host.tell(new WorkerHost.Models(List.of(new Model("mistral", 1, "http://gpu-1:11434"))));

        assertThat(follower.receiveMessage(GENEROUS).loaded()).isEmpty();
    }

    // ------------------------------------------------------------------ the stage

    private void nothingIsTold() {
        start();
        lookUntilAsked(2); // the second question shows that the first one's answer was heard
        drain(true);
        Host next = follower.receiveMessage(GENEROUS);
        assertThat(next.draining()).isTrue();
        assertThat(next.loaded()).isEmpty();
    }

    /** Looks until so many questions have come at least; none is asked while another one is open. */
    private void lookUntilAsked(int times) {
        await().atMost(GENEROUS).until(() -> {
            if (requests.size() < times) {
                time.timePasses(LOOK);
            }
            return requests.size() >= times;
        });
    }

    private void drain(boolean drained) {
        host.tell(
                new WorkerHost.SetDrained(drained, kit.<Answer>createTestProbe().ref()));
    }

    private void start() {
        TestProbe<WorkerHost.UnderWay> joined = kit.createTestProbe();
        host.tell(new WorkerHost.Join(STEP.id(), LIFE, others.getRef().narrow(), joined.ref()));
        joined.receiveMessage(GENEROUS);
        Claim claim = new Claim(
                7, 7, 1, new Subject("owl", "s1"), 1, new Chain(new UUID(0, 7), 0), "mistral", IDENTITY, "{}");
        ScriptFacts facts = new ScriptFacts(STEP.executionType(), "0".repeat(64), false, null);
        host.tell(new WorkerHost.StartRun(
                1, STEP, facts, List.of(claim), GENEROUS, new WorkerHost.SlotId("mistral", 5), null, LIFE, Set.of()));
        said(WorkerHost.Started.class);
    }

    private void ends() {
        run.complete(new Outcome.Succeeded(null, null));
        said(WorkerHost.LaneClear.class);
    }

    private void said(Class<?> what) {
        while (!what.isInstance(others.receiveMessage(GENEROUS))) {
            // something else was said before
        }
    }
}
