package org.turing.runtime.actors.event;

import java.util.Set;
import org.turing.runtime.domain.breaker.Circuit;

/** The breakers of these circuits opened, closed, or have another time for their next probe. */
public record BreakersChanged(Set<Circuit> circuits) {
    public BreakersChanged {
        circuits = Set.copyOf(circuits);
    }
}
