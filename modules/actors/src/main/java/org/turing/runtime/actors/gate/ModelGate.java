package org.turing.runtime.actors.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.gate.GateCommand;
import org.turing.runtime.domain.gate.GateDecisions;
import org.turing.runtime.domain.gate.GateEvent;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;
import org.turing.runtime.ports.DatabaseClock;
import org.turing.runtime.ports.view.GateStatus;

/**
 * The gate of one model: hands out its slots. Every decision is made by {@link GateDecisions}; this actor carries
 * messages in and events out, and asks the worker host about the lanes of holders that failed. A slot whose holder is
 * gone is free again only when its lane is seen clear.
 */
public final class ModelGate extends AbstractBehavior<ModelGate.Command> {

    /** What a gate is asked. */
    public sealed interface Command {}

    /**
     * Asks for slots beyond those held; replaces an earlier request of the same holder.
     *
     * @param holder the task type's id
     * @param name its name, for status
     * @param incarnation the life of the task-type actor: a new one after a failure
     * @param wanted how many slots
     * @param priority larger goes first
     * @param replyTo hears of grants
     */
    public record RequestSlots(
            long holder, String name, UUID incarnation, int wanted, int priority, ActorRef<Reply> replyTo)
            implements Command {}

    /** No longer waits for slots. */
    public record Withdraw(long holder) implements Command {}

    /** A slot's lane is clear and its holder gives it back. */
    public record Release(long leaseId) implements Command {}

    /** That life of a task-type actor is over: its slots come back once their lanes are clear. */
    public record HolderLost(long holder, UUID incarnation) implements Command {}

    /** Nobody knows when what runs on the slot ends: its host is gone. */
    public record SlotLost(long leaseId) implements Command {}

    /** The lane of a slot whose holder was lost is clear. */
    public record LaneCleared(long leaseId) implements Command {}

    /** The registry says how many slots there are. */
    public record Configure(int slots) implements Command {}

    /** Grants nothing until resumed. */
    public record Pause() implements Command {}

    /** Undoes {@link Pause}. */
    public record Resume() implements Command {}

    /** Asks where the gate stands. */
    public record GetStatus(ActorRef<GateStatus> replyTo) implements Command {}

    private record Tick() implements Command {}

    /** What a gate says to those who asked it. */
    public sealed interface Reply {}

    /**
     * Slots to use from now on.
     *
     * @param gate where to release them
     * @param model the gate's model
     */
    public record Granted(ActorRef<Command> gate, String model, List<Slot> slots) implements Reply {}

    /** Others wait and this slot's quantum is over: start nothing more on it and release it. */
    public record YieldSlot(long leaseId) implements Reply {}

    /** The gate grants nothing for now; the request stands. */
    public record Closed(String reason) implements Reply {}

    /**
     * A leased lane.
     *
     * @param leaseId to release it by
     * @param quantumEnds until when nobody will ask it back
     */
    public record Slot(long leaseId, Instant quantumEnds) {}

    private final DatabaseClock clock;
    private final ActorRef<WorkerHost.Command> workers;
    private final TimerScheduler<Command> timers;
    private final Map<Long, RequestSlots> latestRequests = new HashMap<>();
    private GateState state;
    private long granted;
    private Duration busy = Duration.ZERO;

    /**
     * @param model the model
     * @param slots how many slots it has
     * @param quantum how long a holder keeps a slot while others wait
     */
    public static Behavior<Command> create(
            String model, int slots, Duration quantum, DatabaseClock clock, ActorRef<WorkerHost.Command> workers) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new ModelGate(context, timers, GateState.open(model, slots, quantum), clock, workers)));
    }

    private ModelGate(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            GateState state,
            DatabaseClock clock,
            ActorRef<WorkerHost.Command> workers) {
        super(context);
        this.timers = timers;
        this.state = state;
        this.clock = clock;
        this.workers = workers;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(RequestSlots.class, this::onRequest)
                .onMessage(Withdraw.class, m -> decide(new GateCommand.Withdraw(m.holder(), clock.now())))
                .onMessage(Release.class, m -> decide(new GateCommand.Release(m.leaseId(), clock.now())))
                .onMessage(
                        HolderLost.class,
                        m -> decide(new GateCommand.HolderLost(m.holder(), m.incarnation(), clock.now())))
                .onMessage(SlotLost.class, m -> this)
                .onMessage(LaneCleared.class, m -> decide(new GateCommand.Cleared(m.leaseId(), clock.now())))
                .onMessage(Configure.class, this::onConfigure)
                .onMessage(Pause.class, m -> close(new GateCommand.Pause(clock.now())))
                .onMessage(Resume.class, m -> decide(new GateCommand.Resume(clock.now())))
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(Tick.class, m -> decide(new GateCommand.Tick(clock.now())))
                .build();
    }

    private Behavior<Command> onRequest(RequestSlots request) {
        latestRequests.put(request.holder(), request);
        decide(new GateCommand.Request(
                request.holder(), request.incarnation(), request.wanted(), request.priority(), clock.now()));
        String closed = whyClosed();
        if (closed != null) {
            request.replyTo().tell(new Closed(closed));
        }
        return this;
    }

    private Behavior<Command> onConfigure(Configure configure) {
        return close(new GateCommand.Configure(configure.slots(), state.quantum(), clock.now()));
    }

    private Behavior<Command> close(GateCommand command) {
        decide(command);
        String closed = whyClosed();
        if (closed != null) {
            state.waiting().forEach(waiter -> tell(waiter.holder(), new Closed(closed)));
        }
        return this;
    }

    private @Nullable String whyClosed() {
        if (state.blocked()) {
            return "model '" + state.model()
                    + "' has slots = 0. To open it: UPDATE models SET slots = 1 WHERE model_name = '" + state.model()
                    + "'";
        }
        return state.paused() ? "the gate of model '" + state.model() + "' is paused" : null;
    }

    private Behavior<Command> decide(GateCommand command) {
        Map<Long, List<Slot>> grants = new LinkedHashMap<>();
        for (GateEvent event : GateDecisions.decide(state, command)) {
            state = GateDecisions.apply(state, event);
            if (event instanceof GateEvent.Granted grant) {
                granted++;
                Lease lease = grant.lease();
                grants.computeIfAbsent(lease.holder(), h -> new ArrayList<>())
                        .add(new Slot(lease.id(), lease.quantumEnds()));
            } else if (event instanceof GateEvent.YieldAsked yield) {
                state.lease(yield.leaseId()).ifPresent(lease -> tell(lease.holder(), new YieldSlot(lease.id())));
            } else if (event instanceof GateEvent.Quarantined lost) {
                workers.tell(new WorkerHost.ReportWhenClear(
                        state.model(), lost.leaseId(), getContext().getSelf()));
            } else if (event instanceof GateEvent.Released released) {
                busy = busy.plus(released.held());
            }
        }
        grants.forEach((holder, slots) -> tell(holder, new Granted(getContext().getSelf(), state.model(), slots)));
        scheduleTick();
        return this;
    }

    private void tell(long holder, Reply reply) {
        RequestSlots request = latestRequests.get(holder);
        if (request != null) {
            request.replyTo().tell(reply);
        }
    }

    private void scheduleTick() {
        timers.cancel("tick");
        state.nextDeadline().ifPresent(at -> {
            Duration wait = Duration.between(clock.now(), at);
            timers.startSingleTimer("tick", new Tick(), wait.isNegative() ? Duration.ZERO : wait.plusMillis(1));
        });
    }

    private Behavior<Command> onGetStatus(GetStatus request) {
        Instant now = clock.now();
        double held = state.leases().stream()
                .mapToDouble(lease -> seconds(lease.since(), now))
                .sum();
        request.replyTo()
                .tell(new GateStatus(
                        state.model(),
                        state.slots(),
                        state.blocked() ? "blocked" : state.paused() ? "paused" : "open",
                        (int) state.leases().stream().filter(Lease::quarantined).count(),
                        holding(now),
                        waiting(now),
                        granted,
                        busy.toMillis() / 1000.0 + held,
                        null));
        return this;
    }

    private List<GateStatus.Party> holding(Instant now) {
        Map<Long, List<Lease>> byHolder = state.leases().stream()
                .collect(Collectors.groupingBy(Lease::holder, LinkedHashMap::new, Collectors.toList()));
        List<GateStatus.Party> holding = new ArrayList<>();
        byHolder.forEach((holder, leases) -> {
            double longest = leases.stream()
                    .mapToDouble(lease -> seconds(lease.since(), now))
                    .max()
                    .orElse(0);
            holding.add(new GateStatus.Party(name(holder), leases.size(), longest));
        });
        return holding;
    }

    /** One who holds every slot and would take more waits for nothing that anybody could give. */
    private List<GateStatus.Party> waiting(Instant now) {
        return state.waiting().stream()
                .filter(waiter ->
                        state.blocked() || state.leasesOf(waiter.holder()).size() < state.slots())
                .map(waiter ->
                        new GateStatus.Party(name(waiter.holder()), waiter.wanted(), seconds(waiter.since(), now)))
                .toList();
    }

    private String name(long holder) {
        RequestSlots request = latestRequests.get(holder);
        return request != null ? request.name() : "task type " + holder;
    }

    private static double seconds(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
    }
}
