package org.turing.runtime.domain.gate;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How much room there is on each host that is offered, and where somebody who waits would be placed. A lease takes room
 * on its own host alone.
 */
final class Room {

    private final GateState state;
    private final Map<Long, Integer> byRuntime = new HashMap<>();

    private Room(GateState state, Predicate<Lease> counts) {
        this.state = state;
        state.offers().forEach(offer -> byRuntime.put(offer.runtime(), offer.slots()));
        state.leases().stream()
                .filter(counts)
                .forEach(lease -> byRuntime.computeIfPresent(lease.runtime(), (runtime, room) -> room - 1));
    }

    /** The room that there is now. */
    static Room now(GateState state) {
        return new Room(state, lease -> true);
    }

    /** The room that there will be once the leases that were asked for, and those that lie idle, are released. */
    static Room soon(GateState state) {
        return new Room(state, lease -> !lease.yielding() && !state.liesIdle(lease));
    }

    /** The room that there would be without the leases that lie idle. */
    static Room withoutIdle(GateState state) {
        return new Room(state, lease -> !state.liesIdle(lease));
    }

    /** Slots that no lease takes, on all hosts together. */
    int free() {
        return byRuntime.values().stream().mapToInt(room -> Math.max(0, room)).sum();
    }

    /** Whether there is any on that host. */
    boolean any(long runtime) {
        return on(runtime) > 0;
    }

    /** Whether more leases are out on that host than it offers. */
    boolean surplus(long runtime) {
        return on(runtime) < 0;
    }

    /**
     * Where the waiting one would be placed: of the hosts with room that it can use, one that has the model loaded,
     * then one with the most free slots, then the least busy one, then the first by name. Empty if there is no such
     * host.
     */
    Optional<Offer> placeFor(Waiter waiter) {
        return state.offers().stream()
                .filter(offer -> on(offer.runtime()) > 0 && waiter.canUse(offer.runtime()))
                .min(Comparator.comparing(Offer::loaded, Comparator.reverseOrder())
                        .thenComparing(offer -> on(offer.runtime()), Comparator.reverseOrder())
                        .thenComparing(offer -> offer.slots() - on(offer.runtime()))
                        .thenComparing(Offer::host)
                        .thenComparing(Offer::runtime));
    }

    /**
     * The card of that host on which one more lease would be counted: one with the fewest leases, those in quarantine
     * included, of these the first that the host names. Null if it names none.
     */
    @Nullable
    String gpuOn(Offer offer) {
        return offer.gpus().stream()
                .min(Comparator.comparingLong(gpu -> leasesOn(offer.runtime(), gpu)))
                .orElse(null);
    }

    private long leasesOn(long runtime, String gpu) {
        return state.leases().stream()
                .filter(lease -> lease.runtime() == runtime && gpu.equals(lease.gpu()))
                .count();
    }

    /** One slot less on that host. */
    void take(long runtime) {
        byRuntime.merge(runtime, -1, Integer::sum);
    }

    private int on(long runtime) {
        return byRuntime.getOrDefault(runtime, 0);
    }
}
