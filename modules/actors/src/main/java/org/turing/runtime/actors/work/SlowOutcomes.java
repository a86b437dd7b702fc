package org.turing.runtime.actors.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.LedgerWriter.Write;

/**
 * The outcomes of task types whose status changes take too long, as they do while a user's trigger hangs: each task
 * type waits by itself, after a try in vain for longer and longer, and in the end is tried one outcome at a time, so
 * that a single row that hangs does not keep its neighbours from being written. A task type is slow until all its
 * outcomes are written and the last of them quickly.
 */
final class SlowOutcomes {

    /** What took no longer is slow no more. */
    private static final Duration QUICK = Duration.ofSeconds(1);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 10;

    private static final class Queue {
        private final Deque<Write> writes = new ArrayDeque<>();
        private int group = Backlog.LARGEST_GROUP;
        private int failures;
        private @Nullable Long notBefore;

        boolean isDue(long now) {
            return notBefore == null || now - notBefore >= 0;
        }
    }

    /** By task type, in the order of their turns. */
    private final Map<Long, Queue> queues = new LinkedHashMap<>();

    boolean isSlow(long taskTypeId) {
        return queues.containsKey(taskTypeId);
    }

    /** From now on its task type is slow. */
    void add(Write write) {
        queues.computeIfAbsent(taskTypeId(write), id -> new Queue()).writes.add(write);
    }

    /**
     * Takes what is to be tried next, of one task type; nothing if none is due.
     *
     * @param now of {@link System#nanoTime}, here and below
     */
    List<Write> next(long now) {
        for (Map.Entry<Long, Queue> turn : queues.entrySet()) {
            Queue queue = turn.getValue();
            if (!queue.writes.isEmpty() && queue.isDue(now)) {
                queues.remove(turn.getKey());
                queues.put(turn.getKey(), queue);
                List<Write> group = new ArrayList<>();
                while (group.size() < queue.group && !queue.writes.isEmpty()) {
                    group.add(queue.writes.poll());
                }
                return group;
            }
        }
        return List.of();
    }

    /** How long until {@link #next} has something; null if nothing waits. */
    @Nullable
    Duration untilDue(long now) {
        return queues.values().stream()
                .filter(queue -> !queue.writes.isEmpty())
                .map(queue -> queue.notBefore == null || queue.isDue(now)
                        ? Duration.ZERO
                        : Duration.ofNanos(queue.notBefore - now))
                .min(Duration::compareTo)
                .orElse(null);
    }

    /** What was taken could not even be tried. */
    void putBack(List<Write> group) {
        for (int i = group.size() - 1; i >= 0; i--) {
            queues.computeIfAbsent(taskTypeId(group.get(i)), id -> new Queue())
                    .writes
                    .addFirst(group.get(i));
        }
    }

    /**
     * What became of a group.
     *
     * @param left what of it still is not written
     * @param took how long the try took
     * @return whether its task type is slow no more
     */
    boolean tried(long taskTypeId, List<Write> left, Duration took, long now) {
        Queue queue = queues.computeIfAbsent(taskTypeId, id -> new Queue());
        queue.writes.addAll(left);
        if (!left.isEmpty()) {
            long pause = Math.min(
                    SHORTEST_PAUSE.toNanos() << Math.min(queue.failures++, MOST_DOUBLINGS), LONGEST_PAUSE.toNanos());
            queue.notBefore = now + pause;
            queue.group = 1;
            return false;
        }
        queue.failures = 0;
        queue.notBefore = null;
        queue.group = Math.min(2 * queue.group, Backlog.LARGEST_GROUP);
        boolean slowNoMore = queue.writes.isEmpty() && took.compareTo(QUICK) <= 0;
        if (slowNoMore) {
            queues.remove(taskTypeId);
        }
        return slowNoMore;
    }

    /** Takes everything; what was slow stays so. */
    List<Write> takeAll() {
        List<Write> all = all().toList();
        queues.values().forEach(queue -> queue.writes.clear());
        return all;
    }

    /** What waits here. */
    Stream<Write> all() {
        return queues.values().stream().flatMap(queue -> queue.writes.stream());
    }

    private static long taskTypeId(Write write) {
        return write.entry().taskType().id();
    }
}
