package org.turing.runtime.actors.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;
import org.turing.runtime.domain.gate.Offer;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.Whereabouts;

/**
 * A gate at a glance.
 *
 * @param names what a holder is called, by its id
 * @param now the moment
 * @param node where the gate lives
 */
record GateView(GateState state, LongFunction<String> names, Instant now, String node) {

    /**
     * @param standing whether it grants, or why not, in a word
     * @param granted slots granted since it started
     * @param busy slot time that ended since it started
     */
    GateStatus status(String standing, long granted, Duration busy) {
        double held = state.leases().stream()
                .mapToDouble(lease -> secondsSince(lease.since()))
                .sum();
        return new GateStatus(
                state.model(),
                state.slots(),
                standing,
                (int) state.leases().stream().filter(Lease::quarantined).count(),
                holding(),
                waiting(),
                granted,
                busy.toMillis() / 1000.0 + held,
                null,
                new Whereabouts(
                        node,
                        state.offers().stream()
                                .filter(offer -> offer.slots() > 0)
                                .collect(Collectors.toMap(Offer::host, Offer::slots, Integer::sum))));
    }

    /** A slot that lies idle is there for whoever asks, and shown as free. */
    private List<GateStatus.Party> holding() {
        Map<Long, List<Lease>> byHolder = state.leases().stream()
                .filter(lease -> !state.liesIdle(lease))
                .collect(Collectors.groupingBy(Lease::holder, LinkedHashMap::new, Collectors.toList()));
        List<GateStatus.Party> holding = new ArrayList<>();
        byHolder.forEach((holder, leases) -> {
            double longest = leases.stream()
                    .mapToDouble(lease -> secondsSince(lease.since()))
                    .max()
                    .orElse(0);
            holding.add(new GateStatus.Party(names.apply(holder), leases.size(), longest));
        });
        return holding;
    }

    /** One who holds every slot and would take more waits for nothing that anybody could give. */
    private List<GateStatus.Party> waiting() {
        return state.waiting().stream()
                .filter(waiter ->
                        state.blocked() || state.leasesOf(waiter.holder()).size() < state.slots())
                .map(waiter -> new GateStatus.Party(
                        names.apply(waiter.holder()), waiter.wanted(), secondsSince(waiter.since())))
                .toList();
    }

    private double secondsSince(Instant since) {
        return Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
    }
}
