package org.turing.runtime.actors;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;
import static org.turing.runtime.actors.Waits.get;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** What the task types of one runtime do while something that their scripts need is out of order. */
class BreakersTest {

    /** Between probes, where how many there are is what counts; whoever asks a server waits a second by itself. */
    private static final Duration SHORT = Duration.ofMillis(50);

    private final FakeWorld world = new FakeWorld();
    private final AtomicBoolean broken = new AtomicBoolean(true);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aModelThatIsOutOfOrderStopsAllThatNeedItAndNobodyElseAndUsesUpNoAttempt() {
        world.put(Steps.step(1, "a", "mistral", "one", "done"));
        world.put(Steps.step(2, "b", "mistral", "two", "done"));
        world.put(Steps.step(3, "neighbour", "qwen", "three", "done"));
        world.subjects("one", 40);
        world.subjects("two", 40);
        world.subjects("three", 40);
        breaks(Environment.MODEL, "mistral");
        RuntimeActors actors = world.start(FakeWorld.settings());

        BreakerStatus open = awaitOpen(actors, 2);

        assertThat(open.kind() + " " + open.name() + ": " + open.reason()).isEqualTo("model mistral: out of order");
        assertThat(status(actors, "a").state()).isEqualTo("blocked");
        assertThat(status(actors, "b").reason()).isEqualTo("the breaker of model 'mistral' is open: out of order");
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 40);
        assertThat(failures()).as("failed tickets").hasSizeLessThan(12);
        broken.set(false);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 120);
        assertThat(world.recorded).allMatch(run -> run.claim().attempt() == 1);
        assertThat(world.liveClaims()).isZero();
        assertThat(glance(actors).breakers()).isEmpty();
    }

    @Test
    void oneSubjectAtATimeTriesWhetherItWorksAgainWhoeverAsks() {
        for (int id = 1; id <= 6; id++) {
            world.put(FakeWorld.sharing("same.py", Steps.step(id, "step-" + id, null, "one", "done")));
        }
        world.subjects("one", 60);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger tried = new AtomicInteger();
        AtomicBoolean opened = new AtomicBoolean();
        var slow = world.taking(Duration.ofMillis(30));
        world.script = (taskType, claim) -> {
            int now = running.incrementAndGet();
            if (opened.get()) {
                tried.incrementAndGet();
                most.accumulateAndGet(now, Math::max);
            }
            return slow.apply(taskType, claim).thenApply(ok -> {
                running.decrementAndGet();
                return broken.get() ? outOfOrder(Environment.SCRIPT) : ok;
            });
        };
        RuntimeActors actors = world.start(FakeWorld.breaking(3, SHORT));
        awaitOpen(actors, 0);
        await().atMost(GENEROUS).until(() -> running.get() == 0);
        opened.set(true);

        await().atMost(GENEROUS).until(() -> tried.get() >= 3);

        assertThat(most.get()).isEqualTo(1);
        opened.set(false);
        broken.set(false);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 60);
    }

    @Test
    void whoLeavesWhenNothingIsLeftNamesWhatHasBeenTriedInVain() {
        world.put(Steps.step(1, "a", null, "one", "done"));
        world.put(Steps.step(2, "neighbour", null, "two", "done"));
        world.subjects("one", 5);
        world.subjects("two", 5);
        breaks(Environment.DATABASE, "a");

        RunSummary summary = world.start(FakeWorld.runOnce())
                .whenDone()
                .toCompletableFuture()
                .orTimeout(60, SECONDS)
                .join();

        assertThat(summary.clean()).isFalse();
        assertThat(summary.completed()).isEqualTo(5);
        assertThat(summary.dead()).isZero();
        assertThat(summary.blocked())
                .containsExactly("task type 'a' waits: the breaker of task type 'a' is open: out of order");
        assertThat(failures())
                .as("three that opened it, those beside them, and three probes")
                .hasSizeBetween(6, 8);
        assertThat(world.liveClaims()).isZero();
    }

    @Test
    void aRunThatFailsWhileItsModelsServerRefusesConnectionsCountsAsNotMade() throws IOException {
        int port = freePort();
        world.model("mistral", "http://127.0.0.1:" + port);
        world.put(Steps.step(1, "a", "mistral", "one", "done"));
        world.subjects("one", 20);
        world.script = (taskType, claim) -> CompletableFuture.completedFuture(
                broken.get() ? new Outcome.Failed("empty response", false, null) : new Outcome.Succeeded(null, null));
        RuntimeActors actors = world.start(FakeWorld.breaking(1, SHORT));

        BreakerStatus open = awaitOpen(actors, 2);

        assertThat(open.reason())
                .startsWith("the server of model 'mistral' at 127.0.0.1:" + port + " accepts no connection: ");
        assertThat(failures())
                .as("a probe asks the server before it claims anything")
                .hasSize(1)
                .allMatch(run -> run.claim().attempt() == 1);
        broken.set(false);
        try (ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            assertThat(server.isBound()).isTrue();
            await().atMost(GENEROUS).until(() -> world.inStatus("done") == 20);
        }
    }

    @Test
    void aRunThatFailsWhileItsModelsServerWorksFailsAndBlamingTheModelStopsNobodyElse() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            world.model("mistral", "http://127.0.0.1:" + server.getLocalPort());
            world.put(Steps.step(1, "blames", "mistral", "one", "done"));
            world.put(Steps.step(2, "fails", "mistral", "two", "done"));
            world.put(Steps.step(3, "neighbour", "mistral", "three", "done"));
            world.subjects("one", 9);
            world.subjects("two", 1);
            world.subjects("three", 9);
            world.script = (taskType, claim) -> CompletableFuture.completedFuture(
                    switch (taskType.name()) {
                        case "blames" -> outOfOrder(Environment.MODEL);
                        case "fails" -> new Outcome.Failed("empty response", true, null);
                        default -> new Outcome.Succeeded(null, null);
                    });
            RuntimeActors actors = world.start(FakeWorld.breaking(1, SHORT));

            BreakerStatus open = awaitOpen(actors, 1);

            assertThat(open.kind() + " " + open.name()).isEqualTo("task type blames");
            await().atMost(GENEROUS).until(() -> world.inStatus("done") == 9);
            await().atMost(GENEROUS).until(() -> status(actors, "fails").dead() == 1);
        }
    }

    @Test
    void resumeTriesAtOnce() {
        world.put(Steps.step(1, "a", null, "one", "done"));
        world.subjects("one", 5);
        breaks(Environment.DATABASE, "a");
        RuntimeActors actors = world.start(FakeWorld.breaking(3, Duration.ofHours(1)));
        awaitOpen(actors, 0);
        broken.set(false);
        actors.control().resume(new Target.OneTaskType("a"));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 5);
    }

    // ------------------------------------------------------------------ the stage

    /** Everything that task type (or any with that model) does fails for its environment while {@link #broken}. */
    private void breaks(Environment part, String who) {
        world.script = (taskType, claim) -> {
            boolean concerned = taskType.name().equals(who) || who.equals(taskType.requiresModel());
            return CompletableFuture.completedFuture(
                    concerned && broken.get() ? outOfOrder(part) : new Outcome.Succeeded(null, null));
        };
    }

    private static Outcome outOfOrder(Environment part) {
        return new Outcome.Unrunnable(part, "out of order");
    }

    private List<FinishedRun> failures() {
        return world.recorded.stream()
                .filter(run -> !(run.outcome() instanceof Outcome.Succeeded))
                .toList();
    }

    private static BreakerStatus awaitOpen(RuntimeActors actors, int failedProbes) {
        await().atMost(GENEROUS)
                .until(() -> glance(actors).breakers().stream().anyMatch(open -> open.failedProbes() >= failedProbes));
        return glance(actors).breakers().get(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private static RuntimeStatus glance(RuntimeActors actors) {
        return get(actors.control().glance());
    }

    private static TaskTypeStatus status(RuntimeActors actors, String name) {
        return glance(actors).taskTypes().stream()
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
