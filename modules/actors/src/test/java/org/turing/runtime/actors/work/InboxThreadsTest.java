package org.turing.runtime.actors.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.work.InboxThreads.Pace;

class InboxThreadsTest {

    private static final Duration GENEROUS = Duration.ofSeconds(60);
    private static final int THREADS = 4;

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final InboxThreads inboxes = new InboxThreads(Blocking.inboxes(kit.system()), THREADS);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();

    @AfterEach
    void close() {
        letGo.countDown();
        kit.shutdownTestKit();
    }

    @Test
    void slowCallsLeaveHalfOfTheThreadsToOthers() {
        hang(Pace.SLOW, 20);
        answered(Pace.UNKNOWN);
        answered(Pace.QUICK);
        await().atMost(GENEROUS).until(() -> begun.get() == 2);
    }

    @Test
    void callsOfWhichNothingIsKnownLeaveAThreadToTheQuick() {
        hang(Pace.SLOW, 20);
        hang(Pace.UNKNOWN, 20);
        answered(Pace.QUICK);
        await().atMost(GENEROUS).until(() -> begun.get() == THREADS - 1);
    }

    @Test
    void callsThatNothingHurriesLeaveAThreadToTheQuick() {
        hang(Pace.UNHURRIED, 20);
        answered(Pace.QUICK);
        await().atMost(GENEROUS).until(() -> begun.get() == THREADS - 1);
    }

    @Test
    void quickCallsMayUseEveryThreadAndWhatWaitsFollows() {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(hang(i % 2 == 0 ? Pace.QUICK : Pace.SLOW));
        }
        letGo.countDown();
        assertThat(calls).allSatisfy(call -> assertThat(call).succeedsWithin(GENEROUS));
        assertThat(begun).hasValue(50);
    }

    @Test
    void oneThreadServesEveryPace() {
        InboxThreads one = new InboxThreads(Blocking.inboxes(kit.system()), 1);
        for (Pace pace : Pace.values()) {
            assertThat(one.call(pace, () -> 1).toCompletableFuture()).succeedsWithin(GENEROUS);
        }
    }

    @Test
    void callsThatAreOverBeforeTheirStartReturnsLoseNoAnswer() {
        Deque<Runnable> held = new ArrayDeque<>();
        AtomicBoolean atOnce = new AtomicBoolean();
        InboxThreads one = new InboxThreads(
                new Blocking(task -> {
                    if (atOnce.get()) {
                        task.run();
                    } else {
                        held.add(task);
                    }
                }),
                1);
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(one.call(Pace.QUICK, () -> 1).toCompletableFuture());
        }
        atOnce.set(true);

        held.remove().run();

        assertThat(calls).allSatisfy(call -> assertThat(call).isCompletedWithValue(1));
    }

    private void hang(Pace pace, int calls) {
        for (int i = 0; i < calls; i++) {
            hang(pace);
        }
    }

    private CompletableFuture<Integer> hang(Pace pace) {
        return inboxes.call(pace, () -> {
                    int nth = begun.incrementAndGet();
                    if (!letGo.await(GENEROUS.toSeconds(), TimeUnit.SECONDS)) {
                        throw new IllegalStateException("nobody let go");
                    }
                    return nth;
                })
                .toCompletableFuture();
    }

    private void answered(Pace pace) {
        assertThat(inboxes.call(pace, () -> 1).toCompletableFuture()).succeedsWithin(GENEROUS);
    }
}
