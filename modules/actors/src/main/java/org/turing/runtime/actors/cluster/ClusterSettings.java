package org.turing.runtime.actors.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node's place in its cluster.
 *
 * @param host what others reach this node by; as the seeds write it where it is one of them
 * @param bindHost what it listens on, or null for the host itself
 * @param port what it listens on; 0: any free one
 * @param seeds where nodes that join ask, in this order, the same on every node; empty: a cluster of one
 * @param roles what it offers; at least one
 * @param stableAfter how long it must be clear who is away before that is acted upon
 * @param tls what nodes prove themselves with, or null for connections in the clear
 */
public record ClusterSettings(
        String host,
        @Nullable String bindHost,
        int port,
        List<HostPort> seeds,
        Set<Role> roles,
        Duration stableAfter,
        @Nullable TlsFiles tls) {

    private static final String LOOPBACK = "127.0.0.1";

    /** A cluster of one on loopback, on any free port. */
    public static final ClusterSettings OF_ONE =
            new ClusterSettings(LOOPBACK, null, 0, List.of(), Set.of(Role.values()), Duration.ofSeconds(3), null);

    public ClusterSettings {
        seeds = List.copyOf(seeds);
        roles = Set.copyOf(roles);
    }

    /** Whether it is a cluster of one. */
    public boolean alone() {
        return seeds.isEmpty();
    }
}
