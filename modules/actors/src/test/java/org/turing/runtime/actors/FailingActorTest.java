package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;
import static org.turing.runtime.actors.Waits.get;
import static org.turing.runtime.actors.Waits.glance;
import static org.turing.runtime.actors.Waits.pass;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.view.RuntimeControl.Target;

/** What outlives a task-type actor that fails: orders, counts, runs and claims. */
class FailingActorTest {

    private final FakeWorld world = new FakeWorld();
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final Map<String, CompletableFuture<Outcome>> held = new ConcurrentHashMap<>();
    private final AtomicInteger failures = new AtomicInteger();

    @AfterEach
    void close() {
        letGo.countDown();
        world.close();
    }

    @Test
    void aTaskTypeThatFailsWhileItRetiresStartsNothingMoreAndEndsOnceItsRunsHave() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 40);
        holdEverything();
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> held.size() == 2);
        world.remove(1);
        await().atMost(GENEROUS).until(() -> glance(actors, "step").state().equals("retiring"));
        failOnce();
        releaseAfterwards(() -> failures.get() == 1);
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().glance()).taskTypes().isEmpty());
        actors.control().stop(false);

        RunSummary summary = get(actors.whenDone());

        assertThat(summary.blocked()).isEmpty();
        assertThat(summary.completed()).isEqualTo(2);
        assertThat(world.inStatus("done")).isEqualTo(2);
    }

    @Test
    void whatATaskTypeHeldWhenItFailedDoesNotCountAgainstTheLimit() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 40);
        world.script = (taskType, claim) ->
                claim.ticketId() <= 6 ? succeeding() : holding(claim.subject().id());
        RuntimeActors actors = world.start(FakeWorld.settings(false, 14, Set.of(), true));
        await().atMost(GENEROUS).until(() -> held.size() == 2);
        failOnce();
        await().atMost(GENEROUS).until(() -> failures.get() == 1);
        world.script = (taskType, claim) -> succeeding();
        held.values().forEach(run -> run.complete(ok()));

        RunSummary summary = get(actors.whenDone());

        assertThat(summary.completed()).isEqualTo(14);
        assertThat(world.inStatus("done")).isEqualTo(14);
        assertThat(world.liveClaims()).isZero();
    }

    @Test
    void aClaimThatWasUnderWayWhenItsActorFailedIsGivenBackAndNothingRunsTwice() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 12);
        CountDownLatch claiming = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        world.onClaimed = taskType -> {
            if (first.getAndSet(false)) {
                claiming.countDown();
                pass(letGo);
            }
        };
        RuntimeActors actors = world.start(FakeWorld.settings());
        pass(claiming);
        failOnce();
        await().atMost(GENEROUS).until(() -> failures.get() == 1);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 12);
        letGo.countDown();
        await().atMost(GENEROUS).until(() -> glance(actors, "step").inFlight() == 0);
        actors.control().stop(false);

        RunSummary summary = get(actors.whenDone());

        assertThat(summary.completed()).isEqualTo(12);
        assertThat(world.liveClaims()).isZero();
        assertThat(world.intervals.stream().collect(Collectors.groupingBy(i -> i.subject(), Collectors.counting())))
                .allSatisfy((subject, runs) -> assertThat(runs).as(subject).isOne());
    }

    @Test
    void theRunsOfAnEarlierLifeKeepTheirLanesUntilTheyEnd() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 6);
        holdEverything();
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> held.size() == 2);
        failOnce();
        await().atMost(GENEROUS).until(() -> failures.get() == 1);
        await().atMost(GENEROUS).until(() -> glance(actors, "step").inFlight() > 0);
        assertThat(held).as("two lanes, both taken").hasSize(2);
        held.values().forEach(run -> run.complete(ok()));
        await().atMost(GENEROUS).until(() -> held.size() == 4);
        assertThat(glance(actors, "step").running()).isEqualTo(2);
    }

    @Test
    void whatWasPausedAndTakenAwayIsPausedWhenItComesBackAndWhatWasResumedIsNot() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.put(Steps.step(2, "another", null, "two", "done"));
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> glance(actors, "step").state().equals("idle"));
        await().atMost(GENEROUS).until(() -> glance(actors, "another").state().equals("idle"));
        get(actors.control().pause(new Target.All()));
        assertThat(glance(actors, "step").state()).isEqualTo("paused");
        get(actors.control().resume(new Target.OneTaskType("step")));
        world.remove(1);
        world.remove(2);
        world.tell(new Notice.RegistryChanged());
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().status()).taskTypes().isEmpty());
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.put(Steps.step(2, "another", null, "two", "done"));
        world.subjects("one", 1);
        world.subjects("two", 1);
        world.tell(new Notice.RegistryChanged());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
        assertThat(glance(actors, "another").state()).isEqualTo("paused");
        assertThat(world.inStatus("two")).isEqualTo(1);
    }

    // ------------------------------------------------------------------ the stage

    /** Makes the actor fail when it next settles, once, and has it settle. */
    private void failOnce() {
        world.onSettle = taskType -> {
            if (failures.getAndIncrement() == 0) {
                throw new IllegalStateException("a bug");
            }
        };
        world.tell(new Notice.Wake(1L));
    }

    private void holdEverything() {
        world.script = (taskType, claim) -> holding(claim.subject().id());
    }

    private CompletionStage<Outcome> holding(String subject) {
        return held.computeIfAbsent(subject, id -> new CompletableFuture<>());
    }

    private void releaseAfterwards(Callable<Boolean> condition) {
        await().atMost(GENEROUS).until(condition);
        world.script = (taskType, claim) -> succeeding();
        held.values().forEach(run -> run.complete(ok()));
    }

    private static CompletionStage<Outcome> succeeding() {
        return CompletableFuture.completedFuture(ok());
    }

    private static Outcome ok() {
        return new Outcome.Succeeded(null, null);
    }
}
