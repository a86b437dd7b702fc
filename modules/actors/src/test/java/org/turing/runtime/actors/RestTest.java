package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;

import com.typesafe.config.ConfigFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.event.Progress;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.Unwritten;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.view.RuntimeControl.Target;

/** When nothing is left to do, and what must not be forgotten until then. */
class RestTest {

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        world.close();
    }

    @Test
    void aTaskTypeThatIsNoLongerExpectedDoesNotKeepARuntimeFromLeaving() {
        ActorRef<RestObserver.Command> observer = kit.spawn(RestObserver.create(id -> {}, () -> false));
        TestProbe<RestObserver.NothingLeft> asker = kit.createTestProbe();
        observer.tell(new RestObserver.Expect(Set.of(1L)));
        observer.tell(new RestObserver.AtRest(Steps.step(2, "gone", null, "one", "two"), 1, List.of()));
        observer.tell(new RestObserver.Progressed(new Progress(2, List.of())));
        observer.tell(new RestObserver.AtRest(Steps.step(1, "here", null, "two", "three"), 3, List.of()));
        observer.tell(new RestObserver.TellWhenNothingIsLeft(asker.ref()));
        assertThat(asker.receiveMessage(GENEROUS).blocked()).isEmpty();
    }

    @Test
    void whatWasCommittedIsReportedBeforeItsAskersHearOfIt() throws Exception {
        TicketLedger ledger = world.ports().ledger();
        world.subjects("one", 2);
        TaskType taskType = Steps.step(1, "a", null, "one", "done");
        Claim claim = claim(ledger, taskType, "s1");
        Claim lost = claim(ledger, taskType, "s2");
        ledger.giveBack(List.of(lost));
        TestProbe<Object> hears = kit.createTestProbe();
        ActorRef<LedgerWriter.Command> writer = kit.spawn(LedgerWriter.create(
                ledger, new Unwritten(Unwritten.Bounds.DEFAULT), hears.ref().<RestObserver.Command>narrow()));
        for (Claim each : List.of(claim, lost)) {
            writer.tell(new LedgerWriter.Write(
                    new TicketLedger.Entry(taskType, finished(each)),
                    hears.ref().narrow()));
            assertThat(hears.receiveMessage(GENEROUS)).isInstanceOf(RestObserver.Progressed.class);
            assertThat(hears.receiveMessage(GENEROUS)).isInstanceOf(LedgerWriter.Recorded.class);
        }
    }

    @Test
    void aTaskTypeThatWasPausedStaysPausedWhenItsActorFails() {
        AtomicBoolean failed = new AtomicBoolean();
        world.put(Steps.step(1, "a", null, "one", "done"));
        RuntimeActors actors = world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> state(actors).equals(List.of("idle")));
        actors.control()
                .pause(new Target.OneTaskType("a"))
                .toCompletableFuture()
                .join();
        world.onSettle = taskType -> {
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("a bug");
            }
        };
        int before = world.examinations.get();
        world.tell(new Notice.Wake(1L));
        await().atMost(GENEROUS).until(() -> world.examinations.get() > before);
        await().atMost(GENEROUS).until(() -> state(actors).equals(List.of("paused")));
        world.subjects("one", 1);
        world.tell(new Notice.Wake(1L));
        assertThat(state(actors)).containsExactly("paused");
        assertThat(world.inStatus("one")).isEqualTo(1);
    }

    private static List<String> state(RuntimeActors actors) {
        List<String> states = new ArrayList<>();
        actors.control()
                .status()
                .toCompletableFuture()
                .join()
                .taskTypes()
                .forEach(taskType -> states.add(taskType.state()));
        return states;
    }

    private static Claim claim(TicketLedger ledger, TaskType taskType, String id) throws Exception {
        Placement here = new Placement(new Candidate(new Subject("owl", id), "{}"), 1);
        return ledger.claim(taskType, List.of(here), "1:1:", null).get(0);
    }

    private static FinishedRun finished(Claim claim) {
        Instant now = Instant.now();
        return new FinishedRun(
                claim,
                new Outcome.Succeeded(null, null),
                now,
                now,
                FinishedRun.RunLog.EMPTY,
                new FinishedRun.Place("test-host", null, null),
                null);
    }
}
