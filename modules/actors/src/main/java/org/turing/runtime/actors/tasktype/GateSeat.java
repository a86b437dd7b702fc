package org.turing.runtime.actors.tasktype;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.domain.TaskType;

/**
 * A task type's dealings with its gate: asking for slots, receiving them onto its lanes, giving them back. Without a
 * model it does nothing. Owned by one task-type actor.
 */
final class GateSeat {

    private final UUID incarnation = UUID.randomUUID();
    private final ActorRef<ModelGate.Reply> replies;
    private final Lanes lanes;
    private final Set<ActorRef<ModelGate.Command>> asked = new LinkedHashSet<>();
    private TaskType taskType;
    private @Nullable ActorRef<ModelGate.Command> gate;
    private boolean waiting;
    private int outstanding;
    private Set<Long> wantedOn = Set.of();
    private @Nullable String closed;

    GateSeat(
            TaskType taskType,
            @Nullable ActorRef<ModelGate.Command> gate,
            Lanes lanes,
            ActorRef<ModelGate.Reply> replies) {
        this.taskType = taskType;
        this.gate = gate;
        this.lanes = lanes;
        this.replies = replies;
    }

    /** The registry names another row or gate. What was held at the former gate goes back. */
    void move(TaskType now, @Nullable ActorRef<ModelGate.Command> to) {
        leave();
        taskType = now;
        gate = to;
        closed = null;
    }

    boolean isAt(@Nullable ActorRef<ModelGate.Command> other) {
        return Objects.equals(gate, other);
    }

    /** Whether slots are asked for and not all granted yet. */
    boolean waiting() {
        return waiting;
    }

    /** Why the gate grants nothing, or null. */
    @Nullable
    String closed() {
        return closed;
    }

    void close(String reason) {
        closed = reason;
    }

    /**
     * Asks for so many slots beyond those held, as far as the task type's scale limit allows.
     *
     * @param runtimes the hosts on which they are of use, by their identity
     */
    void request(int wanted, Set<Long> runtimes) {
        ActorRef<ModelGate.Command> to = gate;
        Integer limit = taskType.scaleLimit();
        int most = limit == null ? wanted : Math.min(wanted, limit - lanes.usable());
        if (to == null || most <= 0) {
            return;
        }
        waiting = true;
        outstanding = most;
        wantedOn = Set.copyOf(runtimes);
        asked.add(to);
        to.tell(new ModelGate.RequestSlots(
                taskType.id(), taskType.name(), incarnation, most, taskType.priority(), runtimes, replies));
    }

    /** Slots are of use on these hosts now: what is asked for is asked for there. */
    void useOn(Set<Long> runtimes) {
        if (outstanding > 0 && !runtimes.isEmpty() && !runtimes.equals(wantedOn)) {
            request(outstanding, runtimes);
        }
    }

    /** Takes granted slots onto the lanes; those of a former gate go straight back. Returns whether any were taken. */
    boolean take(ModelGate.Granted granted) {
        if (!granted.gate().equals(gate)) {
            granted.slots().forEach(slot -> granted.gate().tell(new ModelGate.Release(slot.leaseId())));
            return false;
        }
        waiting = false;
        outstanding = Math.max(0, outstanding - granted.slots().size());
        closed = null;
        granted.slots()
                .forEach(slot -> lanes.granted(
                        new Lanes.HeldSlot(granted.gate(), granted.model(), slot.leaseId(), slot.runtime())));
        return true;
    }

    /** Gives up the slots at that gate that it does not count as this holder's any more; what runs on them ends. */
    void keepOnly(ModelGate.Renewed renewed) {
        lanes.keepOnly(renewed.gate(), renewed.leases());
    }

    /** Stops waiting, also for the rest of a request that was granted in part; keeps what is held. */
    void withdraw() {
        if (outstanding > 0 && gate != null) {
            gate.tell(new ModelGate.Withdraw(taskType.id()));
        }
        waiting = false;
        outstanding = 0;
    }

    /** Stops waiting and gives back every slot that nothing runs on; the others follow as their lanes clear. */
    void leave() {
        withdraw();
        lanes.yieldAll();
        release(lanes.takeIdle(false));
    }

    /** Gives back the slots that nothing runs on: those asked back, or all if there is nothing to do. */
    void returnIdle(boolean nothingToDo) {
        if (nothingToDo && lanes.slots() > 0) {
            withdraw();
        }
        release(lanes.takeIdle(!nothingToDo));
    }

    /** Things ran on these slots, on a host that is gone: nobody knows when they end. */
    void lose(List<Lanes.HeldSlot> slots) {
        slots.forEach(slot -> slot.gate().tell(new ModelGate.SlotLost(slot.leaseId())));
    }

    /**
     * This life of the actor is over: no gate may count on it any more, neither for what it holds nor for a grant that
     * is on its way to it.
     */
    void lost() {
        asked.forEach(each -> each.tell(new ModelGate.HolderLost(taskType.id(), incarnation)));
    }

    private static void release(List<Lanes.HeldSlot> slots) {
        slots.forEach(slot -> slot.gate().tell(new ModelGate.Release(slot.leaseId())));
    }
}
