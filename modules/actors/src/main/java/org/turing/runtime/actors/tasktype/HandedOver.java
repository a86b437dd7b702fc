package org.turing.runtime.actors.tasktype;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.Lanes.Lane;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Claim;

/**
 * What hosts have been handed for their lanes and have not told the end of: runs, and the claims in each. Owned by one
 * task-type actor.
 */
final class HandedOver {

    /** One run, for as long as something in it has no result, or its lane is not clear. */
    static final class Run {
        private final long id;
        private final ActorRef<WorkerHost.Command> workers;
        private final Lane lane;
        private final Map<Long, Claim> open = new LinkedHashMap<>();
        private final Set<Long> waiting = new HashSet<>();
        private boolean closed;
        private boolean over;

        private Run(long id, ActorRef<WorkerHost.Command> workers, Lane lane) {
            this.id = id;
            this.workers = workers;
            this.lane = lane;
        }

        long id() {
            return id;
        }

        /** Who runs it. */
        ActorRef<WorkerHost.Command> workers() {
            return workers;
        }

        Lane lane() {
            return lane;
        }

        /** How many claims have not begun, as far as is known here. */
        int waiting() {
            return waiting.size();
        }

        /** Whether it may be handed more. */
        boolean goesOn() {
            return !closed && !over;
        }

        /** It is handed nothing more. Returns whether it was so far, and has something that it need not begin. */
        boolean close() {
            boolean before = goesOn();
            closed = true;
            return before && !waiting.isEmpty();
        }
    }

    private final Map<Long, Run> runs = new LinkedHashMap<>();
    /** By ticket, in which run. */
    private final Map<Long, Run> tickets = new HashMap<>();

    void start(long runId, ActorRef<WorkerHost.Command> workers, Lane lane, List<Claim> claims) {
        Run run = new Run(runId, workers, lane);
        runs.put(runId, run);
        more(run, claims);
    }

    void more(Run run, List<Claim> claims) {
        claims.forEach(claim -> {
            run.open.put(claim.ticketId(), claim);
            run.waiting.add(claim.ticketId());
            tickets.put(claim.ticketId(), run);
        });
    }

    List<Run> all() {
        return List.copyOf(runs.values());
    }

    /** A ticket is begun with. Returns the run, if that goes on, or null. */
    @Nullable
    Run begun(long ticketId) {
        Run run = tickets.get(ticketId);
        if (run == null) {
            return null;
        }
        run.waiting.remove(ticketId);
        return run.goesOn() ? run : null;
    }

    /** A ticket has its result, or is looked for elsewhere. */
    void ended(long ticketId) {
        Run run = tickets.remove(ticketId);
        if (run != null) {
            run.open.remove(ticketId);
            run.waiting.remove(ticketId);
            if (run.over && run.open.isEmpty()) {
                runs.remove(run.id);
            }
        }
    }

    /**
     * These have not begun, and will not in that run.
     *
     * @param tickets loses those that are known here
     * @return what is known of them
     */
    List<Claim> notBegun(long runId, Set<Long> tickets) {
        Run run = runs.get(runId);
        if (run == null) {
            return List.of();
        }
        run.closed = true;
        List<Claim> back = new ArrayList<>();
        run.open.values().stream()
                .filter(claim -> tickets.remove(claim.ticketId()))
                .forEach(back::add);
        back.forEach(claim -> ended(claim.ticketId()));
        return back;
    }

    /** The lane is clear. What is on its way to the host comes back from there. */
    void over(long runId) {
        Run run = runs.get(runId);
        if (run != null) {
            run.over = true;
            if (run.open.isEmpty()) {
                runs.remove(runId);
            }
        }
    }

    /**
     * That host is gone: nothing will be heard of its runs, those included that are over and have something on its way.
     */
    void lose(ActorRef<WorkerHost.Command> workers) {
        all().stream().filter(run -> run.workers.equals(workers)).forEach(run -> remove(run.id));
    }

    /** Nothing will be heard of a run. Returns what had no result in it. */
    List<Claim> remove(long runId) {
        Run run = runs.remove(runId);
        if (run == null) {
            return List.of();
        }
        run.over = true;
        tickets.keySet().removeAll(run.open.keySet());
        return List.copyOf(run.open.values());
    }
}
