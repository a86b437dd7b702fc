package org.turing.runtime.actors.work;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.WorkerHost.SlotId;
import org.turing.runtime.actors.work.WorkerHost.StartRun;
import org.turing.runtime.actors.work.WorkerHost.UnderWay;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.ports.ScriptHost;

/** The runs of one worker host from their start until their lanes are clear. Owned by the host. */
final class RunsUnderWay {

    /** @param open tickets that have no result yet */
    private record Running(StartRun start, ScriptHost.Run run, Set<Long> open) {}

    private final Map<Long, Running> runs = new HashMap<>();

    void add(StartRun start, ScriptHost.Run run) {
        Set<Long> open = start.claims().stream().map(Claim::ticketId).collect(Collectors.toCollection(HashSet::new));
        runs.put(start.runId(), new Running(start, run, open));
    }

    /** A ticket has its result. Returns the run that it was part of, or null if it has one already. */
    @Nullable
    StartRun finish(long runId, long ticketId) {
        Running run = runs.get(runId);
        return run != null && run.open().remove(ticketId) ? run.start() : null;
    }

    /** Nothing more begins in a run. Returns the tickets that have not begun, which are not part of it any more. */
    Set<Long> leaveRest(long runId) {
        Running run = runs.get(runId);
        if (run == null) {
            return Set.of();
        }
        Set<Long> rest = run.run().leaveRest().stream().map(Claim::ticketId).collect(Collectors.toSet());
        run.open().removeAll(rest);
        return rest;
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
                .filter(run -> run.open().contains(ticketId))
                .map(Running::start)
                .toList();
    }

    /** The run that is at this ticket, if there is one. */
    List<ScriptHost.Run> at(long ticketId) {
        return runs.values().stream()
                .filter(run -> run.open().contains(ticketId))
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
                concerned.stream().flatMap(run -> run.open().stream()).collect(Collectors.toSet()),
                concerned.stream().map(run -> run.start().runId()).collect(Collectors.toSet()));
    }

    /** Subjects that scripts are at, one line each. */
    List<String> left() {
        return runs.values().stream().flatMap(RunsUnderWay::left).toList();
    }

    private static Stream<String> left(Running run) {
        return run.start().claims().stream()
                .filter(claim -> run.open().contains(claim.ticketId()))
                .map(claim -> "ticket " + claim.ticketId() + " of task type '"
                        + run.start().taskType().name() + "', subject "
                        + claim.subject().id() + ": its script had not ended");
    }
}
