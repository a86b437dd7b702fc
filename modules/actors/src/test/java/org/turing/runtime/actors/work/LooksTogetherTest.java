package org.turing.runtime.actors.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.Steps;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.Inboxes.Found;
import org.turing.runtime.ports.Inboxes.Look;

class LooksTogetherTest {

    private static final Duration QUICK = Duration.ofMillis(1);
    private static final Found NOTHING = new Found(List.of(), "1:1:", false, false, 0, 0);

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final List<Integer> roundTrips = Collections.synchronizedList(new ArrayList<>());
    private final List<Runnable> gathered = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private volatile Duration takes = Duration.ZERO;
    private @Nullable RuntimeException failure;
    private final InboxThreads threads = new InboxThreads(Blocking.inboxes(kit.system()), 4);
    private final LooksTogether looks = new LooksTogether(new Inbox(), threads, gathered::add, nanos::get);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private volatile boolean hangs;

    @AfterEach
    void close() {
        letGo.countDown();
        kit.shutdownTestKit();
    }

    @Test
    void looksThatComeTogetherAreOneRoundTripAndThoseThatFindSomethingAreNotAnswered() {
        List<CompletableFuture<Optional<Found>>> asked = ask(50, QUICK);
        gathered.remove(0).run();
        for (int id = 0; id < 50; id++) {
            assertThat(answer(asked.get(id))).isEqualTo(holdsSomething(id) ? Optional.empty() : Optional.of(NOTHING));
        }
        assertThat(roundTrips).containsExactly(50);
        assertThat(gathered).isEmpty();
    }

    @Test
    void whoComesAloneIsSentToLookByItself() {
        CompletableFuture<Optional<Found>> asked = ask(1, QUICK).get(0);
        gathered.remove(0).run();
        assertThat(answer(asked)).isEmpty();
        assertThat(roundTrips).isEmpty();
    }

    @Test
    void whoTakesALookBackWhileOthersAreWaitedForIsNotLookedFor() {
        List<CompletableFuture<Optional<Found>>> asked = ask(3, QUICK);
        asked.get(1).cancel(false);
        gathered.remove(0).run();
        answer(asked.get(0));
        assertThat(answer(asked.get(2))).contains(NOTHING);
        ask(2, QUICK).forEach(look -> look.cancel(false));
        gathered.remove(0).run();
        assertThat(roundTrips).containsExactly(2);
    }

    @Test
    void whoComesAfterwardsIsInTheNextRoundTrip() {
        List<CompletableFuture<Optional<Found>>> first = ask(3, QUICK);
        gathered.remove(0).run();
        List<CompletableFuture<Optional<Found>>> second = ask(4, QUICK);
        gathered.remove(0).run();
        first.forEach(this::answer);
        second.forEach(this::answer);
        assertThat(roundTrips).containsExactlyInAnyOrder(3, 4);
    }

    @Test
    void looksThatTakeTheirTimeAreSpreadOverRoundTrips() {
        List<CompletableFuture<Optional<Found>>> asked = ask(10, LooksTogether.LONGEST.dividedBy(4));
        gathered.remove(0).run();
        asked.forEach(this::answer);
        assertThat(roundTrips).containsExactlyInAnyOrder(4, 4, 2);
    }

    @Test
    void howeverManyRoundTripsThereAreALookByItselfDoesNotWaitForThem() {
        hangs = true;
        List<CompletableFuture<Optional<Found>>> asked = ask(20, LooksTogether.LONGEST.dividedBy(2));
        gathered.remove(0).run();
        assertThat(answer(threads.call(InboxThreads.Pace.QUICK, () -> Optional.of(NOTHING))
                        .toCompletableFuture()))
                .contains(NOTHING);
        assertThat(asked).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void looksThatTookLessTimeTogetherThanEachByItselfGoInFewerRoundTrips() {
        Duration likely = LooksTogether.LONGEST.dividedBy(4);
        takes = likely; // for four of them
        ask(4, likely).forEach(this::gatherAndAnswer);
        roundTrips.clear();
        ask(10, likely).forEach(this::gatherAndAnswer);
        assertThat(roundTrips).containsExactlyInAnyOrder(8, 2);
    }

    @Test
    void whenOneHasBecomeSlowEachLooksByItselfSoThatItLeavesTheOthers() {
        takes = LooksTogether.LONGEST.multipliedBy(3);
        List<CompletableFuture<Optional<Found>>> asked = ask(3, QUICK);
        gathered.remove(0).run();
        asked.forEach(stage -> assertThat(answer(stage)).isEmpty());
        assertThat(roundTrips).containsExactly(3);
    }

    @Test
    void withoutADatabaseNobodyIsSentToLookByItself() {
        failure = new DatabaseUnavailable("away", new IllegalStateException("away"));
        List<CompletableFuture<Optional<Found>>> asked = ask(2, QUICK);
        gathered.remove(0).run();
        asked.forEach(stage -> assertThatThrownBy(() -> answer(stage))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(DatabaseUnavailable.class));
    }

    @Test
    void afterAnyOtherFailureEachLooksByItselfAndHearsWhatIsWrong() {
        failure = new IllegalStateException("out of order");
        List<CompletableFuture<Optional<Found>>> asked = ask(2, QUICK);
        gathered.remove(0).run();
        asked.forEach(stage -> assertThat(answer(stage)).isEmpty());
    }

    private List<CompletableFuture<Optional<Found>>> ask(int count, Duration likely) {
        return IntStream.range(0, count)
                .mapToObj(id -> looks.look(look(id), likely))
                .toList();
    }

    private void gatherAndAnswer(CompletableFuture<Optional<Found>> asked) {
        gathered.forEach(Runnable::run);
        gathered.clear();
        answer(asked);
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<Found> answer(CompletableFuture<Optional<Found>> asked) {
        return asked.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static Look look(int id) {
        TaskType taskType = Steps.step(id, "step-" + id, null, "one", "done");
        return new Look(
                taskType, new InboxShape("q", "id", "text", "owl", false, Set.of(), false, false, null), Set.of());
    }

    private static boolean holdsSomething(long id) {
        return id % 7 == 3;
    }

    private final class Inbox implements Inboxes {
        @Override
        public Map<Long, Found> emptyAmong(List<Look> asked) {
            if (failure != null) {
                throw failure;
            }
            roundTrips.add(asked.size());
            if (hangs) {
                pass(letGo);
            }
            nanos.addAndGet(takes.toNanos());
            Map<Long, Found> empty = new HashMap<>();
            asked.stream()
                    .map(look -> look.taskType().id())
                    .filter(id -> !holdsSomething(id))
                    .forEach(id -> empty.put(id, NOTHING));
            return empty;
        }

        @Override
        public InboxShape examine(TaskType taskType) {
            throw new AssertionError();
        }

        @Override
        public Found find(TaskType taskType, InboxShape shape, int wanted, Set<String> only) {
            throw new AssertionError();
        }

        @Override
        public Candidate named(TaskType taskType, InboxShape shape, String subjectId) {
            throw new AssertionError();
        }

        @Override
        public Set<String> present(TaskType taskType, InboxShape shape, Collection<String> ids) {
            throw new AssertionError();
        }

        @Override
        public long count(TaskType taskType, InboxShape shape, int atMost) {
            throw new AssertionError();
        }
    }
}
