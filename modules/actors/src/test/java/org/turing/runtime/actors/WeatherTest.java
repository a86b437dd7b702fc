package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;
import static org.turing.runtime.actors.Waits.get;
import static org.turing.runtime.actors.Waits.glance;
import static org.turing.runtime.actors.Waits.pass;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.work.Unwritten;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** The database away, its rows locked, its answers slow: what is kept, and who is spared. */
class WeatherTest {

    private final FakeWorld world = new FakeWorld();
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void close() {
        letGo.countDown();
        world.close();
    }

    @Test
    void resultsKeptThroughAnOutageLongerThanTheLeaseAreWrittenAndNothingRunsTwice() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 2);
        Map<String, CompletableFuture<Outcome>> held = new ConcurrentHashMap<>();
        world.script = (taskType, claim) -> held.computeIfAbsent(claim.subject().id(), id -> new CompletableFuture<>());
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> held.size() == 2);
        long identity = get(actors.control().status()).runtimeId();
        world.databaseDown = true;
        held.values().forEach(run -> run.complete(ok()));
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().status()).unwritten().outcomes() == 2);
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().status()).unwritten().seconds() > 2.5);
        assertThat(get(actors.control().status()).warnings())
                .anyMatch(line -> line.startsWith("2 outcome(s) wait to be written to the ledger"));
        world.databaseDown = false;

        await().atMost(GENEROUS).until(() -> get(actors.control().status()).runtimeId() > identity);

        assertThat(world.recorded)
                .hasSize(2)
                .allSatisfy(run -> assertThat(run.outcome()).isEqualTo(ok()));
        assertThat(world.inStatus("done")).isEqualTo(2);
        assertThat(world.intervals).hasSize(2);
        assertThat(get(actors.control().status()).unwritten()).isEqualTo(RuntimeStatus.Unwritten.NONE);
    }

    @Test
    void whatCanNotBeWrittenDownIsNotPaused() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().glance()).taskTypes().size() == 1);
        world.databaseDown = true;
        assertThat(get(actors.control().pause(new Target.OneTaskType("step"))))
                .isEqualTo(new Answer(
                        false,
                        "that can't be written to the database now, so nothing is changed: the fake database is down."
                                + " Try again when it is there"));
        world.databaseDown = false;
        assertThat(get(actors.control().pause(new Target.OneTaskType("step"))).done())
                .isTrue();
        assertThat(world.paused()).containsExactly(1L);
    }

    @Test
    void aReadingOfTheRegistryFromBeforeAPauseDoesNotUndoIt() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().glance()).taskTypes().size() == 1);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch paused = new CountDownLatch(1);
        CountDownLatch readAgain = new CountDownLatch(1);
        world.onRead = () -> {
            if (reading.getCount() > 0) {
                reading.countDown();
                pass(paused);
            } else {
                readAgain.countDown();
                pass(letGo);
            }
        };
        pass(reading);
        assertThat(get(actors.control().pause(new Target.OneTaskType("step"))).done())
                .isTrue();
        paused.countDown();
        pass(readAgain); // the earlier one was followed
        assertThat(get(actors.control().glance()).taskTypes())
                .singleElement()
                .extracting(TaskTypeStatus::state)
                .isEqualTo("paused");
    }

    @Test
    void aTaskTypeWithAModelGoesOnUnderTheNextIdentityInSlotsGrantedToThatOne() {
        world.put(Steps.step(1, "step", "mistral", "one", "done"));
        world.subjects("one", 30);
        world.script = world.taking(Duration.ofMillis(20));
        world.deafScripts = true; // what was cancelled would be set aside
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") > 3);
        long identity = get(actors.control().status()).runtimeId();
        world.leaseStands = false;

        await().atMost(GENEROUS).until(() -> get(actors.control().status()).runtimeId() > identity);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 30);

        assertThat(world.overlapped("step", "step")).isFalse();
    }

    @Test
    void aTaskTypeWhoseOutcomesCannotBeWrittenStopsClaimingAndItsNeighbourDoesNot() {
        world.put(Steps.step(1, "locked", null, "one", "done"));
        world.put(Steps.step(2, "neighbour", null, "two", "done"));
        world.subjects("one", 200);
        world.subjects("two", 200);
        world.locked = claim -> claim.taskTypeId() == 1;
        RuntimeActors actors = world.start(FakeWorld.keeping(new Unwritten.Bounds(40, Long.MAX_VALUE)));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 200);
        await().atMost(GENEROUS)
                .untilAsserted(
                        () -> assertThat(glance(actors, "locked")).hasFieldOrPropertyWithValue("state", "blocked"));
        assertThat(world.liveClaims()).as("half of what may wait").isEqualTo(20);
        assertThat(glance(actors, "locked").reason()).contains("wait to be written");
        world.locked = claim -> false;
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 400);
        assertThat(world.intervals.stream().collect(Collectors.groupingBy(i -> i.subject(), Collectors.counting())))
                .hasSize(400)
                .allSatisfy((subject, runs) -> assertThat(runs).as(subject).isOne());
    }

    @Test
    void outcomesThatTakeLongAreWrittenApartAndTheirNeighbourDoesNotWait() {
        world.put(Steps.step(1, "hanging", null, "one", "done"));
        world.put(Steps.step(2, "neighbour", null, "two", "done"));
        world.subjects("one", 200);
        world.hangs = claim -> claim.taskTypeId() == 1;
        CountDownLatch trying = new CountDownLatch(1);
        world.onPatience = () -> {
            trying.countDown();
            pass(letGo);
        };
        RuntimeActors actors = world.start(FakeWorld.settings());
        pass(trying);

        world.subjects("two", 200);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 200);
        assertThat(get(actors.control().status()).unwritten().outcomes()).isPositive();
        letGo.countDown();
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 400);
        assertThat(world.intervals).hasSize(400);
        await().atMost(GENEROUS)
                .until(() -> get(actors.control().status()).unwritten().outcomes() == 0);
    }

    @Test
    void anOutcomeThatTheLedgerChokesOnKeepsNoOtherFromBeingWritten() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 60);
        world.chokesOn = claim -> claim.subject().id().equals("s7");
        world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 59);
        world.chokesOn = claim -> false;
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 60);
    }

    @Test
    void taskTypesWhoseInboxesAreSlowWaitAmongThemselves() {
        world.put(Steps.step(1, "quick", null, "one", "done"));
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> glance(actors, "quick").state().equals("idle"));
        Set<String> hanging = ConcurrentHashMap.newKeySet();
        world.onFind = taskType -> {
            if (taskType.name().startsWith("slow")) {
                hanging.add(taskType.name());
                pass(letGo);
            }
        };
        for (int i = 2; i <= 20; i++) {
            world.put(Steps.step(i, "slow" + i, null, "none", "done"));
        }
        await().atMost(GENEROUS).until(() -> hanging.size() == 3);

        world.subjects("one", 50);
        get(actors.control().pollNow("quick"));

        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 50);
        assertThat(hanging).as("those that hang leave a thread").hasSize(3);
    }

    // ------------------------------------------------------------------ the stage

    private static Outcome ok() {
        return new Outcome.Succeeded(null, null);
    }
}
