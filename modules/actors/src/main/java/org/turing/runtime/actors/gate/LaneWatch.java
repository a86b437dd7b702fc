package org.turing.runtime.actors.gate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.turing.runtime.actors.gate.ModelGate.Command;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;

/**
 * Finds out when the lanes of quarantined leases are clear: the host says so if it can be reached, also under an
 * identity that it took since; else the ledger, once that runtime has ended. Owned by one gate.
 */
final class LaneWatch {

    /** So many looks later a host is asked again, in case the question or the answer was lost. */
    private static final int ASK_AGAIN = 15;

    private final ActorContext<Command> context;
    private final Blocking database;
    private final UnaryOperator<Set<Long>> ended;
    private final Map<Long, ActorRef<WorkerHost.Command>> hostOf = new HashMap<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private long looks;
    private boolean waiting;

    private record Asked(ActorRef<WorkerHost.Command> host, long look) {}

    /** @param ended tells which of these runtimes have ended; may block */
    LaneWatch(ActorContext<Command> context, UnaryOperator<Set<Long>> ended) {
        this.context = context;
        this.database = Blocking.database(context.getSystem());
        this.ended = ended;
    }

    /** Remembers which host has which identity now. */
    void meet(Hosts hosts) {
        hosts.all().filter(host -> host.runtimeId() != 0).forEach(host -> hostOf.put(host.runtimeId(), host.workers()));
    }

    /** Asks whoever knows about the leases that are quarantined now. */
    void look(GateState state, Hosts hosts) {
        looks++;
        Set<ActorRef<WorkerHost.Command>> reachable =
                hosts.reachable().stream().map(Host::workers).collect(Collectors.toSet());
        Set<Long> quarantined = new HashSet<>();
        Set<Long> elsewhere = new HashSet<>();
        state.leases().stream().filter(Lease::quarantined).forEach(lease -> {
            quarantined.add(lease.id());
            ActorRef<WorkerHost.Command> host = hostOf.get(lease.runtime());
            if (host != null && reachable.contains(host)) {
                ask(state.model(), lease, host);
            } else {
                elsewhere.add(lease.runtime());
            }
        });
        hostOf.keySet()
                .removeIf(runtime -> hosts.of(runtime).isEmpty()
                        && state.leases().stream().noneMatch(lease -> lease.runtime() == runtime));
        asked.keySet().retainAll(quarantined);
        if (!elsewhere.isEmpty() && !waiting) {
            waiting = true;
            context.pipeToSelf(
                    database.call(() -> ended.apply(elsewhere)),
                    (over, failure) -> new ModelGate.RuntimesEnded(failure == null ? over : Set.of(), failure));
        }
    }

    /** The ledger has answered, or can't. */
    void answered() {
        waiting = false;
    }

    private void ask(String model, Lease lease, ActorRef<WorkerHost.Command> host) {
        Asked before = asked.get(lease.id());
        if (before == null || !before.host().equals(host) || looks - before.look() >= ASK_AGAIN) {
            asked.put(lease.id(), new Asked(host, looks));
            host.tell(new WorkerHost.ReportWhenClear(model, lease.id(), context.getSelf()));
        }
    }
}
