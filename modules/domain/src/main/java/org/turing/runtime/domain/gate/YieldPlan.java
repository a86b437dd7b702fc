package org.turing.runtime.domain.gate;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which leases should be asked to yield, and from when.
 *
 * <p>It looks at the gate as it will be once the leases that were asked have been released and handed on, so that no
 * more are asked than those who wait need. A lease whose quantum has ended is then asked for a holder that still waits
 * and can use a slot on that lease's host
 *
 * <ul>
 *   <li>if the waiting one's priority is higher: it may take more than an equal share; or
 *   <li>if the waiting one holds less and has waited until its effective priority is that of the other: at equal
 *       priority that is at once, and of one slot two holders have it in turn.
 * </ul>
 *
 * <p>So two holders with equal shares leave each other alone, and nothing but the end of a quantum and the ageing of
 * who waits makes a lease due: {@link #earliest()} is exact. Leases beyond a host's lowered number of slots are due at
 * the end of their quantum, whether or not anybody waits. Each host is reckoned by itself: room on one serves nobody
 * who can only use another.
 *
 * <p>Leases that lie idle are left to {@link IdleLeases}: they count as released like those that were asked, so that
 * nobody is asked for a lane at work where an idle one will do.
 */
final class YieldPlan {

    private static final Comparator<Waiter> LIKELY_NEXT =
            Comparator.comparing(Waiter::priority, Comparator.reverseOrder());

    private final GateState state;
    private final Map<Long, Integer> held = new HashMap<>();
    private final Map<Long, Integer> wanted = new HashMap<>();
    private final Set<Long> served = new HashSet<>();
    private final Room room;

    YieldPlan(GateState state) {
        this.state = state;
        room = Room.soon(state);
        for (Lease lease : state.leases()) {
            if (atWork(lease)) {
                held.merge(lease.holder(), 1, Integer::sum);
            }
        }
        for (Waiter waiter : state.waiting()) {
            wanted.put(waiter.holder(), waiter.wanted());
        }
        handOn();
    }

    /** The lease to ask at {@code now}, from those that hold most beyond their share; empty if none is due. */
    Optional<Lease> next(Instant now) {
        return state.leases().stream()
                .filter(lease -> due(lease).filter(at -> !at.isAfter(now)).isPresent())
                .max(Comparator.<Lease>comparingInt(lease -> heldBy(lease.holder()))
                        .thenComparing(lease -> SlotTime.committed(state, lease.holder(), now))
                        .thenComparing(Lease::quantumEnds, Comparator.reverseOrder())
                        .thenComparing(Lease::id, Comparator.reverseOrder()));
    }

    /** When the first lease is due. */
    Optional<Instant> earliest() {
        return state.leases().stream().flatMap(lease -> due(lease).stream()).min(Comparator.naturalOrder());
    }

    private Optional<Instant> due(Lease lease) {
        if (!atWork(lease)) {
            return Optional.empty();
        }
        if (room.surplus(lease.runtime())) {
            return Optional.of(lease.quantumEnds());
        }
        if (state.paused()) {
            return Optional.empty();
        }
        return state.waiting().stream()
                .filter(waiter -> waiter.holder() != lease.holder() && wantedBy(waiter) > 0)
                .filter(waiter -> waiter.canUse(lease.runtime()))
                .flatMap(waiter -> dueFor(waiter, lease).stream())
                .min(Comparator.naturalOrder());
    }

    private Optional<Instant> dueFor(Waiter waiter, Lease lease) {
        int rank = SlotTime.priorityOf(state, lease.holder());
        if (waiter.priority() > rank) {
            return Optional.of(lease.quantumEnds());
        }
        boolean ageCounts = !served.contains(waiter.holder());
        if (heldBy(waiter.holder()) < heldBy(lease.holder()) && (ageCounts || waiter.priority() == rank)) {
            Instant ripe = waiter.reaches(rank);
            return Optional.of(ripe.isAfter(lease.quantumEnds()) ? ripe : lease.quantumEnds());
        }
        return Optional.empty();
    }

    /** Hands the room on as it will probably go, by an order that does not change with time. */
    private void handOn() {
        Optional<Waiter> likely = likelyNext();
        while (likely.isPresent()) {
            long holder = likely.get().holder();
            wanted.merge(holder, -1, Integer::sum);
            held.merge(holder, 1, Integer::sum);
            served.add(holder);
            room.placeFor(likely.get()).map(Offer::runtime).ifPresent(room::take);
            likely = likelyNext();
        }
    }

    private Optional<Waiter> likelyNext() {
        return state.waiting().stream()
                .filter(waiter -> wantedBy(waiter) > 0 && room.placeFor(waiter).isPresent())
                .min(LIKELY_NEXT
                        .thenComparingInt(waiter -> heldBy(waiter.holder()))
                        .thenComparing(Waiter::since)
                        .thenComparingLong(Waiter::holder));
    }

    private boolean atWork(Lease lease) {
        return lease.canBeAsked() && !state.liesIdle(lease);
    }

    private int heldBy(long holder) {
        return held.getOrDefault(holder, 0);
    }

    private int wantedBy(Waiter waiter) {
        return wanted.getOrDefault(waiter.holder(), 0);
    }
}
