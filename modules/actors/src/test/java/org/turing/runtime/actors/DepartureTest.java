package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;
import static org.turing.runtime.actors.Waits.get;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.cluster.Removed;
import org.turing.runtime.domain.Outcome;

/** How a runtime leaves: in order, in a hurry, and when the database or a script does not let it. */
class DepartureTest {

    private static final Duration HOURS = Duration.ofHours(3);

    private final FakeWorld world = new FakeWorld();
    private final Map<String, CompletableFuture<Outcome>> held = new ConcurrentHashMap<>();

    @BeforeEach
    void threeAreDoneAndTwoRun() {
        world.put(Steps.step(1, "step", null, "one", "done"));
        world.subjects("one", 20);
        world.script = (taskType, claim) -> claim.ticketId() <= 3
                ? CompletableFuture.completedFuture(ok())
                : held.computeIfAbsent(claim.subject().id(), id -> new CompletableFuture<>());
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theLeaseIsRenewedWhileTheRuntimeDrains() {
        AtomicInteger renewals = new AtomicInteger();
        world.onRenew = renewals::incrementAndGet;
        RuntimeActors actors = start(HOURS);
        actors.control().stop(false);
        await().atMost(GENEROUS).until(() -> world.liveClaims() == 2);
        int before = renewals.get();
        await().atMost(GENEROUS).until(() -> renewals.get() > before + 10);
        held.values().forEach(run -> run.complete(ok()));

        RunSummary summary = get(actors.whenDone());

        assertThat(summary.completed()).isEqualTo(5);
        await().atMost(GENEROUS).until(() -> world.leasesEnded.get() == 1);
    }

    @Test
    void inAHurryWithoutADatabaseItLeavesAndNamesWhatCouldNotBeWritten() {
        world.renewEvery = HOURS;
        RuntimeActors actors = start(HOURS);
        world.databaseDown = true;
        actors.control().stop(true);

        RunSummary summary = get(actors.whenDone());

        assertThat(summary.completed()).isEqualTo(3);
        assertThat(summary.unwritten())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("task type 'step'", "its outcome was not written"));
        assertThat(summary.clean()).isFalse();
        assertThat(actors.system().getWhenTerminated()).succeedsWithin(GENEROUS);
    }

    @Test
    void aDrainWithoutADatabaseEndsWhenPatienceIsOverAndNamesWhatCouldNotBeWritten() {
        world.renewEvery = HOURS;
        RuntimeActors actors = start(Duration.ofSeconds(2));
        world.databaseDown = true;
        actors.control().stop(false);
        await().atMost(GENEROUS).until(() -> drains(actors));
        held.values().forEach(run -> run.complete(ok()));

        RunSummary summary = get(actors.whenDone());

        assertThat(summary.completed()).isEqualTo(3);
        assertThat(summary.unwritten()).hasSize(2);
    }

    @Test
    void aDrainWaitsForADatabaseThatComesBack() {
        world.renewEvery = HOURS;
        RuntimeActors actors = start(HOURS);
        world.databaseDown = true;
        actors.control().stop(false);
        await().atMost(GENEROUS).until(() -> drains(actors));
        held.values().forEach(run -> run.complete(ok()));
        world.databaseDown = false;

        RunSummary summary = get(actors.whenDone());

        assertThat(summary.completed()).isEqualTo(5);
        assertThat(summary.clean()).isTrue();
        assertThat(world.liveClaims()).isZero();
    }

    @Test
    void aScriptThatCannotBeEndedIsNamedBesideWhatWasCounted() {
        world.deafScripts = true;
        RuntimeActors actors = start(HOURS);
        actors.control().stop(true);

        RunSummary summary = get(actors.whenDone());

        assertThat(summary.completed()).isEqualTo(3);
        assertThat(summary.unwritten())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("its script had not ended"));
    }

    @Test
    void runsAreEndedOnThreadsThatMayBeKeptWaiting() {
        CopyOnWriteArrayList<String> threads = new CopyOnWriteArrayList<>();
        world.onCancel = () -> threads.add(Thread.currentThread().getName());
        RuntimeActors actors = start(HOURS);
        actors.control().stop(true);
        get(actors.whenDone());
        assertThat(threads).hasSize(2).allSatisfy(name -> assertThat(name).contains("turing.dispatchers.scripts"));
    }

    @Test
    void aNodeThatIsRemovedFromItsClusterEndsWhatRunsAndSaysSo() {
        RuntimeActors actors = start(HOURS);
        Cluster cluster = Cluster.get(actors.system());

        cluster.manager().tell(new Down(cluster.selfMember().address()));

        assertThat(actors.whenDone().toCompletableFuture())
                .failsWithin(GENEROUS)
                .withThrowableThat()
                .withRootCauseInstanceOf(Removed.class)
                .withMessageContaining("the others have gone on without it");
        assertThat(actors.system().getWhenTerminated()).succeedsWithin(GENEROUS);
        assertThat(world.cancelled).hasSize(2);
        assertThat(world.leasesEnded).hasValue(1);
        assertThat(world.liveClaims()).isZero();
        assertThat(get(actors.control().health()).notAlive()).isNotNull();
    }

    // ------------------------------------------------------------------ the stage

    private RuntimeActors start(Duration drainTimeout) {
        RuntimeActors actors = world.start(FakeWorld.draining(drainTimeout));
        await().atMost(GENEROUS).until(() -> held.size() == 2 && world.inStatus("done") == 3);
        return actors;
    }

    private static boolean drains(RuntimeActors actors) {
        return get(actors.control().glance()).taskTypes().stream()
                .allMatch(status -> status.state().equals("draining"));
    }

    private static Outcome ok() {
        return new Outcome.Succeeded(null, null);
    }
}
