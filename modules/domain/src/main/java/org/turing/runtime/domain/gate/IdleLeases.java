package org.turing.runtime.domain.gate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which of the leases that lie idle should be given back at once: as many as those who wait can use, each for somebody
 * else than its holder. Where releasing one makes no room, as its host offers fewer slots now, it helps nobody.
 */
final class IdleLeases {

    private IdleLeases() {}

    /**
     * What a decision left idle although somebody waits for it. Leases that were asked to yield and may be at work for
     * long yet serve nobody here.
     */
    static List<Lease> wanted(GateState state) {
        List<Lease> wanted = new ArrayList<>();
        if (state.paused()) {
            return wanted;
        }
        Room room = Room.withoutIdle(state);
        List<Lease> idle = new ArrayList<>(state.leases().stream()
                .filter(state::liesIdle)
                .sorted(Comparator.comparing(Lease::id))
                .toList());
        for (Waiter waiter : state.waiting()) {
            List<Lease> usable = idle.stream()
                    .filter(lease -> lease.holder() != waiter.holder() && waiter.canUse(lease.runtime()))
                    .toList();
            int missing = waiter.wanted();
            for (Lease lease : usable) {
                if (missing > 0 && room.any(lease.runtime())) {
                    room.take(lease.runtime());
                    idle.remove(lease);
                    wanted.add(lease);
                    missing--;
                }
            }
        }
        return wanted;
    }
}
