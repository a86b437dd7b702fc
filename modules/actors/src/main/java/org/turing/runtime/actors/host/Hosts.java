package org.turing.runtime.actors.host;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;

/**
 * The hosts that one node knows of at a moment.
 *
 * @param reachable those that can be reached, by name
 * @param unreachable those that can't be reached now and have not been given up: what they run goes on, perhaps
 */
public record Hosts(List<Host> reachable, List<Host> unreachable) {

    /** None is known. */
    public static final Hosts NONE = new Hosts(List.of(), List.of());

    public Hosts {
        reachable = List.copyOf(reachable);
        unreachable = List.copyOf(unreachable);
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
