package org.turing.runtime.actors.work;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.view.RuntimeStatus;

/**
 * The outcomes that wait to be written to the ledger, counted and weighed, so that nothing is claimed that could not be
 * recorded. Safe for use by many threads.
 *
 * <p>A task type may claim as long as what it has in flight is less than what is still free: one whose outcomes can't
 * be written (its table is locked) comes to hold half of the memory at most, and the others go on.
 */
public final class Unwritten {

    /** A Java character. */
    private static final int BYTES_PER_CHARACTER = 2;

    /** One part in so many of the heap may wait at most, whatever the settings say: it is not all that lives there. */
    static final int SHARE_OF_HEAP = 4;

    /** What an outcome takes beside its texts, roughly: a claim, its queue entries and their maps. */
    private static final int BYTES_PER_OUTCOME = 1_000;

    /**
     * What may wait. It is kept to by claiming less.
     *
     * @param outcomes how many; at least 2
     * @param bytes how much memory; at least 1. How heavy an outcome will be is not known when its subject is claimed:
     *     what runs when it is reached is still added
     */
    public record Bounds(int outcomes, long bytes) {
        /** Enough for a long outage, and a fraction of any heap. */
        public static final Bounds DEFAULT = new Bounds(10_000, 256L << 20);
    }

    private record Item(long taskTypeId, long bytes, long sinceNanos) {}

    private record Sum(int outcomes, long bytes) {
        static final Sum ZERO = new Sum(0, 0);

        Sum plus(int more, long moreBytes) {
            return new Sum(outcomes + more, bytes + moreBytes);
        }
    }

    private final Bounds bounds;
    private final Map<Long, Item> items = new LinkedHashMap<>();
    private final Map<Long, Sum> ofTaskTypes = new HashMap<>();
    private Sum all = Sum.ZERO;

    /** @param bounds what may wait; of the heap never more than {@link #SHARE_OF_HEAP} allows */
    public Unwritten(Bounds bounds) {
        this(bounds, Runtime.getRuntime().maxMemory());
    }

    Unwritten(Bounds bounds, long heap) {
        this.bounds = new Bounds(bounds.outcomes(), Math.max(1, Math.min(bounds.bytes(), heap / SHARE_OF_HEAP)));
    }

    synchronized void add(Entry entry) {
        FinishedRun run = entry.run();
        Item item = new Item(entry.taskType().id(), bytes(run), System.nanoTime());
        if (items.putIfAbsent(run.claim().ticketId(), item) == null) {
            change(item, 1);
        }
    }

    synchronized void remove(Entry entry) {
        Item item = items.remove(entry.run().claim().ticketId());
        if (item != null) {
            change(item, -1);
        }
    }

    private void change(Item item, int sign) {
        all = all.plus(sign, sign * item.bytes());
        Sum now = ofTaskTypes.getOrDefault(item.taskTypeId(), Sum.ZERO).plus(sign, sign * item.bytes());
        if (now.outcomes() == 0) {
            ofTaskTypes.remove(item.taskTypeId());
        } else {
            ofTaskTypes.put(item.taskTypeId(), now);
        }
    }

    /**
     * How many further outcomes of that task type could be kept; at least 0.
     *
     * @param inFlight how many of its claims have no outcome in the ledger yet: each will have to be kept, and what is
     *     kept of them already is counted once
     */
    public synchronized int room(long taskTypeId, int inFlight) {
        Sum own = ofTaskTypes.getOrDefault(taskTypeId, Sum.ZERO);
        int others = all.outcomes() - own.outcomes();
        int committed = Math.max(own.outcomes(), inFlight);
        boolean heavy = own.bytes() >= bounds.bytes() - all.bytes();
        return heavy ? 0 : Math.max(0, (bounds.outcomes() - others + 1) / 2 - committed);
    }

    /** What waits now. */
    public synchronized RuntimeStatus.Unwritten standing() {
        double seconds = items.values().stream()
                .findFirst()
                .map(oldest -> Duration.ofNanos(System.nanoTime() - oldest.sinceNanos())
                                .toMillis()
                        / 1000.0)
                .orElse(0.0);
        return new RuntimeStatus.Unwritten(all.outcomes(), all.bytes(), seconds);
    }

    /** The memory that an outcome takes, roughly. */
    static long bytes(FinishedRun run) {
        long characters = run.claim().fields().length()
                + run.log().stdout().length()
                + run.log().stderr().length()
                + characters(run.outcome());
        return BYTES_PER_OUTCOME + BYTES_PER_CHARACTER * characters;
    }

    private static long characters(Outcome outcome) {
        if (outcome instanceof Outcome.Succeeded succeeded) {
            return length(succeeded.output());
        }
        if (outcome instanceof Outcome.Skipped skipped) {
            return length(skipped.reason()) + length(skipped.output());
        }
        return outcome instanceof Outcome.Failed failed ? length(failed.error()) + length(failed.output()) : 0;
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
