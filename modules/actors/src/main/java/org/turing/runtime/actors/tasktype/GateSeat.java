package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.gate.Gates;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.TaskType;

/**
 * A task type's dealings with its gate: asking for slots, receiving them onto its lanes, giving them back, and showing
 * that it is there. A gate that does not answer may take this holder for lost, so that its slots are another's: nothing
 * starts on them then until it answers again. Without a model it does nothing. Owned by one task-type actor.
 */
final class GateSeat {

    /**
     * How long a slot that nothing runs on is kept, for the next row. Long enough for rows that come one by one, as
     * those of a step before do; short beside the quantum, as it counts as slot time, and beside all that people wait
     * for.
     */
    static final Duration LINGER = Duration.ofSeconds(1);

    /** Questions that may be answered yet. */
    private static final int OPEN_QUESTIONS = 8;

    private final UUID incarnation = UUID.randomUUID();
    private final Gates gates;
    private final ActorRef<ModelGate.Reply> replies;
    private final Lanes lanes;
    private final LongSupplier nanoTime;
    private final Set<String> asked = new LinkedHashSet<>();
    private final NavigableMap<Long, Long> sentAt = new TreeMap<>();
    /** The slots that the gate knows to lie idle, and since when. */
    private final Map<Lanes.HeldSlot, Long> idleSince = new HashMap<>();

    private TaskType taskType;
    private boolean waiting;
    private int outstanding;
    private Set<Long> wantedOn = Set.of();
    private long waitingSince;
    private boolean met;
    private boolean trusted;
    private long trustedSince;
    private long questions;
    private long epoch;
    private @Nullable String closed;

    /** @param nanoTime a clock that only goes forward */
    GateSeat(TaskType taskType, Gates gates, Lanes lanes, ActorRef<ModelGate.Reply> replies, LongSupplier nanoTime) {
        this.taskType = taskType;
        this.gates = gates;
        this.lanes = lanes;
        this.replies = replies;
        this.nanoTime = nanoTime;
    }

    /** The registry has another row. What was held goes back. */
    void move(TaskType now) {
        leave();
        taskType = now;
        closed = null;
        epoch = 0;
        met = false;
        sentAt.clear();
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
        String model = taskType.requiresModel();
        Integer limit = taskType.scaleLimit();
        int most = limit == null ? wanted : Math.min(wanted, limit - lanes.usable());
        if (model == null || most <= 0) {
            return;
        }
        waitingSince = waiting ? waitingSince : nanoTime.getAsLong();
        waiting = true;
        outstanding = most;
        wantedOn = Set.copyOf(runtimes);
        asked.add(model);
        gates.tell(
                model,
                new ModelGate.RequestSlots(
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
        String model = granted.model();
        if (!isHere(model) || granted.epoch() < epoch) {
            granted.slots().forEach(slot -> gates.tell(model, new ModelGate.Release(slot.leaseId())));
            return false;
        }
        epoch = granted.epoch();
        met = true;
        if (waiting) {
            trust(waitingSince);
        }
        waiting = false;
        outstanding = Math.max(0, outstanding - granted.slots().size());
        closed = null;
        granted.slots()
                .forEach(slot -> lanes.granted(new Lanes.HeldSlot(model, slot.leaseId(), slot.runtime(), slot.gpu())));
        return true;
    }

    /**
     * Whether the gate is to be shown that this holder is there: it has something to do with it or has not met it yet.
     */
    boolean toBeRenewed() {
        String model = taskType.requiresModel();
        return model != null && !(met && outstanding == 0 && lanes.leases(model).isEmpty());
    }

    /**
     * Shows the gate that this holder is there, if that is of use: whatever an earlier life holds there is given up
     * when this one is heard of.
     */
    void renew() {
        String model = taskType.requiresModel();
        if (model == null || !toBeRenewed()) {
            return;
        }
        Set<Long> leases = lanes.leases(model);
        questions++;
        sentAt.put(questions, nanoTime.getAsLong());
        if (sentAt.size() > OPEN_QUESTIONS) {
            sentAt.pollFirstEntry();
        }
        gates.tell(
                model,
                new ModelGate.Renew(
                        taskType.id(),
                        taskType.name(),
                        incarnation,
                        questions,
                        leases,
                        outstanding,
                        taskType.priority(),
                        wantedOn,
                        replies));
    }

    /**
     * The gate says what it counts as this holder's: nothing more starts on other slots; what runs on them ends.
     *
     * @return leases that it was asked to yield and had not heard of that yet
     */
    List<Long> onRenewed(ModelGate.Renewed renewed) {
        if (!isHere(renewed.model())) {
            lanes.keepOnly(renewed.model(), renewed.leases());
            return List.of();
        }
        if (renewed.epoch() < epoch) {
            return List.of();
        }
        epoch = renewed.epoch();
        met = true;
        closed = null;
        Long sent = sentAt.remove(renewed.number());
        if (sent != null) {
            trust(sent);
        }
        lanes.keepOnly(renewed.model(), renewed.leases());
        return renewed.asked().stream().filter(lanes::mayStartOn).toList();
    }

    /** Lets nothing start on slots whose gate has not answered for too long; asked before anything starts. */
    void checkTrust() {
        lanes.freeze(!trusted || nanoTime.getAsLong() - trustedSince > ModelGate.TRUST.toNanos());
    }

    private void trust(long sent) {
        if (!trusted || sent - trustedSince > 0) {
            trustedSince = sent;
        }
        trusted = true;
    }

    /** The incarnation of the gate under which claims are made; null without a gate, or before it has said so. */
    @Nullable
    GateEpoch epoch() {
        String model = taskType.requiresModel();
        return model == null || epoch == 0 ? null : new GateEpoch(model, epoch);
    }

    /**
     * Nothing could be claimed, as a later incarnation of the gate is known to the ledger: it may be one that has not
     * answered yet, or the one that we deal with has been replaced without its knowledge.
     */
    void epochPassed() {
        GateEpoch passed = epoch();
        if (passed != null) {
            gates.tell(passed.model(), new ModelGate.EpochPassed(passed.epoch()));
        }
        renew();
    }

    private boolean isHere(String model) {
        return model.equals(taskType.requiresModel());
    }

    /** Stops waiting, also for the rest of a request that was granted in part; keeps what is held. */
    void withdraw() {
        String model = taskType.requiresModel();
        if (outstanding > 0 && model != null) {
            gates.tell(model, new ModelGate.Withdraw(taskType.id()));
        }
        waiting = false;
        outstanding = 0;
    }

    /** Stops waiting and gives back every slot that nothing runs on; the others follow as their lanes clear. */
    void leave() {
        withdraw();
        lanes.yieldAll();
        releaseIdle(slot -> true);
    }

    /** There is nothing to do, nor will there be soon: stops waiting and gives back the slots that nothing runs on. */
    void returnIdle() {
        withdrawIfHeld();
        releaseIdle(slot -> true);
    }

    /** There is something to do: gives back no more than what is asked back and nothing runs on. */
    void returnAskedBack() {
        releaseIdle(slot -> false);
    }

    /**
     * There is nothing to do for the moment: keeps the slots that nothing runs on for {@link #LINGER}, in case
     * something comes, and lets the gate know that they lie idle, so that nobody else waits for them.
     *
     * @param runtimes the hosts on which they are of use, by their identity
     * @param looking whether it is not known yet that there is nothing to do: of what lies idle already the time goes
     *     on, and nothing else begins to
     * @return when the next of them is to be given back; null if none lies idle
     */
    @Nullable
    Duration linger(Set<Long> runtimes, boolean looking) {
        long now = nanoTime.getAsLong();
        if (!looking) {
            withdrawIfHeld();
        }
        releaseIdle(slot ->
                !runtimes.contains(slot.runtimeId()) || now - idleSince.getOrDefault(slot, now) >= LINGER.toNanos());
        if (!looking) {
            lanes.idle().stream()
                    .filter(slot -> idleSince.putIfAbsent(slot, now) == null)
                    .forEach(slot -> gates.tell(slot.model(), new ModelGate.SlotIdle(slot.leaseId())));
        }
        return idleSince.values().stream()
                .map(since -> LINGER.minusNanos(now - since))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Things ran on these slots, on a host that is gone: nobody knows when they end. */
    void lose(List<Lanes.HeldSlot> slots) {
        slots.forEach(slot -> gates.tell(slot.model(), new ModelGate.SlotLost(slot.leaseId())));
    }

    /**
     * This life of the actor is over: no gate may count on it any more, neither for what it holds nor for a grant that
     * is on its way to it.
     */
    void lost() {
        asked.forEach(model -> gates.tell(model, new ModelGate.HolderLost(taskType.id(), incarnation)));
    }

    private void withdrawIfHeld() {
        if (lanes.slots() > 0) {
            withdraw();
        }
    }

    /** Gives back the slots that nothing runs on, asked back or not needed. The gate hears of those at work again. */
    private void releaseIdle(Predicate<Lanes.HeldSlot> notNeeded) {
        Set<Lanes.HeldSlot> idle = lanes.idle();
        idleSince.keySet().removeIf(slot -> {
            boolean atWork = !idle.contains(slot) && lanes.holds(slot);
            if (atWork) {
                gates.tell(slot.model(), new ModelGate.SlotAtWork(slot.leaseId()));
            }
            return !idle.contains(slot);
        });
        Set<Lanes.HeldSlot> released = lanes.takeIdle(notNeeded);
        idleSince.keySet().removeAll(released);
        released.forEach(slot -> gates.tell(slot.model(), new ModelGate.Release(slot.leaseId())));
    }
}
