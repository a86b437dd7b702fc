package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Slot time by holder: what equal shares are measured in.
 *
 * <p>A holder is present while it waits or holds a lease that is not quarantined. Who comes, or comes back, starts at
 * no less than the least slot time of those present, so that neither a newcomer nor one that idled can claim the past.
 * Therefore an absent holder's entry means nothing once it is no higher than that floor, and is dropped; with nobody
 * present all are, but for those whose quarantined leases are still to be charged. So {@code used} never holds more
 * than the holders present or in quarantine and those that left while they were ahead of the floor.
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

    /** Begins the account of a holder that is about to wait and was not present. */
    static GateState arrive(GateState state, long holder, Instant now) {
        if (present(state).anyMatch(other -> other == holder)) {
            return state;
        }
        Duration own = charged(state, holder);
        Duration start = present(state)
                .mapToObj(other -> spent(state, other, now))
                .min(Comparator.naturalOrder())
                .filter(floor -> floor.compareTo(own) > 0)
                .orElse(own);
        Map<Long, Duration> used = new TreeMap<>(state.used());
        used.put(holder, start);
        return state.withUsed(used);
    }

    /** Charges a lease that has ended. */
    static GateState charge(GateState state, long holder, Duration held) {
        Map<Long, Duration> used = new TreeMap<>(state.used());
        used.merge(holder, held, Duration::plus);
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
        return LongStream.concat(
                        state.leases().stream()
                                .filter(lease -> !lease.quarantined())
                                .mapToLong(Lease::holder),
                        state.waiting().stream().mapToLong(Waiter::holder))
                .distinct();
    }
}
