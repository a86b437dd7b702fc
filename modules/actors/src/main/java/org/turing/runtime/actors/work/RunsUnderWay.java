package org.turing.runtime.actors.work;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.WorkerHost.GoOn;
import org.turing.runtime.actors.work.WorkerHost.SlotId;
import org.turing.runtime.actors.work.WorkerHost.StartRun;
import org.turing.runtime.actors.work.WorkerHost.UnderWay;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.ports.ScriptHost;

/** The runs of one worker host from their start until their lanes are clear. Owned by the host. */
final class RunsUnderWay {

    private static final class Running {
        private final StartRun start;
        private final ScriptHost.Run run;
        /** By ticket, what has no result yet. */
        private final Map<Long, Claim> open = new LinkedHashMap<>();
        /** The tickets of those that have not begun, as far as is known here. */
        private final Set<Long> waiting = new HashSet<>();

        private final Set<Long> byHand = new HashSet<>();

        Running(StartRun start, ScriptHost.Run run) {
            this.start = start;
            this.run = run;
            add(start.claims(), start.byHand());
        }

        void add(List<Claim> claims, Set<Long> byHand) {
            claims.forEach(claim -> {
                open.put(claim.ticketId(), claim);
                waiting.add(claim.ticketId());
            });
            this.byHand.addAll(byHand);
        }

        StartRun start() {
            return start;
        }

        ScriptHost.Run run() {
            return run;
        }

        boolean isAt(long ticketId) {
            return open.containsKey(ticketId);
        }

        /** Returns whether a person waits for it, or null if it has its result. */
        @Nullable
        Boolean finish(long ticketId) {
            waiting.remove(ticketId);
            return open.remove(ticketId) == null ? null : byHand.remove(ticketId);
        }

        /** Returns the tickets that have not begun, which are not part of it any more. */
        Set<Long> leaveRest() {
            Set<Long> rest = run.leaveRest().stream().map(Claim::ticketId).collect(Collectors.toSet());
            rest.forEach(this::finish);
            return rest;
        }
    }

    /**
     * A ticket has its result.
     *
     * @param byHand whether a person waits for it
     */
    record Finished(StartRun start, boolean byHand) {}

    private final Map<Long, Running> runs = new HashMap<>();

    void add(StartRun start, ScriptHost.Run run) {
        runs.put(start.runId(), new Running(start, run));
    }

    /** How a run was started, or null if it is over. */
    @Nullable
    StartRun start(long runId) {
        Running run = runs.get(runId);
        return run == null ? null : run.start();
    }

    /** A run is to go on with more. Returns whether it does. */
    boolean goOn(GoOn more) {
        Running run = runs.get(more.runId());
        boolean goesOn = run != null && run.run().goOnWith(more.claims(), more.timeout());
        if (goesOn) {
            run.add(more.claims(), more.byHand());
        }
        return goesOn;
    }

    /** A ticket is begun with. */
    void begun(long runId, long ticketId) {
        Running run = runs.get(runId);
        if (run != null) {
            run.waiting.remove(ticketId);
        }
    }

    /** Whether a ticket has not begun, as far as is known here. */
    boolean waits(long runId, long ticketId) {
        Running run = runs.get(runId);
        return run != null && run.waiting.contains(ticketId);
    }

    /** A ticket has its result. Returns null if it has one already. */
    @Nullable
    Finished finish(long runId, long ticketId) {
        Running run = runs.get(runId);
        Boolean byHand = run == null ? null : run.finish(ticketId);
        return byHand == null ? null : new Finished(run.start(), byHand);
    }

    /** Nothing more begins in a run. Returns the tickets that have not begun, which are not part of it any more. */
    Set<Long> leaveRest(long runId) {
        Running run = runs.get(runId);
        return run == null ? Set.of() : run.leaveRest();
    }

    /** The lane is clear. Returns whether the run was on it. */
    boolean remove(long runId) {
        return runs.remove(runId) != null;
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    List<StartRun> starts() {
        return runs.values().stream().map(Running::start).toList();
    }

    List<ScriptHost.Run> all() {
        return runs.values().stream().map(Running::run).toList();
    }

    /** What was asked for of which this ticket is a part, if there is such a run. */
    List<StartRun> startsAt(long ticketId) {
        return runs.values().stream()
                .filter(run -> run.isAt(ticketId))
                .map(Running::start)
                .toList();
    }

    /** The run that is at this ticket, if there is one. */
    List<ScriptHost.Run> at(long ticketId) {
        return runs.values().stream()
                .filter(run -> run.isAt(ticketId))
                .map(Running::run)
                .toList();
    }

    /** Whether something is on this slot. */
    boolean on(SlotId slot) {
        return runs.values().stream().anyMatch(run -> slot.equals(run.start().slot()));
    }

    /** The models on whose slots something is. */
    Set<String> models() {
        return runs.values().stream()
                .map(run -> run.start().slot())
                .filter(Objects::nonNull)
                .map(SlotId::model)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** What there is of a task type. */
    UnderWay of(long taskTypeId) {
        List<Running> concerned = runs.values().stream()
                .filter(run -> run.start().taskType().id() == taskTypeId)
                .toList();
        return new UnderWay(
                concerned.stream().flatMap(run -> run.open.keySet().stream()).collect(Collectors.toSet()),
                concerned.stream().map(run -> run.start().runId()).collect(Collectors.toSet()));
    }

    /** Subjects that scripts are at, one line each. */
    List<String> left() {
        return runs.values().stream().flatMap(RunsUnderWay::left).toList();
    }

    private static Stream<String> left(Running run) {
        return run.open.values().stream()
                .map(claim -> "ticket " + claim.ticketId() + " of task type '"
                        + run.start().taskType().name() + "', subject "
                        + claim.subject().id() + ": its script had not ended");
    }
}
