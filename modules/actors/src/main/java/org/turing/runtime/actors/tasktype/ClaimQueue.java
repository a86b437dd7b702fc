package org.turing.runtime.actors.tasktype;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

/**
 * The claims of one task-type actor, from the claim to the ledger's verdict: waiting for a lane, running, being
 * written. Those that a person asked for go first and are not given back.
 */
final class ClaimQueue {

    /** A person waits for this ticket. */
    static final class ByHand {
        private final ActorRef<RunReport> replyTo;
        private @Nullable FinishedRun run;

        ByHand(ActorRef<RunReport> replyTo) {
            this.replyTo = replyTo;
        }

        ActorRef<RunReport> replyTo() {
            return replyTo;
        }

        @Nullable
        FinishedRun run() {
            return run;
        }
    }

    private final Deque<Claim> waiting = new ArrayDeque<>();
    private final Set<Long> running = new HashSet<>();
    private final Set<Long> writing = new HashSet<>();
    private final Map<Long, ByHand> byHand = new HashMap<>();
    private final Map<Long, Long> wokenAt = new HashMap<>();

    void add(List<Claim> claims) {
        waiting.addAll(claims);
    }

    void addByHand(Claim claim, ActorRef<RunReport> replyTo) {
        waiting.addFirst(claim);
        byHand.put(claim.ticketId(), new ByHand(replyTo));
    }

    /** Takes the next claims to run; they count as running from now on. */
    List<Claim> take(int count) {
        List<Claim> taken = new ArrayList<>();
        while (taken.size() < count && !waiting.isEmpty()) {
            Claim claim = waiting.poll();
            taken.add(claim);
            running.add(claim.ticketId());
        }
        return taken;
    }

    /** Whether the next claim is one that a person waits for. */
    boolean nextIsByHand() {
        Claim next = waiting.peek();
        return next != null && byHand.containsKey(next.ticketId());
    }

    /** Takes away what waits and nobody waits for. */
    List<Claim> takeUnstarted() {
        List<Claim> taken = new ArrayList<>();
        waiting.removeIf(claim -> {
            boolean ours = !byHand.containsKey(claim.ticketId());
            if (ours) {
                taken.add(claim);
            }
            return ours;
        });
        return taken;
    }

    /** Takes away what waits and people wait for; returns who they are. */
    List<ByHand> takeWaitingByHand() {
        List<ByHand> taken = new ArrayList<>();
        waiting.removeIf(claim -> {
            ByHand asked = byHand.remove(claim.ticketId());
            if (asked != null) {
                taken.add(asked);
            }
            return asked != null;
        });
        return taken;
    }

    /** Everybody who waits for a ticket, whatever has become of it. */
    List<ByHand> everyByHand() {
        return List.copyOf(byHand.values());
    }

    /** Every ticket that is claimed and not settled. */
    Set<Long> tickets() {
        Set<Long> tickets = new HashSet<>(running);
        tickets.addAll(writing);
        waiting.forEach(claim -> tickets.add(claim.ticketId()));
        return tickets;
    }

    void resultIn(long ticketId, FinishedRun run) {
        if (running.remove(ticketId)) {
            writing.add(ticketId);
        }
        ByHand asked = byHand.get(ticketId);
        if (asked != null) {
            asked.run = run;
        }
    }

    /** The ledger has settled it. Returns who waits for it, or null. */
    @Nullable
    ByHand recorded(long ticketId) {
        running.remove(ticketId);
        writing.remove(ticketId);
        wokenAt.remove(ticketId);
        return byHand.remove(ticketId);
    }

    int waiting() {
        return waiting.size();
    }

    int running() {
        return running.size();
    }

    /** Claimed and not settled. */
    int inFlight() {
        return waiting.size() + running.size() + writing.size();
    }

    /** Claimed and not finished: what a further claim should reckon with. */
    int held() {
        return waiting.size() + running.size();
    }

    /** Remembers what woke this actor for that ticket, to measure the pick-up. */
    void pickUp(long ticketId, long atNanos) {
        wokenAt.put(ticketId, atNanos);
    }

    /** When the wake-up came that led to this ticket, or null if it was not one that is measured. */
    @Nullable
    Long pickedUp(long ticketId) {
        return wokenAt.remove(ticketId);
    }
}
