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
import org.turing.runtime.actors.gate.ModelGate;

/**
 * Where a task type's subjects run: slots granted by its gate, or, without a model, as many lanes as it may have. Owned
 * by one task-type actor.
 */
final class Lanes {

    /** A slot held; the gate is kept with it, as the task type may change its model meanwhile. */
    record HeldSlot(ActorRef<ModelGate.Command> gate, String model, long leaseId) {}

    /** A lane to run on: a slot, or none without a model. */
    record Lane(@Nullable HeldSlot slot) {}

    private final Map<HeldSlot, Boolean> yielding = new LinkedHashMap<>();
    private final Map<Long, Lane> runs = new HashMap<>();
    private final Set<Long> ended = new HashSet<>();
    private int ungated;

    /** Sets how many lanes there are without a gate; 0 for a task type with a model. */
    void ungated(int lanes) {
        this.ungated = lanes;
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

    /** How many lanes work may start on, busy ones included. */
    int usable() {
        return ungated + (int) yielding.values().stream().filter(y -> !y).count();
    }

    /** How many slots are held. */
    int slots() {
        return yielding.size();
    }

    /** A lane that nothing runs on and that work may start on, or null. */
    @Nullable
    Lane free() {
        for (Map.Entry<HeldSlot, Boolean> slot : yielding.entrySet()) {
            if (!slot.getValue() && !busy(slot.getKey())) {
                return new Lane(slot.getKey());
            }
        }
        long ungatedRuns =
                runs.values().stream().filter(lane -> lane.slot() == null).count();
        return ungatedRuns < ungated ? new Lane(null) : null;
    }

    void occupy(long runId, Lane lane) {
        runs.put(runId, lane);
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
    void adopt(Set<Long> runIds) {
        runIds.stream().filter(id -> !ended.contains(id)).forEach(id -> runs.put(id, new Lane(null)));
        ended.clear();
    }

    /** How many runs are under way. */
    int running() {
        return runs.size();
    }

    /** Takes away and returns the slots that nothing runs on: all of them, or only those asked back. */
    List<HeldSlot> takeIdle(boolean onlyAskedBack) {
        List<HeldSlot> idle = new ArrayList<>();
        yielding.forEach((slot, asked) -> {
            if ((asked || !onlyAskedBack) && !busy(slot)) {
                idle.add(slot);
            }
        });
        idle.forEach(yielding::remove);
        return idle;
    }

    private boolean busy(HeldSlot slot) {
        return runs.values().stream().anyMatch(lane -> slot.equals(lane.slot()));
    }
}
