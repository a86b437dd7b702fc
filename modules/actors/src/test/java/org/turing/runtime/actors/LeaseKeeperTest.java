package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;

class LeaseKeeperTest {

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final TestProbe<WorkerHost.Command> workers = kit.createTestProbe();
    private final TestProbe<LedgerWriter.Command> writer = kit.createTestProbe();
    private final LinkedBlockingQueue<LeaseState> heard = new LinkedBlockingQueue<>();
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void close() {
        letGo.countDown();
        kit.shutdownTestKit();
        world.close();
    }

    @Test
    void whatRunsIsEndedInTimeWhenTheDatabaseDoesNotAnswerAtAll() throws InterruptedException {
        world.onRenew = this::pass;
        spawn();
        assertThat(next()).isInstanceOf(LeaseState.Held.class);
        assertThat(next()).isInstanceOf(LeaseState.Lost.class);
        assertThat(clearing()).isNotNull();
    }

    @Test
    void aNewIdentityIsTakenOnlyOnceNothingRunsAnyMore() throws InterruptedException {
        spawn();
        assertThat(next()).isInstanceOf(LeaseState.Held.class);
        world.leaseStands = false;
        assertThat(next()).isInstanceOf(LeaseState.Lost.class);
        WorkerHost.ClearAll asked = clearing();
        assertThat(heard.poll(3, TimeUnit.SECONDS))
                .as("while a run is being ended")
                .isNull();
        asked.replyTo().tell(new WorkerHost.AllClear());
        writtenIs(List.of(), null);
        assertThat(next()).isInstanceOf(LeaseState.Held.class);
    }

    @Test
    void aNewIdentityIsTakenOnlyOnceTheResultsThatWereKeptAreWritten() throws InterruptedException {
        spawn();
        assertThat(next()).isInstanceOf(LeaseState.Held.class);
        world.leaseStands = false;
        assertThat(next()).isInstanceOf(LeaseState.Lost.class);
        clearing().replyTo().tell(new WorkerHost.AllClear());
        writtenIs(List.of("ticket 1"), "the database does not answer");
        writtenIs(List.of("ticket 1"), "the database does not answer");
        assertThat(heard).as("while results wait for the database").isEmpty();
        writtenIs(List.of("ticket 2"), null);
        assertThat(next()).as("though a row is locked").isInstanceOf(LeaseState.Held.class);
    }

    @Test
    void slowInboxesDoNotKeepTheLeaseFromBeingRenewed() {
        AtomicInteger renewals = new AtomicInteger();
        AtomicInteger looks = new AtomicInteger();
        world.onRenew = renewals::incrementAndGet;
        world.onFind = taskType -> {
            looks.incrementAndGet();
            pass();
        };
        for (int i = 1; i <= 30; i++) {
            world.put(Steps.step(i, "slow" + i, null, "one", "done"));
        }
        world.start(FakeWorld.settings());
        await().atMost(GENEROUS).until(() -> looks.get() >= 3);
        int before = renewals.get();
        await().atMost(GENEROUS).until(() -> renewals.get() > before + 5);
        letGo.countDown();
    }

    private void spawn() {
        kit.spawn(LeaseKeeper.create(world.ports().lease(), workers.ref(), writer.ref(), heard::add));
    }

    /** The host is told to end what runs, and before that that it has no identity. */
    private WorkerHost.ClearAll clearing() {
        assertThat(workers.receiveMessage(GENEROUS)).isInstanceOf(WorkerHost.Identify.class);
        assertThat(workers.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.Identify(0));
        return (WorkerHost.ClearAll) workers.receiveMessage(GENEROUS);
    }

    private void writtenIs(List<String> left, @Nullable String weather) {
        LedgerWriter.Flush flush = (LedgerWriter.Flush) writer.receiveMessage(GENEROUS);
        flush.replyTo().tell(new LedgerWriter.Flushed(left, weather));
    }

    private LeaseState next() throws InterruptedException {
        LeaseState state = heard.poll(GENEROUS.toSeconds(), TimeUnit.SECONDS);
        assertThat(state).as("what the keeper says").isNotNull();
        return state;
    }

    private void pass() {
        try {
            if (!letGo.await(GENEROUS.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
