package org.turing.runtime.ports.view;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in the cluster something is.
 *
 * @param node the name of the node on which its actor lives; empty while that is not known
 * @param hosts how much of it is on each host, by the host's name: subjects whose scripts run, or slots
 */
public record Whereabouts(String node, Map<String, Integer> hosts) {
    public Whereabouts {
        hosts = Map.copyOf(hosts);
    }

    /** Nothing is known. */
    public static final Whereabouts UNKNOWN = new Whereabouts("", Map.of());

    /** What was told, if anything was: a node of an earlier version tells nothing. */
    static Whereabouts orUnknown(@Nullable Whereabouts told) {
        return told == null ? UNKNOWN : told;
    }
}
