package org.turing.runtime.actors.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.Inboxes.Found;
import org.turing.runtime.ports.Inboxes.Look;

/**
 * Looks that the task types of a node expect to be in vain, and that come at the same moment: they are made in one
 * round trip. Safe for use by many threads.
 */
public final class LooksTogether {

    /** How long the first one waits for others. */
    static final Duration GATHER = Duration.ofMillis(10);

    /** Looks that take longer than this together are not made in one round trip: it would take a thread for as long. */
    static final Duration LONGEST = Duration.ofSeconds(1);

    private record Asked(Look look, Duration likely, CompletableFuture<Optional<Found>> answer) {}

    private final Inboxes inboxes;
    private final InboxThreads threads;
    private final Consumer<Runnable> afterGathering;
    private final LongSupplier nanoTime;
    private List<Asked> waiting = new ArrayList<>();
    /**
     * Twice the part of their likely time that looks took together lately, as the machine may become busier; 1 at most.
     * Without a round trip for each it is less.
     */
    private volatile double part = 1;

    /** Those of a node. */
    public static LooksTogether of(ActorSystem<?> system, Inboxes inboxes, InboxThreads threads) {
        return new LooksTogether(
                inboxes,
                threads,
                then -> system.scheduler().scheduleOnce(GATHER, then, system.executionContext()),
                System::nanoTime);
    }

    /**
     * @param afterGathering runs what it is given once {@link #GATHER} has passed
     * @param nanoTime a clock that only goes forward
     */
    LooksTogether(Inboxes inboxes, InboxThreads threads, Consumer<Runnable> afterGathering, LongSupplier nanoTime) {
        this.inboxes = inboxes;
        this.threads = threads;
        this.afterGathering = afterGathering;
        this.nanoTime = nanoTime;
    }

    /**
     * Looks into an inbox with others.
     *
     * @param likely how long the look is likely to take
     * @return what was found if that is nothing; nothing if the inbox is to be looked into by itself. Cancelling it
     *     while others are waited for takes the look back
     */
    public CompletableFuture<Optional<Found>> look(Look look, Duration likely) {
        Asked asked = new Asked(look, likely, new CompletableFuture<>());
        boolean first;
        synchronized (this) {
            first = waiting.isEmpty();
            waiting.add(asked);
        }
        if (first) {
            afterGathering.accept(this::start);
        }
        return asked.answer();
    }

    private void start() {
        List<Asked> gathered;
        synchronized (this) {
            gathered = waiting;
            waiting = new ArrayList<>();
        }
        gathered.removeIf(asked -> asked.answer().isDone()); // taken back
        if (gathered.isEmpty()) {
            return;
        }
        List<Asked> group = new ArrayList<>();
        Duration together = Duration.ZERO;
        double partOfEach = part;
        for (Asked asked : gathered) {
            Duration likely = Duration.ofNanos((long) (asked.likely().toNanos() * partOfEach));
            if (!group.isEmpty() && together.plus(likely).compareTo(LONGEST) > 0) {
                start(List.copyOf(group));
                group.clear();
                together = Duration.ZERO;
            }
            group.add(asked);
            together = together.plus(likely);
        }
        start(List.copyOf(group));
    }

    private void start(List<Asked> group) {
        if (group.size() == 1) {
            group.get(0).answer().complete(Optional.empty()); // alone it saves nothing
            return;
        }
        threads.call(InboxThreads.Pace.UNHURRIED, () -> emptyAmong(group))
                .whenComplete((empty, failure) -> group.forEach(asked -> answer(asked, empty, failure)));
    }

    /** Nothing if it took much longer than was likely: one of them has become slow, and its next look tells which. */
    private Map<Long, Found> emptyAmong(List<Asked> group) {
        long from = nanoTime.getAsLong();
        Map<Long, Found> empty =
                inboxes.emptyAmong(group.stream().map(Asked::look).toList());
        long took = nanoTime.getAsLong() - from;
        part = Math.min(1, 2 * took / (double) Math.max(1, likely(group)));
        return took > 2 * LONGEST.toNanos() ? Map.of() : empty;
    }

    private static long likely(List<Asked> group) {
        return group.stream().mapToLong(asked -> asked.likely().toNanos()).sum();
    }

    private static void answer(Asked asked, @Nullable Map<Long, Found> empty, @Nullable Throwable failure) {
        if (failure instanceof DatabaseUnavailable) {
            asked.answer().completeExceptionally(failure);
        } else {
            long id = asked.look().taskType().id();
            asked.answer().complete(failure == null ? Optional.ofNullable(empty.get(id)) : Optional.empty());
        }
    }
}
