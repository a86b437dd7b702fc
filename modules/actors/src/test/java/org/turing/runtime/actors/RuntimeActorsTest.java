package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;
import static org.turing.runtime.actors.Waits.get;
import static org.turing.runtime.actors.Waits.status;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;

class RuntimeActorsTest {

    private final FakeWorld world = new FakeWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void subjectsPassThroughEveryStepAndTheRuntimeLeavesWhenNothingIsLeft() {
        world.put(Steps.step(1, "lucy", null, "pending", "passed"));
        world.put(Steps.step(2, "alma", "mistral", "passed", "merged"));
        world.put(Steps.step(3, "carl", null, "merged", "done"));
        world.subjects("pending", 200);
        RunSummary summary = get(world.start(FakeWorld.runOnce()).whenDone());
        assertThat(world.inStatus("done")).isEqualTo(200);
        assertThat(summary.completed()).isEqualTo(600);
        assertThat(summary.clean()).isTrue();
        assertThat(world.liveClaims()).isZero();
    }

    @Test
    void twoTaskTypesOfOneModelWithOneSlotNeverOverlapAndTwoOfDifferentModelsDo() {
        world.put(Steps.step(1, "a", "mistral", "one", "done"));
        world.put(Steps.step(2, "b", "mistral", "two", "done"));
        world.put(Steps.step(3, "c", "qwen", "three", "done"));
        world.subjects("one", 30);
        world.subjects("two", 30);
        world.subjects("three", 30);
        world.script = world.taking(Duration.ofMillis(5));
        RunSummary summary = get(world.start(FakeWorld.runOnce()).whenDone());
        assertThat(summary.completed()).isEqualTo(90);
        assertThat(world.overlapped("a", "b")).isFalse();
        assertThat(world.overlapped("a", "a")).isFalse();
        assertThat(world.overlapped("a", "c") || world.overlapped("b", "c")).isTrue();
    }

    @Test
    void aModelWithSeveralSlotsServesSeveralSubjectsOfOneTaskTypeAtATime() {
        world.model("mistral", 3);
        world.put(Steps.step(1, "a", "mistral", "one", "done"));
        world.subjects("one", 40);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        var slow = world.taking(Duration.ofMillis(20));
        world.script = (t, c) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            return slow.apply(t, c).thenApply(o -> {
                now.decrementAndGet();
                return o;
            });
        };
        get(world.start(FakeWorld.runOnce()).whenDone());
        assertThat(most.get()).isEqualTo(3);
    }

    @Test
    void aTaskTypeThatThrowsStartsAgainAndItsNeighboursDoNotNotice() {
        world.put(Steps.step(1, "throws", null, "one", "done"));
        world.put(Steps.step(2, "neighbour", null, "two", "done"));
        world.subjects("one", 5);
        world.subjects("two", 50);
        AtomicInteger failures = new AtomicInteger();
        world.onFind = t -> {
            if (t.name().equals("throws") && failures.getAndIncrement() < 3) {
                throw new IllegalStateException("a bug");
            }
        };
        RunSummary summary = get(world.start(FakeWorld.runOnce()).whenDone());
        assertThat(failures.get()).isGreaterThan(3);
        assertThat(world.inStatus("done")).isEqualTo(55);
        assertThat(summary.completed()).isEqualTo(55);
    }

    @Test
    void aSlotOfATaskTypeThatFailedWhileItsScriptRanIsFreeOnlyWhenThatScriptHasEnded() {
        world.put(Steps.step(1, "fails", "mistral", "one", "done"));
        world.put(Steps.step(2, "waits", "mistral", "two", "done"));
        world.subjects("one", 3);
        CompletableFuture<Outcome> first = new CompletableFuture<>();
        world.script = (t, c) -> c.ticketId() == 1 ? first : CompletableFuture.completedFuture(ok());
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> status(actors, "fails").running() == 1);
        world.onFind = t -> {
            if (t.name().equals("fails")) {
                throw new IllegalStateException("a bug");
            }
        };
        get(actors.control().pollNow("fails"));
        world.subjects("two", 1);
        get(actors.control().pollNow("waits"));
        await().atMost(GENEROUS).until(() -> status(actors, "waits").state().equals("waiting"));
        assertThat(world.intervals).noneMatch(i -> i.taskType().equals("waits"));
        world.onFind = t -> {};
        first.complete(ok());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 4);
        assertThat(world.overlapped("fails", "waits")).isFalse();
    }

    @Test
    void aChangeOfTheRegistryReachesItsActorByNotification() {
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().status()).state().equals("running"));
        world.subjects("one", 1);
        world.put(Steps.step(1, "late", null, "one", "done"));
        world.tell(new Notice.RegistryChanged());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
        world.put(Steps.step(1, "late", null, "done", "again"));
        world.tell(new Notice.RegistryChanged());
        await().atMost(GENEROUS).until(() -> world.inStatus("again") == 1);
        world.remove(1);
        world.tell(new Notice.RegistryChanged());
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().status()).taskTypes().isEmpty());
    }

    @Test
    void aFaultedTaskTypeSaysWhyAndTheOthersGoOn() {
        world.put(Steps.step(1, "bad-query", null, "one", "done"));
        world.put(Steps.step(2, "missing", null, "one", "done"));
        world.put(Steps.step(3, "good", null, "two", "done"));
        world.subjects("two", 10);
        RunSummary summary = get(world.start(FakeWorld.runOnce()).whenDone());
        assertThat(world.inStatus("done")).isEqualTo(10);
        assertThat(summary.clean()).isFalse();
        assertThat(summary.blocked()).hasSize(2).anyMatch(line -> line.contains("syntax error"));
    }

    @Test
    void aModelWithoutSlotsBlocksItsTaskTypesAndSaysSo() {
        world.model("mistral", 0);
        world.put(Steps.step(1, "blocked", "mistral", "one", "done"));
        world.put(Steps.step(2, "free", null, "two", "done"));
        world.subjects("one", 3);
        world.subjects("two", 3);
        RunSummary summary = get(world.start(FakeWorld.runOnce()).whenDone());
        assertThat(summary.blocked()).singleElement().asString().contains("slots = 0");
        assertThat(world.inStatus("done")).isEqualTo(3);
        assertThat(world.liveClaims()).isZero();
    }

    @Test
    void aModelThatIdlesWhileWorkWaitsIsAnAlarmWithItsReasonUntilItWorks() {
        world.put(Steps.step(1, "step", "mistral", "one", "done"));
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> status(actors, "step").state().equals("idle"));
        get(actors.control().pause(new Target.OneTaskType("step")));
        world.subjects("one", 5);
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().glance()).warnings().stream()
                        .anyMatch(line ->
                                line.startsWith("model 'mistral' idles while work waits: task type 'step' is paused")));
        assertThat(get(actors.control().glance()).gates())
                .singleElement()
                .satisfies(gate -> assertThat(gate.alarm()).contains("is paused"));
        get(actors.control().resume(new Target.OneTaskType("step")));
        await().atMost(GENEROUS)
                .until(() -> world.inStatus("done") == 5
                        && get(actors.control().glance()).gates().get(0).alarm() == null);
    }

    @Test
    void aSlotWhoseRunGoesOnAfterTheLeaseIsLostIsNobodyElsesUntilThatRunHasEnded() {
        world.put(Steps.step(1, "goes-on", "mistral", "one", "done"));
        world.put(Steps.step(2, "waits", "mistral", "two", "done"));
        world.subjects("one", 1);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        world.endless = gone;
        world.script = (t, c) ->
                t.name().equals("goes-on") ? new CompletableFuture<>() : CompletableFuture.completedFuture(ok());
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> status(actors, "goes-on").running() == 1);
        world.subjects("two", 1);
        await().atMost(GENEROUS).until(() -> status(actors, "waits").state().equals("waiting"));

        world.leaseStands = false;
        await().atMost(GENEROUS).until(() -> world.cancelled.size() == 1);
        world.leaseStands = true;

        await().atMost(GENEROUS)
                .during(Duration.ofMillis(500))
                .until(() -> get(actors.control().glance()).gates().get(0).holders().stream()
                        .map(GateStatus.Party::taskType)
                        .toList()
                        .equals(List.of("goes-on")));
        assertThat(world.intervals).noneMatch(run -> run.taskType().equals("waits"));
        gone.complete(null);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
    }

    @Test
    void workGoesOnAfterAnotherIncarnationOfItsGateHasBegunElsewhere() {
        world.put(Steps.step(1, "step", "mistral", "one", "done"));
        world.subjects("one", 60);
        world.script = world.taking(Duration.ofMillis(20));
        world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") > 3);
        world.epochs.merge("mistral", 1L, Long::sum);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 60);
        assertThat(world.epochs.get("mistral")).isGreaterThanOrEqualTo(3);
        assertThat(world.overlapped("step", "step")).isFalse();
    }

    @Test
    void aSubjectThatAlwaysFailsIsTriedSoOftenAndDoesNotStarveTheOthers() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 20);
        world.script = (t, c) -> CompletableFuture.completedFuture(
                c.subject().id().equals("s1") ? new Outcome.Failed("always", true, null) : ok());
        RunSummary summary = get(world.start(FakeWorld.runOnce()).whenDone());
        assertThat(world.inStatus("done")).isEqualTo(19);
        assertThat(summary.failed()).isEqualTo(2);
        assertThat(summary.dead()).isEqualTo(1);
        assertThat(summary.clean()).isFalse();
    }

    @Test
    void aScriptThatHangsKeepsNeitherItsNeighboursNorTheEndOfTheRuntime() {
        world.put(Steps.step(1, "hangs", null, "one", "done"));
        world.put(Steps.step(2, "neighbour", null, "two", "done"));
        world.subjects("one", 1);
        world.subjects("two", 30);
        world.script = (t, c) ->
                t.name().equals("hangs") ? new CompletableFuture<>() : CompletableFuture.completedFuture(ok());
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 30);
        actors.control().stop(true);
        RunSummary summary = get(actors.whenDone());
        assertThat(summary.cancelled()).isEqualTo(1);
        assertThat(world.liveClaims()).isZero();
    }

    @Test
    void outcomesWaitForADatabaseThatIsAwayAndNothingIsDoneTwice() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 50);
        world.renewEvery = Duration.ofSeconds(10);
        world.script = world.taking(Duration.ofMillis(20));
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") > 5);
        world.databaseDown = true;
        await().atMost(GENEROUS).until(() -> status(actors, "step").running() == 0);
        world.databaseDown = false;
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 50);
        assertThat(world.recorded).hasSize(50);
    }

    @Test
    void aRuntimeThatCannotRenewItsLeaseEndsWhatRunsAndTakesANewIdentity() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 1);
        AtomicInteger runs = new AtomicInteger();
        world.script = (t, c) ->
                runs.incrementAndGet() == 1 ? new CompletableFuture<>() : CompletableFuture.completedFuture(ok());
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> runs.get() == 1);
        long before = get(actors.control().status()).runtimeId();
        world.databaseDown = true;
        await().atMost(GENEROUS).until(() -> world.cancelled.contains("s1"));
        world.databaseDown = false;
        await().atMost(GENEROUS).until(() -> get(actors.control().status()).runtimeId() > before);
        assertThat(get(actors.control().status()).state()).isEqualTo("running");
    }

    @Test
    void theLimitIsKeptAndTheRuntimeLeavesWhenItIsReached() {
        world.put(Steps.step(1, "a", null, "one", "done"));
        world.put(Steps.step(2, "b", "mistral", "two", "done"));
        world.subjects("one", 30);
        world.subjects("two", 30);
        RunSettings limited = FakeWorld.settings(false, 17, Set.of(), true);
        RunSummary summary = get(world.start(limited).whenDone());
        assertThat(summary.completed()).isEqualTo(17);
        assertThat(world.inStatus("done")).isEqualTo(17);
    }

    @Test
    void taskTypesWithoutWorkLookTogetherAndFindWhatComesWithoutAWord() {
        for (int id = 1; id <= 20; id++) {
            world.put(Steps.step(id, "step-" + id, null, "status-" + id, "done"));
        }
        world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> world.looksTogether.get() > 0);
        int before = world.looks.get();
        int roundTrips = world.roundTrips.get();
        await().atMost(GENEROUS).until(() -> world.looks.get() >= before + 400);
        assertThat(world.roundTrips.get() - roundTrips).isLessThan(200);
        world.subjects("status-7", 3);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 3);
    }

    @Test
    void aPausedTaskTypeStartsNothingUntilItIsResumed() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        RuntimeActors actors = world.start(FakeWorld.settings());
        RuntimeControl control = actors.control();
        await().atMost(GENEROUS)
                .until(() -> get(control.pause(new Target.OneTaskType("step"))).done());
        world.subjects("one", 3);
        get(control.pollNow("step"));
        assertThat(status(actors, "step").state()).isEqualTo("paused");
        int looks = world.looks.get();
        get(control.pollNow("step"));
        assertThat(status(actors, "step").completed()).isZero();
        assertThat(world.looks.get()).isEqualTo(looks);
        Answer resumed = get(control.resume(new Target.OneTaskType("step")));
        assertThat(resumed.done()).isTrue();
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 3);
    }

    @Test
    void aPausedGateGrantsNothing() {
        world.put(Steps.step(1, "step", "mistral", "one", "done"));
        RuntimeActors actors = world.start(FakeWorld.settings());
        RuntimeControl control = actors.control();
        await().atMost(GENEROUS)
                .until(() -> get(control.pause(new Target.OneModel("mistral"))).done());
        world.subjects("one", 3);
        get(control.pollNow("step"));
        await().atMost(GENEROUS).until(() -> status(actors, "step").state().equals("blocked"));
        assertThat(get(control.status()).gates()).singleElement().satisfies(gate -> {
            assertThat(gate.state()).isEqualTo("paused");
            assertThat(gate.waiting()).hasSize(1);
        });
        get(control.resume(new Target.OneModel("mistral")));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 3);
        assertThatThrownBy(() -> get(control.pause(new Target.OneModel("nosuch"))))
                .hasStackTraceContaining("there is no model 'nosuch'. Registered: mistral");
    }

    @Test
    void oneSubjectCanBeRunByHand() {
        world.put(Steps.step(1, "step", "mistral", "one", "done"));
        world.subjects("one", 2);
        RunSettings byHand = FakeWorld.settings(false, 0, Set.of("step"), false);
        RuntimeActors actors = world.start(byHand);
        RunReport report = get(actors.control().run("step", "s2"));
        assertThat(report.done()).isTrue();
        assertThat(world.inStatus("done")).isEqualTo(1);
        assertThatThrownBy(() -> get(actors.control().run("nosuch", "s1")))
                .hasStackTraceContaining("there is no task type 'nosuch'. Registered: step");
    }

    @Test
    void aTicketCanBeCancelled() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 1);
        CompletableFuture<Outcome> never = new CompletableFuture<>();
        world.script = (t, c) -> never;
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> status(actors, "step").running() == 1);
        assertThat(get(actors.control().cancel(1)).done()).isTrue();
        assertThat(get(actors.control().cancel(99)).done()).isFalse();
        await().atMost(GENEROUS).until(() -> world.liveClaims() == 0);
        assertThat(world.recorded)
                .singleElement()
                .satisfies(run ->
                        assertThat(run.outcome()).isEqualTo(new Outcome.Cancelled("cancelled by a person", true)));
    }

    @Test
    void aRuntimeForSomeTaskTypesSaysWhatWaitsForTheOthers() {
        world.put(Steps.step(1, "clara_a", null, "one", "done"));
        world.put(Steps.step(2, "clara_b", null, "two", "done"));
        world.subjects("one", 3);
        world.subjects("two", 44);
        RunSettings some = FakeWorld.settings(false, 0, Set.of("clara_a"), true);
        RuntimeActors actors = world.start(some);
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().status()).warnings().stream()
                        .anyMatch(line -> line.contains("clara_b: 44") && line.contains("--task_type clara_b")));
        assertThat(world.inStatus("two")).isEqualTo(44);
    }

    private static Outcome ok() {
        return new Outcome.Succeeded(null, null);
    }
}
