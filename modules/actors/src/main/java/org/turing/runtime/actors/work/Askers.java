package org.turing.runtime.actors.work;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.work.WorkerHost.RunEvent;

/**
 * Which life of each task type's actor a worker host serves, and the results on their way into the ledger, whose
 * verdicts go to the life that is served by then. Owned by the host.
 */
final class Askers {

    private record Asker(UUID life, ActorRef<RunEvent> events) {}

    private final Map<Long, Asker> askers = new HashMap<>();
    /** By ticket, of which task type. */
    private final Map<Long, Long> beingWritten = new HashMap<>();

    void join(WorkerHost.Join join) {
        askers.put(join.taskTypeId(), new Asker(join.life(), join.events()));
    }

    /** Whether that life joined last. */
    boolean serves(long taskTypeId, UUID life) {
        Asker asker = askers.get(taskTypeId);
        return asker != null && asker.life().equals(life);
    }

    /** Tells the life that joined last, if there is one. */
    void tell(long taskTypeId, RunEvent event) {
        Asker asker = askers.get(taskTypeId);
        if (asker != null) {
            asker.events().tell(event);
        }
    }

    /** The result of that ticket goes to the ledger. */
    void writing(long taskTypeId, long ticketId) {
        beingWritten.put(ticketId, taskTypeId);
    }

    /** The ledger has settled a ticket. */
    void settled(LedgerWriter.Recorded recorded) {
        Long taskTypeId = beingWritten.remove(recorded.verdict().ticketId());
        if (taskTypeId != null) {
            tell(taskTypeId, recorded);
        }
    }

    /** The tickets whose results are on their way into the ledger. */
    Set<Long> beingWritten(long taskTypeId) {
        Set<Long> tickets = new HashSet<>();
        beingWritten.forEach((ticket, ofTaskType) -> {
            if (ofTaskType == taskTypeId) {
                tickets.add(ticket);
            }
        });
        return tickets;
    }
}
