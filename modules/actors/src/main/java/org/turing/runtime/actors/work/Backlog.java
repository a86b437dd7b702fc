package org.turing.runtime.actors.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.LedgerWriter.Write;

/**
 * The outcomes that are not settled: those that wait, those being written, those put off, and apart from them those of
 * slow task types. Says what is written next. Owned by the ledger's writer.
 */
final class Backlog {

    /** The most outcomes that one transaction writes. */
    static final int LARGEST_GROUP = 500;

    /**
     * So much memory, in bytes as {@link Unwritten} reckons it, ends a group: a statement holds its parameters several
     * times over.
     */
    static final long HEAVIEST_GROUP = 4L << 20;

    /**
     * Outcomes that are written together.
     *
     * @param apart whether their task type is slow: nobody else's outcomes are among them
     * @param since when it began, by {@link System#nanoTime}
     */
    record Group(List<Write> writes, boolean apart, long since) {
        static final Group NONE = new Group(List.of(), false, 0);

        long taskTypeId() {
            return Backlog.taskTypeId(writes.get(0));
        }

        Duration took(long now) {
            return Duration.ofNanos(now - since);
        }
    }

    private final Deque<Write> waiting = new ArrayDeque<>();
    private final Set<Write> delayed = identitySet();
    private final SlowOutcomes slow = new SlowOutcomes();
    private Group writing = Group.NONE;
    private Group writingApart = Group.NONE;
    private boolean oneByOne;

    static Set<Write> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static long taskTypeId(Write write) {
        return write.entry().taskType().id();
    }

    void add(Write write) {
        if (isSlow(write)) {
            slow.add(write);
        } else {
            waiting.add(write);
        }
    }

    boolean isSlow(Write write) {
        return slow.isSlow(taskTypeId(write));
    }

    // ------------------------------------------------------------------ what is written

    /** Begins a group of what waits; null while one is being written, and if nothing waits. */
    @Nullable
    Group next(long now) {
        if (!writing.writes().isEmpty() || waiting.isEmpty()) {
            return null;
        }
        List<Write> group = new ArrayList<>();
        int largest = oneByOne ? 1 : LARGEST_GROUP;
        long bytes = 0;
        while (group.size() < largest && bytes < HEAVIEST_GROUP && !waiting.isEmpty()) {
            Write next = waiting.poll();
            bytes += Unwritten.bytes(next.entry().run());
            group.add(next);
        }
        writing = new Group(group, false, now);
        return writing;
    }

    /** Begins a group of a slow task type; null while one is being written, and if none is due. */
    @Nullable
    Group nextApart(long now) {
        if (!writingApart.writes().isEmpty()) {
            return null;
        }
        List<Write> group = slow.next(now);
        if (group.isEmpty()) {
            return null;
        }
        writingApart = new Group(group, true, now);
        return writingApart;
    }

    /** How long until {@link #nextApart} begins one; null if nothing waits apart, or one is being written. */
    @Nullable
    Duration untilApartDue(long now) {
        return writingApart.writes().isEmpty() ? slow.untilDue(now) : null;
    }

    /** The group is no longer being written, whatever came of it. */
    void over(Group group) {
        if (group.apart()) {
            writingApart = Group.NONE;
        } else {
            writing = Group.NONE;
        }
    }

    /** From now on what waits is written one by one, or in groups again. */
    void oneByOne(boolean now) {
        oneByOne = now;
    }

    // ------------------------------------------------------------------ what could not be written

    /** What was taken could not even be tried: it is next again. */
    void putBack(Group group) {
        if (group.apart()) {
            slow.putBack(group.writes());
            return;
        }
        for (int i = group.writes().size() - 1; i >= 0; i--) {
            waiting.addFirst(group.writes().get(i));
        }
    }

    /** Waits until it is {@linkplain #again brought back}. */
    void putOff(Collection<Write> writes) {
        delayed.addAll(writes);
    }

    /** What was put off, and not gathered since, waits with the others. */
    void again(Collection<Write> writes) {
        writes.stream().filter(delayed::remove).forEach(waiting::add);
    }

    /** From now on its task type is slow. */
    void setApart(Write write) {
        slow.add(write);
    }

    /**
     * What became of a group that was written apart.
     *
     * @param left what of it still is not written
     * @return whether its task type is slow no more
     */
    boolean triedApart(Group group, List<Write> left, long now) {
        return slow.tried(group.taskTypeId(), left, group.took(now), now);
    }

    // ------------------------------------------------------------------ all of it

    /** Whatever was put off or is apart waits with the others: all is to be tried once more. */
    void gather() {
        waiting.addAll(delayed);
        waiting.addAll(slow.takeAll());
        delayed.clear();
    }

    boolean isEmpty() {
        return everything().findAny().isEmpty();
    }

    Stream<Write> everything() {
        return Stream.of(
                        waiting.stream(),
                        writing.writes().stream(),
                        delayed.stream(),
                        writingApart.writes().stream(),
                        slow.all())
                .flatMap(writes -> writes);
    }
}
