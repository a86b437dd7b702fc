package org.turing.runtime.actors.gate;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Offer;

/**
 * What there is for a gate to hand out: the slots that the registry gives its model on each host, and the hosts that
 * may serve it. A gate that starts again hears of hosts one by one, and does not give up those that it knew at once.
 * Owned by one gate.
 */
final class GateOffers {

    /** For so many checks after its start a host that the gate knew and does not hear of yet is not given up. */
    private static final int SETTLING = 8;

    private final String model;
    private Hosts hosts = Hosts.NONE;
    private boolean hostsKnown;
    private @Nullable Integer slots;
    private Set<Long> knownBefore = Set.of();
    private int checks;

    GateOffers(String model) {
        this.model = model;
    }

    /** The journal is read: this is what was known. */
    void recovered(GateState state) {
        checks = 0;
        knownBefore = state.offers().stream().map(Offer::runtime).collect(Collectors.toSet());
    }

    /** One more check has passed. Returns whether, just now, hosts that have not been heard of are given up. */
    boolean settled() {
        checks++;
        return checks == SETTLING;
    }

    void slots(int each) {
        slots = each;
    }

    void hosts(Hosts now) {
        hosts = now;
        hostsKnown = true;
    }

    Hosts hosts() {
        return hosts;
    }

    /**
     * What the hosts offer now; null before that is known. One that can't be reached, drains or has not been heard of
     * yet keeps what is out, and gets no more.
     */
    @Nullable
    List<Offer> now(GateState state) {
        Integer each = slots;
        if (each == null || !hostsKnown) {
            return null;
        }
        Stream<Offer> there = hosts.all()
                .filter(host -> host.runtimeId() != 0 && host.serves(model))
                .map(host -> new Offer(
                        host.runtimeId(),
                        host.name(),
                        takesMore(host) ? each : 0,
                        host.loaded().contains(model),
                        host.gpus()));
        Stream<Offer> missing = state.offers().stream()
                .filter(offer -> checks < SETTLING && knownBefore.contains(offer.runtime()))
                .filter(offer -> hosts.of(offer.runtime()).isEmpty())
                .map(offer -> new Offer(offer.runtime(), offer.host(), 0, false, offer.gpus()));
        return Stream.concat(there, missing).toList();
    }

    private boolean takesMore(Host host) {
        return host.takesWork() && hosts.reachable().contains(host);
    }

    /** Why nothing is granted to anybody, in a sentence; null if it is, or if no host takes work of any kind now. */
    @Nullable
    String whyClosed(GateState state) {
        if (slots != null && slots == 0) {
            return "model '" + model + "' has slots = 0. To open it: UPDATE models SET slots = 1 WHERE model_name = '"
                    + model + "'";
        }
        if (state.blocked() && hosts.reachable().stream().anyMatch(Host::takesWork)) {
            return "no host that takes work now may serve model '" + model + "' (see: turing status)";
        }
        return state.paused() ? "the gate of model '" + model + "' is paused" : null;
    }

    /** Whether anything is granted, in a word for status. */
    String standing(GateState state) {
        if (slots != null && slots == 0) {
            return "blocked";
        }
        return state.blocked() ? "unserved" : state.paused() ? "paused" : "open";
    }
}
