package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Slot time by holder: what equal shares are measured in.
 *
 * <p>A holder is present while it waits or holds a lease that is not quarantined. Who begins to wait is raised to what
 * its equals have had (the others present with its priority; all others if there are none): to the least of those that
 * wait, whose claims are older; if none waits, to the most of those that hold, as a holder that is content with less
 * has no claim. So neither a newcomer, nor one that idled, nor one that had all it asked for can claim the past. Only
 * who was asked to yield keeps its account as it is: its request goes on.
 *
 * <p>Where there are several hosts each is looked at by itself, with those that hold there or wait for it, and who
 * begins to wait is raised to the highest of the levels of those that it can use: who waits for one busy host, and has
 * had little, gives newcomers no claim on the others.
 *
 * <p>Therefore an absent holder's entry means nothing once it is no higher than the least of those present, and is
 * dropped; with nobody present all are, but for those whose quarantined leases are still to be charged. So {@code used}
 * never holds more than the holders present or in quarantine and those that left while they were ahead of it.
 */
final class SlotTime {

    private SlotTime() {}

    /** What a holder was charged and owes for its leases up to {@code now}. */
    static Duration spent(GateState state, long holder, Instant now) {
        return state.leasesOf(holder).stream()
                .map(lease -> lease.heldAt(now))
                .reduce(charged(state, holder), Duration::plus);
    }

    /**
     * Like {@link #spent}, but each lease counts for its whole quantum from the beginning: what the order of granting
     * compares, so that a slot granted a moment ago counts when the next one is.
     */
    static Duration committed(GateState state, long holder, Instant now) {
        return state.leasesOf(holder).stream()
                .map(lease -> lease.heldAt(lease.quantumEnds().isAfter(now) ? lease.quantumEnds() : now))
                .reduce(charged(state, holder), Duration::plus);
    }

    /** The account of a holder that is about to wait and did not wait at that priority before. */
    static GateState arrive(GateState state, Waiter waiter) {
        long holder = waiter.holder();
        if (state.leasesOf(holder).stream().anyMatch(Lease::yielding)) {
            return state;
        }
        Instant now = waiter.since();
        Duration own = spent(state, holder, now);
        Duration start = start(state, waiter).orElse(own);
        return charge(state, holder, start.compareTo(own) > 0 ? start.minus(own) : Duration.ZERO);
    }

    private static Optional<Duration> start(GateState state, Waiter waiter) {
        return state.offers().stream()
                .map(Offer::runtime)
                .filter(waiter::canUse)
                .flatMap(runtime -> level(state, waiter, runtime).stream())
                .max(Comparator.naturalOrder());
    }

    /** What those have had with whom the waiting one would share that runtime's host. */
    private static Optional<Duration> level(GateState state, Waiter waiter, long runtime) {
        List<Long> others = presentOn(state, runtime)
                .filter(other -> other != waiter.holder())
                .boxed()
                .toList();
        List<Long> equals = others.stream()
                .filter(other -> priorityOf(state, other) == waiter.priority())
                .toList();
        List<Long> peers = equals.isEmpty() ? others : equals;
        Optional<Duration> leastWaiting = peers.stream()
                .filter(other -> state.waiter(other)
                        .filter(entry -> entry.canUse(runtime))
                        .isPresent())
                .map(other -> spent(state, other, waiter.since()))
                .min(Comparator.naturalOrder());
        return leastWaiting.or(() ->
                peers.stream().map(other -> spent(state, other, waiter.since())).max(Comparator.naturalOrder()));
    }

    /**
     * The priority of a holder that is present: that of its request, else that of the lease that it was granted last.
     */
    static int priorityOf(GateState state, long holder) {
        return state.waiter(holder)
                .map(Waiter::priority)
                .or(() -> state.leasesOf(holder).stream()
                        .filter(lease -> !lease.quarantined())
                        .reduce((earlier, later) -> later)
                        .map(Lease::priority))
                .orElse(0);
    }

    /** Adds to a holder's account. */
    static GateState charge(GateState state, long holder, Duration time) {
        Map<Long, Duration> used = new TreeMap<>(state.used());
        used.merge(holder, time, Duration::plus);
        return state.withUsed(used);
    }

    /** Drops the entries of those that are absent and not ahead of the floor. */
    static GateState prune(GateState state) {
        Optional<Duration> floor =
                present(state).mapToObj(holder -> charged(state, holder)).min(Comparator.naturalOrder());
        Map<Long, Duration> used = new TreeMap<>(state.used());
        used.entrySet()
                .removeIf(entry -> present(state).noneMatch(holder -> holder == entry.getKey())
                        && state.leasesOf(entry.getKey()).isEmpty()
                        && (floor.isEmpty() || entry.getValue().compareTo(floor.get()) <= 0));
        return used.size() == state.used().size() ? state : state.withUsed(used);
    }

    private static Duration charged(GateState state, long holder) {
        return state.used().getOrDefault(holder, Duration.ZERO);
    }

    private static LongStream present(GateState state) {
        return holders(state, lease -> true, waiter -> true);
    }

    private static LongStream presentOn(GateState state, long runtime) {
        return holders(state, lease -> lease.runtime() == runtime, waiter -> waiter.canUse(runtime));
    }

    private static LongStream holders(GateState state, Predicate<Lease> holding, Predicate<Waiter> waiting) {
        return LongStream.concat(
                        state.leases().stream()
                                .filter(holding.and(lease -> !lease.quarantined()))
                                .mapToLong(Lease::holder),
                        state.waiting().stream().filter(waiting).mapToLong(Waiter::holder))
                .distinct();
    }
}
