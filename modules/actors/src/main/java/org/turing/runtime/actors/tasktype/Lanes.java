package org.turing.runtime.actors.tasktype;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.WorkerHost;

/**
 * Where a task type's subjects run: slots granted by its gate, or, without a model, as many lanes as it may have on
 * each host. Owned by one task-type actor.
 */
final class Lanes {

    /**
     * A slot held.
     *
     * @param model whose gate granted it; the task type may need another one meanwhile
     * @param runtimeId the host that it is on, by its identity
     * @param gpu the card of that host on which it is counted, or null
     */
    record HeldSlot(
            String model,
            long leaseId,
            long runtimeId,
            @Nullable String gpu) {}

    /**
     * A lane that nothing runs on.
     *
     * @param runtimeId the host that it is on, by its identity
     * @param slot the slot, or null without a model
     */
    record Lane(long runtimeId, @Nullable HeldSlot slot) {}

    /** A lane at work, and the host that works on it. */
    private record Busy(ActorRef<WorkerHost.Command> workers, Lane lane) {}

    private final Map<HeldSlot, Boolean> yielding = new LinkedHashMap<>();
    private final Map<Long, Busy> runs = new HashMap<>();
    private final Set<Long> ended = new HashSet<>();
    private Map<Long, Integer> ungated = Map.of();
    private boolean frozen;

    /** Sets how many lanes there are without a gate on each host; none for a task type with a model. */
    void ungated(Map<Long, Integer> lanes) {
        this.ungated = Map.copyOf(lanes);
    }

    void granted(HeldSlot slot) {
        yielding.put(slot, false);
    }

    /** Nothing more starts on that slot. */
    void yield(long leaseId) {
        yielding.replaceAll((slot, now) -> now || slot.leaseId() == leaseId);
    }

    /** Nothing more starts on any slot. */
    void yieldAll() {
        yielding.replaceAll((slot, now) -> true);
    }

    /** Nothing more starts on that host's slots. */
    void yieldOn(long runtimeId) {
        yielding.replaceAll((slot, now) -> now || slot.runtimeId() == runtimeId);
    }

    /** The other slots of that model are not held any more: nothing starts on them. */
    void keepOnly(String model, Set<Long> leases) {
        yielding.keySet().removeIf(slot -> slot.model().equals(model) && !leases.contains(slot.leaseId()));
    }

    /** The leases held of that model. */
    Set<Long> leases(String model) {
        return yielding.keySet().stream()
                .filter(slot -> slot.model().equals(model))
                .map(HeldSlot::leaseId)
                .collect(Collectors.toSet());
    }

    /** Whether that lease is held and not asked back. */
    boolean mayStartOn(long leaseId) {
        return yielding.entrySet().stream().anyMatch(slot -> slot.getKey().leaseId() == leaseId && !slot.getValue());
    }

    /** Whether, for now, nothing starts on slots although they are held. */
    void freeze(boolean now) {
        frozen = now;
    }

    /** How many lanes work may start on, busy ones included. */
    int usable() {
        return ungated.values().stream().mapToInt(lanes -> lanes).sum()
                + (int) yielding.values().stream().filter(y -> !y).count();
    }

    /** How many of them are on that host. */
    int usable(long runtimeId) {
        return ungated.getOrDefault(runtimeId, 0)
                + (int) yielding.entrySet().stream()
                        .filter(slot -> !slot.getValue() && slot.getKey().runtimeId() == runtimeId)
                        .count();
    }

    /** Whether that slot is held. */
    boolean holds(HeldSlot slot) {
        return yielding.containsKey(slot);
    }

    /** How many slots are held. */
    int slots() {
        return yielding.size();
    }

    /** Whether there is a lane anywhere that nothing runs on and that work may start on. */
    boolean anyFree() {
        return yielding.entrySet().stream().anyMatch(slot -> !slot.getValue() && !busy(slot.getKey()))
                || ungated.keySet().stream().anyMatch(runtimeId -> free(runtimeId) != null);
    }

    /** A lane on that host that nothing runs on and that work may start on, or null. */
    @Nullable
    Lane free(long runtimeId) {
        for (Map.Entry<HeldSlot, Boolean> slot : yielding.entrySet()) {
            if (slot.getKey().runtimeId() == runtimeId && !frozen && !slot.getValue() && !busy(slot.getKey())) {
                return new Lane(runtimeId, slot.getKey());
            }
        }
        return ungatedRuns(runtimeId) < ungated.getOrDefault(runtimeId, 0) ? new Lane(runtimeId, null) : null;
    }

    private long ungatedRuns(long runtimeId) {
        return runs.values().stream()
                .filter(busy -> busy.lane().slot() == null && busy.lane().runtimeId() == runtimeId)
                .count();
    }

    /** Whether a lane that something runs on may be used for more than that. */
    boolean goesOn(Lane lane) {
        HeldSlot slot = lane.slot();
        return slot == null
                ? ungatedRuns(lane.runtimeId()) <= ungated.getOrDefault(lane.runtimeId(), 0)
                : !frozen && Boolean.FALSE.equals(yielding.get(slot));
    }

    void occupy(long runId, ActorRef<WorkerHost.Command> workers, Lane lane) {
        runs.put(runId, new Busy(workers, lane));
    }

    void clear(long runId) {
        if (runs.remove(runId) == null) {
            ended.add(runId);
        }
    }

    /**
     * Runs of an earlier life of the actor keep lanes until they end. Their slots are their gate's affair.
     *
     * @param runIds those under way a moment ago; some may have been cleared since
     */
    void adopt(ActorRef<WorkerHost.Command> workers, long runtimeId, Set<Long> runIds) {
        runIds.stream()
                .filter(id -> !ended.contains(id) && !runs.containsKey(id))
                .forEach(id -> runs.put(id, new Busy(workers, new Lane(runtimeId, null))));
        ended.clear();
    }

    /** The runs on that host. */
    Set<Long> runsOn(ActorRef<WorkerHost.Command> workers) {
        Set<Long> there = new HashSet<>();
        runs.forEach((run, busy) -> {
            if (busy.workers().equals(workers)) {
                there.add(run);
            }
        });
        return there;
    }

    /** How many runs are under way. */
    int running() {
        return runs.size();
    }

    /** The slots held that nothing runs on. */
    Set<HeldSlot> idle() {
        return yielding.keySet().stream()
                .filter(slot -> !busy(slot))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Takes away and returns the slots that nothing runs on and that are asked back or not needed. */
    Set<HeldSlot> takeIdle(Predicate<HeldSlot> notNeeded) {
        Set<HeldSlot> taken = idle();
        taken.removeIf(slot -> Boolean.FALSE.equals(yielding.get(slot)) && !notNeeded.test(slot));
        yielding.keySet().removeAll(taken);
        return taken;
    }

    /** The host is gone: nothing that ran there will be heard of. Returns the slots that things ran on there. */
    List<HeldSlot> lose(ActorRef<WorkerHost.Command> workers) {
        List<HeldSlot> lost = new ArrayList<>();
        runs.values().removeIf(busy -> {
            boolean there = busy.workers().equals(workers);
            if (there && busy.lane().slot() != null) {
                lost.add(busy.lane().slot());
            }
            return there;
        });
        lost.forEach(yielding::remove);
        return lost;
    }

    private boolean busy(HeldSlot slot) {
        return runs.values().stream().anyMatch(busy -> slot.equals(busy.lane().slot()));
    }
}
