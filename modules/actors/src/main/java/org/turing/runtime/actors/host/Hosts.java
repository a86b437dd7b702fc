package org.turing.runtime.actors.host;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;

/**
 * The hosts that one node knows of at a moment.
 *
 * @param reachable those that can be reached, by name
 * @param unreachable those that can't be reached now and have not been given up: what they run goes on, perhaps
 * @param past identities of hosts that were there and are not any more; the latest ones
 */
public record Hosts(List<Host> reachable, List<Host> unreachable, Set<Long> past) {

    /** None is known. */
    public static final Hosts NONE = new Hosts(List.of(), List.of());

    public Hosts {
        reachable = List.copyOf(reachable);
        unreachable = List.copyOf(unreachable);
        past = Set.copyOf(past);
    }

    /** Nothing is known of any that were there before. */
    public Hosts(List<Host> reachable, List<Host> unreachable) {
        this(reachable, unreachable, Set.of());
    }

    /** Every identity that is or was that of a host of this cluster, as far as is known here. */
    public Set<Long> identities() {
        Set<Long> identities = new HashSet<>(past);
        all().map(Host::runtimeId).forEach(identities::add);
        return identities;
    }

    /** All of them. */
    public Stream<Host> all() {
        return Stream.concat(reachable.stream(), unreachable.stream());
    }

    /** The host that has that identity now. */
    public Optional<Host> of(long runtimeId) {
        return all().filter(host -> host.runtimeId() == runtimeId).findFirst();
    }

    /** Whether that host is one of them, under whatever identity. */
    public boolean include(ActorRef<WorkerHost.Command> workers) {
        return all().anyMatch(host -> host.workers().equals(workers));
    }
}
